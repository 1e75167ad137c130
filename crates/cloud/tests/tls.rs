//! TLS, with an authority made for the test: who is trusted, and what is said when somebody is not.
//!
//! The scripted server speaks plain HTTP; a proxy in front of it speaks TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use infomaniak_cloud::session::config::Tls;
use infomaniak_cloud::{Cloud, Config, Error, Kind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::sample;
use crate::server::{ID, Received, SECRET, Server, status};

/// An authority, as a PEM file, and a server's certificate from it.
struct Authority {
    folder: tempfile::TempDir,
    acceptor: TlsAcceptor,
}

impl Authority {
    /// The server is called `name` and offers these protocols.
    fn new(name: &str, protocols: &[&str]) -> Authority {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_string()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();

        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Authority { folder, acceptor: Arc::new(config).into() }
    }

    /// To trust this authority and no other.
    fn trusted(&self) -> Tls {
        Tls { cacert: Some(self.folder.path().join("ca.pem")), ..Tls::default() }
    }

    /// A proxy to `server` that speaks TLS.
    async fn in_front_of(&self, server: &Server) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (acceptor, target) = (self.acceptor.clone(), server.url().replace("http://", ""));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (acceptor, target) = (acceptor.clone(), target.clone());
                tokio::spawn(async move {
                    let mut outside = acceptor.accept(connection).await?;
                    let mut inside = TcpStream::connect(target).await?;
                    tokio::io::copy_bidirectional(&mut outside, &mut inside).await
                });
            }
        });
        address
    }
}

/// A login at `https://{host}`, whose services are looked for there, too.
fn cloud(host: &str, address: SocketAddr, tls: Tls) -> Cloud {
    let url = format!("https://{host}:{}", address.port());
    let config = Config::application_credential(ID, SECRET.to_string());
    let mut config = config.with_auth_url(&url).unwrap();
    config.cache = None;
    config.tls = tls;
    config.endpoint_overrides.insert("compute".into(), format!("{url}/compute/v2.1"));
    Cloud::new(config)
}

/// Tries to list the instances of the small cloud behind TLS.
async fn list(authority: &Authority, host: &str, tls: Tls) -> Result<usize, Error> {
    let server = Server::start(sample::demo).await;
    let address = authority.in_front_of(&server).await;
    let instances = cloud(host, address, tls).compute().list_instances().await;
    assert_eq!(server.received().is_empty(), instances.is_err(), "{:?}", server.lines());
    instances.map(|instances| instances.len())
}

#[tokio::test]
async fn an_authority_named_by_cacert_is_trusted() {
    let authority = Authority::new("localhost", &["http/1.1"]);
    let tls = authority.trusted();
    assert_eq!(list(&authority, "localhost", tls).await.unwrap(), 1);
}

#[tokio::test]
async fn an_unknown_authority_is_refused_at_once_and_nothing_is_sent() {
    let authority = Authority::new("localhost", &["http/1.1"]);
    let stranger = Authority::new("localhost", &["http/1.1"]);
    let tls = stranger.trusted();
    let error = list(&authority, "localhost", tls).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Config, 1), "{error}");
    assert!(error.message().starts_with("no secure connection to localhost"), "{error}");
    assert!(error.hint().unwrap().contains("cacert"), "{error:?}");
}

#[tokio::test]
async fn the_systems_authorities_are_asked_when_none_is_named() {
    let authority = Authority::new("localhost", &["http/1.1"]);
    let error = list(&authority, "localhost", Tls::default()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Config, "{error}");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new("elsewhere.example", &["http/1.1"]);
    let tls = authority.trusted();
    let error = list(&authority, "localhost", tls).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Config, "{error}");
}

#[tokio::test]
async fn verification_can_be_switched_off() {
    let authority = Authority::new("elsewhere.example", &["http/1.1"]);
    let tls = Tls { verify: false, ..Tls::default() };
    assert_eq!(list(&authority, "localhost", tls).await.unwrap(), 1);
}

#[tokio::test]
async fn a_cacert_that_is_no_certificate_is_named() {
    let authority = Authority::new("localhost", &["http/1.1"]);
    let file = authority.folder.path().join("empty.pem");
    std::fs::write(&file, "").unwrap();
    let tls = Tls { cacert: Some(file.clone()), ..Tls::default() };
    let error = list(&authority, "localhost", tls).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    assert!(error.message().contains(file.to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_not_followed() {
    let authority = Authority::new("localhost", &["http/1.1"]);
    let other = Server::start(sample::demo).await;
    let target = other.url().replace("127.0.0.1", "localhost");
    let server = Server::start(move |request: &Received| match request.what() {
        "GET /compute/v2.1/servers/detail" => status(307).header("location", &target),
        _ => sample::demo(request),
    })
    .await;
    let address = authority.in_front_of(&server).await;
    let tls = authority.trusted();
    let error = cloud("localhost", address, tls).compute().list_instances().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed, "{error}");
    assert!(error.message().contains("http://localhost"), "{error}");
    assert_eq!((server.lines().len(), other.lines().len()), (2, 0));
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered() {
    let authority = Authority::new("localhost", &["h2", "http/1.1"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = authority.acceptor.clone();
    let connections = tokio::spawn(async move {
        // One connection carries the login and the list, and is all there is.
        let (connection, _) = listener.accept().await.unwrap();
        let tls = acceptor.accept(connection).await.unwrap();
        assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut requests = h2::server::handshake(tls).await.unwrap();
        while let Some(Ok((request, mut respond))) = requests.accept().await {
            let (status, body) = match request.uri().path() {
                "/v3/auth/tokens" => (201, json!({ "token": { "catalog": [] } })),
                _ => (200, json!({ "servers": [sample::server(sample::WEB, "web", "ACTIVE")] })),
            };
            let head = Response::builder().status(status).header("x-subject-token", "t");
            let mut stream = respond.send_response(head.body(()).unwrap(), false).unwrap();
            stream.send_data(Bytes::from(body.to_string()), true).unwrap();
        }
    });
    let tls = authority.trusted();
    let cloud = cloud("localhost", address, tls);
    assert_eq!(cloud.compute().list_instances().await.unwrap()[0].name, "web");
    drop(cloud);
    connections.await.unwrap();
}
