//! Words as shells write them: taken apart, and put together again.

/// A command line up to the cursor.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    /// The words before the cursor's, without quotes.
    pub(super) before: Vec<String>,
    /// The word that the cursor is in, as far as it goes, without quotes.
    pub(super) current: String,
    /// How many bytes of it bash keeps: what is inserted replaces the rest.
    kept: usize,
    /// The quote that is open at the cursor.
    quote: Option<char>,
}

/// Takes apart what bash has on its line. `breaks` are the characters behind which it completes anew
/// (`COMP_WORDBREAKS`).
pub(super) fn parse(line: &str, breaks: &str) -> Line {
    let mut parsed = Line { before: Vec::new(), current: String::new(), kept: 0, quote: None };
    let mut outside = 0; // what is kept when the open quote is closed
    let mut is_word = false;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (parsed.quote, c) {
            (None, c) if c.is_whitespace() => {
                if std::mem::take(&mut is_word) {
                    parsed.before.push(std::mem::take(&mut parsed.current));
                }
                parsed.kept = 0;
                continue;
            }
            (None, '"' | '\'') => {
                parsed.quote = Some(c);
                outside = parsed.kept;
                parsed.kept = parsed.current.len();
            }
            (Some(open), c) if open == c => {
                parsed.quote = None;
                parsed.kept = outside;
            }
            (None, '\\') => parsed.current.extend(characters.next()),
            (Some('"'), '\\') => match characters.next() {
                Some(escaped) if "\"\\$`".contains(escaped) => parsed.current.push(escaped),
                other => parsed.current.extend(std::iter::once('\\').chain(other)),
            },
            (quote, c) => {
                parsed.current.push(c);
                if quote.is_none() && breaks.contains(c) {
                    parsed.kept = parsed.current.len();
                }
            }
        }
        is_word = true;
    }
    parsed
}

impl Line {
    /// What bash shall insert for a candidate that goes behind `prefix`; `None` if the word at the
    /// cursor does not begin so.
    pub(super) fn completed(&self, prefix: &str, candidate: &str) -> Option<String> {
        let whole = format!("{prefix}{candidate}");
        let rest = whole.starts_with(&self.current).then(|| whole.get(self.kept..)).flatten()?;
        Some(match self.quote {
            Some('\'') => rest.replace('\'', r"'\''"),
            Some(_) => escape(rest, |c| "\"\\$`".contains(c)),
            None => escape(rest, |c| c.is_whitespace() || "\"'\\$`&;|<>()*?[]{}#~!^".contains(c)),
        })
    }
}

fn escape(text: &str, is_special: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_special(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// One word without its quotes; the last one may still be open.
pub(super) fn unquoted(word: &str) -> String {
    // In an open quote blanks are part of the word; elsewhere they are behind a backslash.
    let line = parse(word, "");
    let mut parts = line.before;
    parts.push(line.current);
    parts.join(" ")
}

/// A word for PowerShell's command line.
pub(super) fn powershell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn completed(line: &str, candidate: &str) -> Option<String> {
        parse(line, BREAKS).completed("", candidate)
    }

    #[test]
    fn a_line_is_taken_apart() {
        let line = parse(r#"ik server show "my web" it\'s 'a'b "#, BREAKS);
        assert_eq!(line.before, ["ik", "server", "show", "my web", "it's", "ab"]);
        assert_eq!(line.current, "");
        assert_eq!(parse("ik ser", BREAKS).current, "ser");
        assert_eq!(parse(r"ik x ''", BREAKS).current, "");
    }

    #[test]
    fn a_name_goes_in_as_it_was_begun() {
        let image = "Debian 12 bookworm";
        assert_eq!(completed("ik x D", image).unwrap(), r"Debian\ 12\ bookworm");
        assert_eq!(completed(r"ik x Debian\ 1", image).unwrap(), r"Debian\ 12\ bookworm");
        assert_eq!(completed("ik x \"Debian 1", image).unwrap(), image);
        assert_eq!(completed("ik x 'Debian 1", image).unwrap(), image);
        assert_eq!(completed("ik x U", image), None);
        assert_eq!(completed("ik x i", "it's $5").unwrap(), r"it\'s\ \$5");
        assert_eq!(completed("ik x \"i", "it's $5").unwrap(), r"it's \$5");
        assert_eq!(completed("ik x 'i", "it's $5").unwrap(), r"it'\''s $5");
        assert_eq!(completed("ik x Z", "Zürich").unwrap(), "Zürich");
    }

    #[test]
    fn bash_completes_behind_a_colon_or_an_equals_sign() {
        assert_eq!(completed("ik x a:b", "a:b c").unwrap(), r"b\ c");
        assert_eq!(completed("ik x a:", "a:b").unwrap(), "b");
        assert_eq!(completed("ik x \"a:", "a:b").unwrap(), "a:b");
        let flag = parse("ik x --image=Deb", BREAKS);
        assert_eq!(flag.completed("--image=", "Debian").unwrap(), "Debian");
    }

    #[test]
    fn words_for_powershell() {
        assert_eq!(powershell_word("web"), "web");
        assert_eq!(powershell_word("it's new"), "'it''s new'");
        assert_eq!(unquoted("'it is"), "it is");
    }
}
