//! Runs cases: each on a thread with a runtime, a recorder and, where it asks for them, a process
//! and environment variables of its own. Checks afterwards that it did what it claims.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use futures_util::FutureExt;
use libtest_mimic::{Failed, Trial};
use tokio::runtime::Runtime;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

use crate::case::{Case, Claim, Failure, Group, Outcome, Variables};
use crate::context::Context;
use crate::evidence::Ran;
use crate::target::Target;

/// Set in a process that was started for one case, to its name.
const ALONE: &str = "BEHAVIOURS_ALONE";

/// What a case is called in the output, and in filters.
pub(crate) fn name(target: &Target, group: &Group, case: &Case) -> String {
    format!("{}: {}: {}", target.name, group.name, case.name)
}

/// The case as a test.
pub(crate) fn trial(target: &Arc<Target>, tokens: &Path, group: &Group, case: Case) -> Trial {
    let name = name(target, group, &case);
    let (target, tokens) = (target.clone(), tokens.to_path_buf());
    Trial::test(name.clone(), move || {
        let alone = std::env::var_os(ALONE).is_some();
        let outcome = match case.variables {
            Some(variables) if !alone => elsewhere(&name, &target, variables),
            _ => here(target, &tokens, &case),
        };
        outcome.map_err(|Failure(why)| Failed::from(why))
    })
}

/// Runs it in a process of its own: this same program, asked for this one case.
fn elsewhere(name: &str, target: &Target, variables: Variables) -> Outcome {
    let cache = tempfile::tempdir()?;
    let mut child = Command::new(std::env::current_exe()?);
    child.args(["--exact", name]).env(ALONE, name).env("XDG_CACHE_HOME", cache.path());
    child.envs(variables(target)?);
    let output = child.output()?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Err(Failure(text + &String::from_utf8_lossy(&output.stderr)))
}

fn here(target: Arc<Target>, tokens: &Path, case: &Case) -> Outcome {
    let context = Context::new(target, tokens)?;
    let subscriber = Registry::default().with(context.recorder.clone());
    let runtime = runtime()?;
    tracing::subscriber::with_default(subscriber, || {
        let outcome = runtime.block_on(AssertUnwindSafe((case.run)(&context)).catch_unwind());
        let ran = std::mem::take(&mut context.recorder.evidence().ran);
        let tidied = runtime.block_on(context.tidy_up());
        outcome.unwrap_or_else(|_| Err(Failure(panicked())))?;
        tidied.map_err(|Failure(why)| Failure(format!("it could not tidy up: {why}")))?;
        unproven(&case.claims, &ran).map_or(Ok(()), |why| Err(Failure(why)))
    })
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Runs something that belongs to no case.
pub(crate) fn block_on<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    runtime()?.block_on(work)
}

/// The claims that the recorded runs do not bear out, as a sentence.
fn unproven(claims: &[Claim], ran: &[Ran]) -> Option<String> {
    let borne_out = |claim: &Claim| {
        ran.iter().any(|ran| {
            claim.is_about(&ran.service, &ran.method)
                && ran.outcome.as_deref() == Some(claim.outcome)
        })
    };
    let missing: Vec<_> = claims.iter().filter(|claim| !borne_out(claim)).collect();
    if missing.is_empty() {
        return None;
    }
    let missing: Vec<_> =
        missing.iter().map(|claim| format!("{} ({})", claim.operation, claim.outcome)).collect();
    let seen: Vec<_> = ran
        .iter()
        .map(|ran| format!("{} ({})", ran.method, ran.outcome.as_deref().unwrap_or("abandoned")))
        .collect();
    Some(format!(
        "it succeeded, but did not see what it claims to: {}; it saw: {}",
        missing.join(", "),
        seen.join(", ")
    ))
}

thread_local! {
    /// What the panic on this thread said.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps what a failed check says for the case's report, instead of printing it among the others'.
pub(crate) fn keep_panics() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        PANIC.with_borrow_mut(|kept| *kept = panic.to_string());
    }));
}

fn panicked() -> String {
    PANIC.with_borrow_mut(std::mem::take)
}
