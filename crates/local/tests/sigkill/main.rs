//! The cloud is killed at random moments, and keeps every promise.
//!
//! In each round two processes serve the same folder, as `ik --cloud local` and `ik local serve` do,
//! while writers change it without a pause. Both are killed with SIGKILL at random moments, also
//! while they start. A third opens the folder: every change whose answer arrived must be there, every
//! other one wholly or not at all. That process serves in the next round.
//!
//! ```text
//! cargo test -p infomaniak-local --test sigkill                     30 rounds
//! SIGKILL_ROUNDS=200 cargo test -p infomaniak-local --test sigkill  as many as that
//! SIGKILL_SEED=7 ...                                                the moments of another run
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test, outside of test functions too

mod client;
mod harm;
mod served;
mod sight;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;

use client::Client;
use served::Served;
use sight::Sight;
use writer::Writer;

/// Writers to each process.
const WRITERS: usize = 3;
/// After so many rounds a new folder is begun, so that its making is interrupted, too.
const ROUNDS_PER_FOLDER: u64 = 10;
/// The longest that a process lives, in milliseconds.
const LONGEST: u64 = 150;
/// How long a deleted server may still be seen to go, with time for a slow machine.
const GOING: Duration = Duration::from_secs(5);

#[test]
fn killed_at_any_moment_it_keeps_every_acknowledged_change() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let rounds = number("SIGKILL_ROUNDS").unwrap_or(30);
    let seed = number("SIGKILL_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    println!("{rounds} rounds, SIGKILL_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let (mut acknowledged, mut happened, mut lost) = (0, 0, 0);
    for first in (0..rounds).step_by(usize::try_from(ROUNDS_PER_FOLDER).unwrap()) {
        let mut folder = Folder::new(&mut random);
        for _ in first..rounds.min(first + ROUNDS_PER_FOLDER) {
            let in_doubt = folder.round(&mut random);
            happened += in_doubt.iter().filter(|happened| **happened).count();
            lost += in_doubt.iter().filter(|happened| !**happened).count();
        }
        acknowledged += folder.writers.iter().map(|writer| writer.acknowledged).sum::<u64>();
    }
    println!(
        "{} processes killed; {acknowledged} changes acknowledged, all kept; of those not \
         acknowledged {happened} had happened, {lost} had not",
        2 * rounds
    );
    assert!(acknowledged > rounds, "there was hardly any load");
}

/// One folder, and those who change what is in it.
struct Folder {
    path: tempfile::TempDir,
    /// The process that opened it last, and where it serves.
    served: (Served, String),
    token: String,
    writers: Vec<Writer>,
    /// When servers were first seen to go.
    going: BTreeMap<String, Instant>,
}

impl Folder {
    /// A new one; two processes that make it at the same time are killed while they do.
    fn new(random: &mut Rng) -> Folder {
        let path = tempfile::tempdir().unwrap();
        let mut makers = [Served::start(path.path()), Served::start(path.path())];
        for maker in &mut makers {
            sleep(random, LONGEST / 4);
            maker.process.kill();
        }
        let served = open(path.path());
        let mut client = Client::connect(&served.1, "").unwrap();
        let token = log_in(&mut client);
        let parts = writer::parts(&mut client);
        let writer = |number| Writer::new(number, random.fork(), &token, &parts);
        let writers = (0..2 * WRITERS).map(writer).collect();
        Folder { path, served, token, writers, going: BTreeMap::new() }
    }

    /// Load, two deaths, and a look at what is left: of each change in doubt whether it happened.
    fn round(&mut self, random: &mut Rng) -> Vec<bool> {
        let mut second = Served::start(self.path.path());
        let (first, url) = &mut self.served;
        let (of_first, of_second) = self.writers.split_at_mut(WRITERS);
        let mut moments = random.fork();
        std::thread::scope(|scope| {
            for writer in of_first {
                scope.spawn(|| writer.work(url));
            }
            let output = &mut second.output;
            scope.spawn(move || {
                let Some(url) = output.url() else { return };
                let url = &url.unwrap();
                std::thread::scope(|scope| {
                    for writer in of_second {
                        scope.spawn(move || writer.work(url));
                    }
                });
            });
            scope.spawn(move || {
                sleep(&mut moments, LONGEST);
                first.process.kill();
            });
            sleep(random, LONGEST);
            second.process.kill();
        });
        self.served = open(self.path.path());
        self.compare()
    }

    /// Compares what is there with what was promised.
    fn compare(&mut self) -> Vec<bool> {
        let mut client = Client::connect(&self.served.1, &self.token).unwrap();
        let sight = Sight::take(&mut client);
        let in_doubt =
            self.writers.iter_mut().filter_map(|writer| writer.compare(&sight)).collect();
        let promised: BTreeSet<_> = self.writers.iter().flat_map(Writer::things).collect();
        assert_eq!(sight.things(), promised, "there is what nobody asked for");
        for writer in &mut self.writers {
            writer.look_up(&sight);
        }
        for server in &sight.going {
            let since = self.going.entry(server.clone()).or_insert_with(Instant::now);
            assert!(since.elapsed() < GOING, "the deleted server {server} does not go");
        }
        check_integrity(self.path.path());
        in_doubt
    }
}

/// Opens the folder in a new process; where that serves.
fn open(folder: &Path) -> (Served, String) {
    let mut served = Served::start(folder);
    let url = served.output.url().expect("it lives").expect("the folder opens");
    (served, url)
}

/// Logs in as the tenant `demo`; the token.
fn log_in(client: &mut Client) -> String {
    client.log_in("PCU-LOCAL01", "local", "PCP-LOCAL01").unwrap()
}

fn check_integrity(folder: &Path) {
    let database = rusqlite::Connection::open(folder.join("cloud.db")).unwrap();
    let found: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(found, "ok");
}

fn sleep(random: &mut Rng, longest: u64) {
    std::thread::sleep(Duration::from_millis(random.u64(1..=longest)));
}
