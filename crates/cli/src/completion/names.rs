//! Names of what is in the cloud, from a short-lived cache.
//!
//! A TAB never waits for a network longer than [`PATIENCE`]. Names that are [`FRESH`] are taken as they
//! are; older ones are taken, too, while another process renews them. Only when there are none, or they
//! are [`OLD`], it is waited for that process. One file for each login and kind of thing, beside the
//! tokens (mode 0600); changes by `ik` remove those of their login.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use infomaniak_cloud::operation::{Description, Effect, Shape};
use infomaniak_cloud::operations;
use infomaniak_cloud::session::config::{Config, Environment};
use infomaniak_cloud::session::write_private;
use serde_json::{Map, Value};

use super::candidates::Candidate;
use crate::{command, local, run};

/// The word that makes `ik` renew names.
pub(super) const RENEW: &str = "__names";

const FRESH: Duration = Duration::from_secs(10);
const OLD: Duration = Duration::from_secs(600);
/// How long to wait for names when there are none.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(5);
/// How long renewing may take, in seconds.
const LIMIT: &str = "10";

/// The names of all things of a kind (`instance`), with what is known of them.
pub(super) fn of(noun: &str, cloud: Option<&str>, region: Option<&str>) -> Vec<Candidate> {
    let Some(place) = Place::of(cloud, region) else { return Vec::new() };
    let names = place.file(noun, "json");
    if age(&names).is_some_and(|age| age < FRESH) {
        return read(&names);
    }
    let asked = place.file(noun, "asked");
    if age(&asked).is_none_or(|age| age >= FRESH) {
        let begun = write_private(&asked, b"").is_ok() && start(noun, cloud, region);
        if !begun {
            return Vec::new();
        }
    }
    let good = || age(&names).is_some_and(|age| age < OLD);
    let asked = age(&asked).unwrap_or_default();
    let end = Instant::now() + PATIENCE.saturating_sub(asked);
    while !good() && Instant::now() < end {
        std::thread::sleep(PAUSE);
    }
    if good() { read(&names) } else { Vec::new() }
}

/// Lets another process renew the names, which may take longer than a TAB.
fn start(noun: &str, cloud: Option<&str>, region: Option<&str>) -> bool {
    use std::os::unix::process::CommandExt;
    let Ok(this) = std::env::current_exe() else { return false };
    let mut command = Command::new(this);
    command.args([RENEW, noun]);
    for (flag, value) in [("--cloud", cloud), ("--region", region)] {
        if let Some(value) = value {
            command.args([flag, value]);
        }
    }
    // In a group of its own: Ctrl-C at the prompt is not meant for it.
    command.process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

/// Asks the cloud for names and keeps them. Where that fails there are none for a while, so that the
/// next TABs need not wait.
pub(super) fn renew(words: &[String]) {
    let Some((noun, flags)) = words.split_first() else { return };
    let Some(listing) = listing(noun) else { return };
    let line = ["ik", "--timeout", LIMIT].into_iter().chain(flags.iter().map(String::as_str));
    let line: Vec<_> = line.chain(listing.command.split(' ')).map(Into::into).collect();
    let Ok((_, matches)) = command::parse(&line) else { return };
    let flag = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let Some(place) = Place::of(flag("cloud"), flag("region")) else { return };
    let names = place.file(noun, "json");
    let listed = run::runtime().and_then(|runtime| {
        runtime.block_on(async {
            let (cloud, _serving) = run::cloud(&matches).await?;
            (listing.run)(&cloud, Map::new()).await
        })
    });
    let listed = match listed {
        Ok(Value::Array(listed)) => named(&listed),
        _ if age(&names).is_some_and(|age| age < OLD) => return,
        _ => Vec::new(),
    };
    let lines: Vec<_> = listed.iter().map(|c| serde_json::json!([c.word, c.about])).collect();
    // Without a cache there is no completion of names, and nobody to tell.
    let _ = write_private(&names, Value::from(lines).to_string().as_bytes());
}

/// The operation that lists all things of a kind.
fn listing(noun: &str) -> Option<&'static Description> {
    operations().find(|operation| {
        operation.record == noun
            && operation.shape == Shape::Many
            && operation.effect == Effect::Reads
            && operation.arguments.iter().all(|argument| !argument.required)
    })
}

/// Names with the state of what they name; where several things share one, their ids.
fn named(records: &[Value]) -> Vec<Candidate> {
    let text = |record: &Value, field: &str| record[field].as_str().unwrap_or_default().to_string();
    let mut names: Vec<_> = records.iter().map(|record| text(record, "name")).collect();
    names.sort();
    let of_several = |name: &String| {
        let begin = names.partition_point(|other| other < name);
        names.get(begin + 1) == Some(name)
    };
    let candidate = |record: &Value| {
        let (name, id) = (text(record, "name"), text(record, "id"));
        let status = text(record, "status");
        if !id.is_empty() && (name.is_empty() || of_several(&name)) {
            return Candidate { word: id, about: format!("{name} {status}").trim().to_string() };
        }
        Candidate { word: name, about: status }
    };
    let mut candidates: Vec<_> = records.iter().map(candidate).collect();
    candidates.sort_by_cached_key(|candidate| candidate.word.to_lowercase());
    candidates.retain(|candidate| !candidate.word.is_empty());
    candidates
}

/// Forgets the names of the cloud that is called, after something in it was changed.
pub(crate) fn forget(cloud: Option<&str>, region: Option<&str>) {
    let Some(place) = Place::of(cloud, region) else { return };
    let Ok(files) = fs::read_dir(&place.folder) else { return };
    for file in files.flatten() {
        if file.file_name().to_string_lossy().starts_with(&place.prefix) {
            let _ = fs::remove_file(file.path());
        }
    }
}

/// Where the names of a login are kept.
struct Place {
    folder: PathBuf,
    prefix: String,
}

impl Place {
    /// `None` where nothing is to be kept, or no cloud is named.
    fn of(cloud: Option<&str>, region: Option<&str>) -> Option<Place> {
        let environment = Environment::process();
        let folder = environment.cache_folder()?;
        let mut hash = DefaultHasher::new();
        let name = cloud.map(String::from).or_else(|| environment.get("OS_CLOUD"));
        if let Some(name) = name.filter(|name| local::is_named(&environment, name)) {
            (local::folder().ok()?, name).hash(&mut hash);
        } else {
            let config = Config::find(&environment, cloud).ok()?;
            let region = region.or(config.region.as_deref());
            // Shows who and with what scope, and no secret.
            let login = format!("{:?}", config.credentials);
            (config.auth_url.as_str(), login, region, config.interface).hash(&mut hash);
        }
        Some(Place { folder, prefix: format!("names-{:016x}-", hash.finish()) })
    }

    fn file(&self, noun: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{}{}.{ending}", self.prefix, noun.replace(' ', "-")))
    }
}

/// How long ago a file was written. One from the future (a clock was set back) is as good as none.
fn age(path: &Path) -> Option<Duration> {
    SystemTime::now().duration_since(path.metadata().ok()?.modified().ok()?).ok()
}

fn read(path: &Path) -> Vec<Candidate> {
    let content = fs::read(path).unwrap_or_default();
    let lines: Vec<(String, String)> = serde_json::from_slice(&content).unwrap_or_default();
    lines.into_iter().map(|(word, about)| Candidate { word, about }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_shares_a_name_is_offered_by_id() {
        let records = [
            json!({"id": "1", "name": "web", "status": "ACTIVE"}),
            json!({"id": "2", "name": "db", "status": "SHUTOFF"}),
            json!({"id": "3", "name": "web", "status": "ERROR"}),
            json!({"id": "4", "name": ""}),
        ];
        let words = |records| -> Vec<_> {
            named(records).into_iter().map(|c| format!("{}:{}", c.word, c.about)).collect()
        };
        assert_eq!(words(&records), ["1:web ACTIVE", "3:web ERROR", "4:", "db:SHUTOFF"]);
        assert_eq!(words(&[json!({"name": "ann"})]), ["ann:"]);
    }

    #[test]
    fn what_arguments_name_can_be_listed() {
        for (command, argument, listed) in [
            ("server show", "instance_id", "server list"),
            ("server resize", "flavor", "flavor list"),
            ("image show", "image_id", "image list"),
            ("keypair delete", "name", "keypair list"),
        ] {
            let operation = operations().find(|operation| operation.command == command).unwrap();
            let noun = crate::arguments::noun(operation, argument).unwrap();
            assert_eq!(listing(&noun).unwrap().command, listed);
        }
    }
}
