//! Whether a rule makes sense.

use serde_json::Value;

use super::noun::Body;
use crate::call::Refusal;

/// Refuses a rule that makes no sense.
pub(super) fn check(rule: &Body) -> Result<(), Refusal> {
    find_wrong(rule).map_err(|why| Refusal::bad_request(format!("Error parsing L7Rule: {why}")))
}

fn find_wrong(rule: &Body) -> Result<(), String> {
    let text = |name: &str| rule.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, compare, key, value) =
        (text("type"), text("compare_type"), text("key"), text("value"));
    let invalid = |what: &str| Err(format!("Invalid L7 Rule: {what}"));
    if value.is_empty() {
        return invalid("L7 rule type requires a value");
    }
    let (what, is_good): (&str, fn(&str) -> bool) = match kind {
        "HEADER" => ("header value", is_header_value),
        "COOKIE" => ("cookie value", is_cookie_value),
        "HOST_NAME" | "PATH" | "FILE_TYPE" => ("comparison value", is_header_value),
        _ => return check_tls(kind, compare, key, value),
    };
    if matches!(kind, "HEADER" | "COOKIE") {
        if key.is_empty() {
            return invalid("L7 rule type requires a key");
        }
        if !key.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+,-.^_`|~".contains(c)) {
            return Err("Invalid characters in key".into());
        }
    }
    if compare == "REGEX" {
        return check_regex(value);
    }
    if kind == "FILE_TYPE" && compare != "EQUAL_TO" {
        return invalid("invalid comparison type for rule type");
    }
    if is_good(value) { Ok(()) } else { Err(format!("Invalid characters in {what}")) }
}

fn check_regex(value: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("Unable to parse regular expression: {why}"));
    if value.chars().any(char::is_control) {
        return refuse("contains control characters");
    }
    match regex_lite::Regex::new(value) {
        Ok(_) => Ok(()),
        Err(error) => refuse(&error.to_string()),
    }
}

/// What the client's certificate has to be.
fn check_tls(kind: &str, compare: &str, key: &str, value: &str) -> Result<(), String> {
    let invalid = |what: String| Err(format!("Invalid L7 Rule: {what}"));
    let only_equal =
        || invalid(format!("L7rule type {kind} only supports the EQUAL_TO compare type."));
    match kind {
        "SSL_CONN_HAS_CERT" | "SSL_VERIFY_RESULT" if !key.is_empty() => {
            invalid(format!("L7rule type {kind} does not use the \"key\" field."))
        }
        "SSL_CONN_HAS_CERT" if !value.eq_ignore_ascii_case("true") => {
            invalid(format!("L7rule value {value} is not a boolean True string."))
        }
        "SSL_VERIFY_RESULT" if !value.bytes().all(|b| b.is_ascii_digit()) => {
            invalid(format!("L7rule type {kind} needs a int value, which is >= 0"))
        }
        "SSL_CONN_HAS_CERT" | "SSL_VERIFY_RESULT" if compare != "EQUAL_TO" => only_equal(),
        "SSL_DN_FIELD" => {
            if compare == "REGEX" {
                check_regex(value)?;
            }
            let mut letters = key.bytes();
            let starts = letters.next().is_some_and(|b| b.is_ascii_alphabetic());
            if key.is_empty() {
                return invalid(format!("L7rule type {kind} needs to specify a key and a value."));
            }
            if starts && letters.all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return Ok(());
            }
            invalid("Invalid L7rule distinguished name field.".into())
        }
        _ => Ok(()),
    }
}

/// A value of a header: no blanks, unless it is in quotes.
fn is_header_value(value: &str) -> bool {
    let quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    value.bytes().all(|b| b.is_ascii_graphic() || (quoted && (b == b' ' || b == b'\t')))
}

fn is_cookie_value(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_graphic() && !b"\";\\".contains(&b))
}
