//! What load balancers need besides their requests: they are waited for, before and after each
//! change; nobody else's things are listed; no body has a null.

use std::time::Duration;

use infomaniak_cloud::Kind;
use serde_json::{Map, Value, json};

use crate::sample::SUBNET;
use crate::sample::demo;
use crate::sample::load_balancer::{BALANCER, LISTENER, MEMBER, POOL, balancer, listener};
use crate::server::{Received, Reply, Server, json_answer};

const LISTENERS: &str = "POST /balancer/v2.0/lbaas/listeners";
const LOOK: &str = "GET /balancer/v2.0/lbaas/loadbalancers/";

/// Octavia's words for what it is at work on.
fn immutable(what: &str) -> Reply {
    let words = format!("{what} is immutable and cannot be updated.");
    json_answer(409, json!({ "faultcode": "Client", "faultstring": words, "debuginfo": null }))
}

/// The small cloud, whose balancer has these states one after the other; the last one stays.
async fn going_through(
    states: &'static [&'static str],
    more: impl Fn(&Received) -> Option<Reply> + Send + Sync + 'static,
) -> Server {
    Server::start(move |request| {
        if let Some(reply) = more(request) {
            return reply;
        }
        if request.what().starts_with(LOOK) {
            let state = states.get(request.nth).or(states.last()).unwrap_or(&"ACTIVE");
            return json_answer(200, json!({ "loadbalancer": balancer(state) }));
        }
        demo(request)
    })
    .await
}

/// W69: the change before may still be in the works; what Octavia refuses for that is sent again
/// when it is done, and the next command finds the balancer at rest.
#[tokio::test]
async fn w69_a_change_waits_for_its_balancer_before_and_after() {
    let states = &["PENDING_UPDATE", "ACTIVE", "PENDING_UPDATE", "ACTIVE"];
    let server = going_through(states, |request| {
        (request.what() == LISTENERS && request.nth == 0).then(|| immutable("Load Balancer 1"))
    })
    .await;
    let create = server.cloud().network().create_listener(BALANCER, "web", "HTTP", 80_u16);
    assert_eq!(create.await.unwrap().id, LISTENER);
    let lines: Vec<_> =
        server.lines().iter().map(|line| line.replace("/balancer/v2.0/lbaas", "")).collect();
    let look = format!("GET /loadbalancers/{BALANCER}");
    assert_eq!(
        lines[1..],
        [
            "POST /listeners",
            &look,
            &look,
            "POST /listeners",
            &look,
            &look,
            &format!("GET /listeners/{LISTENER}"),
        ]
    );
}

#[tokio::test]
async fn another_conflict_is_none_that_passes() {
    let server = going_through(&["ACTIVE"], |request| {
        let words = "Another Listener on this Load Balancer is already using protocol_port 80";
        let body = json!({ "faultcode": "Client", "faultstring": words });
        (request.what() == LISTENERS).then(|| json_answer(409, body))
    })
    .await;
    let create = server.cloud().network().create_listener(BALANCER, "web", "HTTP", 80_u16);
    assert_eq!(create.await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(server.count(LISTENERS), 1);
}

/// A part may be stuck though its balancer is at rest: that is said, after a few more attempts.
#[tokio::test]
async fn what_stays_immutable_is_not_waited_for_for_ever() {
    let change =
        |request: &Received| request.what().starts_with("PUT").then(|| immutable("Pool 1"));
    let server = going_through(&["ACTIVE"], change).await;
    let set = server.cloud().network().set_pool(POOL).name("www");
    let error = set.await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.hint().unwrap().contains("status show"), "{error:?}");
    assert_eq!(server.count("PUT"), 5);
}

#[tokio::test]
async fn a_failure_ends_the_wait_with_what_is_known() {
    let server = going_through(&["PENDING_UPDATE", "ERROR"], |_| None).await;
    let add = server.cloud().network().add_pool_member(POOL, "10.0.0.9", 80_u16);
    let error = add.await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed);
    for part in ["web-lb", BALANCER, "went into ERROR", "ONLINE"] {
        assert!(error.message().contains(part), "no {part} in {error:?}");
    }

    // What has failed before is not touched.
    let server = going_through(&["ERROR"], |request| {
        (request.what() == LISTENERS).then(|| immutable("Load Balancer 1"))
    })
    .await;
    let create = server.cloud().network().create_listener(BALANCER, "web", "HTTP", 80_u16);
    let error = create.await.unwrap_err();
    assert!(error.message().contains("has failed"), "{error:?}");
    assert_eq!(server.count(LISTENERS), 1);
}

/// The balancer may be well when a part of it is not.
#[tokio::test]
async fn a_part_that_failed_is_said_to() {
    let server = going_through(&["ACTIVE"], |request| {
        let mut failed = listener();
        failed["provisioning_status"] = "ERROR".into();
        let it = format!("GET /balancer/v2.0/lbaas/listeners/{LISTENER}");
        (request.what() == it).then(|| json_answer(200, json!({ "listener": failed })))
    })
    .await;
    let cloud = server.cloud().network();
    let error = cloud.create_listener(BALANCER, "web", "HTTP", 80_u16).await.unwrap_err();
    assert_eq!((error.kind(), error.resource()), (Kind::Failed, Some(LISTENER)));
    // It is still there after its deletion.
    let error = cloud.delete_listener(LISTENER).await.unwrap_err();
    assert!(error.message().contains("was not deleted"), "{error:?}");
}

#[tokio::test]
async fn a_deletion_waits_until_it_is_gone() {
    let server = going_through(&["PENDING_DELETE", "PENDING_DELETE"], |request| {
        let gone = request.what().starts_with(LOOK) && request.nth == 2;
        gone.then_some(Reply::Usual)
    })
    .await;
    server.cloud().network().delete_loadbalancer(BALANCER).await.unwrap();
    assert_eq!((server.count("DELETE"), server.count(LOOK)), (1, 3));
}

#[tokio::test]
async fn a_deletion_that_comes_to_nothing_is_a_failure() {
    let server = going_through(&["ERROR"], |_| None).await;
    let error = server.cloud().network().delete_loadbalancer(BALANCER).await.unwrap_err();
    assert!(error.message().contains("was not deleted"), "{error:?}");
}

#[tokio::test]
async fn children_in_the_way_are_named_as_such() {
    let server = going_through(&["ACTIVE"], |request| {
        let words = "Validation failure: Cannot delete Load Balancer 1 - it has children";
        let body = json!({ "faultcode": "Client", "faultstring": words });
        request.what().starts_with("DELETE").then(|| json_answer(400, body))
    })
    .await;
    let error = server.cloud().network().delete_loadbalancer(BALANCER).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.hint().unwrap().contains("--cascade"), "{error:?}");
}

#[tokio::test]
async fn a_deadline_ends_the_wait() {
    let server = going_through(&["PENDING_CREATE"], |_| None).await;
    let create = server.cloud().network().create_loadbalancer("web-lb", SUBNET);
    let error = create.timeout(Duration::from_millis(700)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::TimedOut);
    assert!(error.message().contains("PENDING_CREATE"), "{error:?}");
}

/// A creation whose answer is lost is looked for, and not sent twice.
#[tokio::test]
async fn what_may_have_been_created_is_looked_for() {
    let lost =
        |request: &Received| request.what().starts_with("POST /balancer").then_some(Reply::Close);
    let server = going_through(&["ACTIVE"], lost).await;
    let cloud = server.cloud().network();
    assert_eq!(cloud.create_loadbalancer("web-lb", SUBNET).await.unwrap().id, BALANCER);
    let listener = cloud.create_listener(BALANCER, "web", "HTTP", 80_u16);
    assert_eq!(listener.await.unwrap().id, LISTENER);
    let member = cloud.add_pool_member(POOL, "10.0.0.7", 80_u16);
    assert_eq!(member.await.unwrap().id, MEMBER);
    assert_eq!(server.count("POST /balancer"), 3);
}

/// W17: another balancer's listeners are not listed.
#[tokio::test]
async fn w17_listeners_are_those_of_the_balancer_asked_for() {
    let server = Server::start(demo).await;
    let listed = server.cloud().network().list_listeners().loadbalancer_id(BALANCER).await.unwrap();
    assert_eq!(listed[0].loadbalancer_id.as_deref(), Some(BALANCER));
    let asked = server.only("GET /balancer/v2.0/lbaas/listeners");
    assert_eq!(asked.query(), format!("load_balancer_id={BALANCER}"));
}

/// W32: what is not said is left out.
#[tokio::test]
async fn w32_no_body_has_a_null() {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.iter().any(has_null),
            Value::Object(fields) => fields.values().any(has_null),
            _ => false,
        }
    }
    let required = json!({
        "name": "n", "subnet_id": SUBNET, "loadbalancer_id": BALANCER, "protocol": "HTTP",
        "port": 80, "lb_algorithm": "ROUND_ROBIN", "pool_id": POOL, "address": "10.0.0.7",
        "monitor_type": "HTTP", "delay": 5, "timeout": 3,
    });
    let created = [
        ("create_loadbalancer", None),
        ("create_listener", None),
        ("create_pool", Some("loadbalancer_id")),
        ("add_pool_member", None),
        ("create_health_monitor", None),
    ];
    for (method, more) in created {
        let server = Server::start(demo).await;
        let operation = infomaniak_cloud::operations().find(|one| one.method == method).unwrap();
        let named = operation.arguments.iter().filter(|one| one.required).map(|one| one.name);
        let arguments: Map<_, _> =
            named.chain(more).map(|name| (name.to_string(), required[name].clone())).collect();
        (operation.run)(&server.cloud(), arguments).await.unwrap();
        let body = server.only("POST /balancer").json();
        assert!(!has_null(&body), "{method}: {body}");
    }
}

#[tokio::test]
async fn what_goes_with_a_balancer_is_said_before_in_two_requests() {
    let server = Server::start(demo).await;
    let operation =
        infomaniak_cloud::operations().find(|one| one.method == "delete_loadbalancer").unwrap();
    let arguments = json!({ "loadbalancer_id": BALANCER, "cascade": true });
    let cloud = server.cloud();
    let lines = (operation.will_remove)(&cloud, arguments.as_object().unwrap().clone());
    assert_eq!(
        lines.await.unwrap(),
        [
            "listener web HTTP 80",
            "pool web-pool with a member, monitored",
            "load balancer web-lb 10.0.0.5"
        ]
    );
    assert_eq!(server.received().len(), 1 + 1 + 2);
}

/// What is wrong with a description is said before anything is sent, the login included.
#[tokio::test]
async fn a_description_is_checked_before_anything_is_sent() {
    let server = Server::start(demo).await;
    let cloud = server.cloud().network();
    let create = || cloud.create_loadbalancer("lb", "demo-subnet");
    let typo = create().file("listeners: [{protocol: HTTP, prot: 80}]");
    let error = typo.await.unwrap_err();
    assert!(
        error.message().contains("listeners[0]") && error.message().contains("prot"),
        "{error:?}"
    );
    let alone = create().members(["web"]);
    assert!(alone.await.unwrap_err().message().contains("--listener"));
    let twice = create().file("pools: []").listeners(["HTTP:80"]);
    assert_eq!(twice.await.unwrap_err().kind(), Kind::Invalid);
    assert_eq!(server.lines(), [""; 0]);
}

#[tokio::test]
async fn what_is_there_already_is_shown_when_it_is_at_rest() {
    let server = going_through(&["ACTIVE"], |request| {
        let listed = request.what() == "GET /balancer/v2.0/lbaas/loadbalancers";
        let busy = balancer("PENDING_UPDATE");
        listed.then(|| json_answer(200, json!({ "loadbalancers": [busy] })))
    })
    .await;
    let cloud = server.cloud();
    let create = infomaniak_cloud::load_balancer::CreateLoadBalancer::new("web-lb", SUBNET);
    let shown = cloud.run_or_show(&create).await.unwrap();
    assert_eq!((shown.id.as_str(), shown.provisioning_status.as_str()), (BALANCER, "ACTIVE"));
    assert_eq!(server.count("POST /balancer"), 0);
}
