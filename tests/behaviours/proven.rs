//! docs/proven.md: which operation is proven by what, on which cloud. A pure function of the cases
//! and the operations, so that the committed file can be compared with it.

use std::fmt::Write as _;

use infomaniak_cloud::operation::Description;
use infomaniak_cloud::{SERVICES, operations};

use crate::case::{Claim, Group};

const HEAD: &str = "\
# What is proven

Each operation of the library, with the behaviours in which it was seen to work, and to refuse, on
a real cloud. A behaviour claims an operation, and fails if that operation did not run in it to the
outcome claimed. `testbed` is OpenStack's own services, started by `testbed/up`; `local` is the local
cloud.

This file is generated from the cases in `tests/behaviours`; renew it with `UPDATE_DOCS=1 ./test`.
";

/// The file's text.
pub(crate) fn page(targets: &[&str], groups: &[Group]) -> String {
    let mut page = String::from(HEAD);
    for service in SERVICES {
        let _ = writeln!(page, "\n## {}\n", service.name);
        let _ = writeln!(page, "| Command | Method | {} |", targets.join(" | "));
        let _ = writeln!(page, "|---|---|{}", "---|".repeat(targets.len()));
        for operation in service.operations() {
            let (done, refused) =
                (done(groups, operation).len(), refusals(groups, operation).len());
            let cell = format!(" {done} done, {refused} refused |").repeat(targets.len());
            let _ = writeln!(page, "| `{}` | `{}` |{cell}", operation.command, operation.method);
        }
        let targets = targets.join(", ");
        for operation in service.operations() {
            let _ = writeln!(page, "\n### `{}`", operation.command);
            section(&mut page, &format!("Seen on {targets}:"), &done(groups, operation));
            section(&mut page, &format!("Refused on {targets}:"), &refusals(groups, operation));
        }
    }
    page
}

fn section(page: &mut String, title: &str, proofs: &[String]) {
    if !proofs.is_empty() {
        let _ = writeln!(page, "\n{title}\n");
        for proof in proofs {
            let _ = writeln!(page, "- {proof}");
        }
    }
}

fn done(groups: &[Group], operation: &Description) -> Vec<String> {
    by(groups, operation, |outcome| outcome == Claim::DONE)
}

fn refusals(groups: &[Group], operation: &Description) -> Vec<String> {
    by(groups, operation, |outcome| outcome != Claim::DONE)
}

fn by(groups: &[Group], operation: &Description, wanted: fn(&str) -> bool) -> Vec<String> {
    let mut proofs = Vec::new();
    for group in groups {
        for case in &group.cases {
            for claim in &case.claims {
                if claim.is_about(operation.service, operation.method) && wanted(claim.outcome) {
                    let how = match claim.outcome {
                        Claim::DONE => String::new(),
                        kind => format!(" *({kind})*"),
                    };
                    proofs.push(format!("{}: {}{how}", group.name, case.name));
                }
            }
        }
    }
    proofs
}

/// What is wrong with the claims themselves: operations nobody proves, claims about none.
pub(crate) fn gaps(groups: &[Group]) -> Vec<String> {
    let mut gaps = Vec::new();
    for operation in operations() {
        if done(groups, operation).is_empty() {
            gaps.push(format!("no case proves `{}`", operation.method));
        }
    }
    let mut names = std::collections::HashSet::new();
    for group in groups {
        for case in &group.cases {
            if !names.insert((group.name, case.name)) {
                gaps.push(format!("two cases are called `{}: {}`", group.name, case.name));
            }
            for claim in &case.claims {
                let about = operations().filter(|o| claim.is_about(o.service, o.method)).count();
                if about != 1 {
                    let name = claim.operation;
                    gaps.push(format!("`{}` claims `{name}`: {about} operations", case.name));
                }
            }
        }
    }
    gaps
}
