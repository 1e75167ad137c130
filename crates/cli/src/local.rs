//! The built-in cloud: no account, no daemon, no set-up.
//!
//! It is kept in a folder of the user's. `--cloud local` opens it and serves it in this very
//! process, on a loopback port, for as long as the command runs: the library speaks to it as to any
//! other cloud, and what two processes do to it at the same time is the business of its store. For
//! other programs it is served by `ik local serve` and `ik local run`.

pub(crate) mod fault;
mod login;
mod run;
mod serve;

use std::path::PathBuf;

use clap::{ArgMatches, Command};
use infomaniak_cloud::session::config::{Config, Environment};
use infomaniak_cloud::{Error, Kind};
use infomaniak_local::{Local, Serving};

use crate::own::Own;
use crate::talk::Talk;
use crate::{confirm, exit};

pub(crate) const COMMANDS: &[Own] = &[
    serve::COMMAND,
    run::COMMAND,
    Own {
        command: "local reset",
        about: "Removes everything in the local cloud.\n\nThe next command finds a fresh one. While \
                another process uses it nothing is removed, and that is an error.\n\n\
                ```sh\n\
                ik local reset --yes\n\
                ```",
        calls: false,
        declare: |command: Command| command.arg(confirm::yes()),
        run: reset,
    },
];

/// Where a cloud is served that only this process needs to find.
const ANY_PORT: &str = "127.0.0.1:0";

/// The folder it is kept in: `IK_LOCAL`, or the usual place for a user's data.
pub(crate) fn folder() -> Result<PathBuf, Error> {
    let variable =
        |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = || {
        let configured = variable("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
        let data = configured.or_else(|| Some(std::env::home_dir()?.join(".local/share")));
        data.map(|data| data.join("ik/local"))
    };
    variable("IK_LOCAL").or_else(data).ok_or_else(|| {
        Error::new(Kind::Config, "there is no home folder to keep the local cloud in")
            .with_hint("IK_LOCAL=FOLDER names another")
    })
}

fn open() -> Result<(PathBuf, Local), Error> {
    let folder = folder()?;
    let local = Local::open(&folder).map_err(|refusal| {
        let hint = instead(&refusal);
        Error::new(Kind::Config, refusal).with_hint(hint)
    })?;
    Ok((folder, local))
}

/// What helps when the cloud cannot be opened: where there is no room, a fresh one has none either.
fn instead(refusal: &str) -> &'static str {
    let no_place = ["full", "No space", "Read-only", "ermission"];
    if no_place.iter().any(|words| refusal.contains(words)) {
        return "IK_LOCAL=FOLDER names another folder, with room and yours to write into";
    }
    "`ik local reset` removes what is there, for a fresh one; IK_LOCAL=FOLDER names another folder"
}

/// The built-in cloud, if it is what the flag or the environment names: `local`, or another of its
/// logins, `local-demo2`. A cloud of that name in a `clouds.yaml` is meant rather than this one.
pub(crate) async fn named(
    environment: &Environment,
    flag: Option<&str>,
) -> Result<Option<(Config, Serving)>, Error> {
    let name = flag.map(str::to_string).or_else(|| environment.get("OS_CLOUD"));
    let Some((name, login)) = name.as_deref().and_then(|name| Some((name, login_of(name)?))) else {
        return Ok(None);
    };
    if Config::has_entry(environment, name)? {
        return Ok(None);
    }
    let (folder, local) = open()?;
    let (serving, logins) = serve(&local, ANY_PORT).await?;
    let Some(login) = logins.all.iter().find(|known| known.name == login) else { return Ok(None) };
    let mut config = Config::find(&login.variables().collect(), None)?;
    config.source = format!("the local cloud in {}", folder.display());
    // Each run has its own port: a token that is kept would never be found again.
    config.cache = None;
    Ok(Some((config, serving)))
}

/// Whether `cloud` names the built-in cloud, and no other that a `clouds.yaml` has.
pub(crate) fn is_named(environment: &Environment, cloud: &str) -> bool {
    login_of(cloud).is_some() && !Config::has_entry(environment, cloud).unwrap_or(true)
}

/// The names of the built-in cloud, one for each of its logins.
pub(crate) fn names() -> impl Iterator<Item = String> {
    let others = login::NAMES.iter().filter(|name| **name != "demo");
    std::iter::once("local".to_string()).chain(others.map(|name| format!("local-{name}")))
}

/// The login that the name of a cloud stands for.
fn login_of(cloud: &str) -> Option<&str> {
    match cloud.strip_prefix("local")? {
        "" => Some("demo"),
        other => other.strip_prefix('-'),
    }
}

async fn serve(local: &Local, address: &str) -> Result<(Serving, login::Logins), Error> {
    let serving = local.serve(address).await.map_err(|error| {
        let in_use = error.kind() == std::io::ErrorKind::AddrInUse;
        let kind = if in_use { Kind::Conflict } else { Kind::Invalid };
        Error::new(kind, format!("cannot listen on {address}: {error}"))
            .with_hint("`--listen 127.0.0.1:0` takes a port that is free")
    })?;
    let credentials = local.credentials().map_err(|why| Error::new(Kind::Failed, why))?;
    let logins = login::Logins::new(&credentials, &serving.url());
    Ok((serving, logins))
}

fn reset(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let folder = folder()?;
    let place = folder.display();
    let question = format!("Remove everything in the local cloud in {place}?");
    if !matches.get_flag("yes") && !confirm::ask(&crate::text::line(&question))? {
        talk.say("nothing was done");
        return Ok(exit::INTERRUPTED);
    }
    Local::reset(&folder).map_err(|error| {
        let busy = error.kind() == std::io::ErrorKind::ResourceBusy;
        let kind = if busy { Kind::Conflict } else { Kind::Config };
        let refusal = Error::new(kind, format!("the local cloud in {place} stays: {error}"));
        if busy { refusal.with_hint("end `ik local serve` first") } else { refusal }
    })?;
    talk.say("local reset: done");
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clouds_name_tells_the_login() {
        assert_eq!(login_of("local"), Some("demo"));
        assert_eq!(login_of("local-demo2"), Some("demo2"));
        assert_eq!(login_of("localhost"), None);
        assert_eq!(login_of("demo"), None);
    }

    #[test]
    fn where_there_is_no_room_nothing_is_removed() {
        for refusal in ["database or disk is full", "Read-only file system (os error 30)"] {
            assert!(!instead(refusal).contains("reset"), "{refusal}");
        }
        assert!(instead("file is not a database").contains("reset"));
    }

    #[test]
    fn the_names_are_those_of_the_logins() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Local::open(folder.path()).unwrap().credentials().unwrap();
        let logins = login::Logins::new(&credentials, "http://127.0.0.1");
        let names: Vec<_> = logins.all.iter().map(|login| login.name).collect();
        assert_eq!(names, login::NAMES);
    }
}
