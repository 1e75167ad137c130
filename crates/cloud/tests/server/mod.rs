//! A cloud of one socket: a scripted HTTP/1.1 server on loopback.
//!
//! It reads and writes bytes itself, so that it can also misbehave as real servers and proxies do:
//! close before or after reading, cut a body, fall silent. Every request is recorded as received.
//! A script (a function from the request to a [`Reply`]) plays the services; what it leaves to
//! [`Reply::Usual`] is played here: Keystone logs everybody in with a catalog that points back at
//! this server, and everything else does not exist.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use infomaniak_cloud::session::config::Timeouts;
use infomaniak_cloud::{Cloud, Config};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, Notify};

use crate::record;

/// The id of the application credential that tests log in with.
pub(crate) const ID: &str = "demo-credential";
/// Its secret.
pub(crate) const SECRET: &str = "correct-horse-battery-staple";
/// What every token given out begins with; the number of the login at its address follows.
pub(crate) const TOKEN: &str = "gAAAAA-token-";

/// A request as it was received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Request line and headers, with line ends of one character and without the final empty line.
    pub(crate) head: String,
    pub(crate) body: String,
    /// How many requests with the same method and path came before it.
    pub(crate) nth: usize,
}

impl Received {
    /// `GET /compute/v2.1/servers/detail?limit=1`
    pub(crate) fn line(&self) -> &str {
        self.head.split(" HTTP/1.1").next().unwrap()
    }

    /// `GET /compute/v2.1/servers/detail`: what scripts match on.
    pub(crate) fn what(&self) -> &str {
        self.line().split('?').next().unwrap()
    }

    /// The text after the question mark, as received.
    pub(crate) fn query(&self) -> &str {
        self.line().split_once('?').map_or("", |(_, query)| query)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// What the server plays itself.
    Usual,
    /// An answer.
    Answer(Answer),
    /// Closes the connection in the ordinary way.
    Close,
    /// Resets the connection.
    Reset,
    /// Keeps the connection and says nothing.
    Silence,
    /// Waits until as many requests are here as the barrier is for.
    Together(Arc<Barrier>, Box<Reply>),
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// How much of the body is sent before the connection is closed, if not all.
    cut: Option<usize>,
}

pub(crate) fn answer(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    let headers = vec![("content-type".into(), kind.into())];
    Reply::Answer(Answer { status, headers, body: body.into(), cut: None })
}

#[allow(clippy::needless_pass_by_value)] // reads better at every place of use
pub(crate) fn json_answer(status: u16, body: Value) -> Reply {
    answer(status, "application/json", body.to_string())
}

/// An empty answer.
pub(crate) fn status(status: u16) -> Reply {
    answer(status, "text/plain", "")
}

/// A refusal in Nova's words.
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Reply {
    json_answer(status, json!({ code: { "code": status, "message": message } }))
}

impl Reply {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let Reply::Answer(answer) = &mut self {
            answer.headers.push((name.into(), value.into()));
        }
        self
    }

    /// The same with another body, where that is JSON.
    pub(crate) fn changed(mut self, change: impl Fn(&mut Value)) -> Self {
        if let Reply::Answer(answer) = &mut self {
            let mut body = serde_json::from_slice(&answer.body).unwrap();
            change(&mut body);
            answer.body = body.to_string().into_bytes();
        }
        self
    }

    /// Announces the whole body and closes the connection after `length` bytes of it.
    pub(crate) fn cut(mut self, length: usize) -> Self {
        if let Reply::Answer(answer) = &mut self {
            answer.cut = Some(length);
        }
        self
    }
}

type Script = dyn Fn(&Received) -> Reply + Send + Sync;

/// The server. It serves as long as the test's runtime lives.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    script: Box<Script>,
    received: Mutex<Vec<Received>>,
    arrived: Notify,
    unread: AtomicUsize,
}

impl Server {
    pub(crate) async fn start(
        script: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Server {
        record::listen();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            script: Box::new(script),
            received: Mutex::default(),
            arrived: Notify::new(),
            unread: AtomicUsize::new(0),
        });
        let served = state.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let state = served.clone();
                tokio::spawn(async move { serve(connection, &state).await });
            }
        });
        Server { address, state }
    }

    /// `http://127.0.0.1:40404`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How to log in here. Nothing is cached on disk, and silence is not borne for long.
    pub(crate) fn config(&self) -> Config {
        let config = Config::application_credential(ID, SECRET.to_string());
        let mut config = config.with_auth_url(&self.url()).unwrap();
        config.cache = None;
        let patience = Duration::from_secs(10);
        config.timeouts = Timeouts { connect: patience, read: patience };
        config
    }

    pub(crate) fn cloud(&self) -> Cloud {
        Cloud::new(self.config())
    }

    /// A cloud as another process would have it, if it used the same cache folder.
    pub(crate) fn cloud_with_cache(&self, folder: &Path) -> Cloud {
        Cloud::new(Config { cache: Some(folder.into()), ..self.config() })
    }

    /// Closes the next `count` connections without reading from them.
    pub(crate) fn leave_unread(&self, count: usize) {
        self.state.unread.store(count, Ordering::SeqCst);
    }

    /// All requests so far, in the order of their arrival.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// All requests so far by method, path and query.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.received().iter().map(|request| request.line().to_string()).collect()
    }

    /// How many requests so far begin with `what`.
    pub(crate) fn count(&self, what: &str) -> usize {
        self.lines().iter().filter(|line| line.starts_with(what)).count()
    }

    /// How often somebody tried to log in.
    pub(crate) fn logins(&self) -> usize {
        self.count("POST /v3/auth/tokens")
    }

    /// The only request so far that begins with `what`.
    pub(crate) fn only(&self, what: &str) -> Received {
        let mut found = self.received();
        found.retain(|request| request.line().starts_with(what));
        assert_eq!(found.len(), 1, "{what} in {:?}", self.lines());
        found.remove(0)
    }

    /// Waits until `count` requests that begin with `what` have arrived.
    pub(crate) async fn until(&self, what: &str, count: usize) {
        let arrived = async {
            loop {
                let next = self.state.arrived.notified();
                if self.count(what) >= count {
                    return;
                }
                next.await;
            }
        };
        let arrived = tokio::time::timeout(Duration::from_secs(10), arrived).await;
        assert!(arrived.is_ok(), "no {count} times {what} in {:?}", self.lines());
    }
}

async fn serve(mut connection: TcpStream, state: &State) {
    let take = |left: usize| left.checked_sub(1);
    if state.unread.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
        // Something to leave unread has to be there, else the client sees an ordinary end.
        let _ = connection.readable().await;
        return;
    }
    let mut pending = Vec::new();
    while let Some((head, body)) = read(&mut connection, &mut pending).await {
        let request = record(state, head, body);
        let mut reply = (state.script)(&request);
        if let Reply::Together(barrier, then) = reply {
            barrier.wait().await;
            reply = *then;
        }
        if matches!(reply, Reply::Usual) {
            reply = usual(&request);
        }
        let answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Silence => return std::future::pending().await,
            Reply::Reset => {
                connection.set_zero_linger().unwrap();
                return;
            }
            _ => return,
        };
        if write(&mut connection, &answer).await.is_err() || answer.cut.is_some() {
            return;
        }
    }
}

/// Reads one request; `pending` holds what has arrived of the next.
async fn read(connection: &mut TcpStream, pending: &mut Vec<u8>) -> Option<(String, String)> {
    let (head, start) = loop {
        if let Some(end) = pending.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(pending[..end].to_vec()).expect("a head in UTF-8");
            break (head.replace("\r\n", "\n"), end + 4);
        }
        if connection.read_buf(pending).await.ok()? == 0 {
            return None;
        }
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
    });
    let end = start + length.unwrap_or(0_usize);
    while pending.len() < end {
        if connection.read_buf(pending).await.ok()? == 0 {
            return None;
        }
    }
    let rest = pending.split_off(end);
    let body = String::from_utf8(pending.split_off(start)).expect("a body in UTF-8");
    *pending = rest;
    Some((head, body))
}

fn record(state: &State, head: String, body: String) -> Received {
    let mut received = state.received.lock().unwrap();
    let mut request = Received { head, body, nth: 0 };
    request.nth = received.iter().filter(|earlier| earlier.what() == request.what()).count();
    received.push(request.clone());
    drop(received);
    state.arrived.notify_waiters();
    request
}

async fn write(connection: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    let headers: Vec<_> = answer.headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
    let (status, headers, length) = (answer.status, headers.concat(), answer.body.len());
    // In one piece: a body after its head would wait for the head's acknowledgement.
    let mut bytes =
        format!("HTTP/1.1 {status} Said\r\n{headers}content-length: {length}\r\n\r\n").into_bytes();
    bytes.extend(&answer.body[..answer.cut.unwrap_or(answer.body.len())]);
    connection.write_all(&bytes).await
}

fn usual(request: &Received) -> Reply {
    match request.what() {
        "POST /v3/auth/tokens" => login(request, 60),
        "GET /v3/auth/projects" => json_answer(200, json!({ "projects": [], "links": {} })),
        _ => refusal(404, "itemNotFound", "There is nothing here."),
    }
}

/// Keystone's answer to a login: the next token, good for so many `minutes`.
pub(crate) fn login(request: &Received, minutes: u32) -> Reply {
    let host = request.header("host").unwrap();
    let service = |kind: &str, path: &str| {
        let endpoint = |region: &str, path: &str| {
            let url = format!("http://{host}{path}");
            json!({ "interface": "public", "region": region, "url": url })
        };
        let other = format!("/dc4{path}");
        json!({ "type": kind, "endpoints": [endpoint("dc3-a", path), endpoint("dc4-a", &other)] })
    };
    let body = json!({ "token": {
        "methods": ["application_credential"],
        "issued_at": "2026-01-01T00:00:00.000000Z",
        "expires_at": format!("2026-01-01T{:02}:{:02}:00.000000Z", minutes / 60, minutes % 60),
        "user": { "id": "ann-id", "name": "ann", "domain": { "id": "default" } },
        "project": { "id": "project-id", "name": "PCP-TEST", "domain": { "id": "default" } },
        "catalog": [
            service("compute", "/compute/v2.1"),
            service("image", "/image"),
            service("network", "/network"),
            service("load-balancer", "/balancer"),
            service("volumev3", "/volume/v3/project-id"),
        ],
    }});
    json_answer(201, body).header("x-subject-token", &format!("{TOKEN}{}", request.nth + 1))
}
