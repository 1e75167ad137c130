//! docs/walkthrough.md in the client's words: what it makes is there, and nothing of it is left.

use std::process::Stdio;
use std::time::Duration;

use infomaniak_cloud::Cloud as Library;
use infomaniak_cloud::session::config::{Config, Environment};

use crate::client::Client;
use crate::cloud::Cloud;
use crate::scripts::{Entry, every_list, related, script, wrong};

const NAME: &str = "shop";
/// Looks for what goes a moment later, a quarter of a second apart.
const LOOKS: u32 = 40;

pub(crate) fn run(client: &Client) {
    let cloud = Cloud::start();
    let before = entries(&cloud).len();
    bash(client, &cloud, "bash openstack make");
    let made = related(&entries(&cloud), NAME);
    assert_eq!(wrong(&made), [""; 0]);
    bash(client, &cloud, "bash openstack unmake");
    for _ in 0..LOOKS {
        let left = entries(&cloud);
        if left.len() == before && related(&left, NAME).is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    panic!("left: {:?}", related(&entries(&cloud), NAME));
}

/// Leaves a script to bash, with this client as `openstack`.
fn bash(client: &Client, cloud: &Cloud, mark: &str) {
    let folder = client.openstack.parent().unwrap().display();
    let mut bash = cloud.program("/bin/bash".as_ref());
    bash.args(["-c", &script(mark)]).env("NAME", NAME).stdin(Stdio::null());
    let output = bash.env("PATH", format!("{folder}:/usr/bin:/bin")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{mark}: {said}");
}

/// What there is, as our own library sees it.
fn entries(cloud: &Cloud) -> Vec<Entry> {
    let file = cloud.path("clouds.yaml").display().to_string();
    let environment: Environment =
        [("OS_CLIENT_CONFIG_FILE".to_string(), file)].into_iter().collect();
    let mut config = Config::find(&environment, Some("demo")).unwrap();
    config.cache = None;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(every_list(&Library::new(config))).unwrap()
}
