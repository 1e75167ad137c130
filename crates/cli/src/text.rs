//! Text from a server, made harmless for a terminal.
//!
//! A name may contain escape sequences that recolour, retitle or rewrite what a person sees, and
//! characters that reverse the direction of writing. They are shown as what they are.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character could make a terminal do something else than show it.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escape(text: &str, keep: fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_dangerous(c) && !keep(c)) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_dangerous(c) && !keep(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    safe.into()
}

/// One line: whatever is dangerous, line breaks included, is escaped.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// Several lines: line breaks and tabs stay.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| matches!(c, '\n' | '\t'))
}

/// JSON or YAML as a serializer wrote it: what it leaves to stand in strings becomes `\u....`.
pub(crate) fn document(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_dangerous(c) && c != '\n') {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_dangerous(c) && c != '\n' {
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe.into()
}

/// Longest text of an error, in characters.
const LONGEST: usize = 1000;
/// What is kept of the end of one that is longer: the status and the request's id.
const END: usize = 200;

/// A text without its middle, if it is longer than anybody reads: a name may have any length.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= LONGEST {
        return text.into();
    }
    let beginning: String = text.chars().take(LONGEST - END).collect();
    let end: String = text.chars().skip(count - END).collect();
    format!("{beginning} ... {end}").into()
}

/// A word as it is typed into a POSIX shell, so that it can be pasted.
pub(crate) fn shell_word(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return line(word);
    }
    format!("'{}'", line(&word.replace('\'', "'\\''"))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_reversals_are_shown() {
        assert_eq!(line("a\x1b[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(line("x\u{202e}y\u{9b}z"), "x\\u{202e}y\\u{9b}z");
        assert_eq!(lines("a\n\tb\x07"), "a\n\tb\\u{7}");
        assert_eq!(document("{\"a\":\"\u{9b}\"}\n"), "{\"a\":\"\\u009b\"}\n");
        assert!(matches!(line("plain é 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_text_that_nobody_reads_loses_its_middle() {
        assert_eq!(shortened("short"), "short");
        let short =
            shortened(&format!("there is no `{}` (compute)", "ä".repeat(3000))).into_owned();
        assert!(short.starts_with("there is no `ä") && short.ends_with("ä` (compute)"), "{short}");
        assert!(short.chars().count() < 1010);
    }

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(shell_word("web-1"), "web-1");
        assert_eq!(shell_word("Debian 12"), "'Debian 12'");
        assert_eq!(shell_word("it's"), "'it'\\''s'");
        assert_eq!(shell_word(""), "''");
    }
}
