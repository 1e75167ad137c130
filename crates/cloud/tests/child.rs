//! Real processes: this program started again, with an environment of its own.

use std::process::{Command, Stdio};

use infomaniak_cloud::contract::InfomaniakComputeClient;
use infomaniak_cloud::{Cloud, Config};

use crate::record;

/// Tells a child what to do; without it the test `works` has nothing to do.
const ROLE: &str = "IK_TEST_ROLE";
/// What a child's outcome begins with, amid the test harness' own lines.
const OUTCOME: &str = "outcome: ";

/// A process that will do as its `role` says, with no variable set but the given ones.
pub(crate) fn process(role: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child::works", "--nocapture"]);
    command.env_clear().env(ROLE, role).envs(variables.iter().copied()).stderr(Stdio::inherit());
    command.envs(std::env::var_os(record::VARIABLE).map(|place| (record::VARIABLE, place)));
    command
}

/// Runs the processes at the same time and gives their outcomes.
pub(crate) async fn outcomes(commands: Vec<Command>) -> Vec<String> {
    let running: Vec<_> = commands
        .into_iter()
        .map(|mut command| command.stdout(Stdio::piped()).spawn().unwrap())
        .collect();
    let finished = tokio::task::spawn_blocking(|| {
        running.into_iter().map(|child| child.wait_with_output().unwrap()).collect::<Vec<_>>()
    });
    let outcome = |output: std::process::Output| {
        let text = String::from_utf8(output.stdout).unwrap();
        record::said("stdout of a child", &text);
        let found = text.lines().find_map(|line| Some(line.split_once(OUTCOME)?.1.to_string()));
        found.unwrap_or_else(|| panic!("a child said only {text}"))
    };
    finished.await.unwrap().into_iter().map(outcome).collect()
}

#[tokio::test]
async fn works() {
    record::listen();
    let outcome = match std::env::var(ROLE).as_deref() {
        Ok("list instances") => match Cloud::from_env() {
            Ok(cloud) => format!("{:?}", cloud.compute().list_instances().await.map(|l| l.len())),
            Err(error) => format!("{error:?}"),
        },
        Ok("contract") => match InfomaniakComputeClient::from_env() {
            Ok(client) => format!("{:?}", client.get_image("none").await.is_none()),
            Err(error) => format!("{:?}: {error}", error.kind()),
        },
        Ok("configure") => match Config::from_env() {
            Ok(config) => format!("{config:?}"),
            Err(error) => format!("{:?}: {error}", error.kind()),
        },
        _ => return,
    };
    println!("{OUTCOME}{outcome}");
}
