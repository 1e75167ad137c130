//! Query parameters, checked against a schema for each list, as Nova does it.

use serde_json::{Map, Value};

use crate::call::{Call, Refusal};
use crate::check::{Member, Shape, TEXT};

/// The parameters that a list takes, each as a list of texts.
pub(super) struct Query {
    pub(super) parameters: &'static [Member],
    /// Whether others are taken, if an underscore is what they begin with.
    pub(super) underscores: bool,
}

/// A parameter that may be any text.
pub(super) const fn text(name: &'static str) -> Member {
    Member::new(name, each(&TEXT))
}

/// A parameter that is a number.
pub(super) const fn number(name: &'static str) -> Member {
    Member::new(name, each(&DIGITS))
}

/// A parameter that is one of these.
pub(super) const fn parameter(name: &'static str, shape: &'static Shape) -> Member {
    Member::new(name, each(shape))
}

const fn each(shape: &'static Shape) -> Shape {
    Shape::List { of: shape, min: 0, max: usize::MAX, unique: false }
}

const DIGITS: Shape = Shape::Pattern {
    pattern: "^[0-9]*$",
    fits: |text| text.bytes().all(|byte| byte.is_ascii_digit()),
    min: 0,
    max: usize::MAX,
};

impl Query {
    /// Refuses a request whose parameters are not as they have to be.
    pub(super) fn check(&self, call: &Call<'_>) -> Result<(), Refusal> {
        let mut query = Map::new();
        for (name, value) in &call.query {
            let values = query.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(values) = values {
                values.push(value.as_str().into());
            }
        }
        // Before 2.75, what is not known is not looked at.
        let strict = call.version >= (2, 75);
        if strict && self.underscores {
            self.check_names(&query)?;
        }
        let shape = if strict && !self.underscores {
            Shape::Object(self.parameters)
        } else {
            Shape::Open(self.parameters)
        };
        shape.check(&query.into(), call.version).map_err(|violation| {
            Refusal::bad_request(match violation.path.first() {
                None => violation.reason,
                Some(name) => format!(
                    "Invalid input for query parameters {name}. Value: {}. {}",
                    violation.value, violation.reason
                ),
            })
        })
    }

    fn check_names(&self, query: &Map<String, Value>) -> Result<(), Refusal> {
        let is_known = |name: &str| {
            name.starts_with('_') || self.parameters.iter().any(|known| known.name == name)
        };
        let unknown: Vec<_> =
            query.keys().filter(|name| !is_known(name)).map(|name| format!("'{name}'")).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let (unknown, does) = (unknown.join(", "), if unknown.len() == 1 { "does" } else { "do" });
        Err(Refusal::bad_request(format!("{unknown} {does} not match any of the regexes: '^_'")))
    }
}
