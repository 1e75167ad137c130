//! Redirects. Within an origin they are followed with method, body and token; to any other origin
//! nothing is sent, neither token nor secret. (That https is not left for http is proven among the
//! tests of TLS.)

use infomaniak_cloud::{Kind, Processed};

use crate::sample::{WEB, demo};
use crate::server::{Received, Reply, Server, status};

const ACTION: &str = "POST /compute/v2.1/servers/11111111-1111-4111-8111-111111111111/action";
const MOVED: &str = "POST /moved/here";

async fn redirecting(code: u16, what: &'static str, to: String) -> Server {
    Server::start(move |request: &Received| match request.what() {
        asked if asked == what => status(code).header("location", &to),
        MOVED => status(202),
        _ => demo(request),
    })
    .await
}

#[tokio::test]
async fn within_the_origin_method_body_and_token_are_kept() {
    for code in [301, 302, 303, 307, 308] {
        let server = redirecting(code, ACTION, "/moved/here?really".into()).await;
        server.cloud().compute().start_instance(WEB).await.unwrap();
        let (first, then) = (server.only(ACTION), server.only(MOVED));
        assert_eq!(then.line(), "POST /moved/here?really", "{code}");
        assert_eq!(first.body, then.body);
        let header = |name| (first.header(name).unwrap(), then.header(name).unwrap());
        for name in ["x-auth-token", "content-type", "openstack-api-version"] {
            assert_eq!(header(name).0, header(name).1);
        }
    }
}

#[tokio::test]
async fn another_origin_never_sees_the_token() {
    let other = Server::start(demo).await;
    for code in [301, 302, 303, 307, 308] {
        let server = redirecting(code, ACTION, format!("{}/moved/here", other.url())).await;
        let error = server.cloud().compute().start_instance(WEB).await.unwrap_err();
        assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::No));
        assert!(error.message().contains(&other.url()), "{error}");
        assert_eq!(server.count(ACTION), 1);
    }
    // The same host under another name, and an address that leaves out the scheme.
    let port = other.url().rsplit_once(':').unwrap().1.to_string();
    for to in [format!("http://localhost:{port}/"), format!("//127.0.0.1:{port}/")] {
        let server = redirecting(307, ACTION, to).await;
        let error = server.cloud().compute().start_instance(WEB).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Failed);
    }
    assert_eq!(other.lines(), [""; 0]);
}

#[tokio::test]
async fn another_origin_never_sees_the_secret() {
    let other = Server::start(demo).await;
    let login = "POST /v3/auth/tokens";
    let server = redirecting(307, login, format!("{}/v3/auth/tokens", other.url())).await;
    let error = server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.service()), (Kind::Failed, Some("identity")));
    assert!(error.hint().unwrap().contains("auth_url"), "{error:?}");
    assert_eq!((server.logins(), other.lines().len()), (1, 0));
}

#[tokio::test]
async fn circles_end() {
    let server = redirecting(302, ACTION, ACTION.split(' ').nth(1).unwrap().into()).await;
    let error = server.cloud().compute().start_instance(WEB).await.unwrap_err();
    assert_eq!(error.message(), "redirected in circles");
    assert_eq!(server.count(ACTION), 6);
}

#[tokio::test]
async fn a_redirect_without_an_address_is_an_error() {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /v3/auth/tokens" => Reply::Usual,
        _ => status(302),
    })
    .await;
    let error = server.cloud().compute().start_instance(WEB).await.unwrap_err();
    assert_eq!((error.status(), server.count(ACTION)), (Some(302), 1));
}
