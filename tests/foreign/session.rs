//! What people do first with `openstack`, from the token to the deletion.

mod load_balancer;
mod volume;

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Client;
use crate::cloud::Cloud;

const IMAGE: &str = "Debian 12 bookworm";
const FLAVOR: &str = "a1-ram2-disk20-perf1";
const NETWORK: &str = "demo-net";
/// What is uploaded, and its MD5 as another program has it.
const DATA: &str = "This image has never seen a disk.\n";
const DATA_MD5: &str = "4c89d50111268eab657194bbf138bbe8";
/// How often a state that comes by itself is looked for.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

/// `openstack` and the cloud it is used on.
struct Session<'c> {
    client: &'c Client,
    cloud: Cloud,
}

pub(crate) fn run(client: &Client) {
    let session = Session { client, cloud: Cloud::start() };
    session.identity();
    session.images();
    session.choices();
    session.keypairs();
    session.server();
    session.volumes();
    session.load_balancers();
}

impl Session<'_> {
    /// What `openstack` prints; it has to succeed.
    #[track_caller]
    fn openstack(&self, words: &[&str]) -> String {
        let output = self.cloud.program(&self.client.openstack).args(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openstack {words:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn json(&self, words: &[&str]) -> Value {
        let text = self.openstack(&[words, &["-f", "json"]].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{words:?}: {error}: {text}"))
    }

    /// The one entry of a list with this value.
    #[track_caller]
    fn entry(&self, words: &[&str], key: &str, value: &str) -> Value {
        let list = self.json(words);
        let mut found = list.as_array().unwrap().iter().filter(|entry| entry[key] == value);
        let entry = found.next().unwrap_or_else(|| panic!("no `{value}` in {list}"));
        assert!(found.next().is_none(), "more than one `{value}` in {list}");
        entry.clone()
    }

    fn identity(&self) {
        let token = self.json(&["token", "issue"]);
        assert!(token["id"].as_str().unwrap().starts_with("gAAAA"), "{token}");
        for id in ["project_id", "user_id"] {
            assert_eq!(token[id].as_str().map(str::len), Some(32), "{token}");
        }
        for (kind, name) in [
            ("identity", "keystone"),
            ("image", "glance"),
            ("compute", "nova"),
            ("network", "neutron"),
            ("load-balancer", "octavia"),
        ] {
            let service = self.entry(&["catalog", "list"], "Type", kind);
            assert_eq!(service["Name"], name);
            assert!(service["Endpoints"].to_string().contains("http://127.0.0.1:"), "{service}");
        }
    }

    fn images(&self) {
        let listed = self.entry(&["image", "list"], "Name", IMAGE);
        assert_eq!(listed["Status"], "active");
        assert_eq!(self.json(&["image", "show", IMAGE])["id"], listed["ID"]);

        let file = self.cloud.path("image.raw");
        std::fs::write(&file, DATA).unwrap();
        let file = file.to_str().unwrap();
        let format = ["--disk-format", "raw", "--container-format", "bare"];
        let create =
            [&["image", "create", "made-here", "--file", file][..], &format, &["--tag", "new"]];
        let created = self.json(&create.concat());
        let shown = self.json(&["image", "show", "made-here"]);
        assert_eq!(shown["id"], created["id"]);
        for (field, value) in [
            ("status", json!("active")),
            ("size", json!(DATA.len())),
            ("checksum", json!(DATA_MD5)),
            ("disk_format", json!("raw")),
            ("container_format", json!("bare")),
            ("visibility", json!("shared")),
        ] {
            assert_eq!(shown[field], value, "{shown}");
        }
        assert!(shown["tags"].to_string().contains("new"), "{shown}");
        let copy = self.cloud.path("copy.raw");
        self.openstack(&["image", "save", "made-here", "--file", copy.to_str().unwrap()]);
        assert_eq!(std::fs::read_to_string(copy).unwrap(), DATA);
        self.openstack(&["image", "delete", "made-here"]);
        assert!(!self.openstack(&["image", "list"]).contains("made-here"));
    }

    /// What a server is made from.
    fn choices(&self) {
        let flavor = self.entry(&["flavor", "list"], "Name", FLAVOR);
        let size = [&flavor["RAM"], &flavor["Disk"], &flavor["VCPUs"], &flavor["Is Public"]];
        assert_eq!(size, [&json!(2048), &json!(20), &json!(1), &json!(true)]);
        let network = self.entry(&["network", "list"], "Name", NETWORK);
        let subnets = network["Subnets"].as_array().unwrap();
        let shown = self.json(&["network", "show", NETWORK]);
        assert_eq!(shown["id"], network["ID"]);
        assert_eq!(shown["status"], "ACTIVE");
        let listed = self.json(&["subnet", "list"]);
        let is_listed = listed.as_array().unwrap().iter().any(|subnet| subnet["ID"] == subnets[0]);
        assert!(is_listed, "{listed}");
    }

    fn keypairs(&self) {
        let private = self.openstack(&["keypair", "create", "ann"]);
        assert!(private.contains("PRIVATE KEY"), "{private}");
        let listed = self.entry(&["keypair", "list"], "Name", "ann");
        let shown = self.json(&["keypair", "show", "ann"]);
        assert_eq!(shown["fingerprint"], listed["Fingerprint"]);
        let public = self.openstack(&["keypair", "show", "ann", "--public-key"]);
        let file = self.cloud.path("ann.pub");
        std::fs::write(&file, public).unwrap();
        let import = ["keypair", "create", "bob", "--public-key", file.to_str().unwrap()];
        // The same key has the same fingerprint, whoever made it.
        assert_eq!(self.json(&import)["fingerprint"], listed["Fingerprint"]);
        self.openstack(&["keypair", "delete", "bob"]);
        assert_eq!(self.json(&["keypair", "list"]).as_array().unwrap().len(), 1);
    }

    fn server(&self) {
        let made_from = ["--flavor", FLAVOR, "--image", IMAGE, "--network", NETWORK];
        let create = [&["server", "create", "web", "--key-name", "ann", "--wait"][..], &made_from];
        let created = self.json(&create.concat());
        assert_eq!(created["status"], "ACTIVE", "{created}");
        let shown = self.json(&["server", "show", "web"]);
        assert_eq!(shown["id"], created["id"]);
        assert_eq!((&shown["name"], &shown["key_name"]), (&json!("web"), &json!("ann")));
        assert!(shown["flavor"].to_string().contains(FLAVOR), "{shown}");
        assert!(shown["image"].to_string().contains(IMAGE), "{shown}");
        assert!(shown["addresses"].to_string().contains(NETWORK), "{shown}");

        let listed = self.entry(&["server", "list"], "Name", "web");
        assert_eq!(listed["ID"], created["id"]);
        assert_eq!(listed["Status"], "ACTIVE");
        assert_eq!(listed["Image"], IMAGE);
        assert_eq!(listed["Flavor"], FLAVOR);
        assert!(listed["Networks"][NETWORK][0].is_string(), "{listed}");

        self.openstack(&["server", "stop", "web"]);
        self.becomes("SHUTOFF");
        self.openstack(&["server", "start", "web"]);
        self.becomes("ACTIVE");
        self.openstack(&["server", "reboot", "web", "--wait"]);
        self.openstack(&["server", "reboot", "web", "--hard", "--wait"]);
        assert_eq!(self.json(&["server", "show", "web"])["status"], "ACTIVE");
        self.openstack(&["server", "delete", "web", "--wait"]);
        assert_eq!(self.json(&["server", "list"]), json!([]));
    }

    /// Looks at the server until it is in this state.
    fn becomes(&self, status: &str) {
        let mut seen = Value::Null;
        for _ in 0..LOOKS {
            seen = self.json(&["server", "show", "web"])["status"].take();
            if seen == status {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        panic!("it is {seen} and does not become {status}");
    }
}
