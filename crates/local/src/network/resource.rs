//! Resources: what all of Neutron's have in common.
//!
//! A [`Resource`] is a kind with its table of attributes and three functions for what is particular
//! to it. Reading bodies, bulk creation, policy, quotas, revisions and answers are here.

use serde_json::{Map, Value};

use super::attribute::{Attribute, Seen, Wish, read_change, read_new};
use crate::call::{Call, Refusal, Reply};
use crate::kind::{self, Field, Kind, Listing, Pages, Scope};
use crate::seed::new_id;
use crate::store::Document;
use crate::time::Moment;

/// A resource of Neutron.
pub(super) struct Resource {
    pub(super) kind: Kind,
    pub(super) attributes: &'static [Attribute],
    /// Served by Neutron's older half, which says some things differently.
    pub(super) older: bool,
    /// Whether lists refuse a marker that they do not know.
    pub(super) strict_marker: bool,
    /// An attribute whose filter need not look at everything: its name, and those that have it.
    pub(super) index: Option<(&'static str, Index)>,
    /// Makes one of a project, and keeps it.
    pub(super) create: Create,
    /// Takes over what a request changes. Afterwards the document is kept.
    pub(super) update: Change,
    /// Removes one, with all that hangs on it.
    pub(super) delete: fn(&Call<'_>, &Document) -> Result<(), Refusal>,
}

pub(super) type Index = fn(&Call<'_>, &str) -> Result<Vec<Document>, Refusal>;
pub(super) type Create = fn(&Call<'_>, &str, Map<String, Value>) -> Result<Document, Refusal>;
pub(super) type Change = fn(&Call<'_>, &mut Document, Map<String, Value>) -> Result<(), Refusal>;

/// A kind as Neutron's are.
pub(super) const fn kind(
    name: &'static str,
    many: &'static str,
    path: &'static str,
    fields: &'static [Field],
    missing: fn(&str) -> Refusal,
) -> Kind {
    Kind {
        name,
        one: name,
        many,
        scope: Scope::Project,
        missing,
        fields,
        brief: &[],
        listing: Listing {
            filters: &[],
            check: |_| Ok(()),
            order: kind::newest_first,
            pages: Pages::None,
            path,
        },
        create: None,
        update: None,
        delete: None,
    }
}

/// A resource that is only looked at.
pub(super) const fn looked_at(kind: Kind, attributes: &'static [Attribute]) -> Resource {
    Resource {
        kind,
        attributes,
        older: true,
        strict_marker: false,
        index: None,
        create: |_, _, _| Err(not_allowed()),
        update: |_, _, _| Err(not_allowed()),
        delete: |_, _| Err(not_allowed()),
    }
}

fn not_allowed() -> Refusal {
    Refusal::new(405, "The method is not allowed for this resource.")
}

/// The refusal for what the caller has no right to: `get_quota`.
pub(super) fn denied(rule: impl std::fmt::Display) -> Refusal {
    Refusal::forbidden(format!("rule:{rule} is disallowed by policy")).named("PolicyNotAuthorized")
}

/// A new document with what all of Neutron's have.
pub(super) fn document(
    kind: &Kind,
    project: &str,
    now: Moment,
    revision: i64,
    mut fields: Map<String, Value>,
) -> Document {
    let now = now.seconds();
    fields.entry("tags").or_insert_with(|| Value::Array(Vec::new()));
    fields.insert("created_at".into(), now.clone().into());
    fields.insert("updated_at".into(), now.into());
    fields.insert("revision_number".into(), revision.into());
    Document::new(kind.name, project, &new_id(), fields)
}

/// Notes that the document has changed.
pub(super) fn touch(call: &Call<'_>, document: &mut Document) {
    let revision = document.get("revision_number").as_i64().unwrap_or_default();
    document.set("revision_number", revision + 1);
    document.set("updated_at", call.now.seconds());
}

impl Resource {
    /// `GET /things/{id}`
    pub(super) fn show(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        let document = self.kind.find(call, call.segment("id"))?;
        let wanted = super::listing::fields(call);
        Ok(Reply::wrapped(200, self.kind.one, self.view(call, &document, &wanted)))
    }

    /// The thing on the wire, or of it only the `wanted` fields.
    pub(super) fn view(&self, call: &Call<'_>, document: &Document, wanted: &[&str]) -> Value {
        let mut view = self.kind.view(call, document);
        if let Value::Object(view) = &mut view
            && !wanted.is_empty()
        {
            view.retain(|name, _| wanted.contains(&name.as_str()));
        }
        view
    }

    /// `POST /things`: one or many of them.
    pub(super) fn create(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        self.create_some(call, true)
    }

    /// `POST /things`, where there is no way to make many at once.
    pub(super) fn create_one(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        self.create_some(call, false)
    }

    fn create_some(&self, call: &mut Call<'_>, may_be_many: bool) -> Result<Reply, Refusal> {
        let (bodies, bulk) = self.bodies(call, may_be_many)?;
        let read = |body| read_new(call, self.attributes, body);
        let wishes = bodies.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        for (_, body) in &wishes {
            self.check_policy(call, "create", &Wish { body, before: None })?;
        }
        let mut made = Vec::new();
        for (project, body) in wishes {
            crate::quota::check_of(call, &self.kind, &project, self.kind.name)?;
            let document = (self.create)(call, &project, body)?;
            made.push(self.view_of_new(call, &document));
        }
        let (key, value) = match made.pop() {
            Some(one) if !bulk => (self.kind.one, one),
            last => {
                made.extend(last);
                (self.kind.many, made.into())
            }
        };
        Ok(Reply::wrapped(201, key, value))
    }

    fn view_of_new(&self, call: &Call<'_>, document: &Document) -> Value {
        let mut view = self.kind.view(call, document);
        let told = |attribute: &&Attribute| attribute.seen == Seen::AtCreationToo;
        for attribute in self.attributes.iter().filter(told) {
            view[attribute.name()] = attribute.field.value(call, document);
        }
        view
    }

    /// `PUT /things/{id}`
    pub(super) fn update(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        let is_named =
            [self.kind.one, self.kind.many].iter().any(|key| call.body.get(key).is_some());
        if !is_named && !self.older {
            // Only then Neutron looks for the thing before it looks at the body.
            self.kind.find(call, call.segment("id"))?;
        }
        let (mut bodies, _) = self.bodies(call, false)?;
        let body = read_change(call, self.attributes, bodies.pop().unwrap_or_default())?;
        let mut document = self.kind.find(call, call.segment("id"))?;
        self.check_owner(call, "update", &document)?;
        self.check_policy(call, "update", &Wish { body: &body, before: Some(&document) })?;
        let is_change = !body.is_empty();
        (self.update)(call, &mut document, body)?;
        if is_change {
            touch(call, &mut document);
        }
        call.transaction.update(&document)?;
        Ok(Reply::wrapped(200, self.kind.one, self.kind.view(call, &document)))
    }

    /// `DELETE /things/{id}`
    pub(super) fn delete(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        if !call.body.is_null() {
            return Err(Refusal::bad_request("Request body is not supported in DELETE."));
        }
        let document = self.kind.find(call, call.segment("id"))?;
        self.check_owner(call, "delete", &document)?;
        (self.delete)(call, &document)?;
        Ok(Reply::empty(204))
    }

    /// What the body has under the resource's name, or the list it has under its plural.
    fn bodies(
        &self,
        call: &mut Call<'_>,
        may_be_many: bool,
    ) -> Result<(Vec<Map<String, Value>>, bool), Refusal> {
        let (one, many) = (self.kind.one, self.kind.many);
        let refuse = |message: String| Err(Refusal::bad_request(message));
        let mut body = match std::mem::take(&mut call.body) {
            Value::Object(body) => body,
            Value::Null => Map::new(),
            _ => return refuse("Body contains invalid data".into()),
        };
        if body.is_empty() && self.older {
            return refuse("Resource body required".into());
        }
        let contents = |body: Value| match body {
            Value::Object(body) => Ok(body),
            _ => Err(Refusal::bad_request(format!("Object '{one}' contains invalid data"))),
        };
        if let Some(list) = body.remove(many) {
            if !may_be_many {
                return refuse("Bulk operation not supported".into());
            }
            let Value::Array(list) = list else {
                return refuse(format!("Object '{one}' contains invalid data"));
            };
            if list.is_empty() {
                return refuse("Resources required".into());
            }
            let unwrap = |item: Value| match item {
                Value::Object(mut item) if item.contains_key(one) => {
                    contents(item.remove(one).unwrap_or_default())
                }
                item => contents(item),
            };
            return Ok((list.into_iter().map(unwrap).collect::<Result<_, _>>()?, true));
        }
        match body.remove(one) {
            None | Some(Value::Null) => refuse(format!("Unable to find '{one}' in request body")),
            Some(body) => Ok((vec![contents(body)?], false)),
        }
    }

    /// Only its project may change a thing, even if others see it.
    fn check_owner(&self, call: &Call<'_>, verb: &str, document: &Document) -> Result<(), Refusal> {
        if document.owner == call.who.project || call.who.is_admin() {
            return Ok(());
        }
        Err(denied(format!("{verb}_{}", self.kind.one)))
    }

    /// Refuses what only others may set.
    fn check_policy(&self, call: &Call<'_>, verb: &str, wish: &Wish<'_>) -> Result<(), Refusal> {
        let is_set = |attribute: &&Attribute| match wish.before {
            None => attribute.is_explicit(wish.body),
            Some(_) => wish.body.contains_key(attribute.name()),
        };
        let mut rule = format!("rule:{verb}_{}", self.kind.one);
        let action = rule.clone();
        let mut allowed = true;
        for attribute in self.attributes.iter().filter(is_set) {
            let Some(guard) = attribute.guard else { continue };
            allowed &= guard(call, wish)?;
            let name = attribute.name();
            let value = wish.body.get(name).filter(|value| attribute.by_key || value.is_array());
            let parts = parts(value, &format!("{action}:{name}"));
            rule = format!("({rule} and {parts})");
        }
        if allowed {
            return Ok(());
        }
        let message = format!("{rule} is disallowed by policy");
        Err(Refusal::forbidden(message).named("PolicyNotAuthorized"))
    }
}

/// The rule for setting an attribute: with an object, or a list of them, one for each key too.
fn parts(value: Option<&Value>, rule: &str) -> String {
    let many = value.and_then(Value::as_array).into_iter().flatten();
    let keys = value.into_iter().chain(many).filter_map(Value::as_object).flat_map(Map::keys);
    let keys: Vec<_> = keys.map(|key| format!("{rule}:{key}")).collect();
    if keys.is_empty() {
        rule.to_string()
    } else {
        format!("({rule} and ({}))", keys.join(" and "))
    }
}
