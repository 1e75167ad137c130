//! Reads the body of a refused request.
//!
//! Every service words its refusals in a shape of its own, and proxies in front of them answer in
//! HTML. One function reads them all; where a shape is unknown the text itself is the message.

use serde_json::Value;

use super::Kind;

/// What a service said when it refused: its code and its words.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The service's name for the failure, where it has one.
    pub(crate) code: Option<String>,
    /// Its words, on one line; empty if it said nothing.
    pub(crate) message: String,
}

/// Longest message kept: an HTML page or a Python traceback helps nobody in an error line.
const LONGEST: usize = 600;

/// Reads a refusal from the body of an answer.
///
/// Shapes known: Keystone and the 401 of all others `{"error": {code, message, title}}`; Nova and
/// Cinder `{"itemNotFound": {code, message}}`; Neutron `{"NeutronError": {type, message}}`; Heat
/// `{title, explanation, error: {type, message}}`; Designate `{code, type, message}`; Octavia
/// `{faultcode, faultstring}`; Gnocchi `{title, description}`; placement `{"errors": [{title,
/// detail}]}`; Infomaniak's REST `{"error": {code, description}}`; S3's XML; and HTML.
///
/// `hide` takes out of a message what must not be shown.
pub(crate) fn refusal(body: &[u8], hide: impl Fn(&str) -> String) -> Refusal {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let mut refusal = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) => from_object(&object),
        Ok(Value::String(message)) => Refusal { code: None, message },
        _ if text.starts_with('<') => from_markup(text),
        _ => Refusal { code: None, message: text.to_string() },
    };
    refusal.message = one_line(&hide(essence(&without_breaks(&refusal.message))));
    refusal
}

/// Glance and Nova break lines of JSON texts as if they were HTML.
fn without_breaks(message: &str) -> String {
    message.replace("<br />", " ").replace("<br/>", " ").replace("<br>", " ")
}

/// What a validator of JSON says first; the schema and the document that it then repeats help nobody.
fn essence(message: &str) -> &str {
    let end = message.find("Failed validating '").filter(|end| *end > 0);
    end.map_or(message, |end| &message[..end])
}

fn from_object(object: &serde_json::Map<String, Value>) -> Refusal {
    if let Some(error) = object.get("error").and_then(Value::as_object) {
        let inner = from_flat(error);
        // Heat's `title` is only the status in words; its `error` has the reason.
        return if inner.message.is_empty() { from_flat(object) } else { inner };
    }
    let flat = from_flat(object);
    if !flat.message.is_empty() {
        return flat;
    }
    if let Some(first) = object.get("errors").and_then(|e| e.get(0)).and_then(Value::as_object) {
        return from_flat(first);
    }
    // Nova, Cinder, Neutron: one key that names the failure, with the details below it.
    match object.iter().next() {
        Some((code, Value::Object(details))) => {
            let inner = from_flat(details);
            Refusal { code: inner.code.or_else(|| Some(code.clone())), ..inner }
        }
        Some((code, Value::String(message))) => {
            Refusal { code: Some(code.clone()), message: message.clone() }
        }
        _ => Refusal::default(),
    }
}

fn from_flat(object: &serde_json::Map<String, Value>) -> Refusal {
    let text = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| object.get(*key).and_then(Value::as_str))
            .filter(|text| !text.is_empty())
            .map(str::to_string)
    };
    Refusal {
        // A numeric `code` repeats the HTTP status; the textual ones say more.
        code: text(&["type", "code", "faultcode"]),
        message: text(&["message", "faultstring", "description", "detail", "explanation", "title"])
            .unwrap_or_default(),
    }
}

fn from_markup(text: &str) -> Refusal {
    let element = |name: &str| {
        let start = text.find(&format!("<{name}>"))? + name.len() + 2;
        let length = text[start..].find(&format!("</{name}>"))?;
        Some(unescape(&text[start..start + length]))
    };
    if let (Some(code), Some(message)) = (element("Code"), element("Message")) {
        return Refusal { code: Some(code), message };
    }
    let body = text.find("<body").map_or(text, |start| &text[start..]);
    // Glance and others repeat the status in a headline and put the reason after it.
    let reason = body.find("</h1>").map_or(body, |end| &body[end..]);
    let message = without_tags(reason);
    let message = if message.trim().is_empty() { without_tags(body) } else { message };
    Refusal { code: None, message }
}

fn without_tags(markup: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    unescape(&text)
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

fn one_line(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    // Error lines go on with a parenthesis.
    line.truncate(line.trim_end_matches('.').len());
    line
}

impl Refusal {
    /// The kind of failure that an HTTP `status` with this refusal means.
    ///
    /// Quota is reported as 403 by Nova, 409 by Neutron and 413 by Cinder, so that their own words
    /// have to decide.
    pub(crate) fn kind(&self, status: u16) -> Kind {
        let says = |word: &str| self.message.to_ascii_lowercase().contains(word);
        let code = self.code.as_deref().unwrap_or_default();
        match status {
            403 | 409 | 413
                if code == "OverQuota"
                    || code == "overLimit"
                    || says("quota exceeded")
                    || says("quota has been met")
                    || says("limitexceeded")
                    || says("over quota") =>
            {
                Kind::Quota
            }
            401 => Kind::Unauthenticated,
            403 => Kind::Denied,
            404 | 410 => Kind::NotFound,
            // No cloud says that: a proxy does.
            407 => Kind::Config,
            406 | 405 | 501 => Kind::Unsupported,
            408 | 504 => Kind::TimedOut,
            409 | 412 | 423 => Kind::Conflict,
            429 => Kind::RateLimited,
            502 | 503 => Kind::Unavailable,
            400..=499 => Kind::Invalid,
            _ => Kind::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bodies as the real services sent them, with the code, message and kind that must come out.
    const SEEN: &[(u16, &str, Option<&str>, &str, Kind)] = &[
        (
            401,
            r#"{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}"#,
            None,
            "The request you have made requires authentication",
            Kind::Unauthenticated,
        ),
        (
            404,
            r#"{"itemNotFound": {"code": 404, "message": "Instance nope could not be found."}}"#,
            Some("itemNotFound"),
            "Instance nope could not be found",
            Kind::NotFound,
        ),
        (
            403,
            r#"{"forbidden": {"code": 403, "message": "Quota exceeded for instances: Requested 1, but already used 0 of 0 instances"}}"#,
            Some("forbidden"),
            "Quota exceeded for instances: Requested 1, but already used 0 of 0 instances",
            Kind::Quota,
        ),
        (
            413,
            r#"{"overLimit":{"code":413,"message":"VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded","retryAfter":"0"}}"#,
            Some("overLimit"),
            "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded",
            Kind::Quota,
        ),
        (
            409,
            r#"{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['network'].", "detail": ""}}"#,
            Some("OverQuota"),
            "Quota exceeded for resources: ['network']",
            Kind::Quota,
        ),
        (
            409,
            r#"{"conflictingRequest": {"code": 409, "message": "Key pair 'demo' already exists."}}"#,
            Some("conflictingRequest"),
            "Key pair 'demo' already exists",
            Kind::Conflict,
        ),
        (
            400,
            r#"{"code": 400, "title": "Bad Request", "explanation": "The server could not comply.", "error": {"type": "InvalidTemplateVersion", "traceback": null, "message": "The template version is invalid"}}"#,
            Some("InvalidTemplateVersion"),
            "The template version is invalid",
            Kind::Invalid,
        ),
        (
            404,
            r#"{"code": 404, "type": "zone_not_found", "message": "Could not find Zone", "request_id": "req-1"}"#,
            Some("zone_not_found"),
            "Could not find Zone",
            Kind::NotFound,
        ),
        (
            409,
            r#"{"faultcode": "Client", "faultstring": "Invalid state PENDING_CREATE of loadbalancer resource x", "debuginfo": null}"#,
            Some("Client"),
            "Invalid state PENDING_CREATE of loadbalancer resource x",
            Kind::Conflict,
        ),
        (
            404,
            "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  No image found with ID 0<br /><br />\n\n\n\n </body>\n</html>",
            None,
            "No image found with ID 0",
            Kind::NotFound,
        ),
        (
            403,
            "<html><h1>Forbidden</h1><p>Access was denied to this resource.</p></html>",
            None,
            "Access was denied to this resource",
            Kind::Denied,
        ),
        (
            404,
            "<?xml version='1.0'?><Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist.</Message></Error>",
            Some("NoSuchBucket"),
            "The specified bucket does not exist",
            Kind::NotFound,
        ),
        (
            400,
            r#"{"message": "Provided object does not match schema 'image': 'floppy' is not one of ['raw'] Failed validating 'enum' in schema['properties']: {'enum': ['raw']} On instance['disk_format']: 'floppy'<br /><br />\n", "code": "400 Bad Request"}"#,
            Some("400 Bad Request"),
            "Provided object does not match schema 'image': 'floppy' is not one of ['raw']",
            Kind::Invalid,
        ),
        (503, "upstream connect error", None, "upstream connect error", Kind::Unavailable),
        (500, "", None, "", Kind::Failed),
    ];

    #[test]
    fn every_shape_gives_its_code_message_and_kind() {
        for (status, body, code, message, kind) in SEEN {
            let refusal = refusal(body.as_bytes(), str::to_string);
            assert_eq!(
                (refusal.code.as_deref(), refusal.message.as_str(), refusal.kind(*status)),
                (*code, *message, *kind),
                "{body}"
            );
        }
    }

    #[test]
    fn numbers_inside_a_message_do_not_decide_the_kind() {
        let refusal = refusal(
            br#"{"computeFault": {"code": 500, "message": "port 4013: connection limit"}}"#,
            str::to_string,
        );
        assert_eq!(refusal.kind(500), Kind::Failed);
    }

    #[test]
    fn a_long_page_is_cut() {
        let message = refusal("é".repeat(5000).as_bytes(), str::to_string).message;
        assert!(message.chars().count() <= LONGEST + 1);
    }

    #[test]
    fn any_bytes_are_read_without_panic() {
        for body in [
            &b"<"[..],
            b"<Code></Code>",
            b"{}",
            b"[]",
            b"null",
            b"\xff\xfe",
            b"<body",
            b"{\"a\":1}",
        ] {
            let _ = refusal(body, str::to_string);
        }
    }
}
