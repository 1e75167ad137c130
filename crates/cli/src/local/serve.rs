//! `ik local serve`: the local cloud for any other client.

use std::future::poll_fn;
use std::io::Write;
use std::net::{SocketAddr, ToSocketAddrs};
use std::task::Poll;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use infomaniak_cloud::{Error, Kind};
use tokio::signal::unix::{SignalKind, signal};

use crate::own::Own;
use crate::talk::Talk;
use crate::{exit, text};

pub(super) const COMMAND: Own = Own {
    command: "local serve",
    about: "Serves the local cloud to other clients, until it is interrupted.\n\nA clouds.yaml for it \
            goes to standard output, with the same as openrc inside. What clients change is what \
            `ik --cloud local` sees.\n\n\
            ```sh\n\
            ik local serve\n\
            ik local serve --listen 127.0.0.1:0 > clouds.yaml\n\
            ```",
    calls: false,
    declare,
    run,
};

fn declare(command: Command) -> Command {
    command
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS")
                .default_value("127.0.0.1:8700")
                .value_parser(value_parser!(String))
                .help("Where to listen; port 0 is a free one of the system's choice"),
        )
        .arg(
            Arg::new("beyond-loopback")
                .long("beyond-loopback")
                .action(ArgAction::SetTrue)
                .help("Let other machines in, although everybody knows its passwords"),
        )
}

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let address = address(matches)?.to_string();
    let (folder, local) = super::open()?;
    crate::run::runtime()?.block_on(async {
        let stopped = stopped()?;
        let (serving, logins) = super::serve(&local, &address).await?;
        let mut stdout = std::io::stdout();
        let written = stdout.write_all(logins.clouds_yaml().as_bytes());
        if let Err(error) = written.and_then(|()| stdout.flush()) {
            talk.refuse(format!("the clouds.yaml cannot be written: {error}"), None);
            return Ok(exit::OUTPUT);
        }
        let line = format!("{} serves {}; Ctrl-C ends it", serving.url(), folder.display());
        talk.say(text::line(&line));
        stopped.await;
        serving.end().await;
        Ok(0)
    })
}

/// The address to listen on: of this machine alone, unless more is asked for.
fn address(matches: &ArgMatches) -> Result<SocketAddr, Error> {
    let asked = matches.get_one::<String>("listen").map_or("", String::as_str);
    let invalid = |why: String| Error::new(Kind::Invalid, why);
    let mut found = asked.to_socket_addrs().map_err(|error| {
        invalid(format!("`{asked}` is not an address: {error}")).with_hint("such as 127.0.0.1:8700")
    })?;
    let address = found.next().ok_or_else(|| invalid(format!("`{asked}` has no address")))?;
    if address.ip().is_loopback() || matches.get_flag("beyond-loopback") {
        return Ok(address);
    }
    Err(invalid(format!("{address} is open to other machines, and everybody knows its passwords"))
        .with_hint("if that is meant, add --beyond-loopback"))
}

/// Ends when a person or the system asks for the end.
fn stopped() -> Result<impl Future<Output = ()>, Error> {
    let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
    let signals: std::io::Result<Vec<_>> = kinds.into_iter().map(signal).collect();
    let mut signals = signals
        .map_err(|error| Error::new(Kind::Failed, format!("signals cannot be had: {error}")))?;
    Ok(poll_fn(move |context| {
        let came = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if came { Poll::Ready(()) } else { Poll::Pending }
    }))
}
