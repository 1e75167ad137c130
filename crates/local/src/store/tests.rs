//! What the store promises.

use std::cell::RefCell;

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use serde_json::json;

use super::*;
use crate::call::Refusal;

fn empty(folder: &Path) -> Store {
    Store::open(folder, |_| Ok(())).unwrap()
}

fn thing(owner: &str, id: &str) -> Document {
    let flavor = json!({ "vcpus": 2, "ram": 1024 });
    Document::of("thing", owner, id, json!({ "name": id, "flavor": flavor }))
}

thread_local! {
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What SQLite does for each statement that `work` makes.
fn plans(
    store: &Store,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
) -> Vec<String> {
    let note = |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(statement, _) = event {
            STATEMENTS.with_borrow_mut(|all| all.push(statement.sql().to_string()));
        }
    };
    let trace = |note| {
        store.changing.lock().unwrap().trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, note).unwrap();
    };
    trace(Some(note));
    store.write(Moment::now(), work).unwrap();
    trace(None);
    let connection = store.changing.lock().unwrap();
    let mut plans = Vec::new();
    for sql in STATEMENTS.take().iter().filter(|sql| sql.contains("document")) {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = plan.raw_query().mapped(|row| row.get::<_, String>(3));
        plans.extend(steps.map(|step| format!("{}: {sql}", step.unwrap())));
    }
    plans
}

#[test]
fn no_question_looks_at_everything() {
    let folder = tempfile::tempdir().unwrap();
    let store = empty(folder.path());
    let plans = plans(&store, |transaction| {
        let one = thing("me", "1");
        transaction.insert(&one)?;
        transaction.update(&one)?;
        transaction.find("thing", "1")?;
        transaction.find_of("thing", "me", "1")?;
        transaction.named("thing", "1")?;
        transaction.all("thing", None)?;
        transaction.all("thing", Some("me"))?;
        transaction.remove(&one)
    });
    assert!(plans.len() >= 8, "{plans:#?}");
    for plan in plans {
        assert!(plan.starts_with("SEARCH document USING "), "{plan}");
    }
}

#[test]
fn what_is_counted_and_summed_stands_in_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = empty(folder.path());
    let plans = plans(&store, |transaction| {
        transaction.count("thing", "me")?;
        transaction.sums("thing", "me", &["flavor.vcpus", "flavor.ram"]).map(drop)
    });
    assert_eq!(plans.len(), 2, "{plans:#?}");
    for plan in plans {
        assert!(plan.starts_with("SEARCH document USING COVERING INDEX "), "{plan}");
    }
}

#[test]
fn sums_are_of_what_is_there_now() {
    let folder = tempfile::tempdir().unwrap();
    let store = empty(folder.path());
    let now = Moment::now();
    let sums = |at: Moment| {
        let sum =
            |look: &Transaction<'_>| look.sums("thing", "me", &["flavor.vcpus", "flavor.ram"]);
        store.read(at, sum).unwrap()
    };
    store
        .write(now, |transaction| {
            let mut going = thing("me", "2");
            going.gone_later(Moment(now.0 + 10));
            [thing("me", "1"), going, thing("you", "1")]
                .iter()
                .try_for_each(|one| transaction.insert(one))
        })
        .unwrap();
    assert_eq!(sums(now), [2, 4, 2048]);
    assert_eq!(sums(Moment(now.0 + 10)), [1, 2, 1024]);
}

#[test]
fn who_looks_does_not_wait_for_who_changes() {
    let folder = tempfile::tempdir().unwrap();
    let store = empty(folder.path());
    let now = Moment::now();
    let count = || store.read(now, |transaction| transaction.count("thing", "me")).unwrap();
    store
        .write(now, |transaction| {
            transaction.insert(&thing("me", "1"))?;
            assert_eq!(count(), 0);
            Ok::<_, Refusal>(())
        })
        .unwrap();
    assert_eq!(count(), 1);
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = empty(folder.path());
    let now = Moment::now();
    let failed = store.write(now, |transaction| {
        transaction.insert(&thing("me", "1"))?;
        Err::<(), _>(Refusal::conflict("no"))
    });
    assert!(failed.is_err());
    assert!(store.read(now, |transaction| transaction.all("thing", None)).unwrap().is_empty());
}

#[test]
fn opened_by_many_at_the_same_time_it_is_filled_once() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                Store::open(folder.path(), |transaction| transaction.insert(&thing("", "1")))
                    .unwrap()
            });
        }
    });
    let store = empty(folder.path());
    let count = |transaction: &Transaction<'_>| transaction.count("thing", "");
    assert_eq!(store.read(Moment::now(), count).unwrap(), 1);
}
