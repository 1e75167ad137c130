//! Serving the cloud on a loopback address.

use std::net::SocketAddr;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tower_service::Service;

use crate::Local;
use crate::http::{Reset, router};

/// A cloud being served, until this is dropped.
pub struct Serving {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Serving {
    /// Where: `http://127.0.0.1:40404`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
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
        let task = tokio::spawn(async move {
            loop {
                // An aborted connection is not the listener's end.
                let Ok((connection, _)) = listener.accept().await else { continue };
                tokio::spawn(serve_connection(connection, router.clone()));
            }
        });
        Ok(Serving { address, task })
    }
}

/// Serves one connection. An answer marked as a reset closes it instead.
async fn serve_connection(connection: TcpStream, router: axum::Router) {
    let _ = connection.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut router = router.clone();
        async move {
            let Ok(response) = router.call(request.map(Body::new)).await;
            if response.extensions().get::<Reset>().is_some() {
                return Err(std::io::Error::other("reset on demand"));
            }
            Ok(response)
        }
    });
    // Its end, whatever it is, is the client's business.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
}
