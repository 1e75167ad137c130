//! Attributes: what a body may have, and what its values have to look like.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

/// A member of an object in a body.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    pub(super) required: bool,
    /// What it is if it is not there; otherwise it stays away.
    pub(super) default: Option<fn() -> Value>,
}

/// What a value has to look like.
pub(super) enum Type {
    /// A text of so many characters at most.
    Text(usize),
    /// The same, of a certain form.
    Pattern(Pattern),
    Truth,
    Integer {
        min: i64,
        max: i64,
    },
    /// One of a few numbers.
    Numbers(&'static [i64]),
    /// `1.0` or `1.1`.
    HttpVersion,
    /// A UUID, with or without hyphens.
    Id,
    Address,
    Cidr,
    /// One of a few texts.
    Words(&'static [&'static str]),
    /// A text that fits, and what is said if it does not.
    Fitting(fn(&str) -> bool, &'static str),
    List(&'static Type),
    /// An object with any names, and texts.
    Map,
    Object(&'static [Attribute]),
}

/// A form that a text has to have, and the expression by which messages show it.
pub(super) struct Pattern {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) shown: &'static str,
    pub(super) fits: fn(&str) -> bool,
}

impl Attribute {
    pub(super) const fn new(name: &'static str, kind: Type) -> Self {
        Attribute { name, kind, required: false, default: None }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn or(mut self, default: fn() -> Value) -> Self {
        self.default = Some(default);
        self
    }
}

pub(super) fn yes() -> Value {
    true.into()
}

pub(super) fn no() -> Value {
    false.into()
}

pub(super) fn nothing() -> Value {
    json!([])
}

/// Attributes that many things have.
pub(super) const NAME: Attribute = Attribute::new("name", Type::Text(255));
pub(super) const DESCRIPTION: Attribute = Attribute::new("description", Type::Text(255));
pub(super) const ENABLED: Attribute = Attribute::new("admin_state_up", Type::Truth);
pub(super) const TAGS: Attribute = Attribute::new("tags", Type::List(&Type::Text(255)));
pub(super) const PROJECT: Attribute = Attribute::new("project_id", Type::Text(36));
pub(super) const TENANT: Attribute = Attribute::new("tenant_id", Type::Text(36));

/// A port of TCP or UDP.
pub(super) const PORT: Type = Type::Integer { min: 1, max: 65535 };

impl Type {
    /// A value as it is kept.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn check(&self, value: Value) -> Result<Value, String> {
        if value.is_null() {
            return Ok(value);
        }
        match self {
            Type::Text(max) => check_text(value, 0, *max),
            Type::Pattern(Pattern { min, max, shown, fits }) => {
                let value = check_text(value, *min, *max)?;
                if fits(value.as_str().unwrap_or_default()) {
                    return Ok(value);
                }
                Err(format!("Value should match the pattern {shown}"))
            }
            Type::Integer { min, max } => check_integer(value, *min, *max),
            Type::Numbers(numbers) => {
                let words: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                let is_one = value.as_i64().is_some_and(|number| numbers.contains(&number));
                one_of(value, is_one, &words.join(", "))
            }
            Type::HttpVersion => {
                let is_one = [json!(1.0), json!(1.1)].contains(&value);
                one_of(value, is_one, "1.0, 1.1")
            }
            Type::Words(words) => {
                let is_one = value.as_str().is_some_and(|word| words.contains(&word));
                one_of(value, is_one, &words.join(", "))
            }
            Type::Id => {
                let id = value.as_str().and_then(|text| uuid::Uuid::parse_str(text).ok());
                let id = id.ok_or("Value should be UUID format")?;
                Ok(id.hyphenated().to_string().into())
            }
            Type::Address => {
                let is_address = value.as_str().is_some_and(|text| text.parse::<IpAddr>().is_ok());
                let reason = "Value should be IPv4 or IPv6 format";
                if is_address { Ok(value) } else { Err(reason.into()) }
            }
            Type::Cidr => {
                let text = value.as_str().unwrap_or_default();
                let alone = || text.parse::<IpAddr>().ok().map(IpNet::from);
                let cidr = text.parse::<IpNet>().ok().or_else(alone);
                let cidr = cidr.ok_or("Value should be IPv4 or IPv6 CIDR format")?;
                Ok(cidr.trunc().to_string().into())
            }
            Type::Fitting(fits, reason) => {
                let is_good = value.as_str().is_some_and(fits);
                if is_good { Ok(value) } else { Err((*reason).into()) }
            }
            Type::List(of) => match value {
                Value::Array(items) => items.into_iter().map(|item| of.check(item)).collect(),
                other => Ok(other),
            },
            Type::Map => {
                let texts = value.as_object().into_iter().flat_map(|map| map.values());
                for one in texts {
                    check_text(one.clone(), 0, 255)?;
                }
                Ok(value)
            }
            Type::Truth | Type::Object(_) => Ok(value),
        }
    }
}

fn check_text(value: Value, min: usize, max: usize) -> Result<Value, String> {
    let Some(text) = value.as_str() else { return Err("Value should be string".into()) };
    let length = text.chars().count();
    if length < min {
        return Err(format!("Value should have a minimum character requirement of {min}"));
    }
    if length > max {
        return Err(format!("Value should have a maximum character requirement of {max}"));
    }
    Ok(value)
}

fn check_integer(value: Value, min: i64, max: i64) -> Result<Value, String> {
    let number = value.as_i64().unwrap_or(i64::MAX);
    if number < min {
        return Err(format!("Value should be greater or equal to {min}"));
    }
    if number > max {
        return Err(format!("Value should be lower or equal to {max}"));
    }
    Ok(value)
}

fn one_of(value: Value, is_one: bool, words: &str) -> Result<Value, String> {
    if is_one { Ok(value) } else { Err(format!("Value should be one of: {words}")) }
}

/// Whether a text is the address of a page: `http://host/path`.
pub(super) fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_good = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
    !host.is_empty() && rest.chars().all(is_good)
}

/// Whether a text is the path of a page: `/path`.
pub(super) fn is_url_path(text: &str) -> bool {
    let is_good = |c: char| !c.is_whitespace() && !c.is_control();
    text.starts_with('/') && !text.starts_with("//") && text.chars().all(is_good)
}
