//! Answers that are not what they should be: cut, compressed and cut, a page of HTML, a choice of
//! versions. A read is tried again where that may help; what cannot be understood is an error that
//! says what came.

use infomaniak_cloud::{Kind, Processed};
use infomaniak_local::Fault;

use crate::stage::{LIST, LOGIN, Stage, refused, status};

const PAGE: &str = "<html><head><title>Maintenance</title></head><body>Soon.</body></html>";
/// Where Nova tells its versions.
const VERSIONS: &str = "GET /compute/v2.1/";

#[tokio::test]
async fn a_compressed_answer_is_read() {
    let stage = Stage::open().await;
    stage.plan(2, "", "", &Fault::Gzip(usize::MAX));
    stage.cloud().compute().list_keypairs().await.unwrap();
    assert_eq!((stage.tap.count(LOGIN), stage.tap.count(LIST)), (1, 1));
}

#[tokio::test]
async fn a_read_that_breaks_off_is_tried_again_and_then_reported() {
    for fault in [Fault::Cut(5), Fault::Cut(0), Fault::Gzip(20), Fault::Gzip(3)] {
        let stage = Stage::open().await;
        let cloud = stage.cloud();
        stage.plan(1, "GET", "/os-keypairs", &fault);
        cloud.compute().list_keypairs().await.unwrap();
        assert_eq!(stage.tap.count(LIST), 2, "{fault:?}");

        stage.plan(9, "GET", "/os-keypairs", &fault);
        let error = refused(cloud.compute().list_keypairs().await);
        assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::No));
        assert!(error.message().contains("broke off"), "{error}");
        assert_eq!((error.attempts(), stage.tap.count(LIST)), (4, 2 + 4), "{fault:?}");
    }
}

#[tokio::test]
async fn a_login_that_breaks_off_is_tried_again() {
    for fault in [Fault::Cut(50), Fault::Gzip(50), Fault::ResetBefore, Fault::ResetAfter] {
        let stage = Stage::open().await;
        stage.plan(1, "POST", "/auth/tokens", &fault);
        stage.cloud().compute().list_keypairs().await.unwrap();
        assert_eq!(stage.tap.count(LOGIN), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn a_page_of_html_is_no_answer_though_its_status_is_200() {
    let stage = Stage::open().await;
    let page = status(200, &[("content-type", "text/html")], Some(PAGE));
    stage.plan(1, "GET", "/os-keypairs", &page);
    let error = refused(stage.cloud().compute().list_keypairs().await);
    assert_eq!((error.kind(), error.status()), (Kind::Decode, Some(200)));
    assert!(error.message().contains("HTML page"), "{error}");
    assert!(error.hint().unwrap().contains("proxy"), "{error:?}");

    // In Keystone's place it means that Keystone is somewhere else.
    stage.plan(1, "POST", "/auth/tokens", &page);
    let error = refused(stage.cloud().compute().list_keypairs().await);
    assert_eq!(error.kind(), Kind::Config);
    assert!(error.message().contains(&stage.tap.url()), "{error}");

    stage.plan(1, "GET", "/os-keypairs", &page);
    let ran = stage.ik(&["keypair", "list"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("HTML page") && !ran.stderr.contains("Maintenance"), "{ran:?}");
}

#[tokio::test]
async fn a_choice_of_versions_is_read_although_its_status_is_300() {
    let stage = Stage::open().await;
    stage.plan(1, "GET", "/os-keypairs", &status(406, &[], None));
    let choice = r#"{"versions": [{"id": "v2.0", "status": "SUPPORTED", "version": ""},
        {"id": "v2.1", "status": "CURRENT", "version": "2.60", "min_version": "2.1"}]}"#;
    // A place to go to, which nobody is to follow: it is one of several.
    let headers = [("content-type", "application/json"), ("location", "/compute/v2.0/")];
    stage.plan(1, "GET", "/compute/v2.1/", &status(300, &headers, Some(choice)));
    stage.cloud().compute().list_keypairs().await.unwrap();
    assert_eq!((stage.tap.count(VERSIONS), stage.tap.count(LIST)), (1, 2));
    let asked = stage.tap.requests();
    let version = |nth: usize| asked[nth].header("openstack-api-version").map(str::to_string);
    assert_eq!(version(1).as_deref(), Some("compute 2.91"));
    assert_eq!(version(3).as_deref(), Some("compute 2.60"));
}

#[tokio::test]
async fn a_choice_that_says_nothing_is_an_error_and_not_followed() {
    let stage = Stage::open().await;
    stage.plan(1, "GET", "/os-keypairs", &status(406, &[], None));
    let choice = r#"{"choices": [{"id": "v2.1", "links": []}]}"#;
    stage.plan(
        1,
        "GET",
        "/compute/v2.1/",
        &status(300, &[("location", "/elsewhere")], Some(choice)),
    );
    let error = refused(stage.cloud().compute().list_keypairs().await);
    assert_eq!((error.kind(), error.service()), (Kind::Unsupported, Some("compute")));
    assert_eq!((stage.tap.count(VERSIONS), stage.tap.requests().len()), (1, 3));
}

#[tokio::test]
async fn a_choice_where_an_answer_should_be_is_an_error() {
    let stage = Stage::open().await;
    stage.plan(1, "GET", "/os-keypairs", &status(300, &[("location", "/elsewhere")], Some("{}")));
    let error = refused(stage.cloud().compute().list_keypairs().await);
    assert_eq!(error.status(), Some(300));
    assert_eq!((stage.tap.count(LIST), stage.tap.requests().len()), (1, 2));
}
