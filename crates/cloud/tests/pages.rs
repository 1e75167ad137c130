//! Lists in pages. Of a link to the next page only the query is used, wherever it points; a list
//! that does not advance is an error instead of an endless loop; a stream fetches ahead; and
//! whoever wants only the first items causes no more requests than those need.

use std::pin::pin;

use futures_util::StreamExt;
use infomaniak_cloud::Kind;
use infomaniak_cloud::compute::Instance;
use infomaniak_cloud::page::Pages;
use infomaniak_cloud::resource::Resource;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::COMPUTE;
use serde_json::json;

use crate::sample;
use crate::server::{Received, Reply, Server, json_answer, status};

const LIST: &str = "GET /compute/v2.1/servers/detail";

/// Plays a list of three pages whose links begin with `link`.
fn three_pages(request: &Received, link: &str) -> Reply {
    if request.what() != LIST {
        return Reply::Usual;
    }
    let (name, next) = match request.query() {
        "" => ("one", Some("marker=a%2Fb&limit=1")),
        "marker=a%2Fb&limit=1" => ("two", Some("marker=c&limit=1")),
        "marker=c&limit=1" => ("three", None),
        other => panic!("nobody gave out {other}"),
    };
    let links = next.map(|query| json!({ "rel": "next", "href": format!("{link}?{query}") }));
    json_answer(
        200,
        json!({ "servers": [sample::server("id", name, "ACTIVE")],
            "servers_links": links.into_iter().collect::<Vec<_>>() }),
    )
}

fn names(instances: &[Instance]) -> Vec<&str> {
    instances.iter().map(|instance| instance.name.as_str()).collect()
}

#[tokio::test]
async fn only_the_query_of_a_link_is_used() {
    let elsewhere = Server::start(sample::demo).await;
    let links = [
        format!("{}/compute/v2.1/servers/detail", elsewhere.url()),
        "https://inside.example:8774/v2.1/other".to_string(),
        "/quite/another/path".to_string(),
        String::new(),
    ];
    for link in links {
        let server = Server::start(move |request: &Received| three_pages(request, &link)).await;
        let instances = server.cloud().compute().list_instances().await.unwrap();
        assert_eq!(names(&instances), ["one", "two", "three"]);
        assert_eq!(server.count(LIST), 3);
    }
    assert_eq!(elsewhere.lines(), [""; 0]);
}

#[tokio::test]
async fn a_list_that_does_not_advance_is_an_error() {
    // One server names the page itself, one ignores the marker, one goes back and forth.
    let not_advancing: [fn(&Received) -> &str; 3] = [
        |request| request.query(),
        |_| "marker=a",
        |request| if request.query() == "marker=a" { "marker=b" } else { "marker=a" },
    ];
    for next in not_advancing {
        let server = Server::start(move |request: &Received| match request.what() {
            LIST => {
                assert!(request.nth < 20, "an endless loop");
                let link = json!({ "rel": "next", "href": format!("/?{}", next(request)) });
                json_answer(200, json!({ "servers": [], "servers_links": [link] }))
            }
            _ => Reply::Usual,
        })
        .await;
        let error = server.cloud().compute().list_instances().await.unwrap_err();
        assert_eq!(error.kind(), Kind::Decode);
        assert!(error.message().contains("does not advance"), "{error}");
    }
}

#[tokio::test]
async fn a_stream_fetches_the_next_page_while_the_present_one_is_used() {
    let server = Server::start(|request: &Received| three_pages(request, "")).await;
    let mut instances = pin!(Instance::list(&server.cloud()).stream());
    assert_eq!(instances.next().await.unwrap().unwrap().name, "one");
    server.until(LIST, 2).await;
    assert_eq!(server.count(LIST), 2, "one page ahead, not more");
    assert_eq!(instances.next().await.unwrap().unwrap().name, "two");
    assert_eq!(instances.next().await.unwrap().unwrap().name, "three");
    assert!(instances.next().await.is_none());
    assert_eq!(server.count(LIST), 3);
}

#[tokio::test]
async fn the_first_items_cost_no_more_requests_than_they_need() {
    let server = Server::start(|request: &Received| three_pages(request, "")).await;
    let cloud = server.cloud();
    for (count, pages, found) in [
        (0, 0, &[][..]),
        (1, 1, &["one"]),
        (2, 3, &["one", "two"]),
        (9, 6, &["one", "two", "three"]),
    ] {
        let instances = Instance::list(&cloud).first(count).await.unwrap();
        assert_eq!(names(&instances), found);
        assert_eq!(server.count(LIST), pages, "after the first {count}");
    }
}

#[tokio::test]
async fn a_page_that_fails_fails_the_list() {
    let server = Server::start(|request: &Received| match request.query() {
        "marker=c&limit=1" => status(403),
        _ => three_pages(request, ""),
    })
    .await;
    let cloud = server.cloud();
    assert_eq!(cloud.compute().list_instances().await.unwrap_err().kind(), Kind::Denied);
    let streamed: Vec<_> = Instance::list(&cloud).stream().collect().await;
    assert_eq!(streamed.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
}

#[tokio::test]
async fn the_settings_of_the_first_request_stay_out_of_the_next() {
    // Nova's own link repeats the filter; adding ours again would send it twice.
    let server = Server::start(|request: &Received| match (request.what(), request.nth) {
        (LIST, 0) => json_answer(
            200,
            json!({ "servers": [], "servers_links":
                [{ "rel": "next", "href": "http://h/?name=web&marker=a" }] }),
        ),
        (LIST, _) => json_answer(200, json!({ "servers": [] })),
        _ => Reply::Usual,
    })
    .await;
    let filtered = Request::get(&COMPUTE, &["servers", "detail"]).query("name", "web");
    let pages = Pages::<Instance>::new(&server.cloud(), filtered, "servers");
    assert!(pages.all().await.unwrap().is_empty());
    assert_eq!(server.received()[2].query(), "name=web&marker=a");
}
