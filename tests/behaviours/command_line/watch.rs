//! `--watch`: what changes while somebody looks.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use infomaniak_cloud::Kind;

use crate::case::{Case, Failure, Outcome};
use crate::context::Context;
use crate::things::KEYPAIR;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "--watch shows what is not there yet as soon as it is, and ends by Ctrl-C",
            comes,
        )
        .proves(&["get_keypair"]),
        Case::new("--watch that cannot succeed is refused at once", hopeless)
            .refuses(Kind::Invalid, &["list_keypairs"]),
    ]
}

async fn comes(context: &Context) -> Outcome {
    let name = context.name(&KEYPAIR, "watched");
    let show = ["keypair", "show", &name, "--watch=0.2", "-f", "value", "-c", "name"];
    let mut command = context.ik_command(&show)?;
    command.env("OS_CLOUD", context.target.member);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut complaints = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    complaints.read_line(&mut first)?;
    assert!(first.starts_with("error: ") && first.contains(&name), "{first}");

    // Time for more looks that fail in the same way: they are not told again.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    context.ik(&["keypair", "create", &name])?.good()?;
    let mut shown = BufReader::new(child.stdout.take().unwrap());
    let mut lines = [String::new(), String::new()];
    for line in &mut lines {
        shown.read_line(line)?;
    }
    assert!(lines[0].starts_with("# 20") && lines[0].ends_with(" UTC\n"), "{lines:?}");
    assert_eq!(lines[1], format!("{name}\n"));

    interrupt(&child)?;
    let (mut rest, mut told) = (String::new(), String::new());
    shown.read_to_string(&mut rest)?;
    complaints.read_to_string(&mut told)?;
    // Looked at many times, told once.
    assert_eq!((rest.as_str(), told.matches("error: ").count()), ("", 0), "{told}");
    assert_eq!(child.wait()?.code(), Some(0));
    context.ik(&["keypair", "show", &name])?.good()?;
    Ok(())
}

fn interrupt(child: &Child) -> Outcome {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    if sent.success() { Ok(()) } else { Err(Failure("it has ended by itself".into())) }
}

async fn hopeless(context: &Context) -> Outcome {
    context.ik(&["keypair", "list", "--watch=never"])?.refused(Kind::Invalid)?;
    let query = ["keypair", "list", "--watch", "--query", "abs(@)"];
    context.ik(&query)?.refused(Kind::Invalid)?;
    let nobody = context.ik(&["keypair", "list", "--watch", "--cloud", "nobody"])?;
    nobody.refused(Kind::Config)?;
    Ok(())
}
