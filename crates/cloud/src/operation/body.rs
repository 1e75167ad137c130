//! What the bodies of requests have in common, whichever the service.

use serde_json::{Map, Value};

use crate::error::{Error, Kind, Result};

/// Refuses a change that does not say what to `change` or `remove`.
pub(crate) fn nothing(what: &str) -> Error {
    Error::new(Kind::Invalid, format!("it is not said what to {what}"))
        .with_hint("see --help for what there is")
}

/// Metadata is texts only; numbers and truths are written as such.
pub(crate) fn texts(map: &Map<String, Value>) -> Map<String, Value> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    map.iter().map(|(key, value)| (key.clone(), text(value).into())).collect()
}

/// Adds the caller's own fields.
///
/// # Errors
/// [`Kind::Invalid`] for one that another argument sets already.
pub(crate) fn add_extra(body: &mut Map<String, Value>, extra: &Map<String, Value>) -> Result<()> {
    extra.iter().try_for_each(|(name, value)| add_field(body, name, value))
}

/// Adds one of the caller's own fields.
///
/// # Errors
/// [`Kind::Invalid`] if another argument sets it already.
pub(crate) fn add_field(body: &mut Map<String, Value>, name: &str, value: &Value) -> Result<()> {
    if body.contains_key(name) {
        return Err(Error::new(Kind::Invalid, format!("`{name}` is given twice"))
            .with_hint("extra fields cannot replace what the other arguments set"));
    }
    body.insert(name.to_string(), value.clone());
    Ok(())
}
