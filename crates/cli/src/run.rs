//! Runs one command: for each of its targets one call, all tried, all reported.

use std::cell::Cell;
use std::fmt::Write;
use std::io::ErrorKind;
use std::time::Duration;

use clap::ArgMatches;
use futures_util::StreamExt;
use infomaniak_cloud::operation::{Description, Effect, Run, Shape};
use infomaniak_cloud::session::config::{Config, Environment};
use infomaniak_cloud::{Cloud, Error, Kind};
use infomaniak_local::Serving;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::arguments::{self, Call};
use crate::command::{Action, GIVE_UP_AFTER};
use crate::interrupted::{self, Progress};
use crate::output::{Data, Presentation};
use crate::secret_file::SecretFile;
use crate::talk::Talk;
use crate::{completion, confirm, exit, local, secret_file, watch};

/// Targets worked on at the same time.
const AT_ONCE: usize = 8;
/// How often the live line is drawn.
const TICK: Duration = Duration::from_millis(500);

/// Does what the command line says; gives the exit code.
pub(crate) fn run(action: Action, matches: &ArgMatches) -> u8 {
    let talk = Talk::begin(matches, action.command());
    let done = match action {
        Action::Operation(description) => {
            operate(arguments::meant(description, matches), matches, &talk)
        }
        Action::Own(own) => (own.run)(matches, &talk),
    };
    done.unwrap_or_else(|error| {
        talk.error(None, &error);
        exit::code(error.kind())
    })
}

/// Runs an operation as the command line says; gives the exit code.
fn operate(
    description: &'static Description,
    matches: &ArgMatches,
    talk: &Talk,
) -> Result<u8, Error> {
    let job = Job::new(description, matches).map_err(|refusal| {
        Error::new(Kind::Invalid, refusal)
            .with_hint(format!("see: ik {} --help", description.command))
    })?;
    let runtime = runtime()?;
    // The built-in cloud is served for as long as `_serving` lives.
    let (cloud, _serving) = runtime.block_on(cloud(matches))?;
    let targets: Vec<_> = job.calls.iter().filter_map(|call| call.target.as_deref()).collect();
    for line in runtime.block_on(job.will_remove(&cloud))? {
        talk.say(crate::text::line(&line));
    }
    if !confirm::may_go_ahead(description, matches, &targets)? {
        talk.say("nothing was done");
        return Ok(exit::INTERRUPTED);
    }
    let secret_file = match SecretFile::open(description, matches) {
        Ok(secret_file) => secret_file,
        Err(refusal) => {
            talk.refuse(refusal, Some("name a new file in a folder that exists"));
            return Ok(exit::OUTPUT);
        }
    };
    if let Some(every) = watch::interval(matches) {
        return runtime.block_on(watch::watch(&job, &cloud, matches, every, talk));
    }
    let outcome = runtime.block_on(job.work(&cloud, talk));
    talk.end();
    if description.effect != Effect::Reads {
        let flag = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        completion::names::forget(flag("cloud"), flag("region"));
    }
    let Some(outcome) = outcome else { return Ok(exit::INTERRUPTED) };
    Ok(job.present(outcome, secret_file, talk))
}

/// What everything that waits runs on.
pub(crate) fn runtime() -> Result<Runtime, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(Kind::Failed, format!("the program cannot start: {error}")))
}

/// Does work that a person may stop, which is told.
pub(crate) fn until_interrupted(
    talk: &Talk,
    work: impl Future<Output = Result<u8, Error>>,
) -> Result<u8, Error> {
    runtime()?.block_on(async {
        let Some(done) = watched(work, talk).await else {
            talk.say("interrupted");
            return Ok(exit::INTERRUPTED);
        };
        talk.end();
        done
    })
}

/// The cloud that flags and environment name, and what serves it if that is this program.
pub(crate) async fn cloud(matches: &ArgMatches) -> Result<(Cloud, Option<Serving>), Error> {
    cloud_in(&Environment::process(), matches).await
}

/// The same with an environment of one's own.
pub(crate) async fn cloud_in(
    environment: &Environment,
    matches: &ArgMatches,
) -> Result<(Cloud, Option<Serving>), Error> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let (mut config, serving) = match local::named(environment, text("cloud")).await? {
        Some((config, serving)) => (config, Some(serving)),
        None => (Config::find(environment, text("cloud"))?, None),
    };
    if let Some(region) = text("region") {
        config.region = Some(region.to_string());
    }
    let mut cloud = Cloud::new(config);
    if let Some(timeout) = matches.get_one::<Duration>(GIVE_UP_AFTER) {
        cloud = cloud.with_timeout(*timeout);
    }
    Ok((cloud, serving))
}

/// Does `work` while a person may watch, and stop it: then `None`.
pub(crate) async fn watched<W: Future>(work: W, talk: &Talk) -> Option<W::Output> {
    let mut work = std::pin::pin!(work);
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            outcome = &mut work => return Some(outcome),
            _ = &mut interrupted => return None,
            _ = ticks.tick() => talk.tick(),
        }
    }
}

/// What is to be done and how its result is to be shown, checked before anything is sent.
pub(crate) struct Job {
    description: &'static Description,
    /// How each call is made.
    run: Run,
    calls: Vec<Call>,
    presentation: Presentation,
    /// How far each call is.
    progress: Vec<Cell<Progress>>,
    /// The flags that name the cloud, as they were given.
    flags: String,
}

/// What came of each call, in the order of the calls.
type Outcome = Vec<Result<Value, Error>>;

/// How an operation is run: as such, or unless what it makes is there already.
fn how(description: &'static Description, matches: &ArgMatches) -> Result<Run, String> {
    let or_show = matches.try_get_one::<bool>("or-show").ok().flatten() == Some(&true);
    match description.or_show {
        Some(run) if or_show => Ok(run),
        None if or_show => Err("--or-show is for one, not for several at once".into()),
        _ => Ok(description.run),
    }
}

impl Job {
    fn new(description: &'static Description, matches: &ArgMatches) -> Result<Job, String> {
        let presentation = Presentation::new(description, matches)?;
        let calls = arguments::calls(description, matches)?;
        let run = how(description, matches)?;
        let progress = calls.iter().map(|_| Cell::default()).collect();
        let flags = interrupted::flags(matches);
        Ok(Job { description, run, calls, presentation, progress, flags })
    }

    /// What is typed to do this.
    pub(crate) fn command(&self) -> &'static str {
        self.description.command
    }

    /// Makes all calls; gives what is to be shown, if any succeeded, and what failed.
    ///
    /// # Errors
    /// [`Kind::Invalid`] when the expression of `--query` does not fit the result.
    pub(crate) async fn look(&self, cloud: &Cloud) -> Result<(Option<String>, Vec<Error>), Error> {
        let calls = self.calls.iter().map(|call| {
            let arguments = call.arguments.clone();
            async move { (self.run)(cloud, arguments).await }
        });
        let outcome: Outcome = futures_util::stream::iter(calls).buffered(AT_ONCE).collect().await;
        let (mut records, mut errors) = (Vec::new(), Vec::new());
        for result in outcome {
            match result {
                Ok(record) => records.push(record),
                Err(error) => errors.push(error),
            }
        }
        if records.is_empty() {
            return Ok((None, errors));
        }
        let mut text = Vec::new();
        let written = self.presentation.put(self.description, self.data(records), &mut text);
        written.map_err(|error| Error::new(Kind::Invalid, error.to_string()))?;
        Ok((Some(String::from_utf8_lossy(&text).into_owned()), errors))
    }

    /// The results of all calls as one.
    fn data(&self, mut records: Vec<Value>) -> Data {
        match (records.pop(), self.calls.len()) {
            (Some(Value::Array(list)), 1) => Data::Many(list),
            (Some(record), 1) => Data::One(record),
            (last, _) => Data::Many(records.into_iter().chain(last).collect()),
        }
    }

    /// What will go, where that is more than the targets; nothing is asked for where it is not.
    async fn will_remove(&self, cloud: &Cloud) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        if self.description.effect.wants_confirmation() {
            for call in &self.calls {
                let these = (self.description.will_remove)(cloud, call.arguments.clone()).await?;
                lines.extend(these.iter().map(|line| format!("goes: {line}")));
            }
        }
        Ok(lines)
    }

    /// Makes all calls; `None` if a person stopped it.
    async fn work(&self, cloud: &Cloud, talk: &Talk) -> Option<Outcome> {
        let outcome = watched(self.make_calls(cloud, talk), talk).await;
        if outcome.is_none() {
            interrupted::tell(self.description, &self.calls, &self.progress, &self.flags, talk);
        }
        outcome
    }

    async fn make_calls(&self, cloud: &Cloud, talk: &Talk) -> Outcome {
        let calls = self.calls.iter().enumerate().map(|(index, call)| async move {
            self.progress[index].set(Progress::Begun);
            let result = (self.run)(cloud, call.arguments.clone()).await;
            self.progress[index].set(Progress::Over);
            self.report(call.target.as_deref(), &result, talk);
            (index, result)
        });
        let mut outcome: Vec<_> =
            futures_util::stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
        outcome.sort_by_key(|(index, _)| *index);
        outcome.into_iter().map(|(_, result)| result).collect()
    }

    /// Tells how a call ended, as soon as it has.
    fn report(&self, target: Option<&str>, result: &Result<Value, Error>, talk: &Talk) {
        match result {
            Ok(_) if self.description.shape == Shape::Nothing => {
                let target = target.map_or_else(String::new, |target| format!(" {target}"));
                let line = format!("{}{target}: {}", self.description.command, self.achieved());
                talk.say(crate::text::line(&line));
            }
            Ok(_) => {}
            Err(error) => talk.error(target.filter(|_| self.calls.len() > 1), error),
        }
    }

    /// Whether the cloud has done it, or only said that it will.
    fn achieved(&self) -> &'static str {
        let wait = self.description.arguments.iter().find(|argument| argument.name == "wait");
        let Some(wait) = wait else { return "done" };
        let usual = (wait.default)();
        let waits = |call: &Call| call.arguments.get("wait").unwrap_or(&usual) == true;
        if self.calls.iter().all(waits) { "done" } else { "accepted" }
    }

    /// Shows what succeeded; the exit code is that of the first call that did not.
    fn present(&self, outcome: Outcome, secret_file: Option<SecretFile>, talk: &Talk) -> u8 {
        let failure = outcome.iter().find_map(|result| result.as_ref().err());
        let mut code = failure.map_or(0, |error| exit::code(error.kind()));
        // A failure with some of many things does not hide the others.
        let record = |result: Result<Value, Error>| match result {
            Ok(record) => Some(record),
            Err(error) => error.done().cloned(),
        };
        let mut records: Vec<Value> = outcome.into_iter().filter_map(record).collect();
        if records.is_empty() {
            return code;
        }
        if let (Some(file), [record]) = (secret_file, records.as_mut_slice())
            && let Err(refusal) = file.take(record)
        {
            talk.refuse(refusal, Some("the secret is in the output instead"));
            code = exit::OUTPUT;
        }
        let done = self.identifiers(&records);
        match self.presentation.show(self.description, self.data(records)) {
            Ok(()) => code,
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                let look = "`-f json` without --query shows what the expression is given";
                talk.refuse(error.to_string(), done.as_deref().or(Some(look)));
                exit::USAGE
            }
            Err(error) => {
                talk.refuse(format!("the result cannot be written: {error}"), done.as_deref());
                exit::OUTPUT
            }
        }
    }

    /// What must not get lost when the result of a change cannot be written.
    fn identifiers(&self, records: &[Value]) -> Option<String> {
        if self.description.effect == Effect::Reads {
            return None;
        }
        let ids = records.iter().filter_map(|record| {
            record.get("id").or_else(|| record.get("name")).and_then(Value::as_str)
        });
        let ids: Vec<_> = ids.collect();
        let noun = self.description.noun();
        let mut hint = format!("it was done all the same: {noun} {}", ids.join(", "));
        // A secret in a file is not in the record any more.
        if let Some(secret) = secret_file::field(self.description)
            && records.iter().any(|record| record.get(&secret).is_some())
        {
            let secret = secret.replace('_', " ");
            let _ = write!(hint, ", whose {secret} is lost: delete it and create it again");
        }
        Some(hint)
    }
}
