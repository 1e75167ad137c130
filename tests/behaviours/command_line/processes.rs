//! `ik` beside other processes: many at once, one after another, and behind pipes.

use std::io::Read;
use std::process::Stdio;

use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::things::KEYPAIR;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("ten at once without a token all succeed, and leave one token", ten)
            .proves(&["list_instances"]),
        Case::new("the first call costs two requests, the next one", timing)
            .proves(&["list_instances"]),
        Case::new("what --debug shows has no secret in it", debug).proves(&["list_instances"]),
        Case::new("a reader that goes away is no failure", closed_pipe),
        Case::new("what was made and nobody could read of is told", unread),
    ]
}

const LIST: [&str; 5] = ["server", "list", "-f", "value", "-c"];

async fn ten(context: &Context) -> Outcome {
    let tokens = context.path("tokens");
    let list = [&LIST[..], &["name"]].concat();
    let mut running = Vec::new();
    for _ in 0..10 {
        let mut command = context.ik_command(&list)?;
        command.env("OS_CLOUD", context.target.member).env("XDG_CACHE_HOME", &tokens);
        running.push(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?);
    }
    for child in running {
        let listed = context.noted(&list, child.wait_with_output()?)?.good()?;
        assert!(listed.lines().any(|name| name == context.target.server), "{listed}");
    }
    let files: Vec<_> =
        std::fs::read_dir(tokens.join("infomaniak-cloud"))?.collect::<Result<_, _>>()?;
    assert_eq!(files.len(), 1, "{files:?}");
    Ok(())
}

async fn timing(context: &Context) -> Outcome {
    let tokens = context.path("tokens");
    for (requests, sum) in [
        (&["POST", "GET"][..], "in all, 2 requests"),
        (&["GET"], "in all, 1 request"),
        (&["GET"], "in all, 1 request"),
    ] {
        let done = context.ik_by(&["server", "list", "--timing"], |command| {
            command.env("OS_CLOUD", context.target.member).env("XDG_CACHE_HOME", &tokens)
        })?;
        let methods: Vec<_> =
            done.stderr.split_whitespace().filter(|w| ["GET", "POST"].contains(w)).collect();
        assert_eq!(methods, requests, "{}", done.stderr);
        assert!(done.stderr.trim_end().ends_with(sum), "{}", done.stderr);
        assert!(done.good()?.contains(context.target.server));
    }
    Ok(())
}

async fn debug(context: &Context) -> Outcome {
    let tokens = context.path("tokens");
    let done = context.ik_by(&["server", "list", "--debug"], |command| {
        command.env("OS_CLOUD", context.target.credential).env("XDG_CACHE_HOME", &tokens)
    })?;
    assert!(done.stderr.contains("/v3/auth/tokens"), "{}", done.stderr);
    assert!(done.stderr.contains("servers/detail"), "{}", done.stderr);
    let file = std::fs::read_dir(tokens.join("infomaniak-cloud"))?.next().unwrap()?;
    let stored = std::fs::read_to_string(file.path())?;
    let token = stored.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let (_, secret, _) = crate::contract::credential(&context.target)?;
    for hidden in [token.unwrap(), &secret] {
        assert!(hidden.len() > 16 && !done.stderr.contains(hidden));
    }
    done.good()?;
    Ok(())
}

async fn closed_pipe(context: &Context) -> Outcome {
    let mut command = context.ik_command(&["server", "list", "-f", "json"])?;
    command.env("OS_CLOUD", context.target.member);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    drop(child.stdout.take());
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint)?;
    let status = child.wait()?;
    assert!(!complaint.contains("panicked"), "{complaint}");
    assert_ne!(status.code(), Some(101));
    Ok(())
}

async fn unread(context: &Context) -> Outcome {
    let full: Stdio = std::fs::File::options().write(true).open("/dev/full")?.into();
    let (reader, closed) = std::io::pipe()?;
    drop(reader);
    for (stem, stdout) in [("unread on a full disk", full), ("unread in a pipe", closed.into())] {
        let name = context.name(&KEYPAIR, stem);
        let mut command = context.ik_command(&["keypair", "create", &name])?;
        command.env("OS_CLOUD", context.target.member).stdout(stdout);
        let done = command.stderr(Stdio::piped()).output()?;
        let complaint = String::from_utf8(done.stderr)?;
        assert_eq!(done.status.code(), Some(74), "{complaint}");
        assert!(complaint.contains(&format!("keypair {name}")), "{complaint}");
        assert!(complaint.contains("whose private key is lost"), "{complaint}");
        let made = context.ik(&["keypair", "list", "-f", "value", "-c", "name"])?.good()?;
        assert!(made.lines().any(|line| line == name), "{made}");
    }
    Ok(())
}
