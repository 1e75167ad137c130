//! `ik local run`: a command that finds the local cloud in its environment.

use std::ffi::OsString;
use std::fs::File;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::task::Poll;

use clap::{Arg, ArgMatches, Command, value_parser};
use infomaniak_cloud::{Error, Kind};
use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::process;
use tokio::signal::unix::{self, SignalKind};

use super::login::Logins;
use crate::own::Own;
use crate::talk::Talk;

pub(super) const COMMAND: Own = Own {
    command: "local run",
    about: "Runs a command that sees the local cloud in its environment.\n\nThe cloud is served as \
            long as the command runs: OS_* and INFOMANIAK_* variables say where, and who. The \
            command's exit code is passed on, signals are passed to it.\n\n\
            ```sh\n\
            ik local run -- ik server list\n\
            ik local run -- openstack server list\n\
            ```",
    calls: false,
    declare,
    run,
};

/// As `env` and shells have them.
const NOT_FOUND: u8 = 127;
const NOT_RUNNABLE: u8 = 126;
const BY_SIGNAL: i32 = 128;

/// Variables that would name another cloud, or another way in.
const OTHERS: &[&str] = &["OS_", "INFOMANIAK_"];

fn declare(command: Command) -> Command {
    command.arg(
        Arg::new("command")
            .value_name("COMMAND")
            .num_args(1..)
            .required(true)
            .trailing_var_arg(true)
            .allow_hyphen_values(true)
            .value_parser(value_parser!(OsString))
            .help("The command and its arguments"),
    )
}

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let mut words = matches.get_many::<OsString>("command").into_iter().flatten();
    let Some(program) = words.next() else {
        return Err(Error::new(Kind::Invalid, "no command is given"));
    };
    let (_, local) = super::open()?;
    crate::run::runtime()?.block_on(async {
        let (_serving, logins) = super::serve(&local, super::ANY_PORT).await?;
        let mut signals = Signals::listen()?;
        let mut command = process::Command::new(program);
        command.args(words);
        equip(&mut command, &logins);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let program = program.to_string_lossy();
                talk.refuse(format!("cannot run `{program}`: {error}"), None);
                let found = error.kind() != ErrorKind::NotFound;
                return Ok(if found { NOT_RUNNABLE } else { NOT_FOUND });
            }
        };
        loop {
            tokio::select! {
                ended = child.wait() => return ended.map(exit_code).map_err(|error| {
                    Error::new(Kind::Failed, format!("the command's end is not known: {error}"))
                }),
                signal = signals.next() => pass_on(signal, &child),
            }
        }
    })
}

/// Lets the command find the cloud, and no other: OpenStack's clients by user and password,
/// Infomaniak's by application credential, both for the same project.
fn equip(command: &mut process::Command, logins: &Logins) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if OTHERS.iter().any(|other| text.starts_with(other)) {
            command.env_remove(&name);
        }
    }
    command.envs(logins.all.iter().take(1).flat_map(super::login::Login::variables));
    command.envs(logins.infomaniak.iter().map(|(name, value)| (*name, value.as_str())));
    // The port is another each time: a token that is kept would never be found again.
    command.env("IK_NO_CACHE", "1");
}

fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| Some(BY_SIGNAL + status.signal()?));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// The signals that people and supervisors send to a command, which this program stands for.
struct Signals(Vec<(Signal, unix::Signal)>);

impl Signals {
    fn listen() -> Result<Self, Error> {
        let all = [
            (Signal::INT, SignalKind::interrupt()),
            (Signal::QUIT, SignalKind::quit()),
            (Signal::TERM, SignalKind::terminate()),
            (Signal::HUP, SignalKind::hangup()),
            (Signal::USR1, SignalKind::user_defined1()),
            (Signal::USR2, SignalKind::user_defined2()),
        ];
        let listen = |(signal, kind)| Ok((signal, unix::signal(kind)?));
        let listening: std::io::Result<Vec<_>> = all.into_iter().map(listen).collect();
        listening.map(Signals).map_err(|error| {
            Error::new(Kind::Failed, format!("signals cannot be listened to: {error}"))
        })
    }

    async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            let mut all = self.0.iter_mut();
            let came =
                all.find_map(|(signal, on)| on.poll_recv(context).is_ready().then_some(*signal));
            came.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// Passes a signal on, unless it comes from a key: then the terminal has sent it to both.
fn pass_on(signal: Signal, child: &process::Child) {
    let by_key = matches!(signal, Signal::INT | Signal::QUIT) && is_in_foreground();
    let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    if let Some(pid) = pid.filter(|_| !by_key) {
        // It fails if the command has just ended, which is being waited for anyway.
        let _ = kill_process(pid, signal);
    }
}

/// Whether this process' group is the one that the terminal's keys go to.
fn is_in_foreground() -> bool {
    File::open("/dev/tty").is_ok_and(|tty| tcgetpgrp(tty).is_ok_and(|group| group == getpgrp()))
}
