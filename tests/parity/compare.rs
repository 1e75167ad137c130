//! What differs between two answers.
//!
//! Exactly: every value, one by one. Loosely: [`Shape`]s, which are what all items of a list have in
//! common, so that lists of different length compare.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::answer::{Answer, Body, RawAnswer, find};

/// A place where the clouds do not answer the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference {
    /// `status`, `header.vary`, `body.servers[].name`.
    pub(crate) place: String,
    pub(crate) testbed: String,
    pub(crate) local: String,
}

impl Difference {
    fn new(place: &str, testbed: impl Into<String>, local: impl Into<String>) -> Self {
        Difference { place: place.into(), testbed: testbed.into(), local: local.into() }
    }

    /// Whether it is at this place or below.
    pub(crate) fn is_at(&self, place: &str) -> bool {
        self.place
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { place, testbed, local } = self;
        if testbed.len() + local.len() + place.len() < 80 {
            return write!(f, "    {place}: testbed {testbed}, local {local}");
        }
        write!(f, "    {place}\n        testbed  {testbed}\n        local    {local}")
    }
}

/// What is missing on one side.
const NOTHING: &str = "nothing";

/// Compares the answers of the testbed and of the local cloud.
pub(crate) fn compare(testbed: &Answer, local: &Answer, loosely: bool) -> Vec<Difference> {
    let mut found = Vec::new();
    if testbed.status != local.status {
        let [a, b] = [testbed, local].map(|answer| answer.status.to_string());
        found.push(Difference::new("status", a, b));
    }
    let names: BTreeSet<_> = testbed.headers.keys().chain(local.headers.keys()).collect();
    for name in names {
        let [a, b] = [testbed, local].map(|answer| answer.headers.get(name));
        if a != b {
            let show = |value: Option<&String>| {
                value.map_or(NOTHING.to_string(), |value| format!("'{value}'"))
            };
            found.push(Difference::new(&format!("header.{name}"), show(a), show(b)));
        }
    }
    match (&testbed.body, &local.body) {
        (Body::Json(a), Body::Json(b)) if loosely => {
            Shape::of(a).compare(&Shape::of(b), "body", &mut found);
        }
        (Body::Json(a), Body::Json(b)) => compare_values(a, b, "body", &mut found),
        (a, b) if a != b => found.push(Difference::new("body", show_body(a), show_body(b))),
        _ => {}
    }
    found
}

/// Whether what both lists at `place` have stands in the same order in both. `name`: what an item
/// is known by.
pub(crate) fn compare_order(
    testbed: &Answer,
    local: &Answer,
    place: &str,
    name: &str,
) -> Option<Difference> {
    let names = |answer: &Answer| -> Vec<String> {
        let Body::Json(body) = &answer.body else { return Vec::new() };
        let items = find(body, place).and_then(Value::as_array);
        let names = items.into_iter().flatten().filter_map(|item| item.get(name)?.as_str());
        names.map(str::to_string).collect()
    };
    let (a, b) = (names(testbed), names(local));
    let common = |these: &[String], others: &[String]| -> Vec<String> {
        these.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let (common_a, common_b) = (common(&a, &b), common(&b, &a));
    let place = format!("body.{place}");
    if common_a.len() < 2 {
        let why = format!("{} and {} items, too few of them the same to compare", a.len(), b.len());
        return Some(Difference::new(&place, why, "the same"));
    }
    let order = |names: &[String]| names.join(", ");
    (common_a != common_b).then(|| Difference::new(&place, order(&common_a), order(&common_b)))
}

/// Whether both lists at `place` are sorted by the same member, in the same direction.
pub(crate) fn compare_sorting(
    testbed: &RawAnswer,
    local: &RawAnswer,
    place: &str,
    name: &str,
) -> Option<Difference> {
    let direction = |answer: &RawAnswer| -> &'static str {
        let items = answer.json.as_ref().and_then(|body| find(body, place)?.as_array());
        let values: Vec<_> = items.into_iter().flatten().map(|item| item[name].as_str()).collect();
        match (values.len() > 2, values.is_sorted(), values.iter().rev().is_sorted()) {
            (false, ..) => "too few to tell",
            (true, true, false) => "upwards",
            (true, false, true) => "downwards",
            _ => "not sorted",
        }
    };
    let (a, b) = (direction(testbed), direction(local));
    let place = format!("body.{place}[].{name}");
    (a != b || !a.ends_with("wards")).then(|| Difference::new(&place, a, b))
}

fn compare_values(a: &Value, b: &Value, place: &str, found: &mut Vec<Difference>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for (name, value) in a {
                let place = format!("{place}.{name}");
                match b.get(name) {
                    Some(other) => compare_values(value, other, &place, found),
                    None => found.push(Difference::new(&place, show(value), NOTHING)),
                }
            }
            for (name, value) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
                found.push(Difference::new(&format!("{place}.{name}"), NOTHING, show(value)));
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare_values(a, b, &format!("{place}[{index}]"), found);
            }
        }
        // `1` and `1.0` are not equal, which is as it should be.
        _ if a != b => found.push(Difference::new(place, show(a), show(b))),
        _ => {}
    }
}

fn show(value: &Value) -> String {
    value.to_string()
}

fn show_body(body: &Body) -> String {
    match body {
        Body::Empty => NOTHING.into(),
        Body::Json(value) => show(value),
        Body::Text(text) => format!("{text:?}"),
    }
}

/// What a value looks like; of several values, what they look like together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    /// `null`, `boolean`, `integer`, `number`, `list`, `object`, and kinds of texts.
    kinds: BTreeSet<String>,
    /// The shape of all items of all lists.
    items: Option<Box<Shape>>,
    members: BTreeMap<String, Shape>,
    /// The members that not every object has.
    sometimes: BTreeSet<String>,
}

impl Shape {
    pub(crate) fn of(value: &Value) -> Self {
        let mut shape = Shape::default();
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(text) => &kind_of_text(text),
            Value::Array(items) => {
                shape.items = items.iter().map(Shape::of).reduce(Shape::and).map(Box::new);
                "list"
            }
            Value::Object(object) => {
                let members = object.iter().map(|(name, value)| (name.clone(), Shape::of(value)));
                shape.members = members.collect();
                "object"
            }
        };
        shape.kinds.insert(kind.to_string());
        shape
    }

    /// The shape of either.
    pub(crate) fn and(mut self, other: Shape) -> Self {
        if self.kinds.contains("object") && other.kinds.contains("object") {
            let everywhere =
                |name: &String| self.members.contains_key(name) && other.members.contains_key(name);
            let names = self.members.keys().chain(other.members.keys());
            let rare: Vec<_> = names.filter(|name| !everywhere(name)).cloned().collect();
            self.sometimes.extend(rare);
        }
        self.sometimes.extend(other.sometimes);
        self.kinds.extend(other.kinds);
        self.items = match (self.items, other.items) {
            (Some(a), Some(b)) => Some(Box::new(a.and(*b))),
            (a, b) => a.or(b),
        };
        for (name, shape) in other.members {
            let merged = match self.members.remove(&name) {
                Some(own) => own.and(shape),
                None => shape,
            };
            self.members.insert(name, merged);
        }
        self
    }

    /// What differs between two shapes.
    pub(crate) fn compare(&self, other: &Shape, place: &str, found: &mut Vec<Difference>) {
        if self.kinds != other.kinds {
            found.push(Difference::new(place, self.words(), other.words()));
        }
        match (&self.items, &other.items) {
            (Some(a), Some(b)) => a.compare(b, &format!("{place}[]"), found),
            (Some(_), None) => found.push(Difference::new(place, "a filled list", "an empty one")),
            (None, Some(_)) => found.push(Difference::new(place, "an empty list", "a filled one")),
            (None, None) => {}
        }
        for (name, pair) in self.member_pairs(other) {
            let place = format!("{place}.{name}");
            let (Some(a), Some(b)) = pair else {
                found.push(Shape::missing(&place, pair));
                continue;
            };
            a.compare(b, &place, found);
            let often = |shape: &Shape| {
                if shape.sometimes.contains(name) { "sometimes" } else { "always" }
            };
            if often(self) != often(other) {
                found.push(Difference::new(&place, often(self), often(other)));
            }
        }
    }

    /// Where two shapes cannot be of the same thing, though one look at it found `null`, or nothing in
    /// it, and another did not: what two clouds are seen to do on the way to the same end.
    pub(crate) fn contradictions(&self, other: &Shape, place: &str, found: &mut Vec<Difference>) {
        let unset = |shape: &Shape| shape.kinds.contains("null");
        if self.kinds.is_disjoint(&other.kinds) && !unset(self) && !unset(other) {
            found.push(Difference::new(place, self.words(), other.words()));
        }
        if let (Some(a), Some(b)) = (&self.items, &other.items) {
            a.contradictions(b, &format!("{place}[]"), found);
        }
        if self.members.is_empty() || other.members.is_empty() {
            return;
        }
        for (name, pair) in self.member_pairs(other) {
            let place = format!("{place}.{name}");
            match pair {
                (Some(a), Some(b)) => a.contradictions(b, &place, found),
                _ if self.sometimes.contains(name) || other.sometimes.contains(name) => {}
                _ => found.push(Shape::missing(&place, pair)),
            }
        }
    }

    /// The members of both, each beside the other's.
    fn member_pairs<'s>(
        &'s self,
        other: &'s Shape,
    ) -> BTreeMap<&'s String, (Option<&'s Shape>, Option<&'s Shape>)> {
        let names = self.members.keys().chain(other.members.keys());
        names.map(|name| (name, (self.members.get(name), other.members.get(name)))).collect()
    }

    fn missing(place: &str, pair: (Option<&Shape>, Option<&Shape>)) -> Difference {
        let words = |shape: Option<&Shape>| shape.map_or(NOTHING.into(), Shape::words);
        Difference::new(place, words(pair.0), words(pair.1))
    }

    fn words(&self) -> String {
        self.kinds.iter().cloned().collect::<Vec<_>>().join(" or ")
    }
}

/// The kind of a text that [`Names::common`](crate::answer::Names::common) has been through.
fn kind_of_text(text: &str) -> String {
    match text {
        "" => "an empty text".into(),
        // Ids, times and addresses: nothing is left in them but what both clouds must agree on.
        _ if text.contains("{new}") => "text".into(),
        _ if text.contains(['<', '{']) => text.into(),
        _ => "text".into(),
    }
}
