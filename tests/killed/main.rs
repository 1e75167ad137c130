//! The scripts of docs/walkthrough.md are killed with SIGKILL at random moments, and run again: the second
//! run completes what the first has begun, nothing is there twice, and nothing is left in the end.
//!
//! With `ik --cloud local` the cloud dies with the script, since it is in the same process; with `ik local
//! serve` it lives on, and whatever it was asked last it may still do. Each round has a cloud of its own.
//! The moment is one within a random command of the script, as long as that took without being killed.
//! In half of the runs that are killed some requests fail, too: their answers are lost, or late.
//!
//! ```text
//! cargo test -p behaviours --test killed                   4 rounds of each
//! SCRIPT_ROUNDS=50 cargo test -p behaviours --test killed  as many as that
//! SCRIPT_SEED=7 ...                                        the moments of another run
//! ```

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

#[path = "../ik.rs"]
mod ik;
#[path = "../record.rs"]
mod record;
mod script;
mod stage;
#[path = "../walkthrough.rs"]
mod walkthrough;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrand::Rng;

use script::{End, Script};
use stage::{Lists, Stage};

/// Rounds at the same time: they spend most of theirs waiting.
const AT_ONCE: u64 = 16;
/// A script is killed so often at most before it is let alone.
const MOST_KILLS: u64 = 3;
/// Looks for what goes a moment later, a quarter of a second apart.
const LOOKS: u32 = 40;

#[test]
fn with_the_cloud_in_the_same_process_it_completes_what_was_begun() {
    rounds(false);
}

#[test]
fn with_a_cloud_that_lives_on_it_completes_what_was_begun() {
    rounds(true);
}

fn rounds(served: bool) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let rounds = number("SCRIPT_ROUNDS").unwrap_or(4);
    let seed = number("SCRIPT_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    println!("{rounds} rounds, SCRIPT_SEED={seed}");
    let usual = Usual::seen(served);
    let (next, sum) = (AtomicU64::new(0), Mutex::new(Harm::default()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(rounds) {
            scope.spawn(|| {
                loop {
                    let round = next.fetch_add(1, Ordering::Relaxed);
                    if round >= rounds {
                        return;
                    }
                    // Each round's moments can be had again, whatever the others do.
                    let mut random = Rng::with_seed(seed.wrapping_add(round << 32));
                    let harm = usual.round(served, &mut random).unwrap_or_else(|why| {
                        panic!("round {round} of SCRIPT_SEED={seed}, served: {served}: {why}")
                    });
                    sum.lock().unwrap().add(&harm);
                }
            });
        }
    });
    let Harm { kills, failures } = sum.into_inner().unwrap();
    println!("{kills} times killed, {failures} requests failed; completed each time");
    assert!(kills >= rounds, "the scripts were hardly ever killed");
    // A few rounds may be lucky.
    assert!(rounds < 20 || failures >= rounds / 4, "hardly any request failed");
}

/// What was done to the scripts.
#[derive(Default)]
struct Harm {
    kills: u64,
    failures: u64,
}

impl Harm {
    fn add(&mut self, other: &Harm) {
        self.kills += other.kills;
        self.failures += other.failures;
    }
}

/// What happens when nobody is killed.
struct Usual {
    make: Script,
    unmake: Script,
    /// What a fresh cloud has, and what it has when all is made: how many in each list.
    before: Lists,
    made: Lists,
}

impl Usual {
    fn seen(served: bool) -> Usual {
        let mut stage = Stage::open(served);
        let before = stage.lists();
        let make = Script::timed("bash make", &mut stage);
        let made = stage.lists();
        assert_eq!(stage.wrong(), [""; 0]);
        let unmake = Script::timed("bash unmake", &mut stage);
        let usual = Usual { make, unmake, before, made };
        usual.nothing_left(&stage).unwrap();
        usual
    }

    /// Kills, and lets complete.
    fn round(&self, served: bool, random: &mut Rng) -> Result<Harm, String> {
        let mut stage = Stage::open(served);
        let mut harm = until_complete(&self.make, &mut stage, random)?;
        let (seen, wrong) = (stage.lists(), stage.wrong());
        if seen != self.made || !wrong.is_empty() {
            return Err(format!("made {seen:?}, not {:?}; {wrong:?}", self.made));
        }
        harm.add(&until_complete(&self.unmake, &mut stage, random)?);
        self.nothing_left(&stage)?;
        Ok(harm)
    }

    fn nothing_left(&self, stage: &Stage) -> Result<(), String> {
        let mut seen = stage.lists();
        for _ in 0..LOOKS {
            if seen == self.before {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(250));
            seen = stage.lists();
        }
        Err(format!("left {seen:?}, not {:?}", self.before))
    }
}

/// Kills the script at some moments, and then lets it run.
fn until_complete(script: &Script, stage: &mut Stage, random: &mut Rng) -> Result<Harm, String> {
    let (mut moments, mut is_spoilt) = (Vec::new(), false);
    for _ in 0..random.u64(1..=MOST_KILLS) {
        // What fails may wait for its turn until a later run.
        if random.bool() {
            stage.spoil(random);
            is_spoilt = true;
        }
        let (step, after) = script.moment(random);
        match script.killed(stage, step, after) {
            End::Killed => moments.push(format!("{} + {after:?}", script.steps[step].0)),
            End::Done(code) if code == 0 || is_spoilt => {}
            End::Done(code) => {
                return Err(format!("it ended with {code} after {moments:?}: {}", stage.said()));
            }
        }
    }
    let failures = stage.heal().into();
    match script.run(stage) {
        0 => Ok(Harm { kills: moments.len() as u64, failures }),
        code => Err(format!("it ended with {code} after {moments:?}: {}", stage.said())),
    }
}
