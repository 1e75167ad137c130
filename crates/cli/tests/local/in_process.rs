//! `--cloud local`: nothing configured, nothing running.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::home::{Home, names};

const FLAVORS: [&str; 7] = ["--cloud", "local", "flavor", "list", "-f", "value", "-c"];

#[test]
fn it_needs_nothing_says_nothing_and_leaves_one_folder() {
    let home = Home::new();
    let done = home.ik(&["--cloud", "local", "flavor", "list", "-f", "json"]);
    assert_eq!(done.stderr, "");
    let flavors = serde_json::from_str(&done.good()).unwrap();
    assert!(names(&flavors).contains(&"a1-ram2-disk20-perf1".to_string()));

    let mode = fs::metadata(home.cloud()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    // Above all no token: the next run could not use it.
    let left: Vec<_> =
        fs::read_dir(home.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, [".local"]);
}

#[test]
fn what_one_run_makes_the_next_one_finds_and_another_tenant_does_not() {
    let home = Home::new();
    home.make("ann");
    assert_eq!(home.made(), ["ann"]);
    let list = |cloud: &str| {
        let mut command = home.command(&["keypair", "list", "-f", "value", "-c", "name"]);
        crate::home::Done::from(command.env("OS_CLOUD", cloud).output().unwrap())
    };
    assert_eq!(list("local").good(), "ann\n");
    assert_eq!(list("local-demo-appcred").good(), "ann\n");
    assert_eq!(list("local-demo2").good(), "");
    assert!(list("local-demo3").refused(8).contains("cloud `local-demo3` was asked for"));
}

#[test]
fn variables_choose_the_folder() {
    let home = Home::new();
    let list = |variables: &[(&str, &str)]| {
        let mut command = home.command(&[&FLAVORS[..], &["name"]].concat());
        let done = command.envs(variables.iter().copied()).output().unwrap();
        crate::home::Done::from(done).good();
    };
    let (data, own) = (home.path("data"), home.path("own"));
    let (data, own) = (data.to_str().unwrap(), own.to_str().unwrap());
    list(&[("XDG_DATA_HOME", data)]);
    assert!(home.path("data/ik/local/cloud.db").exists());
    list(&[("XDG_DATA_HOME", "/nowhere"), ("IK_LOCAL", own)]);
    assert!(home.path("own/cloud.db").exists());
    assert!(!home.cloud().exists());
    // As the XDG specification has it, a relative path counts as none.
    list(&[("XDG_DATA_HOME", "data2"), ("IK_LOCAL", "")]);
    assert!(home.cloud().exists());
}

#[test]
fn a_clouds_yaml_that_has_a_cloud_called_local_is_meant() {
    let home = Home::new();
    let flavors = [&FLAVORS[..], &["name"]].concat();
    let auth = "{auth_url: 'http://127.0.0.1:1/v3', username: a, password: p, project_id: p}";
    fs::write(home.path("clouds.yaml"), format!("clouds: {{local: {{auth: {auth}}}}}")).unwrap();
    assert!(home.ik(&flavors).refused(14).contains("cannot connect to 127.0.0.1:1"));
    fs::write(home.path("clouds.yaml"), "clouds: [").unwrap();
    assert!(home.ik(&flavors).refused(8).contains("not valid YAML"));
    assert!(!home.cloud().exists());
    fs::write(home.path("clouds.yaml"), format!("clouds: {{mine: {{auth: {auth}}}}}")).unwrap();
    home.ik(&flavors).good();
}

#[test]
fn other_settings_have_no_say() {
    let home = Home::new();
    let mut command = home.command(&[&FLAVORS[..], &["name"]].concat());
    command.env("OS_AUTH_URL", "http://127.0.0.1:1").env("INFOMANIAK_APP_CREDENTIAL_ID", "x");
    command.env("http_proxy", "http://127.0.0.1:1").env("HTTP_PROXY", "http://127.0.0.1:1");
    crate::home::Done::from(command.output().unwrap()).good();
}

#[test]
fn a_folder_that_cannot_be_used_is_one_error_with_a_hint() {
    let home = Home::new();
    let flavors = [&FLAVORS[..], &["name"]].concat();
    home.ik(&flavors).good();
    let refused = |why: &str| {
        let complaint = home.ik(&flavors).refused(8);
        assert!(complaint.contains(home.cloud().to_str().unwrap()), "{complaint}");
        assert!(complaint.contains(why), "{complaint}");
        assert_eq!(complaint.lines().count(), 2, "{complaint}");
        assert!(complaint.contains("\nhint: `ik local reset`"), "{complaint}");
    };
    let file = home.cloud().join("cloud.db");
    let newer = rusqlite::Connection::open(&file).unwrap();
    newer.pragma_update(None, "user_version", i32::MAX).unwrap();
    drop(newer);
    refused("version");
    for part in ["cloud.db-wal", "cloud.db-shm"] {
        let _ = fs::remove_file(home.cloud().join(part));
    }
    fs::write(&file, "this is no database, nor was it ever one").unwrap();
    refused("not a database");
    fs::remove_dir_all(home.cloud()).unwrap();
    fs::write(home.cloud(), "").unwrap();
    refused("exists");
}

#[test]
fn processes_that_start_at_once_make_one_cloud() {
    let home = Home::new();
    let create = |number: usize| {
        let name = format!("key-{number}");
        home.command(&["--cloud", "local", "keypair", "create", &name]).spawn().unwrap()
    };
    let running: Vec<_> = (0..8).map(create).collect();
    for child in running {
        crate::home::Done::from(child.wait_with_output().unwrap()).good();
    }
    assert_eq!(home.made(), (0..8).map(|number| format!("key-{number}")).collect::<Vec<_>>());
}
