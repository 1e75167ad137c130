//! A script that bash runs, command by command, in a process group that can be killed as one.

use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::stage::Stage;
use crate::walkthrough;

/// A script, and how long each of its commands takes.
pub(crate) struct Script {
    text: String,
    /// The commands of `ik` in it, as bash tells them.
    pub(crate) steps: Vec<(String, Duration)>,
}

/// How a run ended.
pub(crate) enum End {
    Killed,
    /// By itself, with this exit code.
    Done(i32),
}

impl Script {
    /// Runs it once, to see how long its commands take.
    pub(crate) fn timed(mark: &str, stage: &mut Stage) -> Script {
        let text = walkthrough::script(mark);
        let running = Running::start(&text, stage);
        let mut begun: Vec<(String, Instant)> = Vec::new();
        while let Ok(step) = running.steps.recv() {
            begun.push((step, Instant::now()));
        }
        let code = running.end(stage);
        assert_eq!(code, 0, "{mark}: {}", stage.said());
        let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
        let steps = begun.iter().zip(ends).map(|((step, at), end)| (step.clone(), end - *at));
        Script { text, steps: steps.collect() }
    }

    /// A moment within one of its commands.
    pub(crate) fn moment(&self, random: &mut Rng) -> (usize, Duration) {
        let step = random.usize(..self.steps.len());
        (step, self.steps[step].1.mul_f64(random.f64()))
    }

    /// Runs it to its end; its exit code.
    pub(crate) fn run(&self, stage: &mut Stage) -> i32 {
        Running::start(&self.text, stage).end(stage)
    }

    /// Runs it, and kills it so long after its `step`th command began.
    pub(crate) fn killed(&self, stage: &mut Stage, step: usize, after: Duration) -> End {
        let mut running = Running::start(&self.text, stage);
        for _ in 0..=step {
            if running.steps.recv().is_err() {
                return End::Done(running.end(stage));
            }
        }
        std::thread::sleep(after);
        running.kill();
        running.finish(stage)
    }
}

/// A script that runs.
struct Running {
    bash: Child,
    /// Each command, when it begins.
    steps: Receiver<String>,
    reader: std::thread::JoinHandle<String>,
}

impl Running {
    fn start(text: &str, stage: &Stage) -> Running {
        let mut bash = Command::new("bash");
        // `-x`: it tells each command before it runs it.
        bash.args(["-xc", text]).process_group(0);
        stage.furnish(&mut bash);
        bash.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut bash = bash.spawn().unwrap();
        let (sender, steps) = channel();
        let stderr = bash.stderr.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut said = String::new();
            for line in lines(stderr) {
                if line.trim_start_matches('+').starts_with(" ik ") && line.starts_with('+') {
                    // Nobody listens any more to what is to be killed.
                    let _ = sender.send(line.clone());
                }
                said += &line;
                said.push('\n');
            }
            said
        });
        Running { bash, steps, reader }
    }

    /// Kills all of its processes.
    fn kill(&mut self) {
        let group = format!("-{}", self.bash.id());
        Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status().unwrap();
    }

    fn end(self, stage: &mut Stage) -> i32 {
        match self.finish(stage) {
            End::Done(code) => code,
            End::Killed => panic!("somebody else killed it"),
        }
    }

    fn finish(mut self, stage: &mut Stage) -> End {
        let status = self.bash.wait().unwrap();
        stage.hear(self.reader.join().unwrap());
        match (status.code(), status.signal()) {
            (Some(code), _) => End::Done(code),
            (None, _) => End::Killed,
        }
    }
}

/// What a program says, until all its children are gone, too.
fn lines(stderr: ChildStderr) -> impl Iterator<Item = String> {
    BufReader::new(stderr).lines().map_while(Result::ok)
}
