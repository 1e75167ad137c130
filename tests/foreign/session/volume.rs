//! Volumes, as `openstack` makes, attaches, copies and removes them.

use serde_json::{Value, json};

use super::{FLAVOR, IMAGE, LOOKS, NETWORK, PAUSE, Session};

impl Session<'_> {
    pub(super) fn volumes(&self) {
        let created = self.json(&["volume", "create", "data", "--size", "1"]);
        assert_eq!((&created["size"], &created["name"]), (&json!(1), &json!("data")), "{created}");
        self.volume_becomes("available");
        assert_eq!(self.entry(&["volume", "list"], "Name", "data")["ID"], created["id"]);
        let kind = self.entry(&["volume", "type", "list"], "Name", "CEPH_1_perf1");
        assert_eq!(created["type"], kind["Name"]);

        self.openstack(&["volume", "set", "data", "--size", "2", "--property", "owner=ann"]);
        self.volume_becomes("available");
        let shown = self.json(&["volume", "show", "data"]);
        assert_eq!((&shown["size"], &shown["properties"]["owner"]), (&json!(2), &json!("ann")));

        let made_from = ["--flavor", FLAVOR, "--image", IMAGE, "--network", NETWORK, "--wait"];
        self.openstack(&[&["server", "create", "db"][..], &made_from].concat());
        self.openstack(&["server", "add", "volume", "db", "data"]);
        self.volume_becomes("in-use");
        let listed = self.json(&["server", "volume", "list", "db"]);
        assert_eq!(listed[0]["Volume ID"], created["id"], "{listed}");
        self.openstack(&["server", "remove", "volume", "db", "data"]);
        self.volume_becomes("available");
        self.openstack(&["server", "delete", "db", "--wait"]);
        self.copies();
        self.openstack(&["volume", "delete", "data"]);
        for _ in 0..LOOKS {
            if self.json(&["volume", "list"]) == json!([]) {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        panic!("the volume does not go away");
    }

    /// What is kept of a volume: snapshots, backups; and an offer of it to others.
    fn copies(&self) {
        self.openstack(&["volume", "snapshot", "create", "monday", "--volume", "data"]);
        let listed = self.entry(&["volume", "snapshot", "list"], "Name", "monday");
        assert_eq!(listed["Size"], json!(2));
        self.openstack(&["volume", "snapshot", "delete", "monday"]);
        self.openstack(&["volume", "backup", "create", "data", "--name", "weekly"]);
        self.volume_becomes("available");
        assert_eq!(self.entry(&["volume", "backup", "list"], "Name", "weekly")["Size"], json!(2));
        self.openstack(&["volume", "backup", "delete", "weekly"]);
        let request = ["volume", "transfer", "request"];
        let offer = self.json(&[&request[..], &["create", "data"]].concat());
        assert!(offer["auth_key"].as_str().is_some_and(|key| key.len() == 16), "{offer}");
        self.openstack(&[&request[..], &["delete", offer["id"].as_str().unwrap()]].concat());
        self.volume_becomes("available");
    }

    /// Looks at the volume until it is in this state.
    fn volume_becomes(&self, status: &str) {
        let mut seen = Value::Null;
        for _ in 0..LOOKS {
            seen = self.json(&["volume", "show", "data"])["status"].take();
            if seen == status {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        panic!("it is {seen} and does not become {status}");
    }
}
