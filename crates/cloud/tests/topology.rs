//! The network as a whole, where a cloud has no load balancers, or none for these credentials.

use serde_json::{Value, json};

use crate::sample::demo;
use crate::server::{Received, Reply, Server, json_answer, login};

const LOGIN: &str = "POST /v3/auth/tokens";

/// The small cloud, without load balancers in its catalog.
async fn without_balancers() -> Server {
    Server::start(|request| match request.what() {
        LOGIN => {
            let login = login(request, 60);
            login.changed(|body| {
                let services = body["token"]["catalog"].as_array_mut().unwrap();
                services.retain(|service| service["type"] != "load-balancer");
            })
        }
        _ => demo(request),
    })
    .await
}

#[tokio::test]
async fn a_cloud_without_load_balancers_is_not_asked_for_any() {
    let server = without_balancers().await;
    let seen = server.cloud().network().show_topology().await.unwrap();
    assert!(!seen.networks.is_empty());
    assert!(seen.networks.iter().all(|network| network.load_balancers.is_empty()));
    assert_eq!((server.count("GET /"), server.count("GET /balancer")), (6, 0));
}

#[tokio::test]
async fn where_load_balancers_are_for_others_the_rest_is_drawn() {
    let denied = |request: &Received| -> Option<Reply> {
        let words = "Policy does not allow this request to be performed.";
        let body = json!({ "faultcode": "Client", "faultstring": words, "debuginfo": Value::Null });
        request.what().starts_with("GET /balancer").then(|| json_answer(403, body))
    };
    let server =
        Server::start(move |request| denied(request).unwrap_or_else(|| demo(request))).await;
    let seen = server.cloud().network().show_topology().await.unwrap();
    assert!(!seen.networks.is_empty());
    assert!(seen.networks.iter().all(|network| network.load_balancers.is_empty()));
}

#[tokio::test]
async fn a_load_balancer_is_drawn_on_the_network_of_its_address() {
    let server = Server::start(demo).await;
    let seen = server.cloud().network().show_topology().await.unwrap();
    let (mut on, mut elsewhere) = (Vec::new(), 0);
    for network in &seen.networks {
        match &network.load_balancers[..] {
            [] => elsewhere += 1,
            several => on.extend(several),
        }
    }
    assert_eq!((on.len(), elsewhere + 1), (1, seen.networks.len()));
    assert_eq!((&on[0].name[..], &on[0].addresses[..]), ("web-lb", &["10.0.0.5".to_string()][..]));
    assert_eq!(on[0].listeners, ["HTTP:80"]);
    assert_eq!((&on[0].pools[0].name[..], on[0].pools[0].members), ("web-pool", 1));
}
