//! What can happen to a folder besides: damage, another version, no right to write, a full disk. The
//! cloud says so in one sentence, and what was there stays.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use infomaniak_local::Local;
use serde_json::json;

use crate::client::Client;
use crate::served::Served;
use crate::{log_in, writer};

/// A folder with a cloud that nobody uses, all of it in one file.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    drop(Local::open(folder.path()).unwrap());
    let connection = rusqlite::Connection::open(database(folder.path())).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    folder
}

fn database(folder: &Path) -> PathBuf {
    folder.join("cloud.db")
}

/// Opening is refused with a sentence that has `why` in it, and changes nothing.
fn is_refused(folder: &Path, why: &str) {
    let before = fs::read(database(folder)).unwrap();
    let refusal = Local::open(folder).err().expect("it is refused");
    let begin = format!("the local cloud in {} cannot be opened: ", folder.display());
    let reason = refusal.strip_prefix(&begin).unwrap_or_else(|| panic!("{refusal}"));
    assert!(reason.contains(why) && !reason.contains('\n'), "{reason}");
    assert!(fs::read(database(folder)).unwrap() == before, "the file was changed");
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let folder = filled();
    let mut bytes = fs::read(database(folder.path())).unwrap();
    bytes[..100].fill(0xff);
    fs::write(database(folder.path()), bytes).unwrap();
    is_refused(folder.path(), "file is not a database");
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(database(folder.path())).unwrap();
    other.execute_batch("CREATE TABLE diary (day TEXT)").unwrap();
    drop(other);
    is_refused(folder.path(), "its database is another program's");
}

#[test]
fn a_newer_version_is_refused_and_left_as_it_is() {
    let folder = filled();
    let newer = rusqlite::Connection::open(database(folder.path())).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    is_refused(folder.path(), "it has version 99, this program 1");
}

#[test]
fn damage_inside_is_told_and_never_taken_for_an_empty_cloud() {
    let folder = filled();
    let mut bytes = fs::read(database(folder.path())).unwrap();
    bytes[4096..].fill(0xff);
    fs::write(database(folder.path()), bytes).unwrap();
    let mut served = Served::start(folder.path());
    let why = match served.output.url().unwrap() {
        Err(why) => why,
        Ok(url) => {
            let mut client = Client::connect(&url, "").unwrap();
            let answer = client.get("/compute/v2.1").unwrap();
            assert_eq!(answer.status, 500, "{}", answer.json());
            answer.json().to_string()
        }
    };
    assert!(why.contains("database disk image is malformed"), "{why}");
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let folder = filled();
    let set = |mode: u32| {
        let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        for path in files.chain([folder.path().into()]) {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o500);
    // The superuser may write everywhere, unless that is taken from it.
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-dac_override", "--"]);
    let mut served = Served::start_with(command, folder.path());
    let refusal = served.output.url().unwrap().expect_err("it is refused");
    set(0o700);
    assert!(refusal.contains("Permission denied"), "{refusal}");
    Local::open(folder.path()).unwrap();
}

/// The limit of a process on the size of its files stands for the disk.
#[test]
fn on_a_full_disk_changes_are_refused_and_nothing_is_lost() {
    let folder = filled();
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\""]);
    let mut served = Served::start_with(shell, folder.path());
    let mut client = Client::connect(&served.output.url().unwrap().unwrap(), "").unwrap();
    log_in(&mut client);
    let parts = writer::parts(&mut client);
    let create = |client: &mut Client, name: &str| {
        let server = json!({
            "name": name, "imageRef": parts.image, "flavorRef": parts.flavor, "networks": "none",
        });
        client.post("/compute/v2.1/servers", &json!({ "server": server })).unwrap()
    };
    let names = |client: &mut Client| -> Vec<String> {
        let servers = writer::all(client, "/compute/v2.1/servers", "servers");
        servers.iter().rev().map(|server| server["name"].as_str().unwrap().to_string()).collect()
    };

    let mut acknowledged = Vec::new();
    let refused = loop {
        let name = format!("server-{}", acknowledged.len());
        let answer = create(&mut client, &name);
        if answer.status != 202 {
            break answer;
        }
        acknowledged.push(name);
        assert!(acknowledged.len() < 10_000, "the disk is never full");
    };
    assert_eq!(refused.status, 500);
    let message = refused.json()["computeFault"]["message"].to_string();
    assert!(message.contains("The local cloud's store failed: "), "{message}");
    assert_eq!(names(&mut client), acknowledged);

    served.process.kill();
    let mut served = Served::start(folder.path());
    let mut client = Client::connect(&served.output.url().unwrap().unwrap(), "").unwrap();
    log_in(&mut client);
    assert_eq!(names(&mut client), acknowledged);
    assert_eq!(create(&mut client, "more").status, 202);
}
