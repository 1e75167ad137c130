//! The states of a balancer and of what belongs to it.
//!
//! Whoever makes, changes or deletes anything takes the balancer first ([`take`]): it is
//! `PENDING_UPDATE` then, and refuses everybody else until it is ACTIVE again. So are the things between it and the one
//! that is changed. All of them become what they will be at the same moment, [`Taken::end`].

use std::time::Duration;

use serde_json::{Value, json};

use super::noun::Noun;
use super::root::BALANCER;
use super::{ids, reference};
use crate::call::{Call, Refusal};
use crate::store::{Change, Document};
use crate::time::Moment;

/// How long it takes to build a balancer.
const BUILD: Duration = Duration::from_millis(900);
/// How long anything else takes.
const STEP: Duration = Duration::from_millis(250);

/// How long others know of a balancer that is gone: a week, as with Octavia.
const KEEPSAKE: Duration = Duration::from_secs(7 * 24 * 3600);
/// What is kept of it.
const GONE: &str = "load_balancer:gone";

/// A balancer that is taken for one change.
pub(super) struct Taken {
    pub(super) balancer: Document,
    /// When all is over.
    pub(super) end: Moment,
}

/// The balancer with this id, or what is left of it.
pub(super) fn find(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    match BALANCER.get(call, id) {
        Err(refusal) => call.transaction.find(GONE, id)?.ok_or(refusal),
        found => found,
    }
}

/// Takes a balancer, if nothing else happens to it.
pub(super) fn take(call: &Call<'_>, id: &str) -> Result<Taken, Refusal> {
    let balancer = find(call, id)?;
    if balancer.text("provisioning_status") != "ACTIVE" {
        return Err(immutable("Load Balancer", id));
    }
    let mut taken = Taken { balancer, end: call.now.after(STEP) };
    let end = taken.end;
    update_until(call, &mut taken.balancer, end);
    call.transaction.update(&taken.balancer)?;
    Ok(taken)
}

/// The same for a change to the balancer itself, which is refused in other words.
pub(super) fn take_itself(call: &Call<'_>, balancer: &Document) -> Result<Taken, Refusal> {
    let status = balancer.text("provisioning_status");
    if status != "ACTIVE" {
        let id = &balancer.id;
        let message = format!("Invalid state {status} of loadbalancer resource {id}");
        return Err(Refusal::conflict(message));
    }
    take(call, &balancer.id)
}

pub(super) fn immutable(what: &str, id: &str) -> Refusal {
    Refusal::conflict(format!("{what} {id} is immutable and cannot be updated."))
}

/// When a balancer that is begun now is there.
pub(super) fn built(call: &Call<'_>) -> Moment {
    call.now.after(BUILD)
}

/// A moment as Octavia writes it.
fn written(moment: Moment) -> String {
    moment.seconds().trim_end_matches('Z').to_string()
}

/// Lets a new thing be there at `end`.
pub(super) fn create_until(document: &mut Document, end: Moment) {
    document.set("provisioning_status", "PENDING_CREATE");
    if document.get("operating_status").is_null() {
        document.set("operating_status", "OFFLINE");
    }
    active_at(document, end);
}

/// Lets a thing be changed at `end`.
pub(super) fn update_until(call: &Call<'_>, document: &mut Document, end: Moment) {
    document.set("provisioning_status", "PENDING_UPDATE");
    document.set("updated_at", written(call.now));
    active_at(document, end);
}

fn active_at(document: &mut Document, end: Moment) {
    let mut change = json!({ "provisioning_status": "ACTIVE", "updated_at": written(end) });
    // These are on as soon as they are there; the others when an amphora reports them.
    if matches!(document.kind, "lb_health_monitor" | "lb_l7policy" | "lb_l7rule") {
        let on = document.get("admin_state_up") == true;
        change["operating_status"] = if on { "ONLINE" } else { "OFFLINE" }.into();
    }
    document.set_later(end, change);
}

/// Lets a thing be gone at `end`.
pub(super) fn delete_until(call: &Call<'_>, document: &mut Document, end: Moment) {
    document.set("provisioning_status", "PENDING_DELETE");
    document.set("updated_at", written(call.now));
    document.gone_later(end);
}

/// Lets a balancer be gone at `end`, but for what others know of it.
pub(super) fn delete_balancer(
    call: &Call<'_>,
    balancer: &mut Document,
    end: Moment,
) -> Result<(), Refusal> {
    delete_until(call, balancer, end);
    let fields = json!({ "provisioning_status": "DELETED" });
    let mut left = Document::of(GONE, &balancer.owner, &balancer.id, fields);
    left.gone_later(end.after(KEEPSAKE));
    call.transaction.insert(&left)?;
    Ok(call.transaction.update(balancer)?)
}

/// Ends a balancer that is begun or deleted.
pub(super) fn end_of_deletion(call: &Call<'_>) -> Moment {
    call.now.after(STEP)
}

impl Taken {
    /// Lets these be changed until then, too.
    pub(super) fn touch<'i>(
        &self,
        call: &Call<'_>,
        noun: &Noun,
        ids: impl Iterator<Item = &'i str>,
    ) -> Result<(), Refusal> {
        for mut document in noun.all(call, ids)? {
            update_until(call, &mut document, self.end);
            call.transaction.update(&document)?;
        }
        Ok(())
    }

    /// Lets the balancer forget a child at the end.
    pub(super) fn forget(&mut self, call: &Call<'_>, many: &str, id: &str) -> Result<(), Refusal> {
        forget_at(&mut self.balancer, many, id, self.end);
        Ok(call.transaction.update(&self.balancer)?)
    }
}

/// Adds a reference to a list.
pub(super) fn add(document: &mut Document, many: &str, id: &str) {
    let list = document.fields.entry(many).or_insert_with(|| json!([]));
    if let Value::Array(list) = list {
        list.push(reference(id));
        list.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
    }
}

/// Lets a list be without a reference at `end`.
pub(super) fn forget_at(document: &mut Document, many: &str, id: &str, end: Moment) {
    forget_all_at(document, many, &[id.to_string()], end);
}

/// Lets a list be without some references at `end`.
pub(super) fn forget_all_at(document: &mut Document, many: &str, gone: &[String], end: Moment) {
    // What it will be already without some others.
    let coming = document.later.iter().rev().find_map(|later| match &later.change {
        Change::Set(fields) => fields.get(many),
        Change::Gone => None,
    });
    let list = coming.unwrap_or(document.get(many));
    let left: Vec<_> =
        ids(list).filter(|own| !gone.iter().any(|gone| gone == own)).map(reference).collect();
    document.set_later(end, json!({ many: left }));
}
