//! Attributes: what a resource of Neutron is made of, each described once.
//!
//! Neutron keeps one table for each resource: an attribute's place in the answer, whether a request
//! may have it, how it is read, who may set it, whether lists can be filtered and sorted by it. Such a
//! table is an array of [`Attribute`]; answers, bodies and lists are all read off it.

use serde_json::{Map, Value};

use crate::call::{Call, Refusal};
use crate::check::python;
use crate::kind::Field;
use crate::store::Document;

/// One attribute.
#[derive(Clone, Copy)]
pub(super) struct Attribute {
    pub(super) field: Field,
    pub(super) seen: Seen,
    pub(super) filter: Filter,
    pub(super) sort: bool,
    post: Post,
    put: bool,
    convert: Option<Convert>,
    validate: Option<Validate>,
    pub(super) guard: Option<Guard>,
    /// An object: policy speaks of each of its keys.
    pub(super) by_key: bool,
}

/// Where an attribute is in an answer.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Seen {
    /// Wherever its field is shown.
    Usually,
    /// In the answer to a creation, even where its field is not shown otherwise.
    AtCreationToo,
    Never,
}

/// What a request to create says of an attribute.
#[derive(Clone, Copy)]
enum Post {
    /// It must not be there.
    Never,
    Required,
    /// It may be missing.
    Optional,
    /// If it is missing, it is this.
    Default(fn() -> Value),
}

/// Turns what was sent into what is kept: `"true"` into `true`.
pub(super) type Convert = fn(Value) -> Result<Value, Refusal>;

/// Finds what is wrong with a value.
pub(super) type Validate = fn(&Value) -> Result<(), Wrong>;

/// Whether the caller may set it.
pub(super) type Guard = fn(&Call<'_>, &Wish<'_>) -> Result<bool, Refusal>;

/// What is wrong with a value: a reason, to be told with the attribute's name, or a refusal.
pub(super) enum Wrong {
    Reason(String),
    Refused(Refusal),
}

/// How a list is filtered by it.
#[derive(Clone, Copy)]
pub(super) enum Filter {
    Never,
    /// One of the values asked for, read as in a body.
    Equal,
    /// What `fits` says of all values asked for, each read by `read`.
    By {
        read: Convert,
        fits: fn(&Call<'_>, &Document, &[Value]) -> bool,
    },
}

/// A request to create or to change something.
pub(super) struct Wish<'w> {
    pub(super) body: &'w Map<String, Value>,
    /// What is there, if it is to be changed.
    pub(super) before: Option<&'w Document>,
}

impl Wish<'_> {
    /// The field as it will be.
    pub(super) fn text(&self, field: &str) -> &str {
        let old = || self.before.map_or(&Value::Null, |document| document.get(field));
        self.body.get(field).unwrap_or_else(old).as_str().unwrap_or_default()
    }
}

impl Attribute {
    /// Shown as the document has it, and only shown.
    pub(super) const fn new(name: &'static str) -> Self {
        Attribute::shown(Field::new(name))
    }

    /// What `make` makes of the document.
    pub(super) const fn made(name: &'static str, make: fn(&Call<'_>, &Document) -> Value) -> Self {
        Attribute::shown(Field::made(name, make))
    }

    const fn shown(field: Field) -> Self {
        Attribute {
            field,
            seen: Seen::Usually,
            filter: Filter::Never,
            sort: false,
            post: Post::Never,
            put: false,
            convert: None,
            validate: None,
            guard: None,
            by_key: false,
        }
    }

    /// `id`
    pub(super) const fn id() -> Self {
        Attribute::made("id", |_, document| document.id.clone().into()).filter().sort()
    }

    /// `tenant_id` and `project_id`: whose it is.
    pub(super) const fn owner(name: &'static str) -> Self {
        let owner = Attribute::made(name, |_, document| document.owner.clone().into());
        owner.filter().sort().optional()
    }

    pub(super) const fn hidden(mut self) -> Self {
        self.seen = Seen::Never;
        self
    }

    /// Shown only if this says so.
    pub(super) const fn only(mut self, when: fn(&Call<'_>, &Document) -> bool) -> Self {
        self.field = self.field.only(when);
        self
    }

    pub(super) const fn told_at_creation(mut self) -> Self {
        self.seen = Seen::AtCreationToo;
        self
    }

    pub(super) const fn filter(mut self) -> Self {
        self.filter = Filter::Equal;
        self
    }

    pub(super) const fn filter_by(
        mut self,
        read: Convert,
        fits: fn(&Call<'_>, &Document, &[Value]) -> bool,
    ) -> Self {
        self.filter = Filter::By { read, fits };
        self
    }

    pub(super) const fn sort(mut self) -> Self {
        self.sort = true;
        self
    }

    /// Has to be in a request to create.
    pub(super) const fn required(mut self) -> Self {
        self.post = Post::Required;
        self
    }

    /// May be in a request to create.
    pub(super) const fn optional(mut self) -> Self {
        self.post = Post::Optional;
        self
    }

    /// May be in a request to create; else it is this.
    pub(super) const fn or(mut self, default: fn() -> Value) -> Self {
        self.post = Post::Default(default);
        self
    }

    /// May be changed.
    pub(super) const fn put(mut self) -> Self {
        self.put = true;
        self
    }

    pub(super) const fn convert(mut self, convert: Convert) -> Self {
        self.convert = Some(convert);
        self
    }

    pub(super) const fn validate(mut self, validate: Validate) -> Self {
        self.validate = Some(validate);
        self
    }

    /// Setting it is a matter of policy.
    pub(super) const fn guard(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// It is an object, and setting each of its keys is a matter of policy.
    pub(super) const fn by_key(mut self) -> Self {
        self.by_key = true;
        self
    }

    pub(super) fn name(&self) -> &'static str {
        self.field.name
    }

    /// Whether a request to create asks for something else than what it gets anyhow.
    pub(super) fn is_explicit(&self, body: &Map<String, Value>) -> bool {
        let value = body.get(self.name());
        match self.post {
            Post::Default(default) => value.is_some_and(|value| *value != default()),
            _ => value.is_some(),
        }
    }

    /// Reads a value as in a body, without looking whether it is good.
    pub(super) fn read(&self, value: Value) -> Result<Value, Refusal> {
        self.convert.map_or(Ok(value.clone()), |convert| convert(value))
    }

    fn accept(&self, value: Value) -> Result<Value, Refusal> {
        let value = self.read(value)?;
        if let Some(validate) = self.validate {
            validate(&value).map_err(|wrong| match wrong {
                Wrong::Refused(refusal) => refusal,
                Wrong::Reason(reason) => Refusal::bad_request(format!(
                    "Invalid input for {}. Reason: {reason}.",
                    self.name()
                )),
            })?;
        }
        Ok(value)
    }
}

/// Reads a request to create: whose it will be, and its attributes with what goes without saying.
pub(super) fn read_new(
    call: &Call<'_>,
    attributes: &[Attribute],
    mut body: Map<String, Value>,
) -> Result<(String, Map<String, Value>), Refusal> {
    let owner = owner(call, &body)?.unwrap_or_else(|| call.who.project.clone());
    check_names(attributes, &body)?;
    for attribute in attributes {
        let name = attribute.name();
        let is_there = body.contains_key(name);
        match attribute.post {
            Post::Never if is_there => {
                return Err(Refusal::bad_request(format!(
                    "Attribute '{name}' not allowed in POST"
                )));
            }
            Post::Required if !is_there => {
                return Err(Refusal::bad_request(format!(
                    "Failed to parse request. Required attribute '{name}' not specified"
                )));
            }
            Post::Default(default) if !is_there => drop(body.insert(name.into(), default())),
            _ => {}
        }
    }
    let mut body = accept_all(attributes, body)?;
    body.shift_remove("tenant_id");
    body.shift_remove("project_id");
    Ok((owner, body))
}

/// Reads a request to change something.
pub(super) fn read_change(
    call: &Call<'_>,
    attributes: &[Attribute],
    body: Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    owner(call, &body)?;
    check_names(attributes, &body)?;
    let fixed = attributes.iter().find(|one| !one.put && body.contains_key(one.name()));
    if let Some(fixed) = fixed {
        let message = format!("Cannot update read-only attribute {}", fixed.name());
        return Err(Refusal::bad_request(message));
    }
    accept_all(attributes, body)
}

fn accept_all(
    attributes: &[Attribute],
    mut body: Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    for attribute in attributes {
        if let Some(value) = body.get_mut(attribute.name()) {
            *value = attribute.accept(value.take())?;
        }
    }
    Ok(body)
}

/// Whose it is to be, if the body says so.
fn owner(call: &Call<'_>, body: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    let (project, tenant) = (body.get("project_id"), body.get("tenant_id"));
    if let (Some(project), Some(tenant)) = (project, tenant)
        && project != tenant
    {
        return Err(Refusal::bad_request("'project_id' and 'tenant_id' do not match"));
    }
    let Some(owner) = project.or(tenant) else { return Ok(None) };
    if *owner != *call.who.project && !call.who.is_admin() {
        return Err(Refusal::bad_request(
            "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request \
             requires admin or advsvc privileges",
        ));
    }
    match owner.as_str() {
        Some(owner) => Ok(Some(owner.into())),
        None => Err(Refusal::bad_request(format!(
            "Invalid input for tenant_id. Reason: '{}' is not a valid string.",
            python(owner)
        ))),
    }
}

fn check_names(attributes: &[Attribute], body: &Map<String, Value>) -> Result<(), Refusal> {
    let is_known = |name: &str| attributes.iter().any(|attribute| attribute.name() == name);
    let unknown: Vec<_> = body.keys().map(String::as_str).filter(|name| !is_known(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown = unknown.join(", ");
    Err(Refusal::bad_request(format!("Unrecognized attribute(s) '{unknown}'")))
}

/// The attributes that answers show, as a kind has them.
pub(super) const fn fields<const N: usize>(attributes: &[Attribute]) -> [Field; N] {
    let mut fields = [Field::new(""); N];
    let mut index = 0;
    while index < N {
        fields[index] = attributes[index].field;
        if matches!(attributes[index].seen, Seen::Never) {
            fields[index] = fields[index].only(|_, _| false);
        }
        index += 1;
    }
    fields
}
