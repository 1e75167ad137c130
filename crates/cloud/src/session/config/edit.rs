//! Changes one cloud's entry in the text of a `clouds.yaml`, and nothing else.
//!
//! People write comments into these files and give them an order; a serializer would lose both. So
//! lines are put in or replaced, and what came of it is read again: if anything but the entry is
//! different, the change is refused.

use serde_json::Value;

/// The text with the entry `name`, whose lines stand below its name without indentation.
///
/// # Errors
/// A sentence about why it cannot be done without touching something else.
pub(super) fn put(text: &str, name: &str, entry: &str) -> Result<String, String> {
    let before = read(text).ok_or("it is not valid YAML")?;
    let (mut lines, at, indent) = place(text, &before, name)?;
    let new = std::iter::once(format!("{indent}{}:", key(name)))
        .chain(entry.lines().map(|line| format!("{indent}  {line}")));
    lines.splice(at, new);
    let text = format!("{}\n", lines.join("\n"));
    let mut expected = match before {
        Value::Object(_) => before,
        _ => serde_json::json!({}),
    };
    if expected["clouds"].is_null() {
        expected["clouds"] = serde_json::json!({});
    }
    expected["clouds"][name] = read(entry).ok_or("the entry is not valid YAML")?;
    match read(&text) {
        Some(after) if after == expected => Ok(text),
        _ => Err("it is written in a way that cannot be changed without touching more".into()),
    }
}

fn read(text: &str) -> Option<Value> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
        return Some(Value::Null);
    }
    serde_saphyr::from_str(text).ok()
}

/// The text's lines, which of them the entry takes the place of, and its indentation.
type Place = (Vec<String>, std::ops::Range<usize>, String);

fn place(text: &str, file: &Value, name: &str) -> Result<Place, String> {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let Some(top) = lines.iter().position(|line| names(line, "clouds")) else {
        if file.get("clouds").is_some() {
            return Err("`clouds` does not stand on a line of its own".into());
        }
        lines.push("clouds:".into());
        let end = lines.len();
        return Ok((lines, end..end, "  ".into()));
    };
    let says = |line: &String| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let depth = |line: &String| line.len() - line.trim_start().len();
    // The first line after `from` that is no deeper than `limit`: there the block is over.
    let over = |from: usize, limit: usize| {
        let below = lines.iter().enumerate().skip(from);
        below.filter(|(_, line)| says(line)).find(|(_, line)| depth(line) <= limit)
    };
    let end = over(top + 1, 0).map_or(lines.len(), |(index, _)| index);
    // Comments and empty lines before the next block belong to that.
    let last = |from: usize, end: usize| {
        (from..end).rev().find(|index| says(&lines[*index])).map_or(from, |index| index + 1)
    };
    let indent = lines[top + 1..end].iter().find(|line| says(line)).map_or(2, depth);
    let entry = (top + 1..end)
        .find(|index| depth(&lines[*index]) == indent && names(lines[*index].trim_start(), name));
    let range = if let Some(start) = entry {
        let end = over(start + 1, indent).map_or(end, |(index, _)| index.min(end));
        start..last(start + 1, end)
    } else {
        let end = last(top + 1, end);
        end..end
    };
    Ok((lines, range, " ".repeat(indent)))
}

/// Whether a line is `name:` with nothing behind it but a comment.
fn names(line: &str, name: &str) -> bool {
    let quoted = [name.to_string(), format!("\"{name}\""), format!("'{name}'")];
    quoted.iter().any(|name| {
        let rest = line.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix(':'));
        rest.is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with('#'))
    })
}

/// A name as a key: plain where every reader takes it for a text.
fn key(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && !matches!(name, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if plain { name.to_string() } else { quoted(name) }
}

/// A text in quotation marks: JSON's are YAML's too.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# mine
clouds:
    # the first
    one:
        auth: {auth_url: https://one}   # inline

    # the second
    two:
        region_name: r2
# the end
other: 1
";

    #[test]
    fn a_new_entry_comes_last_and_comments_stay() {
        let changed = put(FILE, "three", "region_name: r3").unwrap();
        let expected = FILE.replace("r2\n", "r2\n    three:\n      region_name: r3\n");
        assert_eq!(changed, expected);
    }

    #[test]
    fn an_entry_is_replaced_whole_and_alone() {
        let changed = put(FILE, "one", "region_name: \"r1\"\nauth:\n  a: \"b\"").unwrap();
        let expected = FILE.replace(
            "        auth: {auth_url: https://one}   # inline\n",
            "      region_name: \"r1\"\n      auth:\n        a: \"b\"\n",
        );
        assert_eq!(changed, expected);
    }

    #[test]
    fn files_without_clouds_get_them() {
        for empty in ["", "# nothing yet\n", "clouds:\n", "clouds: # none\n"] {
            let changed = put(empty, "a b", "auth: {}").unwrap();
            assert!(changed.starts_with(empty), "{changed}");
            assert!(changed.ends_with("\n  \"a b\":\n    auth: {}\n"), "{changed}");
            assert_eq!(read(&changed).unwrap()["clouds"]["a b"], serde_json::json!({"auth": {}}));
        }
    }

    #[test]
    fn what_cannot_be_changed_without_loss_is_refused() {
        for text in [
            "clouds: {one: {auth: {}}}\n",
            "{\"clouds\": {}}\n",
            "clouds:\n  one: &a {x: 1}\n  two: *a\n---\nmore: 1\n",
            "clouds:\n  two:\n    text: |\n      one:\n  one: {x: 1,\n    y: 2}\n",
            "clouds: [\n",
            "- 1\n",
        ] {
            assert!(put(text, "one", "auth: {}").is_err(), "{text}");
        }
    }
}
