//! `ik server console log` and `ik server ssh`.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use infomaniak_cloud::Kind;

use crate::case::{Case, Outcome};
use crate::compute::instance;
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a console is shown, and followed until it is interrupted", console),
        Case::new("ssh gets the address, the user, and what follows --", ssh),
        Case::new("ssh that cannot be is refused", refused),
    ]
}

async fn console(context: &Context) -> Outcome {
    let made = instance(context, "console").await?;
    let whole = context.ik(&["server", "console", "log", &made.id])?.good()?;
    assert!(whole.lines().count() > 1, "{whole}");
    let follow = ["server", "console", "log", &made.name, "--follow", "--interval", "0.2"];
    let mut command = context.ik_command(&follow)?;
    command.env("OS_CLOUD", context.target.member);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut shown = BufReader::new(child.stdout.take().unwrap());
    let mut seen = String::new();
    for _ in 1..whole.lines().count() {
        shown.read_line(&mut seen)?;
    }
    assert!(whole.starts_with(&seen), "{seen}");
    // Here an instance writes a line for each thing that is done to it; the testbed's write nothing.
    let grows = !context.target.is_real;
    context.ik(&["server", "reboot", &made.id, "--wait"])?.good()?;
    if grows {
        shown.read_line(&mut seen)?;
        let mut more = String::new();
        while !more.contains("reboot") {
            assert!(shown.read_line(&mut more)? > 0, "{more}");
        }
    } else {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    let mut rest = String::new();
    shown.read_to_string(&mut rest)?;
    assert!(!rest.contains(seen.lines().next().unwrap()), "it is shown twice: {rest}");
    assert_eq!(child.wait()?.code(), Some(0));
    context.ik(&["server", "console", "log", "behaviour-none"])?.refused(Kind::NotFound)?;
    Ok(())
}

async fn ssh(context: &Context) -> Outcome {
    let made = instance(context, "ssh").await?;
    let address = &made.addresses[context.target.network][0].addr;
    let print = ["server", "ssh", &made.name, "--print"];
    assert_eq!(context.ik(&print)?.good()?, format!("ssh -l debian -- {address}\n"));
    let fixed = [&print[..], &["--address-type", "fixed", "-l", "root"]].concat();
    assert_eq!(context.ik(&fixed)?.good()?, format!("ssh -l root -- {address}\n"));

    // A program of that name that tells how it was called.
    let folder = context.path("bin");
    std::fs::create_dir(&folder)?;
    let script = folder.join("ssh");
    std::fs::write(&script, "#!/bin/sh\nfor word; do echo \"[$word]\"; done\nexit 42\n")?;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let run = ["server", "ssh", &made.id, "-i", "a key", "-p", "2222", "-o", "X=y"];
    let run = [&run[..], &["--", "echo", "-n", "a b"]].concat();
    let done = context
        .ik_by(&run, |command| command.env("OS_CLOUD", context.target.member).env("PATH", &path))?;
    let words = ["-i", "a key", "-p", "2222", "-o", "X=y", "-l", "debian", "--", address];
    let words = words.iter().chain(&["echo", "-n", "a b"]);
    let expected: Vec<_> = words.map(|word| format!("[{word}]")).collect();
    assert_eq!(done.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(done.code, 42, "{done:?}");
    Ok(())
}

async fn refused(context: &Context) -> Outcome {
    let server = context.target.server;
    context.ik(&["server", "ssh", "behaviour-none"])?.refused(Kind::NotFound)?;
    let message = context.ik(&["server", "ssh", server, "-6"])?.refused(Kind::NotFound)?;
    assert!(message.contains("no IPv6 address") && message.contains("(fixed)"), "{message}");
    context.ik(&["server", "ssh", server, "--address-type", "any"])?.refused(Kind::Invalid)?;
    let alone = context.ik_by(&["server", "ssh", server], |command| {
        command.env("OS_CLOUD", context.target.member).env("PATH", "/nowhere")
    })?;
    assert!(alone.refused(Kind::Config)?.contains("--print"));
    Ok(())
}
