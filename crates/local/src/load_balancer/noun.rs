//! Nouns: what all of Octavia's resources have in common. A [`Noun`] is a kind with the columns of its
//! table in Octavia's database, by which lists are filtered and sorted.

use serde_json::{Map, Value, json};

use super::{authorize, listing, missing};
use crate::call::{Call, Refusal, Reply};
use crate::kind::{self, Field, Kind, Listing, Pages, Scope};
use crate::seed::new_id;
use crate::store::Document;

/// A resource of Octavia.
pub(super) struct Noun {
    pub(super) kind: Kind,
    /// What messages call it: `Load Balancer`.
    pub(super) called: &'static str,
    pub(super) columns: &'static [Column],
}

/// A column of the database.
pub(super) struct Column {
    /// What it is called in a query, and in the database; both are taken.
    pub(super) names: [&'static str; 2],
    /// The document's field.
    pub(super) field: &'static str,
}

impl Column {
    /// Called the same everywhere.
    pub(super) const fn new(name: &'static str) -> Self {
        Column { names: [name, name], field: name }
    }

    /// Called so in the database.
    pub(super) const fn stored(mut self, name: &'static str) -> Self {
        self.names[1] = name;
        self
    }
}

pub(super) const ENABLED: Column = Column::new("admin_state_up").stored("enabled");
pub(super) const BALANCER: Column =
    Column { names: ["loadbalancer_id", "load_balancer_id"], field: "load_balancer_id" };

/// A kind as Octavia's are.
pub(super) const fn kind(
    name: &'static str,
    one: &'static str,
    many: &'static str,
    fields: &'static [Field],
) -> Kind {
    Kind {
        name,
        one,
        many,
        scope: Scope::Project,
        missing: |id| missing("It", id),
        fields,
        brief: &[],
        listing: Listing {
            filters: &[],
            check: |_| Ok(()),
            order: kind::newest_first,
            pages: Pages::None,
            path: "",
        },
        create: None,
        update: None,
        delete: None,
    }
}

pub(super) const ID: Field = Field::made("id", |_, document| document.id.clone().into());
pub(super) const PROJECT: Field =
    Field::made("project_id", |_, document| document.owner.clone().into());
pub(super) const TENANT: Field =
    Field::made("tenant_id", |_, document| document.owner.clone().into());

impl Noun {
    /// The one with this id, whoever owns it.
    pub(super) fn get(&self, call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
        let found = call.transaction.find(self.kind.name, id)?;
        found.ok_or_else(|| missing(self.called, id))
    }

    /// The one that the path names, if it is the caller's.
    pub(super) fn own(&self, call: &Call<'_>) -> Result<Document, Refusal> {
        let document = self.get(call, call.segment("id"))?;
        authorize(call, &document.owner)?;
        Ok(document)
    }

    /// Those with these ids, in the order of the ids, as Octavia's database has them.
    pub(super) fn all<'i>(
        &self,
        call: &Call<'_>,
        ids: impl Iterator<Item = &'i str>,
    ) -> Result<Vec<Document>, Refusal> {
        let found = ids.map(|id| call.transaction.find(self.kind.name, id));
        let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    /// `GET /things/{id}`
    pub(super) fn show(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        listing::check(call)?;
        let document = self.own(call)?;
        Ok(self.reply(call, 200, &document))
    }

    /// `GET /things`
    pub(super) fn list(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        listing::check(call)?;
        let project = call.parameter("project_id");
        if let Some(project) = project {
            authorize(call, project)?;
        }
        let own = (!call.who.is_admin()).then_some(call.who.project.as_str());
        let items = call.transaction.all(self.kind.name, project.or(own))?;
        listing::list(call, self, items)
    }

    /// The answer that shows one.
    pub(super) fn reply(&self, call: &Call<'_>, status: u16, document: &Document) -> Reply {
        Reply::wrapped(status, self.kind.one, self.view(call, document))
    }

    /// The thing on the wire, with the fields that are asked for.
    pub(super) fn view(&self, call: &Call<'_>, document: &Document) -> Value {
        listing::only_wanted(call, self.kind.view(call, document))
    }

    /// A new document of this kind, without its future.
    pub(super) fn document(&self, call: &Call<'_>, project: &str, body: Body) -> Document {
        let fields = json!({
            "name": "", "description": "", "tags": [], "created_at": seconds(call),
            "updated_at": null,
        });
        let fields = fields.as_object().cloned().unwrap_or_default();
        let mut document = Document::new(self.kind.name, project, &new_id(), fields);
        change(&mut document, body);
        document
    }
}

/// What a request says of a thing.
pub(super) type Body = Map<String, Value>;

/// Takes over what a request says.
pub(super) fn change(document: &mut Document, body: Body) {
    for (name, value) in body {
        let value = match (name.as_str(), value) {
            ("name" | "description", Value::Null) => "".into(),
            ("admin_state_up", Value::Null) => false.into(),
            ("tags", Value::Null) | ("project_id" | "tenant_id", _) => continue,
            (_, value) => value,
        };
        document.fields.insert(name, value);
    }
}

/// Of policies and rules, `null` takes the tags away; of all else it leaves them.
pub(super) fn clear_tags(body: &mut Body) {
    if body.get("tags").is_some_and(Value::is_null) {
        body.insert("tags".into(), json!([]));
    }
}

/// Now, as Octavia writes it: `2026-11-21T14:14:03`.
pub(super) fn seconds(call: &Call<'_>) -> String {
    let mut text = call.now.seconds();
    text.pop();
    text
}
