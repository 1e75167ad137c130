//! A tap on the wire: passes on what a client and a cloud say to each other, and writes down what
//! the client asked for. What arrives is counted here, not where the client says what it sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Request line and headers.
    head: String,
}

impl Request {
    /// `GET /compute/v2.1/os-keypairs?limit=1`
    pub(crate) fn line(&self) -> &str {
        self.head.split(" HTTP/1.1").next().unwrap_or_default()
    }

    pub(crate) fn query(&self) -> &str {
        self.line().split_once('?').map_or("", |(_, query)| query)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// A listener on loopback.
pub(crate) struct Tap {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    requests: Vec<Request>,
}

impl Tap {
    /// In front of a cloud.
    pub(crate) async fn before(cloud: &str) -> Tap {
        let cloud = cloud.strip_prefix("http://").unwrap().parse().unwrap();
        Tap::start(Some(cloud)).await
    }

    /// In front of nothing: it listens and never answers.
    pub(crate) async fn alone() -> Tap {
        Tap::start(None).await
    }

    async fn start(cloud: Option<SocketAddr>) -> Tap {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Seen>>::default();
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let seen = shared.clone();
                lock(&seen).connections += 1;
                tokio::spawn(async move {
                    let _ = pass(client, cloud, &seen).await;
                });
            }
        });
        Tap { address, seen }
    }

    /// `http://127.0.0.1:40404`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        lock(&self.seen).requests.clone()
    }

    /// How many requests were for `what`: method and path.
    pub(crate) fn count(&self, what: &str) -> usize {
        let is_meant = |request: &&Request| request.line().split('?').next() == Some(what);
        self.requests().iter().filter(is_meant).count()
    }

    /// How many connections were made, whatever was said over them.
    pub(crate) fn connections(&self) -> usize {
        lock(&self.seen).connections
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes bytes on until one side ends, in whatever way; then the other ends in the same.
async fn pass(
    mut client: TcpStream,
    cloud: Option<SocketAddr>,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    let mut pending = Vec::new();
    let Some(cloud) = cloud else {
        while client.read_buf(&mut pending).await? > 0 {
            note(&mut pending, seen);
        }
        return Ok(());
    };
    let mut cloud = TcpStream::connect(cloud).await?;
    client.set_nodelay(true)?;
    cloud.set_nodelay(true)?;
    let (mut asked, mut answered) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => match read? {
                0 => return Ok(()),
                length => {
                    pending.extend(&asked[..length]);
                    note(&mut pending, seen);
                    cloud.write_all(&asked[..length]).await?;
                }
            },
            read = cloud.read(&mut answered) => match read {
                Ok(0) => return Ok(()),
                Ok(length) => client.write_all(&answered[..length]).await?,
                Err(_) => return client.set_zero_linger(),
            },
        }
    }
}

/// Takes the complete requests out of what has arrived.
fn note(pending: &mut Vec<u8>, seen: &Mutex<Seen>) {
    while let Some(end) = pending.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&pending[..end]).replace("\r\n", "\n");
        let request = Request { head };
        let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        if pending.len() < end + 4 + length {
            return;
        }
        pending.drain(..end + 4 + length);
        lock(seen).requests.push(request);
    }
}
