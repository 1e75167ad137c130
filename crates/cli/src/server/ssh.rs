//! `ik server ssh`: a shell in an instance, by its name.
//!
//! The address is looked up: a floating IP first, since that is reachable from everywhere. The user is
//! the one that the image was made with. The rest is the business of `ssh`, which takes the place of
//! this program.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Write};
use std::os::unix::process::CommandExt;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use infomaniak_cloud::compute::{Address, Instance};
use infomaniak_cloud::{Cloud, Error, Kind};

use crate::own::Own;
use crate::talk::Talk;
use crate::{run, text};

pub(super) const COMMAND: Own = Own {
    command: "server ssh",
    about: "Opens a shell in an instance, or runs a command in it.\n\nA floating IP is taken before a \
            fixed one, IPv4 before IPv6. The user is the one that the image was made with (`debian`, \
            `ubuntu` ...), if `-l` names no other. What follows `--` is run in the instance.\n\n\
            ```sh\n\
            ik server ssh web\n\
            ik server ssh web -l root -i ann.pem -- uptime\n\
            ik server ssh web --print\n\
            ```",
    calls: true,
    declare,
    run,
};

/// Users by what the names of their images begin with.
const USERS: &[(&str, &str)] = &[
    ("almalinux", "almalinux"),
    ("alpine", "alpine"),
    ("arch", "arch"),
    ("centos", "cloud-user"),
    ("cirros", "cirros"),
    ("debian", "debian"),
    ("fedora", "fedora"),
    ("flatcar", "core"),
    ("freebsd", "freebsd"),
    ("gentoo", "gentoo"),
    ("openbsd", "openbsd"),
    ("opensuse", "opensuse"),
    ("rocky", "rocky"),
    ("ubuntu", "ubuntu"),
];

fn declare(command: Command) -> Command {
    let valued = |name: &'static str, short: char, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).short(short).value_name(value).help(help)
    };
    command
        .arg(Arg::new("INSTANCE").required(true).help("The instance, by name or id"))
        .arg(
            Arg::new("command")
                .value_name("COMMAND")
                .num_args(1..)
                .last(true)
                .value_parser(value_parser!(OsString))
                .help("What to run in it, instead of a shell"),
        )
        .arg(valued("login", 'l', "USER", "Log in as this user"))
        .arg(valued("identity", 'i', "FILE", "Log in with this private key"))
        .arg(valued("port", 'p', "NUMBER", "Connect to this port").value_parser(value_parser!(u16)))
        .arg(
            valued("option", 'o', "OPTION", "Give ssh this option; may be repeated")
                .action(ArgAction::Append),
        )
        .arg(
            Arg::new("address-type")
                .long("address-type")
                .value_name("TYPE")
                .value_parser(PossibleValuesParser::new(["floating", "fixed"]))
                .help("Connect to an address of this type only"),
        )
        .arg(
            Arg::new("ipv6")
                .long("ipv6")
                .short('6')
                .action(ArgAction::SetTrue)
                .help("Connect to an IPv6 address only"),
        )
        .arg(
            Arg::new("print")
                .long("print")
                .action(ArgAction::SetTrue)
                .help("Show the command instead of running it"),
        )
}

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let mut words = Vec::new();
    let code = run::until_interrupted(talk, async {
        words = command(matches).await?;
        Ok(0)
    })?;
    if code != 0 {
        return Ok(code);
    }
    if matches.get_flag("print") {
        let line: Vec<_> = words.iter().map(|word| shell_word(word)).collect();
        // A closed pipe is no reason to complain.
        let _ = writeln!(std::io::stdout(), "{}", line.join(" "));
        return Ok(0);
    }
    // It comes back only if it could not begin.
    let error = std::process::Command::new("ssh").args(&words[1..]).exec();
    let message = format!("cannot run `ssh`: {error}");
    Err(match error.kind() {
        ErrorKind::NotFound => Error::new(Kind::Config, message)
            .with_hint("install an OpenSSH client, or see with --print what would be run"),
        _ => Error::new(Kind::Failed, message),
    })
}

/// The whole command, `ssh` included.
async fn command(matches: &ArgMatches) -> Result<Vec<OsString>, Error> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let (cloud, _serving) = run::cloud(matches).await?;
    let instance = cloud.compute().get_instance(text("INSTANCE").unwrap_or_default()).await?;
    let address = address(&instance, text("address-type"), matches.get_flag("ipv6"))?;
    let user = match text("login") {
        Some(user) => Some(user.to_string()),
        None => usual_user(&cloud, &instance).await?.map(str::to_string),
    };
    let mut words = vec![OsString::from("ssh")];
    let mut flag = |flag: &str, value: &str| words.extend([flag.into(), value.into()]);
    if let Some(file) = text("identity") {
        flag("-i", file);
    }
    if let Some(port) = matches.get_one::<u16>("port") {
        flag("-p", &port.to_string());
    }
    for option in matches.get_many::<String>("option").into_iter().flatten() {
        flag("-o", option);
    }
    if let Some(user) = user {
        flag("-l", &user);
    }
    // An address is never taken for an option.
    flag("--", &address);
    words.extend(matches.get_many::<OsString>("command").into_iter().flatten().cloned());
    Ok(words)
}

/// The address to connect to: floating before fixed, version 4 before 6.
fn address(instance: &Instance, wanted: Option<&str>, only_6: bool) -> Result<String, Error> {
    let kind = |address: &Address| {
        address
            .other
            .get("OS-EXT-IPS:type")
            .and_then(|kind| kind.as_str())
            .unwrap_or("fixed")
            .to_string()
    };
    let all: Vec<_> = instance.addresses.values().flatten().collect();
    let fitting = all.iter().filter(|address| {
        wanted.is_none_or(|wanted| kind(address) == wanted) && (!only_6 || address.version == 6)
    });
    let best = fitting.min_by_key(|address| (kind(address) != "floating", address.version));
    if let Some(best) = best {
        return Ok(best.addr.clone());
    }
    let version = if only_6 { " IPv6" } else { "" };
    let wanted = wanted.map_or_else(String::new, |wanted| format!(" {wanted}"));
    let message = format!("instance `{}` has no{wanted}{version} address", instance.name);
    let has: Vec<_> = all.iter().map(|one| format!("{} ({})", one.addr, kind(one))).collect();
    let hint = if has.is_empty() {
        "it is reachable by its console only: ik console url show".to_string()
    } else {
        format!("it has {}", has.join(", "))
    };
    Err(Error::new(Kind::NotFound, message).with_hint(hint))
}

/// The user that the image was made with, if its name tells. Without an image `ssh` decides.
async fn usual_user(cloud: &Cloud, instance: &Instance) -> Result<Option<&'static str>, Error> {
    let Some(image) = &instance.image else { return Ok(None) };
    match cloud.compute().get_image(image.as_str()).await {
        Ok(image) => Ok(user_of(&image.name)),
        // Images are deleted while their instances live on.
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn user_of(image: &str) -> Option<&'static str> {
    let image = image.to_ascii_lowercase();
    USERS.iter().find(|(begin, _)| image.starts_with(begin)).map(|(_, user)| *user)
}

/// A word as a shell takes it.
fn shell_word(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", text::line(&word).replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn instance(addresses: &Value) -> Instance {
        serde_json::from_value(json!({
            "id": "1", "name": "web", "status": "ACTIVE", "flavor": { "original_name": "a1" },
            "image": { "id": "2" }, "addresses": addresses, "created": "", "updated": "",
            "key_name": null,
        }))
        .unwrap()
    }

    #[test]
    fn floating_comes_before_fixed_and_4_before_6() {
        let on = |addr: &str, version: u8, kind: &str| json!({ "addr": addr, "version": version, "OS-EXT-IPS:type": kind });
        let web = instance(&json!({
            "a": [on("fd00::1", 6, "fixed"), on("10.0.0.1", 4, "fixed")],
            "b": [on("10.1.0.1", 4, "fixed"), on("203.0.113.1", 4, "floating")],
        }));
        let chosen = |kind, only_6| address(&web, kind, only_6).map_err(|error| error.to_string());
        assert_eq!(chosen(None, false).unwrap(), "203.0.113.1");
        assert_eq!(chosen(Some("fixed"), false).unwrap(), "10.0.0.1");
        assert_eq!(chosen(None, true).unwrap(), "fd00::1");
        assert_eq!(
            chosen(Some("floating"), true).unwrap_err(),
            "instance `web` has no floating IPv6 address"
        );
        let none = address(&instance(&json!({})), None, false).unwrap_err();
        assert!(none.hint().unwrap().contains("console"), "{none:?}");
    }

    #[test]
    fn the_user_is_the_images() {
        assert_eq!(user_of("Debian 12 bookworm"), Some("debian"));
        assert_eq!(user_of("Ubuntu 24.04 LTS Noble Numbat"), Some("ubuntu"));
        assert_eq!(user_of("my own"), None);
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(shell_word(OsStr::new("a b'c")), "'a b'\\''c'");
        assert_eq!(shell_word(OsStr::new("-o")), "-o");
        assert_eq!(shell_word(OsStr::new("")), "''");
    }
}
