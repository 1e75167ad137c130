//! Runs cases: each on a thread with a runtime, a recorder and, where it asks for them, a process
//! and environment variables of its own. Checks afterwards that it did what it claims.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use futures_util::FutureExt;
use infomaniak_cloud::Kind;
use libtest_mimic::{Failed, Trial};
use tokio::runtime::Runtime;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

use crate::again;
use crate::case::{Case, Claim, Failure, Group, Outcome, Variables};
use crate::context::Context;
use crate::evidence::Ran;
use crate::record;
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
        let run = || {
            let outcome = match case.variables {
                Some(variables) if !alone => elsewhere(&name, &target, variables),
                _ => here(target.clone(), &tokens, &case),
            };
            outcome.map_err(|Failure(why)| why)
        };
        let outcome = if target.is_real && !alone { again::look(&name, run) } else { run() };
        outcome.map_err(Failed::from)
    })
}

/// The harness itself, proven on cases that must not pass.
pub(crate) fn trial_of_itself(target: &Arc<Target>, tokens: &Path) -> Trial {
    async fn lists(context: &Context) -> Outcome {
        context.cloud()?.compute().list_keypairs().await?;
        Ok(())
    }
    async fn nothing(_: &Context) -> Outcome {
        Ok(())
    }
    async fn panics(_: &Context) -> Outcome {
        panic!("as it should");
    }
    let (target, tokens) = (target.clone(), tokens.to_path_buf());
    let name = format!("{}: a case that claims what it did not see fails", target.name);
    Trial::test(name, move || {
        let why = |case: Case| here(target.clone(), &tokens, &case).err().map(|Failure(why)| why);
        let new = |run| Case::new("claims", run);
        let claims = why(new(lists).proves(&["list_keypairs"]));
        assert_eq!(claims, None);
        for (case, says) in [
            (
                new(lists).proves(&["list_images"]),
                "list_images (done); it saw: list_keypairs (done)",
            ),
            (new(lists).refuses(Kind::Quota, &["list_keypairs"]), "list_keypairs (quota)"),
            (Case::new("does nothing", nothing).proves(&["list_keypairs"]), "list_keypairs (done)"),
            (Case::new("panics", panics), "as it should"),
        ] {
            let why = why(case).ok_or("a case passed that must fail")?;
            assert!(why.contains(says), "{why}");
        }
        Ok(())
    })
}

/// Runs it in a process of its own: this same program, asked for this one case.
fn elsewhere(name: &str, target: &Target, variables: Variables) -> Outcome {
    let cache = record::folder()?;
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
    let subscriber = Registry::default().with(context.recorder.clone()).with(record::listener());
    let runtime = runtime()?;
    tracing::subscriber::with_default(subscriber, || {
        PANIC.set(Some(String::new()));
        let outcome = runtime.block_on(AssertUnwindSafe((case.run)(&context)).catch_unwind());
        let panicked = PANIC.take().unwrap_or_default();
        let ran = std::mem::take(&mut context.recorder.evidence().ran);
        let tidied = runtime.block_on(context.tidy_up());
        outcome.unwrap_or(Err(Failure(panicked)))?;
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
    /// On a case's thread, what its panic said.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps what a failed check says for the case's report, instead of printing it among the others'.
pub(crate) fn keep_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
        PANIC.with_borrow_mut(|kept| match kept {
            Some(kept) => *kept = panic.to_string(),
            None => usual(panic),
        });
    }));
}
