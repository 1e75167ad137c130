//! `ik local reset`: a fresh cloud, but never under somebody's hands.

use std::fs;

use crate::home::Home;
use crate::serve::Served;

#[test]
fn afterwards_the_cloud_is_as_on_the_first_day() {
    let home = Home::new();
    home.make("ann");
    let done = home.ik(&["local", "reset", "--yes"]);
    assert_eq!(done.stderr, "local reset: done\n");
    assert_eq!(done.good(), "");
    assert!(home.made().is_empty());
    assert!(home.local(&["flavor", "list"]).as_array().is_some_and(|list| !list.is_empty()));
}

#[test]
fn nothing_and_what_is_damaged_can_be_reset() {
    let home = Home::new();
    home.ik(&["local", "reset", "--yes"]).good();
    assert!(!home.cloud().exists());
    home.make("ann");
    for part in ["cloud.db", "cloud.db-wal"] {
        fs::write(home.cloud().join(part), "this is no database, nor was it ever one").unwrap();
    }
    home.ik(&["--cloud", "local", "keypair", "list"]).refused(8);
    home.ik(&["local", "reset", "--yes"]).good();
    assert!(home.made().is_empty());
}

#[test]
fn while_it_is_served_it_stays() {
    let home = Home::new();
    home.make("ann");
    let served = Served::start(&home);
    let complaint = home.ik(&["local", "reset", "--yes"]).refused(5);
    assert!(complaint.contains("another process is using it"), "{complaint}");
    assert!(complaint.contains("hint: end `ik local serve` first"), "{complaint}");
    served.end("INT");
    assert_eq!(home.made(), ["ann"]);
    home.ik(&["local", "reset", "--yes"]).good();
    assert!(home.made().is_empty());
}

#[test]
fn somebodys_own_folder_is_left_alone() {
    let home = Home::new();
    fs::create_dir(home.path("images")).unwrap();
    fs::write(home.path("images/holiday.jpg"), "x").unwrap();
    fs::write(home.path("diary"), "x").unwrap();
    for words in [&["local", "reset", "--yes"][..], &["--cloud", "local", "flavor", "list"]] {
        let done = home.command(words).env("IK_LOCAL", home.path("")).output().unwrap();
        let complaint = crate::home::Done::from(done).refused(8);
        assert!(complaint.contains("which is no part of a cloud"), "{complaint}");
    }
    assert!(home.path("images/holiday.jpg").exists() && home.path("diary").exists());
    assert!(!home.path("cloud.db").exists());
}
