//! What a list of images can be asked for: any parameter may be a filter.

use std::cmp::Ordering;

use serde_json::Value;

use super::broken;
use crate::call::{Call, Refusal};
use crate::kind::{Chooser, Order, Query};
use crate::time::Moment;

pub(super) static QUERY: Query = Query { default: 25, max: 1000, choose };

/// Parameters that are no filters.
const OTHERS: &[&str] =
    &["limit", "marker", "member_status", "sort", "sort_key", "sort_dir", "deleted"];

const SORTS: &[&str] = &[
    "name",
    "status",
    "container_format",
    "disk_format",
    "size",
    "id",
    "created_at",
    "updated_at",
];

fn choose(call: &Call<'_>) -> Result<Chooser, Refusal> {
    let mut choosers = vec![choose_visibility(call)?, choose_flag(call, "os_hidden")?];
    if call.parameter("protected").is_some() {
        choosers.push(choose_flag(call, "protected")?);
    }
    let special = ["visibility", "os_hidden", "protected", "tag"];
    let mut names: Vec<&str> = call.query.iter().map(|(name, _)| name.as_str()).collect();
    names.retain(|name| !OTHERS.contains(name) && !special.contains(name));
    for name in names {
        choosers.push(choose_field(name, call.parameter(name).unwrap_or_default())?);
    }
    for (_, tag) in call.query.iter().filter(|(name, _)| name == "tag") {
        let tag = tag.trim().to_string();
        choosers.push(Box::new(move |image| {
            image.get("tags").as_array().is_some_and(|tags| tags.contains(&tag.as_str().into()))
        }));
    }
    Ok(Box::new(move |image| choosers.iter().all(|chooser| chooser(image))))
}

/// Whether the image is listed for the caller: others' community images only if asked for, and
/// images that others share only if they have been accepted.
fn choose_visibility(call: &Call<'_>) -> Result<Chooser, Refusal> {
    let wanted = call.parameter("visibility").filter(|wanted| !wanted.is_empty());
    if let Some(wanted) = wanted
        && !["community", "public", "private", "shared", "all"].contains(&wanted)
    {
        return Err(Refusal::bad_request(format!("Invalid visibility value: {wanted}")));
    }
    if call.parameter("changes-since").is_some_and(|since| !since.is_empty()) {
        let message = "The \"changes-since\" filter is no longer available on v2.";
        return Err(Refusal::bad_request(message));
    }
    let status = call.parameter("member_status").unwrap_or("accepted").to_string();
    if !super::member::STATUSES.contains(&status.as_str()) && status != "all" {
        return Err(Refusal::bad_request(format!("Invalid status: {status}")));
    }
    let wanted = wanted.map(str::to_string);
    let (project, is_admin) = (call.who.project.clone(), call.who.is_admin());
    Ok(Box::new(move |image| {
        let visibility = image.text("visibility");
        let is_own = image.get("owner") == project.as_str();
        let is_wanted = match wanted.as_deref() {
            Some("all") => true,
            Some(wanted) => visibility == wanted,
            None => is_own || visibility != "community",
        };
        let is_accepted = || {
            let said = super::member::status_of(image, &project);
            said.is_some_and(|said| status == "all" || said == status)
        };
        is_wanted && (is_own || is_admin || visibility != "shared" || is_accepted())
    }))
}

/// `os_hidden=true`; without a word: false.
fn choose_flag(call: &Call<'_>, name: &'static str) -> Result<Chooser, Refusal> {
    let word = call.parameter(name).unwrap_or("false");
    // Only of the one does Glance take other cases.
    let folded = if name == "os_hidden" { word.to_lowercase() } else { word.to_string() };
    if !["true", "false"].contains(&folded.as_str()) {
        return Err(Refusal::bad_request(format!(
            "Invalid value '{folded}' for '{name}' filter. Valid values are 'true' or 'false'."
        )));
    }
    let wanted = folded == "true";
    Ok(Box::new(move |image| image.get(name) == wanted))
}

fn choose_field(name: &str, value: &str) -> Result<Chooser, Refusal> {
    if let Some((field, end)) = name.rsplit_once('_')
        && matches!(end, "min" | "max")
    {
        return choose_range(field, end == "min", value);
    }
    let (name, value) = (name.to_string(), value.to_string());
    match name.as_str() {
        "created_at" | "updated_at" => choose_time(name, &value),
        "name" | "id" | "status" | "container_format" | "disk_format" => {
            let values = words(&value)?;
            Ok(Box::new(move |image| {
                let text = if name == "id" { &image.id } else { image.text(&name) };
                values.iter().any(|value| equal(text, value))
            }))
        }
        "size" | "virtual_size" | "min_disk" | "min_ram" => {
            // What is no number is 0 to the database.
            let number = value.parse::<i64>().unwrap_or_default();
            Ok(Box::new(move |image| image.get(&name).as_i64() == Some(number)))
        }
        "owner" | "checksum" | "os_hash_algo" | "os_hash_value" => Ok(Box::new(move |image| {
            image.get(&name).as_str().is_some_and(|text| equal(text, &value))
        })),
        _ => Ok(Box::new(move |image| {
            let property = image.get("properties").get(&name).and_then(Value::as_str);
            property.is_some_and(|text| equal(text, &value))
        })),
    }
}

/// As the database compares: without regard to case.
fn equal(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

/// `size_min=1`
fn choose_range(field: &str, is_least: bool, value: &str) -> Result<Chooser, Refusal> {
    let Ok(end) = value.parse::<i64>() else {
        let message = "Unable to filter on a range with a non-numeric value.";
        return Err(Refusal::bad_request(message));
    };
    if !["size", "virtual_size", "min_disk", "min_ram"].contains(&field) {
        return Err(broken());
    }
    let field = field.to_string();
    Ok(Box::new(move |image| {
        let number = image.get(&field).as_i64();
        number.is_some_and(|number| if is_least { number >= end } else { number <= end })
    }))
}

/// `created_at=gte:2026-11-21T08:00:00Z`
fn choose_time(field: String, value: &str) -> Result<Chooser, Refusal> {
    let (operator, text) = match value.split_once(':') {
        Some(parts) if Moment::parse(value).is_none() => parts,
        _ => ("eq", value),
    };
    let Some(wanted) = Moment::parse(text) else {
        let format = "Use ISO 8601 DateTime notation.";
        let message = format!("Bad \"{field}\" query filter format. {format}");
        return Err(Refusal::bad_request(message));
    };
    let fits: fn(Ordering) -> bool = match operator {
        "gt" => Ordering::is_gt,
        "gte" => Ordering::is_ge,
        "lt" => Ordering::is_lt,
        "lte" => Ordering::is_le,
        "neq" => Ordering::is_ne,
        "eq" => Ordering::is_eq,
        _ => return Err(Refusal::bad_request("Unable to filter on a unknown operator.")),
    };
    Ok(Box::new(move |image| {
        Moment::parse(image.text(&field)).is_some_and(|time| fits(time.cmp(&wanted)))
    }))
}

/// The values that are asked for: one, or after `in:` several with commas between, perhaps in
/// quotes.
fn words(value: &str) -> Result<Vec<String>, Refusal> {
    let (operator, rest) = match value.split_once(':') {
        Some(parts) if Moment::parse(value).is_none() => parts,
        _ => ("eq", value),
    };
    match operator {
        "eq" => Ok(vec![rest.to_string()]),
        "in" => split(rest),
        _ => {
            Err(Refusal::bad_request(format!("Unable to filter by unknown operator '{operator}'.")))
        }
    }
}

fn split(list: &str) -> Result<Vec<String>, Refusal> {
    let wrong =
        |what: &str| Err(Refusal::bad_request(format!("Invalid filter value {list}. {what}")));
    let mut words = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let Some(end) = closing_quote(quoted) else { return wrong("The quote is not closed.") };
            words.push(quoted[..end].to_string());
            rest = &quoted[end + 1..];
            if !rest.is_empty() && !rest.starts_with(',') {
                return wrong("There is no comma after closing quotation mark.");
            }
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            if rest[..end].contains('"') {
                return wrong("There is no comma before opening quotation mark.");
            }
            words.push(rest[..end].to_string());
            rest = &rest[end..];
        }
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    Ok(words)
}

/// Where the quote ends that has just begun; a backslash protects what follows it.
fn closing_quote(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some(index),
            '\\' => drop(characters.next()),
            _ => {}
        }
    }
    None
}

/// `sort=name:asc,size`, or `sort_key=name&sort_dir=asc`: downwards unless told otherwise.
pub(super) fn order(call: &Call<'_>) -> Result<Order, Refusal> {
    let all = |wanted: &'static str| {
        let pairs = call.query.iter().filter(move |(name, _)| name == wanted);
        pairs.map(|(_, value)| value.trim()).collect::<Vec<_>>()
    };
    let (keys, directions) = (all("sort_key"), all("sort_dir"));
    if let Some(sort) = call.parameter("sort") {
        if !keys.is_empty() || !directions.is_empty() {
            let message = "Old and new sorting syntax cannot be combined";
            return Err(Refusal::bad_request(message));
        }
        let pairs = sort.trim().split(',').map(|pair| match pair.split_once(':') {
            Some((key, direction)) if !direction.is_empty() => (key.trim(), direction.trim()),
            _ => (pair.trim_end_matches(':').trim(), "desc"),
        });
        return pairs.map(|(key, direction)| Ok((sort_key(key)?, sort_down(direction)?))).collect();
    }
    let keys = keys.into_iter().map(sort_key).collect::<Result<Vec<_>, _>>()?;
    let downwards = directions.into_iter().map(sort_down).collect::<Result<Vec<_>, _>>()?;
    if downwards.len() > 1 && downwards.len() != keys.len() {
        let message = "Number of sort dirs does not match the number of sort keys";
        return Err(Refusal::bad_request(message));
    }
    let keys = match keys {
        keys if keys.is_empty() && downwards.is_empty() => return Ok(Vec::new()),
        keys if keys.is_empty() => vec!["created_at".to_string()],
        keys => keys,
    };
    let default = downwards.first().copied().unwrap_or(true);
    let down = |index: usize| downwards.get(index).copied().unwrap_or(default);
    Ok(keys.into_iter().enumerate().map(|(index, key)| (key, down(index))).collect())
}

fn sort_key(key: &str) -> Result<String, Refusal> {
    if SORTS.contains(&key) {
        return Ok(key.to_string());
    }
    Err(Refusal::bad_request(format!(
        "Invalid sort key: {key}. It must be one of the following: {}.",
        SORTS.join(", ")
    )))
}

fn sort_down(direction: &str) -> Result<bool, Refusal> {
    match direction {
        "desc" => Ok(true),
        "asc" => Ok(false),
        _ => Err(Refusal::bad_request(format!("Invalid sort direction: {direction}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_may_be_quoted() {
        assert_eq!(words("l1").unwrap(), ["l1"]);
        assert_eq!(words("in:l1,l2").unwrap(), ["l1", "l2"]);
        assert_eq!(words("in:\"l,4\",l3").unwrap(), ["l,4", "l3"]);
        assert_eq!(words("in:a,,b").unwrap(), ["a", "", "b"]);
        for (value, expected) in [
            ("neq:l1", "unknown operator 'neq'"),
            ("in:\"l1", "The quote is not closed."),
            ("in:\"l1\"l2", "after closing quotation mark."),
            ("in:l1\"l2\"", "before opening quotation mark."),
        ] {
            let refusal = words(value).unwrap_err();
            assert!(refusal.message.contains(expected), "{}", refusal.message);
        }
    }
}
