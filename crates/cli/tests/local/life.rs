//! The life of an instance in a cloud that nobody has set up, one process after another, and two at
//! the same time.

use serde_json::Value;

use crate::home::{Done, Home, names};

const MADE_FROM: [&str; 6] =
    ["--flavor", "a1-ram2-disk20-perf1", "--image", "Debian 12 bookworm", "--network", "demo-net"];

fn status(home: &Home) -> Value {
    home.local(&["server", "show", "web"])["status"].clone()
}

#[test]
fn an_instance_is_created_stopped_started_and_deleted() {
    let home = Home::new();
    let created = home.local(&[&["server", "create", "web"][..], &MADE_FROM].concat());
    assert_eq!(created["status"], "ACTIVE");
    assert_eq!(created["flavor"], "a1-ram2-disk20-perf1");
    assert!(created["addresses"]["demo-net"][0]["addr"].is_string(), "{created}");

    let listed = home.local(&["server", "list"]);
    assert_eq!((&listed[0]["id"], listed[1].is_null()), (&created["id"], true));
    let act = |words: &[&str]| {
        let done = home.ik(&[&["--cloud", "local", "server"], words].concat());
        assert!(done.stderr.ends_with(": done\n"), "{done:?}");
        assert_eq!(done.good(), "");
    };
    act(&["stop", "web", "--wait"]);
    assert_eq!(status(&home), "SHUTOFF");
    act(&["start", "web", "--wait"]);
    assert_eq!(status(&home), "ACTIVE");
    act(&["delete", "web", "--yes", "--wait"]);
    assert_eq!(home.local(&["server", "list"]), Value::Array(vec![]));
    home.ik(&["--cloud", "local", "server", "show", "web"]).refused(3);
}

#[test]
fn two_processes_work_in_one_cloud_at_once() {
    let home = Home::new();
    let create = |name: &str| {
        let words = [&["--cloud", "local", "server", "create", name][..], &MADE_FROM].concat();
        home.command(&words).spawn().unwrap()
    };
    for child in [create("web"), create("db")] {
        Done::from(child.wait_with_output().unwrap()).good();
    }
    let servers = home.local(&["server", "list"]);
    assert_eq!(names(&servers), ["db", "web"]);
    let address = |number: usize| servers[number]["addresses"]["demo-net"][0]["addr"].clone();
    assert_ne!(address(0), address(1));
    let delete = ["--cloud", "local", "server", "delete", "--yes", "--wait"];
    let (mut web, mut db) = (
        home.command(&[&delete[..], &["web"]].concat()).spawn().unwrap(),
        home.command(&[&delete[..], &["db"]].concat()).spawn().unwrap(),
    );
    assert!(web.wait().unwrap().success() && db.wait().unwrap().success());
    assert_eq!(home.local(&["server", "list"]), Value::Array(vec![]));
}

/// README shows what to type on a machine where nothing is configured.
#[test]
fn what_readme_shows_first_works() {
    const README: &str = include_str!("../../../../README.md");
    let shown: Vec<_> = README
        .split("cargo run --release --bin ik -- ")
        .skip(1)
        .map(|rest| rest.split(['\n', '`']).next().unwrap())
        .collect();
    let [create, list] = shown[..] else { panic!("{shown:?}") };
    let home = Home::new();
    let run = |words: &str| {
        let line = format!("{} {words}", env!("CARGO_BIN_EXE_ik"));
        Done::from(home.program("sh", &["-c", &line]).output().unwrap()).good()
    };
    let has = |table: &str| table.contains("web") && table.contains("ACTIVE");
    assert!(create.contains("server create web") && has(&run(create)));
    assert!(list.ends_with("server list") && has(&run(list)));
}
