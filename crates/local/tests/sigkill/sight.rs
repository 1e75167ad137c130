//! What is in the cloud, as its services tell it; and that it makes sense as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::client::Client;
use crate::writer::{IMAGES, KEY, Kind, State, Thing, all, data};

const COMPUTE: &str = "/compute/v2.1";

/// The things that are there.
pub(crate) struct Sight {
    /// With the versions of their content.
    versions: BTreeMap<Thing, u64>,
    /// Servers by their names.
    servers: BTreeMap<String, Value>,
    /// Images by their names.
    images: BTreeMap<String, Value>,
    /// The ids of servers that are about to be gone.
    pub(crate) going: BTreeSet<String>,
}

impl Sight {
    /// Looks at everything, and checks that nothing is half.
    pub(crate) fn take(client: &mut Client) -> Sight {
        let (listed, used) = servers_and_use(client);
        let sum =
            |field: &str| listed.iter().filter_map(|server| server["flavor"][field].as_i64()).sum();
        let count = i64::try_from(listed.len()).expect("a number");
        assert_eq!(
            used,
            [count, sum("vcpus"), sum("ram")],
            "the quotas do not agree with the list"
        );

        let (going, staying): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|server| server["OS-EXT-STS:task_state"] == "deleting");
        let mut sight = Sight {
            versions: BTreeMap::new(),
            servers: BTreeMap::new(),
            images: BTreeMap::new(),
            going: going.iter().map(|server| text(server, "id")).collect(),
        };
        for server in staying {
            let name = text(&server, "name");
            let version = |key: &str| server["metadata"][key].as_str()?.parse().ok();
            let versions: [Option<u64>; 2] = [version("a"), version("b")];
            assert_eq!(versions[0], versions[1], "{name} has half of its metadata");
            sight.versions.insert((Kind::Server, name.clone()), versions[0].expect("a version"));
            assert!(sight.servers.insert(name.clone(), server).is_none(), "{name} is there twice");
        }
        for pair in all(client, &format!("{COMPUTE}/os-keypairs"), "keypairs") {
            assert_eq!(pair["keypair"]["public_key"], KEY);
            sight.versions.insert((Kind::KeyPair, text(&pair["keypair"], "name")), 0);
        }
        for image in all(client, IMAGES, "images") {
            let name = text(&image, "name");
            if image["visibility"] == "public" {
                continue;
            }
            let length = length(client, &image);
            sight.versions.insert((Kind::Image, name.clone()), length);
            assert!(sight.images.insert(name.clone(), image).is_none(), "{name} is there twice");
        }
        sight.check_ports(client);
        sight.check_actions(client);
        sight
    }

    /// A server that was to have a port has one, with its address; nobody else has any.
    fn check_ports(&self, client: &mut Client) {
        let mut addresses = BTreeSet::new();
        let mut holders = BTreeMap::new();
        for port in all(client, "/network/v2.0/ports", "ports") {
            let address = text(&port["fixed_ips"][0], "ip_address");
            assert!(addresses.insert(address.clone()), "{address} is held twice");
            // The seeded network's router has one, too.
            if text(&port, "device_owner") == "network:router_interface" {
                continue;
            }
            let holder = text(&port, "device_id");
            assert!(holders.insert(holder, address).is_none(), "two ports of one server");
        }
        for (name, server) in &self.servers {
            let address = holders.remove(&text(server, "id"));
            assert_eq!(address.is_some(), name.starts_with("net"), "the port of {name}");
            if let Some(address) = address
                && server["status"] == "ACTIVE"
            {
                assert_eq!(server["addresses"]["demo-net"][0]["addr"], address.as_str(), "{name}");
            }
        }
        assert!(holders.is_empty(), "ports whose server is not there: {holders:?}");
    }

    /// Each server has the record of its creation, and none of a deletion.
    fn check_actions(&self, client: &mut Client) {
        for (name, server) in &self.servers {
            let path = format!("{COMPUTE}/servers/{}/os-instance-actions", text(server, "id"));
            let actions = client.get(&path).expect("answers").json();
            let actions = actions["instanceActions"].as_array().expect("a list");
            let actions: Vec<_> = actions.iter().map(|action| text(action, "action")).collect();
            assert_eq!(actions, ["create"], "the actions of {name}");
        }
    }

    pub(crate) fn state(&self, thing: &Thing) -> State {
        self.versions.get(thing).copied()
    }

    /// The id of a server or an image.
    pub(crate) fn id(&self, name: &str) -> Option<String> {
        let found = self.servers.get(name).or(self.images.get(name))?;
        Some(text(found, "id"))
    }

    pub(crate) fn things(&self) -> BTreeSet<Thing> {
        self.versions.keys().cloned().collect()
    }
}

/// How much data an image has: all that was sent, or none.
fn length(client: &mut Client, image: &Value) -> u64 {
    match image["status"].as_str() {
        // A killed upload ends by itself after some time.
        Some("queued" | "saving") => 0,
        Some("active") => {
            let length = image["size"].as_u64().expect("a size");
            let answer = client.get(&format!("{IMAGES}/{}/file", text(image, "id")));
            assert!(answer.expect("answers").body == data(length), "not the data of {image}");
            length
        }
        _ => panic!("the status of {image}"),
    }
}

/// All servers, and what the limits say is used at the same moment: instances, cores, memory.
fn servers_and_use(client: &mut Client) -> (Vec<Value>, [i64; 3]) {
    loop {
        let before = used(client);
        let listed = all(client, &format!("{COMPUTE}/servers/detail"), "servers");
        // Time passes by itself: a server that was being deleted may just have gone.
        if used(client) == before {
            return (listed, before);
        }
    }
}

fn used(client: &mut Client) -> [i64; 3] {
    let limits = client.get(&format!("{COMPUTE}/limits")).expect("answers").json();
    ["totalInstancesUsed", "totalCoresUsed", "totalRAMUsed"]
        .map(|name| limits["limits"]["absolute"][name].as_i64().expect("a number"))
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}")).to_string()
}
