//! What cases make in a cloud, and how all of it goes away again.
//!
//! A case takes the name of everything it makes from its [`Context`](crate::context::Context),
//! which notes it here before the thing exists. Whatever becomes of the case, things of these names
//! are then deleted, and only these; at the end of the run the cloud is searched for what is left.
//! None of the library's operations is used for it: what is under test does not tidy up after
//! itself.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hyper::Method;
use infomaniak_cloud::page::Pages;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::{
    BLOCK_STORAGE, COMPUTE, IMAGE as GLANCE, LOAD_BALANCER as OCTAVIA, NETWORK, Service,
};
use infomaniak_cloud::{Cloud, Kind};
use serde_json::{Value, json};

use crate::case::{Failure, Outcome};

/// A kind of thing that cases make: where it is listed and what it is called there.
#[derive(Debug)]
pub(crate) struct Thing {
    service: &'static Service,
    /// The path of all of it; one stands below, by its id.
    path: &'static str,
    /// The key of the list.
    key: &'static str,
    /// Key of an object around each item.
    around: Option<&'static str>,
    /// The field that addresses one.
    id: &'static str,
}

pub(crate) static INSTANCE: Thing =
    Thing { service: &COMPUTE, path: "servers", key: "servers", around: None, id: "id" };
pub(crate) static KEYPAIR: Thing = Thing {
    service: &COMPUTE,
    path: "os-keypairs",
    key: "keypairs",
    around: Some("keypair"),
    id: "name",
};
pub(crate) static FLAVOR: Thing =
    Thing { service: &COMPUTE, path: "flavors", key: "flavors", around: None, id: "id" };
pub(crate) static SERVER_GROUP: Thing = Thing {
    service: &COMPUTE,
    path: "os-server-groups",
    key: "server_groups",
    around: None,
    id: "id",
};
pub(crate) static IMAGE: Thing =
    Thing { service: &GLANCE, path: "images", key: "images", around: None, id: "id" };
pub(crate) static VOLUME: Thing =
    Thing { service: &BLOCK_STORAGE, path: "volumes", key: "volumes", around: None, id: "id" };
pub(crate) static SNAPSHOT: Thing =
    Thing { service: &BLOCK_STORAGE, path: "snapshots", key: "snapshots", around: None, id: "id" };
pub(crate) static BACKUP: Thing =
    Thing { service: &BLOCK_STORAGE, path: "backups", key: "backups", around: None, id: "id" };
pub(crate) static TRANSFER: Thing = Thing {
    service: &BLOCK_STORAGE,
    path: "volume-transfers",
    key: "transfers",
    around: None,
    id: "id",
};
pub(crate) static SECURITY_GROUP: Thing = Thing {
    service: &NETWORK,
    path: "security-groups",
    key: "security_groups",
    around: None,
    id: "id",
};

pub(crate) static NET: Thing = neutron("networks", "networks");
pub(crate) static SUBNET: Thing = neutron("subnets", "subnets");
pub(crate) static PORT: Thing = neutron("ports", "ports");
pub(crate) static ROUTER: Thing = neutron("routers", "routers");
/// A floating IP has no name: cases know theirs by the description.
pub(crate) static FLOATING_IP: Thing = neutron("floatingips", "floatingips");
pub(crate) static TRUNK: Thing = neutron("trunks", "trunks");
pub(crate) static SUBNET_POOL: Thing = neutron("subnetpools", "subnetpools");

/// It goes with all that belongs to it.
pub(crate) static LOAD_BALANCER: Thing = Thing {
    service: &OCTAVIA,
    path: "loadbalancers",
    key: "loadbalancers",
    around: None,
    id: "id",
};

const fn neutron(path: &'static str, key: &'static str) -> Thing {
    Thing { service: &NETWORK, path, key, around: None, id: "id" }
}

/// Every name that this suite makes up itself begins so.
pub(crate) const PREFIX: &str = "behaviour-";

/// A name that a case has been given, for a thing in the project of a `clouds.yaml` entry.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) entry: String,
    pub(crate) thing: &'static Thing,
    pub(crate) name: String,
}

/// All names given out in this run, for the search at its end.
static ALL: Mutex<Vec<Made>> = Mutex::new(Vec::new());

impl Made {
    /// Notes it for the end of the run.
    pub(crate) fn note(&self) {
        ALL.lock().unwrap_or_else(PoisonError::into_inner).push(self.clone());
    }
}

/// Names by entry and kind, so that each list is fetched once; what was made last comes first, since
/// it may hang on what was made before.
pub(crate) fn by_place(made: &[Made]) -> Vec<((&str, &'static Thing), HashSet<&str>)> {
    let mut places: Vec<((&str, &'static Thing), HashSet<&str>)> = Vec::new();
    for Made { entry, thing, name } in made.iter().rev() {
        let known = places.iter_mut().find(|((e, t), _)| e == entry && t.path == thing.path);
        match known {
            Some((_, names)) => drop(names.insert(name)),
            None => places.push(((entry, thing), HashSet::from([name.as_str()]))),
        }
    }
    places
}

/// Deletes what `condemned` says of one kind; gives back how many there were.
pub(crate) async fn delete(
    cloud: &Cloud,
    thing: &Thing,
    condemned: impl Fn(&str) -> bool,
) -> Outcome<usize> {
    let mut request = Request::get(thing.service, &[thing.path]);
    if thing.path == FLAVOR.path {
        request = request.query("is_public", "None");
    }
    let mut count = 0;
    for item in Pages::<Value>::new(cloud, request, thing.key).all().await? {
        let item = thing.around.map_or(&item, |around| &item[around]);
        let name = if thing.path == FLOATING_IP.path { "description" } else { "name" };
        if let (Some(name), Some(id)) = (item[name].as_str(), item[thing.id].as_str())
            && condemned(name)
        {
            count += 1;
            release(cloud, thing, item).await?;
            let mut delete = Request::delete(thing.service, &[thing.path, id]);
            if thing.path == LOAD_BALANCER.path {
                delete = delete.query("cascade", "true");
            }
            match cloud.send(delete).await {
                // Cinder calls a conflict an invalid request.
                Err(error)
                    if !matches!(error.kind(), Kind::NotFound | Kind::Conflict | Kind::Invalid) =>
                {
                    return Err(error.into());
                }
                _ => {}
            }
        }
    }
    Ok(count)
}

/// Undoes what would keep a thing from going: the subnets of a router, the ports of a floating IP.
async fn release(cloud: &Cloud, thing: &Thing, item: &Value) -> Outcome {
    let id = item["id"].as_str().unwrap_or_default();
    let mut undo = Vec::new();
    for forwarding in item["port_forwardings"].as_array().into_iter().flatten() {
        let forwarding = forwarding["id"].as_str().unwrap_or_default();
        undo.push(Request::delete(&NETWORK, &[thing.path, id, "port_forwardings", forwarding]));
    }
    if thing.path == ROUTER.path {
        let put = |path: &[&str], body| Request::new(&NETWORK, Method::PUT, path).json(body);
        undo.push(put(&[thing.path, id], json!({ "router": { "routes": [] } })));
        let ports = Request::get(&NETWORK, &["ports"])
            .query("device_id", id)
            .query("device_owner", "network:router_interface");
        for port in Pages::<Value>::new(cloud, ports, "ports").all().await? {
            let path = [thing.path, id, "remove_router_interface"];
            undo.push(put(&path, json!({ "port_id": port["id"] })));
        }
    }
    for request in undo {
        // What is in the way of that goes soon, too.
        drop(cloud.send(request).await);
    }
    Ok(())
}

/// Deletes again and again until nothing condemned is seen any more.
///
/// # Errors
/// When something is still there after a minute.
pub(crate) async fn delete_until_gone(
    cloud: &Cloud,
    thing: &Thing,
    condemned: impl Fn(&str) -> bool,
) -> Outcome {
    for _ in 0..ROUNDS {
        if delete(cloud, thing, &condemned).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(Failure(format!("some of {} cannot be got rid of", thing.path)))
}

/// Searches for everything this run made; nothing of it is left afterwards.
///
/// `open` gives the cloud of an entry.
pub(crate) async fn sweep(open: impl Fn(&str) -> Outcome<Cloud>) -> Outcome {
    let all = std::mem::take(&mut *ALL.lock().unwrap_or_else(PoisonError::into_inner));
    let mut places = Vec::new();
    for ((entry, thing), names) in by_place(&all) {
        places.push((open(entry)?, thing, names));
    }
    // All kinds again and again: any may hang on any other, and one that is made so late that its case
    // did not see it keeps others in place.
    let mut left = BTreeSet::new();
    for _ in 0..ROUNDS {
        left.clear();
        for (cloud, thing, names) in &places {
            if delete(cloud, thing, |name| names.contains(name)).await? > 0 {
                left.insert(thing.path);
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(Failure(format!("of this run, some of {left:?} cannot be got rid of")))
}

/// How often it is tried to delete something, a second apart.
const ROUNDS: u32 = 60;
