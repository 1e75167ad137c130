//! Load balancers, as `openstack` makes, fills, looks at and removes them.

use serde_json::{Value, json};

use super::{LOOKS, NETWORK, PAUSE, Session};

/// What all of its commands begin with.
const NOUN: &str = "loadbalancer";

impl Session<'_> {
    pub(super) fn load_balancers(&self) {
        let network = self.json(&["network", "show", NETWORK]);
        let subnet = network["subnets"][0].as_str().unwrap().to_string();
        let create = ["create", "--name", "front", "--vip-subnet-id", &subnet, "--wait"];
        let created = self.balancer(&create);
        assert_eq!(created["provisioning_status"], "ACTIVE", "{created}");
        let port = self.json(&["port", "show", created["vip_port_id"].as_str().unwrap()]);
        assert_eq!((&port["device_owner"], &port["status"]), (&json!("Octavia"), &json!("DOWN")));
        assert!(port["fixed_ips"].to_string().contains(created["vip_address"].as_str().unwrap()));

        self.fill_balancer(&subnet);
        self.policies();
        let status: Value =
            serde_json::from_str(&self.openstack(&[NOUN, "status", "show", "front"])).unwrap();
        let listener = &status["loadbalancer"]["listeners"][0];
        assert_eq!(listener["name"], "web", "{status}");
        assert_eq!(listener["pools"][0]["members"][0]["name"], "one", "{status}");
        assert_eq!(self.balancer(&["stats", "show", "front"])["bytes_in"], json!(0));

        self.openstack(&[NOUN, "set", "front", "--description", "of ours", "--wait"]);
        let shown = self.balancer(&["show", "front"]);
        assert_eq!(shown["description"], "of ours");
        assert_eq!(shown["id"], created["id"]);
        let listed = self.entry(&[NOUN, "list"], "name", "front");
        assert_eq!(listed["vip_address"], created["vip_address"]);
        self.openstack(&[NOUN, "delete", "front", "--cascade", "--wait"]);
        for many in [&["list"][..], &["listener", "list"], &["pool", "list"]] {
            assert_eq!(self.balancer(many), json!([]));
        }
        let ports = self.json(&["port", "list", "--device-owner", "Octavia"]);
        assert_eq!(ports, json!([]));
    }

    #[track_caller]
    fn balancer(&self, words: &[&str]) -> Value {
        self.json(&[&[NOUN], words].concat())
    }

    /// A listener, and behind it a pool with members and a monitor.
    fn fill_balancer(&self, subnet: &str) {
        let web = ["--protocol", "HTTP", "--protocol-port", "80", "front", "--wait"];
        self.balancer(&[&["listener", "create", "--name", "web"][..], &web].concat());
        let pool = ["--listener", "web", "--protocol", "HTTP", "--lb-algorithm", "ROUND_ROBIN"];
        let create = ["pool", "create", "--name", "behind", "--wait"];
        let created = self.balancer(&[&create[..], &pool].concat());
        assert_eq!(created["provisioning_status"], "ACTIVE", "{created}");
        for (name, address) in [("one", "10.0.0.91"), ("two", "10.0.0.92")] {
            let place = ["--address", address, "--protocol-port", "8080", "--subnet-id", subnet];
            let create = ["member", "create", "behind", "--name", name, "--wait"];
            let created = self.balancer(&[&create[..], &place].concat());
            assert_eq!(created["provisioning_status"], "ACTIVE", "{created}");
        }
        let times = ["--delay", "5", "--timeout", "3", "--max-retries", "2", "--type", "HTTP"];
        let create = ["healthmonitor", "create", "behind", "--url-path", "/health"];
        self.balancer(&[&create[..], &times].concat());
        self.settles();
        let shown = self.balancer(&["pool", "show", "behind"]);
        // Debian's client prints a line for each, the newest one a list.
        let members = match &shown["members"] {
            Value::Array(list) => list.len(),
            text => text.as_str().unwrap().lines().count(),
        };
        assert_eq!(members, 2, "{shown}");
        assert!(shown["healthmonitor_id"].is_string(), "{shown}");

        self.openstack(&[NOUN, "member", "set", "behind", "two", "--weight", "7"]);
        self.settles();
        let shown = self.balancer(&["member", "show", "behind", "two"]);
        assert_eq!(shown["weight"], json!(7));
        self.openstack(&[NOUN, "member", "delete", "behind", "two"]);
        self.settles();
        let left = self.balancer(&["member", "list", "behind"]);
        assert_eq!(left.as_array().map(Vec::len), Some(1), "{left}");
    }

    /// A policy with a rule.
    fn policies(&self) {
        let to = ["--action", "REDIRECT_TO_URL", "--redirect-url", "http://www.example.org/"];
        let create = ["l7policy", "create", "web", "--name", "away"];
        let created = self.balancer(&[&create[..], &to].concat());
        assert_eq!(created["redirect_http_code"], json!(302), "{created}");
        let when = ["--type", "PATH", "--compare-type", "STARTS_WITH", "--value", "/old"];
        self.settles();
        // Debian's client waits for another rule than it has made, and does not find it.
        self.balancer(&[&["l7rule", "create", "away"][..], &when].concat());
        self.settles();
        let rules = self.balancer(&["l7rule", "list", "away"]);
        let rule = [&rules[0]["value"], &rules[0]["provisioning_status"]];
        assert_eq!(rule, [&json!("/old"), &json!("ACTIVE")], "{rules}");
    }

    /// Looks at the balancer until it is ACTIVE again: with `--wait` the client sleeps for 5 s.
    fn settles(&self) {
        let mut seen = Value::Null;
        for _ in 0..LOOKS {
            seen = self.balancer(&["show", "front"])["provisioning_status"].take();
            if seen == "ACTIVE" {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        panic!("the balancer is {seen} and does not become ACTIVE");
    }
}
