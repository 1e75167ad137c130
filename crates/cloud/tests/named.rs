//! Names and ids. What looks like an id is asked for directly and then as a name; any other text is
//! a name, whatever characters are in it; and of several with the same name none is guessed. Two
//! requests at most, and a name never leaves its place in a path.

use infomaniak_cloud::compute::{Flavor, Image, Instance};
use infomaniak_cloud::network::Network;
use infomaniak_cloud::resource::Resource;
use infomaniak_cloud::{Cloud, Error, Kind, Named};
use serde_json::{Value, json};

use crate::sample::{self, NOBODY, WEB, demo};
use crate::server::{Received, Reply, Server, json_answer, status};

const LIST: &str = "GET /compute/v2.1/servers/detail";

async fn find<T: Resource>(cloud: &Cloud, text: &str) -> Result<String, Error> {
    Named::<T>::from(text).find(cloud).await.map(|found| found.id().to_string())
}

/// A server whose list at `what` has exactly these items.
async fn listing(what: &'static str, key: &'static str, items: Vec<Value>) -> Server {
    Server::start(move |request: &Received| {
        if request.what() == what {
            return json_answer(200, json!({ key: items }));
        }
        Reply::Usual
    })
    .await
}

#[tokio::test]
async fn what_looks_like_an_id_is_asked_for_directly() {
    let server = Server::start(demo).await;
    assert_eq!(find::<Instance>(&server.cloud(), WEB).await.unwrap(), WEB);
    assert_eq!(server.lines()[1..], [format!("GET /compute/v2.1/servers/{WEB}")]);
}

#[tokio::test]
async fn a_name_that_looks_like_an_id_is_found_with_the_second_request() {
    let server = listing(LIST, "servers", vec![sample::server("other", NOBODY, "ACTIVE")]).await;
    assert_eq!(find::<Instance>(&server.cloud(), NOBODY).await.unwrap(), "other");
    let by_id = format!("GET /compute/v2.1/servers/{NOBODY}");
    assert_eq!(server.lines()[1..], [by_id, format!("{LIST}?name=%5E{NOBODY}%24")]);
}

#[tokio::test]
async fn an_action_takes_an_id_at_its_word() {
    let server = Server::start(demo).await;
    server.cloud().compute().stop_instance(WEB).await.unwrap();
    assert_eq!(server.lines()[1..], [format!("POST /compute/v2.1/servers/{WEB}/action")]);
}

#[tokio::test]
async fn deleting_an_instance_whose_name_looks_like_an_id_deletes_it() {
    let server = Server::start(|request: &Received| match request.what() {
        LIST => json_answer(200, json!({ "servers": [sample::server("x", NOBODY, "ACTIVE")] })),
        "DELETE /compute/v2.1/servers/x" => status(204),
        _ => Reply::Usual,
    })
    .await;
    server.cloud().compute().delete_instance(NOBODY).await.unwrap();
    assert_eq!(server.count("DELETE /compute/v2.1/servers/x"), 1);
}

#[tokio::test]
async fn deleting_what_is_gone_succeeds_by_id_and_fails_by_name() {
    let server = listing(LIST, "servers", vec![]).await;
    let compute = server.cloud().compute();
    compute.delete_instance(NOBODY).await.unwrap();
    let forced = compute.delete_instance(NOBODY).force(true).await.unwrap_err();
    assert_eq!((forced.kind(), forced.status()), (Kind::NotFound, Some(404)));
    let named = compute.delete_instance("web").await.unwrap_err();
    assert_eq!((named.kind(), named.status()), (Kind::NotFound, None));
    compute.delete_keypair("ann").await.unwrap();
}

#[tokio::test]
async fn names_of_any_characters_are_found() {
    for name in
        ["two words", "a/b", "café été", "日本", "web.1", "(a|b)*+?^$[x]\\d", "..", "in:x,y"]
    {
        let near = ["web1", "a", "two  words", ""].map(|n| sample::server("near", n, "ACTIVE"));
        let items = [&near[..], &[sample::server("right", name, "ACTIVE")]].concat();
        let server = listing(LIST, "servers", items).await;
        assert_eq!(find::<Instance>(&server.cloud(), name).await.unwrap(), "right", "{name}");
        assert_eq!(server.lines().len(), 2);

        let items = vec![sample::image("near", "a"), sample::image("right", name)];
        let server = listing("GET /image/v2/images", "images", items).await;
        assert_eq!(find::<Image>(&server.cloud(), name).await.unwrap(), "right", "{name}");

        let items = vec![sample::network("near", "a"), sample::network("right", name)];
        let server = listing("GET /network/v2.0/networks", "networks", items).await;
        assert_eq!(find::<Network>(&server.cloud(), name).await.unwrap(), "right", "{name}");
        let query = server.received()[1].query().to_string();
        let sent: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(sent, [("name".to_string(), name.to_string())]);

        let items = vec![sample::flavor("near", "a"), sample::flavor("right", name)];
        let server = listing("GET /compute/v2.1/flavors/detail", "flavors", items).await;
        assert_eq!(find::<Flavor>(&server.cloud(), name).await.unwrap(), "right", "{name}");
    }
}

/// Nova takes the name for a regular expression of its database: only what means the same in all
/// of them may be sent.
#[tokio::test]
async fn novas_filter_contains_nothing_that_has_a_meaning() {
    let patterns = [
        ("web-1", "^web-1$"),
        ("web.1", "^web.+1$"),
        ("a  b", "^a.+b$"),
        ("(a|b)*", "^.+a.+b.+$"),
        ("日本", "^.+$"),
    ];
    for (name, pattern) in patterns {
        let server = listing(LIST, "servers", vec![]).await;
        assert_eq!(
            find::<Instance>(&server.cloud(), name).await.unwrap_err().kind(),
            Kind::NotFound
        );
        let query = server.received()[1].query().to_string();
        let sent: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(sent, [("name".to_string(), pattern.to_string())]);
    }
}

#[tokio::test]
async fn the_id_of_a_flavor_has_no_form_and_is_found_in_the_list() {
    let items = vec![sample::flavor("1", "2"), sample::flavor("2", "small")];
    let server = listing("GET /compute/v2.1/flavors/detail", "flavors", items).await;
    assert_eq!(find::<Flavor>(&server.cloud(), "2").await.unwrap(), "2");
    assert_eq!(find::<Flavor>(&server.cloud(), "small").await.unwrap(), "2");
}

#[tokio::test]
async fn of_several_with_a_name_none_is_guessed() {
    let items = vec![
        sample::server("one", "web", "ACTIVE"),
        sample::server("two", "web", "SHUTOFF"),
        sample::server("three", "web-3", "ACTIVE"),
    ];
    let server = listing(LIST, "servers", items).await;
    let error = server.cloud().compute().delete_instance("web").await.unwrap_err();
    assert_eq!((error.kind(), error.resource()), (Kind::Ambiguous, Some("web")));
    assert_eq!(error.message(), "2 instances are called `web`");
    assert_eq!(error.hint(), Some("use an id: one (ACTIVE), two (SHUTOFF)"));
    assert_eq!(server.count("DELETE"), 0);
}

#[tokio::test]
async fn a_near_name_is_suggested_and_never_taken() {
    let items = vec![sample::flavor("1", "a1-ram2-disk20-perf1")];
    let server = listing("GET /compute/v2.1/flavors/detail", "flavors", items).await;
    let error = find::<Flavor>(&server.cloud(), "a1-ram2-disk20-perf").await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    assert_eq!(error.hint(), Some("is `a1-ram2-disk20-perf1` meant?"));
    let error = find::<Flavor>(&server.cloud(), "A1-RAM2-DISK20-PERF1").await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_name_stays_in_its_place_of_the_path() {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /v3/auth/tokens" => Reply::Usual,
        _ => status(204),
    })
    .await;
    let compute = server.cloud().compute();
    let names = [
        ("../x", "..%2Fx"),
        ("a/b", "a%2Fb"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("50%", "50%25"),
        ("%2e%2e", "%252e%252e"),
        ("é ", "%C3%A9%20"),
        ("a\nb\\c", "a%0Ab%5Cc"),
    ];
    for (name, segment) in names {
        compute.delete_keypair(name).await.unwrap();
        let last = server.lines().pop().unwrap();
        assert_eq!(last, format!("DELETE /compute/v2.1/os-keypairs/{segment}"));
    }
    let before = server.lines().len();
    for name in ["", ".", ".."] {
        let error = compute.delete_keypair(name).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{name:?}");
    }
    for name in ["", " "] {
        let error = compute.get_instance(name).await.unwrap_err();
        assert!(matches!(error.kind(), Kind::Invalid | Kind::NotFound | Kind::Decode), "{error}");
    }
    assert_eq!(server.count("DELETE"), names.len());
    assert!(server.lines().len() <= before + 1);
}
