//! Pages: how services written with Python's webob say no. Glance always does, others for a path
//! they do not have. The client's `Accept` decides on the form: HTML, JSON, or else plain text.

use serde_json::json;

use crate::call::Refusal;

/// What goes into the page.
#[derive(Debug, PartialEq)]
pub(crate) struct Page {
    status: u16,
    message: String,
    detail: String,
}

/// The forms of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Html,
    Json,
    Text,
}

impl Page {
    pub(crate) fn new(refusal: &Refusal) -> Self {
        let Refusal { status, message, detail, .. } = refusal;
        Page { status: *status, message: message.clone(), detail: detail.clone() }
    }

    /// The page in the form that the client accepts: its type and its text.
    pub(crate) fn write(&self, accept: &str) -> (&'static str, String) {
        let title = title(self.status);
        let status = format!("{} {title}", self.status);
        match form(accept) {
            Form::Html => {
                let body = self.body(escape);
                let text = format!(
                    "<html>\n <head>\n  <title>{status}</title>\n </head>\n <body>\n  \
                     <h1>{status}</h1>\n  {body}\n </body>\n</html>"
                );
                ("text/html; charset=UTF-8", text)
            }
            Form::Json => {
                let message = self.body(str::to_string);
                let page = json!({ "message": message, "code": status, "title": title });
                ("application/json", page.to_string())
            }
            Form::Text => {
                // Lines are joined, and only the tag is a new line.
                let body = self.body(str::to_string).replace('\n', " ").replace("<br />", "\n");
                ("text/plain; charset=UTF-8", format!("{status}\n\n{body}"))
            }
        }
    }

    fn body(&self, write: fn(&str) -> String) -> String {
        // These two have a shorter form than all others.
        let end = if matches!(self.status, 405 | 415) { "" } else { "\n\n" };
        format!("{}<br /><br />\n{}{end}", write(&self.message), write(&self.detail))
    }
}

fn escape(text: &str) -> String {
    let escaped = |c: char| match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        '\'' => "&#x27;".into(),
        c if c.is_ascii() => c.to_string(),
        c => format!("&#{};", u32::from(c)),
    };
    text.chars().map(escaped).collect()
}

/// The words that belong to a status, where Python has others than everybody.
fn title(status: u16) -> &'static str {
    match status {
        413 => "Request Entity Too Large",
        416 => "Request Range Not Satisfiable",
        _ => crate::service::title(status),
    }
}

/// What the client likes best of what there is; HTML if it likes both equally.
fn form(accept: &str) -> Form {
    let (html, json) = (quality(accept, "text", "html"), quality(accept, "application", "json"));
    if html > 0.0 && html >= json {
        Form::Html
    } else if json > 0.0 {
        Form::Json
    } else {
        Form::Text
    }
}

/// How much a client likes a type, from 0 to 1: the most exact of its words counts.
fn quality(accept: &str, kind: &str, subkind: &str) -> f32 {
    let (exact, family) = (format!("{kind}/{subkind}"), format!("{kind}/*"));
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut words = range.split(';').map(str::trim);
        let name = words.next().unwrap_or_default();
        let exactness = [("*/*", 1), (&family, 2), (&exact, 3)]
            .iter()
            .find_map(|(range, exactness)| name.eq_ignore_ascii_case(range).then_some(*exactness));
        let quality = words.find_map(|word| word.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if exactness.is_some_and(|exactness| exactness > best.0) {
            best = (exactness.unwrap_or_default(), quality);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses_the_form() {
        for (accept, expected) in [
            ("", Form::Text),
            ("*/*", Form::Html),
            ("application/json", Form::Json),
            ("application/json, text/html", Form::Html),
            ("text/html;q=0.5, application/json", Form::Json),
            ("application/*", Form::Json),
            ("*/*, text/html;q=0", Form::Json),
            ("image/png", Form::Text),
        ] {
            assert_eq!(form(accept), expected, "{accept}");
        }
    }

    #[test]
    fn a_page_reads_as_glance_writes_it() {
        let page = Page::new(&Refusal::not_found("No image <x>"));
        assert_eq!(page.write("").1, "404 Not Found\n\nNo image <x>\n\n   ");
        assert_eq!(
            page.write("application/json").1,
            r#"{"message":"No image <x><br /><br />\n\n\n","code":"404 Not Found","title":"Not Found"}"#
        );
        assert!(page.write("*/*").1.contains("  No image &lt;x&gt;<br /><br />\n\n\n\n </body>"));
        let page = Page::new(&Refusal::new(405, "The method PUT is not allowed. "));
        assert_eq!(
            page.write("").1,
            "405 Method Not Allowed\n\nThe method PUT is not allowed. \n\n "
        );
    }
}
