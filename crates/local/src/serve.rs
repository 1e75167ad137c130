//! Serving the cloud on a loopback address.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_service::Service;

use crate::Local;
use crate::answer::Reset;
use crate::connection::Connection;
use crate::router::router;

/// How long requests in progress may take once it ends.
const FAREWELL: Duration = Duration::from_secs(5);
/// A pause when no connection can be accepted: too many are open.
const PAUSE: Duration = Duration::from_millis(50);

/// A cloud being served, until this is dropped.
pub struct Serving {
    address: SocketAddr,
    task: JoinHandle<()>,
    end: oneshot::Sender<()>,
}

impl Serving {
    /// Where: `http://127.0.0.1:40404`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Accepts no more connections, answers what has been asked, and ends.
    pub async fn end(self) {
        let Serving { mut task, end, .. } = self;
        // It fails only if nothing is being served any more.
        let _ = end.send(());
        if tokio::time::timeout(FAREWELL, &mut task).await.is_err() {
            task.abort();
        }
    }
}

impl Local {
    /// Serves this cloud at `address` (`127.0.0.1:0`: at a port of the system's choice).
    ///
    /// # Errors
    /// What the operating system says about the address.
    pub async fn serve(&self, address: &str) -> std::io::Result<Serving> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let router = router(&self.store);
        let (end, ended) = oneshot::channel();
        let task = tokio::spawn(async move {
            let connections = GracefulShutdown::new();
            let accept = async {
                loop {
                    match listener.accept().await {
                        Ok((connection, _)) => {
                            let watcher = connections.watcher();
                            tokio::spawn(serve_connection(connection, router.clone(), watcher));
                        }
                        Err(_) => tokio::time::sleep(PAUSE).await,
                    }
                }
            };
            tokio::select! {
                () = accept => {}
                // Dropped without a word: nobody waits for a farewell.
                said = ended => if said.is_err() { return },
            }
            drop(listener);
            connections.shutdown().await;
        });
        Ok(Serving { address, task, end })
    }
}

/// Serves one connection. An answer marked as a reset ends it instead.
async fn serve_connection(stream: TcpStream, router: axum::Router, watcher: Watcher) {
    let connection = Connection::new(stream);
    let fuse = connection.fuse();
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (mut router, fuse) = (router.clone(), fuse.clone());
        async move {
            let Ok(response) = router.call(request.map(Body::new)).await;
            if response.extensions().get::<Reset>().is_some() {
                fuse.light();
                return Err(std::io::Error::other("reset on demand"));
            }
            Ok(response)
        }
    });
    // Its end, whatever it is, is the client's business.
    let connection = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
    let _ = watcher.watch(connection).await;
}
