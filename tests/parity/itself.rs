//! The comparison itself: that differences are found, and that what only looks like one is not.

use std::collections::BTreeMap;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::answer::{Answer, Body, Names, RawAnswer, class};
use crate::compare::{Shape, compare, compare_order, compare_sorting};
use crate::table::{self, Until};

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name: &str, check: fn()| {
        Trial::test(format!("itself: {name}"), move || {
            check();
            Ok(())
        })
    };
    vec![
        trial("every kind of difference is found", differences_are_found),
        trial("lists are compared by what their items have in common", lists_are_merged),
        trial("another order of the same things is found", order_is_found),
        trial("references and tags have no order", references_have_no_order),
        trial("a list without an order is compared as if it had one", lists_are_sorted),
        trial("what happened on the way may differ, but not contradict", ways_are_compared),
        trial("ids, times and addresses are taken out, and nothing else", names_are_common),
        trial("a table is read as it is meant", tables_are_read),
    ]
}

fn answer(status: u16, body: Value) -> Answer {
    let headers = BTreeMap::from([("vary".to_string(), "X-Auth-Token".to_string())]);
    Answer { status, headers, body: Body::Json(body) }
}

/// The places where two bodies differ.
fn places(testbed: Value, local: Value, loosely: bool) -> Vec<String> {
    let found = compare(&answer(200, testbed), &answer(200, local), loosely);
    found.into_iter().map(|difference| difference.place).collect()
}

fn differences_are_found() {
    let same = json!({ "server": { "name": "a", "tags": [] } });
    assert!(compare(&answer(200, same.clone()), &answer(200, same.clone()), false).is_empty());

    let mut other = answer(404, same.clone());
    other.headers = BTreeMap::from([("etag".to_string(), "1".to_string())]);
    let found = compare(&answer(200, same.clone()), &other, false);
    let found: Vec<_> = found.iter().map(|difference| difference.place.as_str()).collect();
    assert_eq!(found, ["status", "header.etag", "header.vary"]);

    for loosely in [false, true] {
        assert_eq!(
            places(json!({ "a": { "b": 1 } }), json!({ "a": {} }), loosely),
            ["body.a.b"],
            "a missing key"
        );
        assert_eq!(
            places(json!({ "a": {} }), json!({ "a": { "b": null } }), loosely),
            ["body.a.b"],
            "a key too many"
        );
        assert_eq!(places(json!({ "a": "1" }), json!({ "a": 1 }), loosely), ["body.a"], "a type");
        assert_eq!(
            places(json!({ "a": 1.0 }), json!({ "a": 1 }), loosely),
            ["body.a"],
            "1.0 and 1"
        );
        assert_eq!(places(json!({ "a": null }), json!({ "a": "x" }), loosely), ["body.a"]);
        assert_eq!(
            places(json!({ "a": "<timeZ>" }), json!({ "a": "<time>" }), loosely),
            ["body.a"],
            "another way to write the time"
        );
    }
    assert_eq!(places(json!({ "a": "x" }), json!({ "a": "y" }), false), ["body.a"]);
    assert!(places(json!({ "a": "x" }), json!({ "a": "y" }), true).is_empty());

    let text = |text: &str| Answer { body: Body::Text(text.into()), ..answer(404, Value::Null) };
    assert_eq!(compare(&text("<html>"), &text("<HTML>"), true).len(), 1);
    assert_eq!(compare(&text("{}"), &answer(404, json!({})), true).len(), 1);
}

fn lists_are_merged() {
    let list = json!({ "ports": [{ "id": "<uuid>", "ip": null }, { "id": "<uuid>", "ip": "a" }] });
    let longer = json!({ "ports": [
        { "id": "<uuid>", "ip": "b" }, { "id": "<uuid>", "ip": null }, { "id": "<uuid>", "ip": "c" },
    ] });
    assert!(places(list.clone(), longer.clone(), true).is_empty());
    assert_eq!(places(list.clone(), longer, false), ["body.ports"]);
    assert_eq!(places(list.clone(), json!({ "ports": [] }), true), ["body.ports"]);
    let never_null = json!({ "ports": [{ "id": "<uuid>", "ip": "b" }] });
    assert_eq!(places(list.clone(), never_null, true), ["body.ports[].ip"]);
    let at_times = json!({ "ports": [{ "id": "<uuid>", "ip": null }, { "ip": "b" }] });
    assert_eq!(places(list, at_times, true), ["body.ports[].id"]);
}

fn references_have_no_order() {
    let mut names = Names::default();
    names.add("pool", "11111111-1111-1111-1111-111111111111");
    names.add("other", "22222222-2222-2222-2222-222222222222");
    let one = json!([{ "id": "22222222-2222-2222-2222-222222222222" },
        { "id": "11111111-1111-1111-1111-111111111111" }]);
    let other = json!([one[1], one[0]]);
    assert_eq!(names.common_value(&one), names.common_value(&other));
    let more = json!([{ "id": "b", "name": "y" }, { "id": "a", "name": "x" }]);
    assert_eq!(names.common_value(&more), more, "things are not references");
    let tagged = |tags: Value| names.common_value(&json!({ "image": { "tags": tags } }));
    assert_eq!(tagged(json!(["b", "a"])), tagged(json!(["a", "b"])));
    assert_ne!(tagged(json!(["a", "b"])), tagged(json!(["a", "c"])));
    let words = json!({ "dns_nameservers": ["b", "a"] });
    assert_eq!(names.common_value(&words), words, "other lists have an order");
}

fn lists_are_sorted() {
    let list = |names: [&str; 2]| {
        let items = names.map(|name| json!({ "port_id": name }));
        answer(200, json!({ "ports": { "all": items } }))
    };
    let (mut one, other) = (list(["{port}", "<uuid>"]), list(["<uuid>", "{port}"]));
    assert_eq!(compare(&one, &other, false).len(), 2);
    one.sort("ports.all", "port_id");
    assert!(compare(&one, &other, false).is_empty());
}

fn order_is_found() {
    let list = |names: &[&str]| {
        let items: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
        answer(200, json!({ "flavors": items }))
    };
    let order = |a: &[&str], b: &[&str]| compare_order(&list(a), &list(b), "flavors", "name");
    assert!(order(&["a", "b", "own"], &["a", "other", "b"]).is_none());
    assert!(order(&["a", "b"], &["b", "a"]).is_some());
    assert!(order(&["a", "b"], &["a", "c"]).is_some(), "one is no order");

    let raw = |names: &[&str]| {
        let Body::Json(body) = list(names).body else { panic!() };
        RawAnswer { status: 200, headers: Vec::new(), text: String::new(), json: Some(body) }
    };
    let sorting =
        |a: &[&str], b: &[&str]| compare_sorting(&raw(a), &raw(b), "flavors", "name").is_some();
    let (up, down, mixed) = (["a", "b", "c"], ["3", "2", "1"], ["1", "3", "2"]);
    assert!(!sorting(&up, &["1", "2", "3", "4"]));
    assert!(!sorting(&down, &down));
    assert!(sorting(&up, &down) && sorting(&up, &mixed) && sorting(&mixed, &mixed));
    assert!(sorting(&["a", "b"], &["a", "b"]), "two are no order");
}

fn ways_are_compared() {
    let contradictions = |a: &Value, b: &Value| {
        let mut found = Vec::new();
        Shape::of(a).contradictions(&Shape::of(b), "way", &mut found);
        found.into_iter().map(|difference| difference.place).collect::<Vec<_>>()
    };
    let early = json!({ "task": "scheduling", "addresses": {}, "host": null });
    let late = json!({ "task": null, "addresses": { "net": [1] }, "host": "a" });
    assert!(contradictions(&early, &late).is_empty());
    assert_eq!(
        contradictions(&json!({ "task": 1 }), &early),
        ["way.addresses", "way.host", "way.task"]
    );
}

fn names_are_common() {
    let mut names = Names::default();
    names.add("compute", "http://127.0.0.1:8774");
    names.add("server", "0d7a1f5e-7b39-4d6c-9b8f-0f6b0a6f4c11");
    let common = |text: &str| names.common(text);
    assert_eq!(common("Instance 0d7a1f5e-7b39-4d6c-9b8f-0f6b0a6f4c11."), "Instance {server}.");
    assert_eq!(common("http://127.0.0.1:8774/v2.1/"), "{compute}/v2.1/");
    assert_eq!(
        common("Flavor 11111111-7b39-4d6c-9b8f-0f6b0a6f4c11 could not be found."),
        "Flavor <uuid> could not be found."
    );
    assert_eq!(common("2026-01-31T23:59:59.000000Z"), "<time.0Z>");
    assert_eq!(common("at 2026-01-31T23:59:59, on 10.0.0.1:"), "at <time>, on <ipv4>:");
    assert_eq!(common("fe80::1 fa:16:3e:00:00:01"), "<ipv6> <mac>");
    assert_eq!(common("5 is too big\n\nFailed validating 'max'\n"), "5 is too big");
    assert_eq!(
        common("5 is big\n\nFailed validating:\n 5<br /><br />\n"),
        "5 is big<br /><br />\n"
    );
    assert_eq!(
        common("host-10-0-0-7 host-10-0-0-7.a.example."),
        "<host name> <host name in a domain>."
    );
    for plain in ["", "deadbeef", "2.91", "req-1", "'x' is too long", "a:b", "v2.1"] {
        assert_eq!(common(plain), plain);
    }
    assert_eq!(class("0D7A1F5E-7B39-4D6C-9B8F-0F6B0A6F4C11"), None, "services write small letters");
}

fn tables_are_read() {
    let lines = [
        "# for the reader",
        "allow header.etag: all differ",
        "A title",
        "    POST /v2.1/servers",
        "        at 2.91",
        "        X-Name: a: b",
        "        only catalog type compute",
        "        send {\"a\":",
        "            1}",
        "        allow body.a: it is so",
        "        perhaps body.b: it is chance",
        "    GET /v2.1/servers/{server}",
        "        until server.status ACTIVE",
        "        until server.hostId",
    ];
    let table = table::read(&lines.join("\n")).unwrap();
    let [story] = &table.stories[..] else { panic!("{table:?}") };
    assert_eq!(table.allowed[0].place, "header.etag");
    let [create, show] = &story.steps[..] else { panic!("{story:?}") };
    assert_eq!(story.title, "A title");
    assert_eq!((create.method.as_str(), create.path.as_str()), ("POST", "/v2.1/servers"));
    assert_eq!(create.version.as_deref(), Some("2.91"));
    assert_eq!(create.headers, [("X-Name".to_string(), "a: b".to_string())]);
    assert_eq!(create.only[0], "catalog type compute");
    assert_eq!(create.body.as_deref(), Some("{\"a\":\n1}"));
    assert_eq!(create.allowed[0].place, "body.a");
    assert!(!create.allowed[0].by_chance && create.allowed[1].by_chance);
    let active = Until::Has { place: "server.status".into(), value: "ACTIVE".into() };
    let there = Until::Has { place: "server.hostId".into(), value: String::new() };
    assert_eq!(show.until, [active, there]);

    for (table, why) in [
        ("A title\n    GET /\n        allow body.a\n", "line 3: no reason is given"),
        ("allow body.a\n", "line 1: no reason is given"),
        ("A title\n    GET /\n        wrong thing\n", "line 3: 'wrong' means nothing"),
        ("    GET /\n", "line 1: a method and a path belong here"),
        ("A title\n", "'A title' has no request"),
    ] {
        let refused = table::read(table).unwrap_err();
        assert!(refused.starts_with(why), "{refused}");
    }
}
