//! An answer, with everything taken out of it that no two clouds can have in common: ids, times,
//! addresses.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

/// What came back, as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Body,
}

impl Answer {
    /// Puts the items of the list at `place` into the order of their member `name`.
    pub(crate) fn sort(&mut self, place: &str, name: &str) {
        let Body::Json(body) = &mut self.body else { return };
        if let Some(Value::Array(items)) = body.pointer_mut(&pointer(place)) {
            items.sort_by_key(|item| item[name].to_string());
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    /// Whatever is not JSON.
    Text(String),
}

/// Headers that say nothing about the cloud: of the connection, of the machine, of the moment.
const INSIGNIFICANT: &[&str] =
    &["connection", "content-length", "date", "keep-alive", "link", "server", "transfer-encoding"];

/// What a cloud calls the things that both have: its texts, and what to read for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Vec<(String, String)>);

impl Names {
    /// `text` is read as `{name}` from now on.
    pub(crate) fn add(&mut self, name: &str, text: &str) {
        // A short text, as the administrator's "admin", would be found where it is not meant.
        if text.len() >= 6 {
            self.0.push((text.into(), format!("{{{name}}}")));
            // What contains another comes first.
            self.0.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
    }

    /// The same without what has a form of its own: of an id, only its form is left then.
    pub(crate) fn without_ids(&self) -> Names {
        Names(self.0.iter().filter(|(own, _)| class(own).is_none()).cloned().collect())
    }

    /// A text in the words that both clouds have in common.
    pub(crate) fn common(&self, text: &str) -> String {
        let own = without_source(text);
        let named = self.0.iter().fold(own, |text, (own, name)| text.replace(own, name));
        let in_word = |c: char| c.is_ascii_alphanumeric() || "-_:.".contains(c);
        let mut common = String::new();
        for piece in named.split_inclusive(|c| !in_word(c)) {
            let word = piece.trim_end_matches(|c| !in_word(c) || c == '.' || c == ':');
            match class(word) {
                Some(class) => common.extend(["<", class, ">"]),
                None => common.push_str(word),
            }
            common.push_str(&piece[word.len()..]);
        }
        common
    }

    /// A value in the words that both clouds have in common.
    pub(crate) fn common_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.common(text).into(),
            Value::Array(items) => {
                let mut common: Vec<_> = items.iter().map(|item| self.common_value(item)).collect();
                // Octavia's `pools: [{"id": ...}]` comes as the database has it: in any order.
                if common.iter().all(is_reference) {
                    common.sort_by_key(Value::to_string);
                }
                common.into()
            }
            Value::Object(object) => object
                .iter()
                .map(|(name, value)| {
                    let mut common = self.common_value(value);
                    if let ("tags", Value::Array(tags)) = (name.as_str(), &mut common) {
                        // Python's sets: each start of a service puts them into another order.
                        tags.sort_by_key(Value::to_string);
                    }
                    (self.common(name), common)
                })
                .collect(),
            _ => value.clone(),
        }
    }

    /// An answer as it is compared.
    pub(crate) fn common_answer(&self, raw: &RawAnswer) -> Answer {
        let significant =
            raw.headers.iter().filter(|(name, _)| !INSIGNIFICANT.contains(&name.as_str()));
        let mut headers = BTreeMap::new();
        for (name, value) in significant {
            let value = self.common(value);
            headers
                .entry(name.clone())
                .and_modify(|before: &mut String| *before = format!("{before}, {value}"))
                .or_insert(value);
        }
        for sets in ["allow", "vary"] {
            if let Some(value) = headers.get_mut(sets) {
                let mut words: Vec<_> = value.split(',').map(str::trim).collect();
                words.sort_unstable();
                *value = words.join(", ");
            }
        }
        let body = match &raw.json {
            Some(value) => Body::Json(self.common_value(value)),
            None if raw.text.is_empty() => Body::Empty,
            None => Body::Text(self.common(&raw.text)),
        };
        Answer { status: raw.status, headers, body }
    }
}

/// Whether this is an object that has an id and nothing else.
fn is_reference(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.len() == 1 && object.contains_key("id"))
}

/// A text without what the checkers of Keystone and Glance tell of their own source; only the end of
/// a page may follow that.
fn without_source(text: &str) -> String {
    let Some((before, source)) = text.split_once("\n\nFailed validating") else {
        return text.into();
    };
    let end = source.find("<br />").map_or("", |end| &source[end..]);
    format!("{before}{end}")
}

/// What came back, as it came.
#[derive(Debug, Clone)]
pub(crate) struct RawAnswer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
    /// The body, if it is said to be JSON and is.
    pub(crate) json: Option<Value>,
}

impl RawAnswer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Keeps of the list at `place` those items whose member `name` has one of these values.
    pub(crate) fn keep_only(&mut self, place: &str, name: &str, values: &[String]) {
        let list = self.json.as_mut().and_then(|body| body.pointer_mut(&pointer(place)));
        if let Some(Value::Array(items)) = list {
            let is_wanted =
                |item: &Value| values.iter().any(|value| item[name].as_str() == Some(value));
            items.retain(is_wanted);
        }
    }

    /// What is at a place of the body, `server.id` or `servers.0.id`, as text.
    pub(crate) fn at(&self, place: &str) -> Option<String> {
        match find(self.json.as_ref()?, place)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// The value at `server.id` or `servers.0.id`.
pub(crate) fn find<'v>(value: &'v Value, place: &str) -> Option<&'v Value> {
    value.pointer(&pointer(place))
}

/// `/server/id` for `server.id`.
fn pointer(place: &str) -> String {
    format!("/{}", place.replace('.', "/"))
}

/// Forms of which each text is as good as any other: `9` is a digit, `x` a hexadecimal one.
const FORMS: &[(&str, &str)] = &[
    ("uuid", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
    ("request id", "req-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
    ("hex id", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ("host id", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ("time.0Z", "9999-99-99T99:99:99.000000Z"),
    ("time.9Z", "9999-99-99T99:99:99.999999Z"),
    ("time.0", "9999-99-99T99:99:99.000000"),
    ("time.9", "9999-99-99T99:99:99.999999"),
    ("timeZ", "9999-99-99T99:99:99Z"),
    ("time", "9999-99-99T99:99:99"),
    ("mac", "xx:xx:xx:xx:xx:xx"),
    ("fingerprint", "xx:xx:xx:xx:xx:xx:xx:xx:xx:xx:xx:xx:xx:xx:xx:xx"),
];

/// The form that a word has, if it is one of those whose content does not matter.
pub(crate) fn class(word: &str) -> Option<&'static str> {
    let fits = |form: &str| {
        form.len() == word.len()
            && form.bytes().zip(word.bytes()).all(|(form, byte)| match form {
                b'9' => byte.is_ascii_digit(),
                b'x' => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
                _ => form == byte,
            })
    };
    if let Some((class, _)) = FORMS.iter().find(|(_, form)| fits(form)) {
        return Some(class);
    }
    if word.starts_with("gAAAAA") {
        return Some("token");
    }
    // Neutron calls an address `host-10-0-0-7`, in the domain of its configuration.
    if let Some(address) = word.strip_prefix("host-") {
        let (address, domain) = address.split_once('.').unwrap_or((address, ""));
        let is_address = address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let class = if domain.is_empty() { "host name" } else { "host name in a domain" };
        return is_address.then_some(class);
    }
    if word.parse::<Ipv4Addr>().is_ok() {
        return Some("ipv4");
    }
    (word.matches(':').count() > 1 && word.parse::<Ipv6Addr>().is_ok()).then_some("ipv6")
}
