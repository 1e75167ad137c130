//! What stands between a user and a cloud: TLS, or a clock that is wrong.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Listens on a port of its own, and leads everything to another address, until it is dropped.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    _runtime: Runtime,
}

impl Front {
    /// Does this with each connection and the one behind it.
    fn new<D>(target: &str, lead: impl Fn(TcpStream, TcpStream) -> D + Send + 'static) -> Front
    where
        D: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let target = target.to_string();
        runtime.spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                let Ok(inside) = TcpStream::connect(&target).await else { continue };
                tokio::spawn(lead(outside, inside));
            }
        });
        Front { address, _runtime: runtime }
    }

    /// Speaks TLS to the outside.
    pub(crate) fn tls(target: &str, certificate: &Certificate) -> Front {
        let acceptor = certificate.acceptor.clone();
        Front::new(target, move |outside, mut inside| {
            let acceptor = acceptor.clone();
            async move {
                let mut outside = acceptor.accept(outside).await?;
                tokio::io::copy_bidirectional(&mut outside, &mut inside).await?;
                Ok(())
            }
        })
    }

    /// Leads everything on as it is, as a proxy does for plain HTTP.
    pub(crate) fn plain(target: &str) -> Front {
        Front::new(target, |mut outside, mut inside| async move {
            tokio::io::copy_bidirectional(&mut outside, &mut inside).await?;
            Ok(())
        })
    }

    /// Lets the cloud tell this time: `Sat, 21 Nov 2026 17:26:42 GMT`.
    pub(crate) fn dated(target: &str, date: &str) -> Front {
        let date = date.to_string();
        Front::new(target, move |outside, inside| {
            let date = date.clone();
            async move {
                let (mut asked, mut answer) = outside.into_split();
                let (mut answered, mut ask) = inside.into_split();
                let asking = tokio::io::copy(&mut asked, &mut ask);
                let answering = async {
                    let mut piece = vec![0; 65536];
                    loop {
                        let length = answered.read(&mut piece).await?;
                        if length == 0 {
                            return answer.shutdown().await;
                        }
                        redate(&mut piece[..length], &date);
                        answer.write_all(&piece[..length]).await?;
                    }
                };
                tokio::try_join!(asking, answering).map(|_| ())
            }
        })
    }
}

/// Puts another date into the head of an answer, which is as long.
fn redate(answer: &mut [u8], date: &str) {
    let name = b"\r\ndate: ";
    if let Some(at) = answer.windows(name.len()).position(|bytes| bytes == name) {
        let at = at + name.len();
        answer[at..at + date.len()].copy_from_slice(date.as_bytes());
    }
}

/// A certificate that a server has made for itself.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    acceptor: TlsAcceptor,
}

impl Certificate {
    pub(crate) fn of(name: &str) -> Certificate {
        Certificate::new(name, |_| {})
    }

    /// One that was good long ago.
    pub(crate) fn expired(name: &str) -> Certificate {
        Certificate::new(name, |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1))
    }

    fn new(name: &str, change: impl Fn(&mut CertificateParams)) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_string()]).unwrap();
        change(&mut params);
        let certificate = params.self_signed(&key).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap();
        Certificate { pem: certificate.pem(), acceptor: Arc::new(config).into() }
    }
}
