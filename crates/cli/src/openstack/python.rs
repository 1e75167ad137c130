//! Values as Python writes them: the client prints `None`, `True` and `{'a': 1}`, and scripts have
//! learnt to read that.

use std::fmt::Write;

use serde_json::Value;

/// As `str()` writes a value.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => literal(other),
    }
}

/// As `repr()` writes a value.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_string(),
        Value::Bool(true) => "True".to_string(),
        Value::Bool(false) => "False".to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let pairs: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(key), literal(value)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut literal = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\\' => literal.push_str("\\\\"),
            c if c == quote => {
                literal.push('\\');
                literal.push(c);
            }
            c if c.is_control() => {
                let _ = write!(literal, "\\x{:02x}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal.push(quote);
    literal
}

/// As `json.dumps()` writes a value: ASCII only; each level indented by so much, or on one line.
pub(super) fn json(value: &Value, indent: Option<usize>) -> String {
    let mut text = String::new();
    write_json(&mut text, value, indent.map(|width| (width, 0)));
    text
}

/// `level` is how deep it stands, behind how much one level is indented by.
fn write_json(text: &mut String, value: &Value, level: Option<(usize, usize)>) {
    match value {
        Value::String(string) => write_json_string(text, string),
        Value::Array(items) => {
            let items = items.iter().map(|item| (None, item));
            write_json_items(text, ['[', ']'], items, level);
        }
        Value::Object(map) => {
            let items = map.iter().map(|(key, item)| (Some(key.as_str()), item));
            write_json_items(text, ['{', '}'], items, level);
        }
        other => text.push_str(&other.to_string()),
    }
}

fn write_json_items<'v>(
    text: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
    level: Option<(usize, usize)>,
) {
    let line = |text: &mut String, (width, level): (usize, usize)| {
        text.push('\n');
        text.push_str(&" ".repeat(width * level));
    };
    let inner = level.map(|(width, level)| (width, level + 1));
    text.push(open);
    let mut empty = true;
    for (key, item) in items {
        if !empty {
            text.push_str(if level.is_some() { "," } else { ", " });
        }
        empty = false;
        if let Some(inner) = inner {
            line(text, inner);
        }
        if let Some(key) = key {
            write_json_string(text, key);
            text.push_str(": ");
        }
        write_json(text, item, inner);
    }
    if let Some(level) = level.filter(|_| !empty) {
        line(text, level);
    }
    text.push(close);
}

fn write_json_string(text: &mut String, string: &str) {
    text.push('"');
    let mut units = [0; 2];
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(c),
            c => {
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_are_those_of_python() {
        let value = json!({"a": [null, true, 1, 1.0], "it's": "it's", "q": "\"'\n\u{7}é"});
        assert_eq!(
            literal(&value),
            r#"{'a': [None, True, 1, 1.0], "it's": "it's", 'q': '"\'\n\x07é'}"#
        );
        assert_eq!(text(&json!("it's")), "it's");
    }

    #[test]
    fn json_is_ascii_and_indented_by_two() {
        let value = json!({"a": [1, "é😀\u{1b}"], "b": {}, "c": []});
        let indented = "{\n  \"a\": [\n    1,\n    \"\\u00e9\\ud83d\\ude00\\u001b\"\n  ],\n  \"b\": {},\n  \"c\": []\n}";
        assert_eq!(json(&value, Some(2)), indented);
        assert_eq!(json(&json!({"a": [1]}), Some(4)), "{\n    \"a\": [\n        1\n    ]\n}");
        let line = r#"{"a": [1, "\u00e9\ud83d\ude00\u001b"], "b": {}, "c": []}"#;
        assert_eq!(json(&value, None), line);
    }
}
