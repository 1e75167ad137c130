//! Which path and method lead to which route of which service.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::any;

use crate::SERVICES;
use crate::call::Refusal;
use crate::http::{Routed, answer};
use crate::service::{Route, Service};
use crate::store::Store;

/// Everything the cloud answers to.
pub(crate) fn router(store: &Arc<Store>) -> Router {
    let mut router = Router::new();
    for service in SERVICES {
        let versions = service.versions.iter().map(|route| (service.home, route));
        let bases = [service.path].into_iter().chain(service.aliases.iter().copied());
        let all = bases.flat_map(|base| {
            service.routes.iter().copied().flatten().map(move |route| (base, route))
        });
        let mut paths: BTreeMap<String, Vec<&'static Route>> = BTreeMap::new();
        for (base, route) in versions.chain(all) {
            paths.entry(format!("{base}{}", route.path)).or_default().push(route);
        }
        for (path, routes) in paths {
            let (store, routes) = (store.clone(), Arc::new(routes));
            let handler = move |request: Request| async move {
                let route = choose(service, &routes, request.method());
                answer(&store, service, route, request).await
            };
            router = router.route(&path, any(handler));
        }
    }
    let store = store.clone();
    router.fallback(move |request: Request| async move {
        let path = request.uri().path();
        let below = |base: &str| {
            path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let Some(service) = SERVICES.iter().find(|service| below(service.home)) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let elsewhere = service.elsewhere.filter(|_| !below(service.path));
        let lost = || Refusal::not_found("The resource could not be found.");
        answer(&store, service, elsewhere.ok_or_else(lost), request).await
    })
}

/// The route of a path for a method, or the refusal if there is none.
fn choose(service: &Service, routes: &[&'static Route], method: &Method) -> Routed {
    let of = |method: &Method| routes.iter().find(|route| route.method == method).copied();
    let head = *method == Method::HEAD && service.answers_head;
    let found = of(method).or_else(|| if head { of(&Method::GET) } else { None });
    found.ok_or_else(|| {
        let known: Vec<_> = routes.iter().map(|route| route.method.as_str()).collect();
        (service.wrong_method)(method, &known)
    })
}
