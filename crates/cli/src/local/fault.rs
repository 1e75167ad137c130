//! `ik local fault`: the next requests to the local cloud fail in a chosen way, whoever sends them.

use std::io::Write;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use infomaniak_cloud::{Error, Kind};
use infomaniak_local::{Fault, Victims};

use crate::own::Own;
use crate::talk::Talk;
use crate::{arguments, exit, text};

pub(crate) const COMMANDS: &[Own] = &[
    Own {
        command: "local fault status",
        about: "Answers with a status, and does nothing.\n\n\
                ```sh\n\
                ik local fault status 503 --header 'Retry-After: 2'\n\
                ik local fault status 500 --method POST --path /servers --count 2\n\
                ```",
        calls: false,
        declare: |command| {
            let status = number("status", "STATUS", "The status, such as 503");
            victims(
                command.arg(status.value_parser(value_parser!(u16).range(200..600))).args([
                    Arg::new("header")
                        .long("header")
                        .value_name("NAME: VALUE")
                        .action(ArgAction::Append)
                        .value_parser(header)
                        .help("A header of the answer, such as `Retry-After: 1`; may be repeated"),
                    Arg::new("body")
                        .long("body")
                        .value_name("TEXT")
                        .help("The body of the answer, instead of one in the service's own shape"),
                ]),
            )
        },
        run: |matches, talk| {
            let headers = matches.get_many::<(String, String)>("header");
            plan(
                matches,
                talk,
                &Fault::Status {
                    status: given(matches, "status"),
                    headers: headers.into_iter().flatten().cloned().collect(),
                    body: matches.get_one("body").cloned(),
                },
            )
        },
    },
    Own {
        command: "local fault delay",
        about: "Answers late.\n\n\
                ```sh\n\
                ik local fault delay 0.5\n\
                ```",
        calls: false,
        declare: |command| {
            let seconds = number("seconds", "SECONDS", "How late, such as 0.5");
            victims(command.arg(seconds.value_parser(arguments::seconds)))
        },
        run: |matches, talk| plan(matches, talk, &Fault::Delay(given(matches, "seconds"))),
    },
    Own {
        command: "local fault cut",
        about: "Breaks off in the middle of the answer's body.\n\n\
                ```sh\n\
                ik local fault cut 100\n\
                ```",
        calls: false,
        declare: |command| {
            let bytes = number("bytes", "BYTES", "After how many bytes of it");
            victims(command.arg(bytes.value_parser(value_parser!(usize))))
        },
        run: |matches, talk| plan(matches, talk, &Fault::Cut(given(matches, "bytes"))),
    },
    Own {
        command: "local fault gzip",
        about: "Compresses the answer's body, and leaves off its end.\n\n\
                ```sh\n\
                ik local fault gzip 100\n\
                ```",
        calls: false,
        declare: |command| {
            let bytes = number("bytes", "BYTES", "How much of it is sent, as if it were all");
            victims(command.arg(bytes.value_parser(value_parser!(usize))))
        },
        run: |matches, talk| plan(matches, talk, &Fault::Gzip(given(matches, "bytes"))),
    },
    Own {
        command: "local fault rewrite",
        about: "Puts another text in the place of one, in the answer's body.\n\n\
                ```sh\n\
                ik local fault rewrite ACTIVE ERROR\n\
                ```",
        calls: false,
        declare: |command| {
            let find = Arg::new("find").required(true).help("What is replaced, wherever it stands");
            let replace = Arg::new("replace").required(true).help("What stands there instead");
            victims(command.args([find, replace]))
        },
        run: |matches, talk| {
            let (find, replace) = (given(matches, "find"), given(matches, "replace"));
            plan(matches, talk, &Fault::Rewrite { find, replace })
        },
    },
    Own {
        command: "local fault reset-before",
        about: "Closes the connection before anything is done.\n\n\
                ```sh\n\
                ik local fault reset-before\n\
                ```",
        calls: false,
        declare: victims,
        run: |matches, talk| plan(matches, talk, &Fault::ResetBefore),
    },
    Own {
        command: "local fault reset-after",
        about: "Does what is asked, and closes the connection without an answer.\n\n\
                ```sh\n\
                ik local fault reset-after --method POST\n\
                ```",
        calls: false,
        declare: victims,
        run: |matches, talk| plan(matches, talk, &Fault::ResetAfter),
    },
    Own {
        command: "local fault expired-token",
        about: "Lets the token expire, for everybody who has it.\n\n\
                ```sh\n\
                ik local fault expired-token\n\
                ```",
        calls: false,
        declare: victims,
        run: |matches, talk| plan(matches, talk, &Fault::ExpiredToken),
    },
    Own {
        command: "local fault list",
        about: "Lists the faults that are still to come.\n\n\
                ```sh\n\
                ik local fault list\n\
                ```",
        calls: false,
        declare: |command| command,
        run: list,
    },
    Own {
        command: "local fault clear",
        about: "Forgets the faults that are still to come.\n\n\
                ```sh\n\
                ik local fault clear\n\
                ```",
        calls: false,
        declare: |command| command,
        run: clear,
    },
];

fn number(id: &'static str, name: &'static str, help: &'static str) -> Arg {
    Arg::new(id).value_name(name).required(true).help(help)
}

/// Adds the flags that say which requests are meant.
fn victims(command: Command) -> Command {
    command.args([
        Arg::new("method")
            .long("method")
            .value_name("METHOD")
            .help("Only requests with this method, such as POST"),
        Arg::new("path")
            .long("path")
            .value_name("PART")
            .help("Only requests whose path contains this, such as /servers"),
        Arg::new("count")
            .long("count")
            .value_name("N")
            .default_value("1")
            .value_parser(value_parser!(u32).range(1..))
            .help("How many requests"),
    ])
}

fn given<T: Default + Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> T {
    matches.get_one(name).cloned().unwrap_or_default()
}

/// `Retry-After: 1`
fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_string(), value.trim().to_string()))
        }
        _ => Err("it is not of the form `NAME: VALUE`".to_string()),
    }
}

fn plan(matches: &ArgMatches, talk: &Talk, fault: &Fault) -> Result<u8, Error> {
    let method: Option<String> = matches.get_one("method").cloned();
    let victims = Victims {
        method: method.map(|method| method.to_uppercase()),
        path: given(matches, "path"),
        count: given(matches, "count"),
    };
    let (_, local) = super::open()?;
    local.plan_fault(fault, &victims).map_err(failed)?;
    talk.say(text::line(&sentence(fault, &victims)));
    Ok(0)
}

fn list(_: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let (_, local) = super::open()?;
    let mut page = String::new();
    for (fault, victims) in local.faults().map_err(failed)? {
        page.push_str(&text::line(&sentence(&fault, &victims)));
        page.push('\n');
    }
    if let Err(error) = std::io::stdout().write_all(page.as_bytes()) {
        talk.refuse(format!("the faults cannot be written: {error}"), None);
        return Ok(exit::OUTPUT);
    }
    Ok(0)
}

fn clear(_: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let (_, local) = super::open()?;
    local.clear_faults().map_err(failed)?;
    talk.say("local fault clear: done");
    Ok(0)
}

fn failed(why: String) -> Error {
    Error::new(Kind::Failed, why)
}

/// `the next 2 POST requests with /servers in the path: status 503`
fn sentence(fault: &Fault, victims: &Victims) -> String {
    let mut requests = match victims.count {
        1 => "the next".to_string(),
        count => format!("the next {count}"),
    };
    if let Some(method) = &victims.method {
        requests = format!("{requests} {method}");
    }
    requests.push_str(if victims.count == 1 { " request" } else { " requests" });
    if !victims.path.is_empty() {
        requests = format!("{requests} with {} in the path", victims.path);
    }
    let what = match fault {
        Fault::Status { status, .. } => format!("status {status}"),
        Fault::Delay(delay) => format!("{} s late", delay.as_secs_f64()),
        Fault::Cut(bytes) => format!("cut after {bytes} bytes"),
        Fault::Gzip(bytes) => format!("compressed, and only {bytes} bytes of that"),
        Fault::Rewrite { find, replace } => format!("`{replace}` instead of `{find}`"),
        Fault::ResetBefore => "reset before it is done".to_string(),
        Fault::ResetAfter => "reset after it is done".to_string(),
        Fault::ExpiredToken => "the token has expired".to_string(),
    };
    format!("{requests}: {what}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_sentence_tells_which_requests_and_what_becomes_of_them() {
        let all = Victims { method: None, path: String::new(), count: 1 };
        assert_eq!(sentence(&Fault::Cut(3), &all), "the next request: cut after 3 bytes");
        let some = Victims { method: Some("POST".into()), path: "/servers".into(), count: 2 };
        assert_eq!(
            sentence(&Fault::Delay(Duration::from_millis(1500)), &some),
            "the next 2 POST requests with /servers in the path: 1.5 s late"
        );
    }

    #[test]
    fn headers_and_seconds_are_checked() {
        let header_of = |name: &str, value: &str| Ok((name.to_string(), value.to_string()));
        assert_eq!(header("Location: http://a"), header_of("Location", "http://a"));
        assert!(header("Location").is_err() && header(": x").is_err());
        assert_eq!(arguments::seconds("0.25"), Ok(Duration::from_millis(250)));
        assert!(arguments::seconds("-1").is_err() && arguments::seconds("soon").is_err());
    }
}
