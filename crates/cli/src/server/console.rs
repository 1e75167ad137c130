//! `ik server console log`: what an instance writes on its console, followed if wanted.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use infomaniak_cloud::{Error, Kind};

use crate::own::Own;
use crate::talk::Talk;
use crate::{arguments, exit, run, text};

pub(super) const COMMAND: Own = Own {
    command: "server console log",
    about: "Shows what an instance wrote on its console, and with --follow what it goes on to \
            write.\n\nA look that fails does not end the following; Ctrl-C does.\n\n\
            ```sh\n\
            ik server console log web --lines 20\n\
            ik server console log web --follow\n\
            ```",
    calls: true,
    declare,
    run,
};

fn declare(command: Command) -> Command {
    command
        .arg(Arg::new("INSTANCE").required(true).help("The instance, by name or id"))
        .arg(
            Arg::new("lines")
                .long("lines")
                .value_name("NUMBER")
                .value_parser(value_parser!(u32))
                .help("Begin with this many of the last lines instead of all"),
        )
        .arg(
            Arg::new("follow")
                .long("follow")
                .action(ArgAction::SetTrue)
                .help("Show what comes, until it is interrupted"),
        )
        .arg(
            Arg::new("interval")
                .long("interval")
                .value_name("SECONDS")
                .value_parser(arguments::some_seconds)
                .default_value("2")
                .requires("follow")
                .help("How often to look when following"),
        )
}

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let follows = matches.get_flag("follow");
    let done = run::until_interrupted(talk, follow(matches, talk));
    // That is how following ends.
    done.map(|code| if follows && code == exit::INTERRUPTED { 0 } else { code })
}

async fn follow(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let (cloud, _serving) = run::cloud(matches).await?;
    let name = matches.get_one::<String>("INSTANCE").map_or("", String::as_str);
    let lines = matches.get_one::<u32>("lines").copied();
    let pause = matches.get_one::<Duration>("interval").copied().unwrap_or_default();
    let instance = cloud.compute().get_instance(name).await?;
    let mut console = cloud.compute().follow_console(&instance);
    let mut told = String::new();
    let mut is_first = true;
    loop {
        match console.more(lines).await {
            Ok(more) => {
                if let Err(error) = write(&more, !matches.get_flag("follow")) {
                    if error.kind() != ErrorKind::BrokenPipe {
                        talk.refuse(format!("the log cannot be written: {error}"), None);
                        return Ok(exit::OUTPUT);
                    }
                    return Ok(0);
                }
                told.clear();
            }
            Err(error) if is_first || matches!(error.kind(), Kind::NotFound | Kind::TimedOut) => {
                return Err(error);
            }
            // Told once, however often it happens.
            Err(error) if told != error.message() => {
                talk.error(None, &error);
                told = error.message().to_string();
            }
            Err(_) => {}
        }
        if !matches.get_flag("follow") {
            return Ok(0);
        }
        is_first = false;
        talk.end();
        tokio::time::sleep(pause).await;
    }
}

/// Writes a piece of the log; the last one ends with its line.
fn write(piece: &str, is_last: bool) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    // The log has carriage returns of its own.
    stdout.write_all(text::lines(&piece.replace("\r\n", "\n")).as_bytes())?;
    if is_last && !piece.is_empty() && !piece.ends_with('\n') {
        stdout.write_all(b"\n")?;
    }
    stdout.flush()
}
