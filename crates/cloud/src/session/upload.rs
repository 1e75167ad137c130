//! A body that is read from a file while it is sent: of any size, with little memory.
//!
//! A thread reads ahead a few pieces and computes their digest; the connection takes them as fast as
//! the service does. It can be sent once only: a request with such a body is never repeated.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use ring::digest;
use tokio::sync::mpsc;

use crate::error::{Error, Kind, Result};

/// Bytes read at a time.
const PIECE: usize = 256 * 1024;
/// Pieces read ahead.
const AHEAD: usize = 4;
/// How often it is told how far it has got.
const TOLD: Duration = Duration::from_millis(400);

/// What is sent, and what is known of it when it was.
#[derive(Clone, Debug)]
pub(crate) struct Upload(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    body: Option<Feed>,
    outcome: Outcome,
}

/// What came of the reading.
#[derive(Debug, Default, Clone)]
pub(crate) struct Outcome {
    /// Bytes that were read.
    pub(crate) bytes: u64,
    /// SHA-512 of all of them in hexadecimal digits, once all are read.
    pub(crate) sha512: Option<String>,
    /// Why reading ended before the end.
    pub(crate) failure: Option<String>,
}

impl Upload {
    /// The content of the file at `path`; `-` is standard input. `subject` is what is told of.
    ///
    /// # Errors
    /// [`Kind::Invalid`] for a file that cannot be read, or has nothing in it.
    pub(crate) fn open(path: &str, subject: String) -> Result<Upload> {
        let wrong = |why: String| {
            Error::new(Kind::Invalid, format!("cannot read `{path}`: {why}"))
                .with_hint("nothing was created")
        };
        let (source, length): (Box<dyn Read + Send>, _) = if path == "-" {
            (Box::new(io::stdin()), None)
        } else {
            let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
            let about = file.metadata().map_err(|error| wrong(error.to_string()))?;
            if about.is_dir() {
                return Err(wrong("it is a folder".into()));
            }
            if about.is_file() && about.len() == 0 {
                return Err(wrong("it is empty".into()));
            }
            (Box::new(file), about.is_file().then_some(about.len()))
        };
        let (sender, pieces) = mpsc::channel(AHEAD);
        let now = Instant::now();
        let body = Feed { pieces, subject, length, sent: 0, started: now, told: now };
        let state = State { body: Some(body), outcome: Outcome::default() };
        let upload = Upload(Arc::new(Mutex::new(state)));
        let reader = upload.clone();
        std::thread::spawn(move || reader.read(source, &sender));
        Ok(upload)
    }

    /// Reads all there is; ends early when nobody wants more.
    fn read(&self, mut source: Box<dyn Read + Send>, sender: &mpsc::Sender<io::Result<Bytes>>) {
        let mut digest = digest::Context::new(&digest::SHA512);
        loop {
            let mut piece = vec![0; PIECE];
            match source.read(&mut piece) {
                Ok(0) => {
                    self.state().outcome.sha512 = Some(hex(digest.finish().as_ref()));
                    return;
                }
                Ok(count) => {
                    piece.truncate(count);
                    digest.update(&piece);
                    self.state().outcome.bytes += count as u64;
                    if sender.blocking_send(Ok(piece.into())).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.state().outcome.failure = Some(error.to_string());
                    let _ = sender.blocking_send(Err(error));
                    return;
                }
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be sent, for the one time that it can be.
    pub(super) fn body(&self) -> Result<reqwest::Body> {
        let body = self.state().body.take();
        body.map(reqwest::Body::wrap).ok_or_else(|| {
            Error::new(Kind::Failed, "what is read while it is sent cannot be sent again")
        })
    }

    /// What came of the reading so far.
    pub(crate) fn outcome(&self) -> Outcome {
        self.state().outcome.clone()
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The body as the connection sees it.
#[derive(Debug)]
struct Feed {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    subject: String,
    length: Option<u64>,
    sent: u64,
    started: Instant,
    told: Instant,
}

impl Body for Feed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = std::task::ready!(self.pieces.poll_recv(context));
        if let Some(Ok(piece)) = &piece {
            self.sent += piece.len() as u64;
            self.tell();
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map(|length| SizeHint::with_exact(length - self.sent)).unwrap_or_default()
    }
}

impl Feed {
    fn tell(&mut self) {
        if self.told.elapsed() < TOLD {
            return;
        }
        self.told = Instant::now();
        told(&self.subject, self.sent, self.length, "sent", self.started);
    }
}

/// Tells how far a long transfer has got: `12 of 300 MiB sent`.
pub(crate) fn told(subject: &str, done: u64, of: Option<u64>, what: &str, started: Instant) {
    let mib = |bytes: u64| bytes >> 20;
    let status = match of {
        Some(all) => format!("{} of {} MiB {what}", mib(done), mib(all)),
        None => format!("{} MiB {what}", mib(done)),
    };
    let elapsed_s = started.elapsed().as_secs_f64();
    tracing::info!(target: "infomaniak_cloud::wait", subject, status, elapsed_s);
}

/// Tells that the transfer has ended, one way or the other.
pub(crate) fn told_over(subject: &str) {
    tracing::info!(target: "infomaniak_cloud::wait", subject, over = true);
}
