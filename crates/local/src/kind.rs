//! Kinds of things: described once, served by one engine.
//!
//! A [`Kind`] says what a server, an image or a network is: its fields on the wire, who sees it, what
//! may be asked of it and with what body. Listing with filters, order and pages, showing, creating,
//! changing and deleting are the same for all of them, and are here. What is particular to a
//! kind hangs in its description as a small function.

mod listing;
mod order;
mod view;

use serde_json::{Map, Value};

use crate::call::{Call, Refusal, Reply, Version};
use crate::check::{FOREVER, Shape};
use crate::store::Document;
pub(crate) use listing::{
    Chooser, Filter, Listing, Pages, Query, list, list_briefly, list_wrapped, own_address,
};
pub(crate) use order::{Order, all, in_order, newest_first};
use view::View;

/// What a kind of thing is.
pub(crate) struct Kind {
    /// Its name in the store: `server`.
    pub(crate) name: &'static str,
    /// The key of one in a body; empty where the body is the thing itself.
    pub(crate) one: &'static str,
    /// The key of many in a body.
    pub(crate) many: &'static str,
    pub(crate) scope: Scope,
    /// The refusal for one that does not exist.
    pub(crate) missing: fn(&str) -> Refusal,
    /// Its form on the wire, in order.
    pub(crate) fields: &'static [Field],
    /// The names of those fields that brief lists have.
    pub(crate) brief: &'static [&'static str],
    pub(crate) listing: Listing,
    pub(crate) create: Option<Create>,
    pub(crate) update: Option<Update>,
    pub(crate) delete: Option<Delete>,
}

/// Who sees a thing.
pub(crate) enum Scope {
    /// Its project, and administrators.
    Project,
    /// Its user.
    User,
    /// Everybody.
    All,
    /// Whoever this says, besides its project.
    And(fn(&Call<'_>, &Document) -> bool),
    /// Whoever this says.
    By(fn(&Call<'_>, &Document) -> bool),
}

/// A field on the wire.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    from: From,
    since: Version,
    until: Version,
    /// Where it is not shown always: when it is.
    only: Option<fn(&Call<'_>, &Document) -> bool>,
}

#[derive(Clone, Copy)]
enum From {
    /// The document's field of this name.
    Document(&'static str),
    /// What this makes of the document.
    Made(fn(&Call<'_>, &Document) -> Value),
    /// All members of the document's field of this name, each a field of its own.
    Spread,
}

impl Field {
    /// The document's field of the same name.
    pub(crate) const fn new(name: &'static str) -> Self {
        Field { name, from: From::Document(name), since: (0, 0), until: FOREVER, only: None }
    }

    /// What `make` makes of the document.
    pub(crate) const fn made(name: &'static str, make: fn(&Call<'_>, &Document) -> Value) -> Self {
        Field { name, from: From::Made(make), since: (0, 0), until: FOREVER, only: None }
    }

    /// The members of the document's field of this name, each as a field. Other fields hide those of
    /// the same name.
    pub(crate) const fn spread(name: &'static str) -> Self {
        Field { name, from: From::Spread, since: (0, 0), until: FOREVER, only: None }
    }

    /// The document's field `source`.
    pub(crate) const fn from(mut self, source: &'static str) -> Self {
        self.from = From::Document(source);
        self
    }

    /// Shown from this microversion on.
    pub(crate) const fn since(mut self, major: u16, minor: u16) -> Self {
        self.since = (major, minor);
        self
    }

    /// Not shown any more from this microversion on.
    pub(crate) const fn until(mut self, major: u16, minor: u16) -> Self {
        self.until = (major, minor);
        self
    }

    /// Shown only if this says so.
    pub(crate) const fn only(mut self, when: fn(&Call<'_>, &Document) -> bool) -> Self {
        self.only = Some(when);
        self
    }

    /// Its value for a document, whether it is shown or not.
    pub(crate) fn value(&self, call: &Call<'_>, document: &Document) -> Value {
        match self.from {
            From::Document(source) => document.get(source).clone(),
            From::Made(make) => make(call, document),
            From::Spread => document.get(self.name).clone(),
        }
    }
}

/// How one is created.
pub(crate) struct Create {
    pub(crate) status: u16,
    pub(crate) body: &'static Shape,
    /// The quota that counts them.
    pub(crate) quota: Option<&'static str>,
    /// Makes the document. Its argument is what the body has under the kind's key.
    pub(crate) make: fn(&mut Call<'_>, Map<String, Value>) -> Result<Document, Refusal>,
    /// The answer, where it is not the thing as it is shown.
    pub(crate) answer: Option<fn(&Call<'_>, &Document) -> Reply>,
}

/// How one is changed.
pub(crate) struct Update {
    pub(crate) body: &'static Shape,
    pub(crate) change: Change,
}

/// Changes the document as the body says.
type Change = fn(&mut Call<'_>, &mut Document, Map<String, Value>) -> Result<(), Refusal>;

/// How one is deleted.
pub(crate) struct Delete {
    pub(crate) status: u16,
    pub(crate) how: fn(&mut Call<'_>, Document) -> Result<(), Refusal>,
}

impl Delete {
    /// It is gone at once, and nothing hangs on it.
    pub(crate) const AT_ONCE: Delete =
        Delete { status: 204, how: |call, document| Ok(call.transaction.remove(&document)?) };
}

impl Kind {
    /// Its form on the wire.
    pub(crate) fn view(&self, call: &Call<'_>, document: &Document) -> Value {
        // Nothing in a document is without a form in JSON.
        serde_json::to_value(View { kind: self, call, document, brief: false }).unwrap_or_default()
    }

    /// Whether the caller may see it.
    pub(crate) fn is_visible(&self, call: &Call<'_>, document: &Document) -> bool {
        let own = document.owner == call.who.project || call.who.is_admin();
        match self.scope {
            Scope::Project => own,
            Scope::User => document.owner == call.who.user,
            Scope::All => true,
            Scope::And(others) => own || others(call, document),
            Scope::By(says) => says(call, document),
        }
    }

    /// The one that the path names, if the caller may see it.
    pub(crate) fn find(&self, call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
        let found = match self.scope {
            Scope::User => call.transaction.find_of(self.name, &call.who.user, id)?,
            _ => call.transaction.find(self.name, id)?,
        };
        found.filter(|document| self.is_visible(call, document)).ok_or_else(|| (self.missing)(id))
    }
}

/// `GET /things/{id}`
pub(crate) fn show(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    let document = kind.find(call, call.segment("id"))?;
    Ok(Reply::wrapped(200, kind.one, kind.view(call, &document)))
}

/// `POST /things`
pub(crate) fn create(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    let Some(create) = &kind.create else { return Err(not_allowed()) };
    let body = take_body(call, kind, create.body)?;
    if let Some(quota) = create.quota {
        crate::quota::check(call, kind, quota)?;
    }
    let document = (create.make)(call, body)?;
    call.transaction.insert(&document)?;
    Ok(match create.answer {
        Some(answer) => answer(call, &document),
        None => Reply::wrapped(create.status, kind.one, kind.view(call, &document)),
    })
}

/// `PUT /things/{id}`
pub(crate) fn update(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    let Some(update) = &kind.update else { return Err(not_allowed()) };
    let mut document = kind.find(call, call.segment("id"))?;
    let body = take_body(call, kind, update.body)?;
    (update.change)(call, &mut document, body)?;
    call.transaction.update(&document)?;
    Ok(Reply::wrapped(200, kind.one, kind.view(call, &document)))
}

/// `DELETE /things/{id}`
pub(crate) fn delete(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    let Some(delete) = &kind.delete else { return Err(not_allowed()) };
    let document = kind.find(call, call.segment("id"))?;
    (delete.how)(call, document)?;
    Ok(Reply::empty(delete.status))
}

/// Checks the body and takes out what is under the kind's key.
pub(crate) fn take_body(
    call: &mut Call<'_>,
    kind: &Kind,
    shape: &Shape,
) -> Result<Map<String, Value>, Refusal> {
    (call.service.check)(call, shape)?;
    let body = match std::mem::take(&mut call.body) {
        Value::Object(mut body) if !kind.one.is_empty() => body.remove(kind.one),
        body => Some(body),
    };
    match body {
        Some(Value::Object(body)) => Ok(body),
        _ => Ok(Map::new()),
    }
}

fn not_allowed() -> Refusal {
    Refusal::new(405, "The method is not allowed for this resource.")
}
