//! Creating once. Neutron and Octavia take no key of ours with a creation, and names are not unique:
//! when an answer is lost, the new thing is told by what was asked for, by the server's own
//! clock, and by what this session knows it made before.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::page::Pages;
use crate::resource::Resource;
use crate::session::Request;
use crate::session::service::NETWORK;
use crate::wait::lost::{Search, look_again};

/// Times are told in whole seconds, and the servers behind one address may differ a little.
const BLUR: Duration = Duration::from_secs(2);

/// Attributes that lists can be filtered by, in everything that is created here.
const FILTERS: &[&str] = &[
    "name",
    "network_id",
    "floating_network_id",
    "security_group_id",
    "cidr",
    "loadbalancer_id",
    "pool_id",
];

/// The ids of all that this session has created.
#[derive(Default)]
struct Made(Mutex<HashSet<String>>);

impl Made {
    /// Notes one; whether it is new.
    fn note(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.into())
    }

    fn knows(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}

/// Creates a `T` of these attributes. Should the answer be lost, it is looked for.
///
/// # Errors
/// [`Processed::Maybe`] when the answer is lost and what was asked for is not found, or found more
/// than once.
pub(crate) async fn create<T: Resource>(cloud: &Cloud, body: Map<String, Value>) -> Result<T> {
    let begun = Instant::now();
    let made = cloud.shared::<Made>();
    let mut wrapped = Map::new();
    wrapped.insert(T::ONE.into(), body.clone().into());
    let request = Request::post(T::SERVICE, T::LIST, wrapped.into());
    let created = cloud.send(request).await.and_then(|response| response.field::<T>(T::ONE));
    let created = match created {
        Err(error) if error.code() == Some(POOL_USED_UP) => return Err(refused(error)),
        Err(error) if error.processed() != Processed::No => {
            find_again(cloud, &body, begun, &made, error).await?
        }
        outcome => outcome?,
    };
    made.note(created.id());
    Ok(created)
}

/// Neutron says it with status 500, as if it had failed.
const POOL_USED_UP: &str = "SubnetAllocationError";

fn refused(error: Error) -> Error {
    let message = error.message().to_string();
    Error::new(Kind::Conflict, message)
        .with_service(NETWORK.kind)
        .with_request_id(error.request_id().map(str::to_string))
        .with_hint("ask for less with a longer prefix, name a free range, or add one to the pool")
        .with_source(error)
}

async fn find_again<T: Resource>(
    cloud: &Cloud,
    body: &Map<String, Value>,
    begun: Instant,
    made: &Made,
    lost: Error,
) -> Result<T> {
    let look = || async {
        let now = server_time::<T>(cloud).await?;
        let oldest = begun.elapsed() + BLUR;
        let mut ours = Pages::<Value>::new(cloud, listing::<T>(body), T::MANY).all().await?;
        ours.retain(|item| {
            let id = item["id"].as_str().unwrap_or_default();
            is_as_asked(item, body) && is_new(item, now, oldest) && !made.knows(id)
        });
        // Of two, another client has just made one like it: which is ours cannot be told.
        if ours.len() > 1 {
            return Ok(Search::Unclear);
        }
        Ok(ours.pop().and_then(|item| serde_json::from_value(item).ok()).into())
    };
    if let Some(found) = look_again(cloud, look).await {
        return Ok(found);
    }
    let name = body.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let called = name.map_or_else(String::new, |name| format!(" called `{name}`"));
    Err(lost.with_better_hint(format!(
        "it is not known whether the {} was created; look for a new one{called}",
        T::NOUN
    )))
}

/// The list that has it, if it is there.
fn listing<T: Resource>(body: &Map<String, Value>) -> Request {
    FILTERS.iter().fold(Request::get(T::SERVICE, T::LIST), |request, filter| {
        match body.get(*filter).and_then(Value::as_str) {
            Some(value) => request.query(filter, value),
            None => request,
        }
    })
}

/// The time by the server's clock, if it tells.
async fn server_time<T: Resource>(cloud: &Cloud) -> Result<Option<Timestamp>> {
    let look = Request::get(T::SERVICE, T::LIST).query("limit", "1").query("fields", "id");
    let response = cloud.send(look).await?;
    let date = response.header("date").and_then(|date| rfc2822::parse(date).ok());
    Ok(date.map(|date| date.timestamp()))
}

/// Whether it has all that was asked for, as far as it can be compared at once.
fn is_as_asked(item: &Value, body: &Map<String, Value>) -> bool {
    body.iter().all(|(field, asked)| match item.get(field) {
        Some(is) if !asked.is_array() && !asked.is_object() => is == asked,
        _ => true,
    })
}

/// Whether it was created no longer than `oldest` ago.
fn is_new(item: &Value, now: Option<Timestamp>, oldest: Duration) -> bool {
    let created = item["created_at"].as_str().and_then(moment);
    let (Some(created), Some(now)) = (created, now) else { return true };
    now.duration_since(created) <= jiff::SignedDuration::try_from(oldest).unwrap_or_default()
}

/// A time as the services write it: Octavia leaves out that it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_made_before_is_not_taken_for_new() {
        let now = Some("2026-11-21T10:00:10Z".parse().unwrap());
        let item = |created: &str| json!({ "created_at": created });
        let oldest = Duration::from_secs(3);
        assert!(is_new(&item("2026-11-21T10:00:08Z"), now, oldest));
        assert!(!is_new(&item("2026-11-21T10:00:06Z"), now, oldest));
        assert!(!is_new(&item("2026-11-21T10:00:06"), now, oldest), "Octavia's times are UTC");
        assert!(
            is_new(&json!({}), now, oldest),
            "where nothing is told, nothing speaks against it"
        );
    }

    #[test]
    fn what_was_asked_for_is_compared() {
        let asked = json!({ "name": "a", "mtu": 1400, "tags": ["x"], "unseen": 1 });
        let asked = asked.as_object().unwrap();
        assert!(is_as_asked(&json!({ "name": "a", "mtu": 1400, "tags": [] }), asked));
        assert!(!is_as_asked(&json!({ "name": "a", "mtu": 1500 }), asked));
    }
}
