//! Takes secrets out of what is logged or told in an error.

use reqwest::header::HeaderMap;
use serde_json::Value;
use url::Url;

/// What stands in a secret's place.
const HIDDEN: &str = "***";

/// Names of JSON fields whose values are secrets, or may contain some.
const SECRET_FIELDS: &[&str] = &[
    "OS-EXT-SRV-ATTR:user_data",
    "access",
    "adminPass",
    "auth_encryption_key",
    "auth_key",
    "blob",
    "original_password",
    "passcode",
    "password",
    "personality",
    "private_key",
    "secret",
    "secret_key",
    "token",
    "user_data",
];

/// Headers whose values are secrets.
const SECRET_HEADERS: &[&str] = &[
    "authorization",
    "cookie",
    "set-cookie",
    "x-auth-token",
    "x-service-token",
    "x-storage-token",
    "x-subject-token",
];

/// Query parameters that give access to whoever holds the address.
const SECRET_PARAMETERS: &[&str] = &[
    "signature",
    "temp_url_sig",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
];

/// Whether a header's value is a secret.
pub(super) fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.contains(&name)
}

/// A header's value as it may be shown.
pub(super) fn header<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret_header(name) { HIDDEN } else { value }
}

/// An address as it may be shown.
pub(super) fn url(url: &Url) -> String {
    let secret = |name: &str| SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
    if !url.query_pairs().any(|(name, _)| secret(&name)) {
        return url.to_string();
    }
    let mut shown = url.clone();
    shown.query_pairs_mut().clear().extend_pairs(
        url.query_pairs().map(|(n, v)| if secret(&n) { (n, HIDDEN.into()) } else { (n, v) }),
    );
    shown.to_string()
}

/// A body as it may be shown: JSON without its secrets, anything else only by its size.
pub(super) fn body(body: &[u8]) -> String {
    if body.is_empty() {
        return String::new();
    }
    serde_json::from_slice(body)
        .map_or_else(|_| format!("({} bytes, not JSON)", body.len()), |value| json(&value))
}

/// JSON as it may be shown.
pub(super) fn json(value: &Value) -> String {
    let mut value = value.clone();
    each_secret(&mut value, &mut |secret| *secret = HIDDEN.into());
    value.to_string()
}

/// Calls `found` with each secret. An object below the name of a secret is entered, not taken for
/// one: in a login `password` also names the method, and in Keystone's answer `token` holds times
/// and roles. Only an `id` below `token` is the token itself.
fn each_secret(value: &mut Value, found: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                match value {
                    Value::Null => {}
                    Value::Object(inner) => {
                        if let Some(id) = inner.get_mut("id").filter(|_| name == "token") {
                            found(id);
                        }
                        each_secret(value, found);
                    }
                    _ if SECRET_FIELDS.contains(&name.as_str()) => found(value),
                    value => each_secret(value, found),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_secret(item, found)),
        _ => {}
    }
}

/// The secrets that were sent with a request: services and proxies like to quote, in a refusal,
/// what they refuse.
#[derive(Default)]
pub(super) struct Sent(Vec<String>);

impl Sent {
    /// Anything shorter would hide parts of ordinary words.
    const SHORTEST: usize = 4;

    /// Those among `headers`, which are marked as sensitive, and in a JSON body.
    pub(super) fn with(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut secrets: Vec<String> = headers
            .values()
            .filter(|value| value.is_sensitive())
            .filter_map(|value| value.to_str().ok().map(str::to_string))
            .collect();
        if let Ok(mut body) = serde_json::from_slice(body) {
            each_secret(&mut body, &mut |secret| {
                secrets.extend(secret.as_str().map(str::to_string));
            });
        }
        secrets.retain(|secret| secret.len() >= Self::SHORTEST);
        Sent(secrets)
    }

    /// `text` without them, whether they are quoted plainly, as JSON, or as JSON within JSON.
    pub(super) fn hide_in(&self, text: &str) -> String {
        let mut text = text.to_string();
        for secret in &self.0 {
            let once = escaped(secret);
            for form in [secret, &once, &escaped(&once)] {
                text = text.replace(form, HIDDEN);
            }
        }
        text
    }
}

/// As it stands between the quotation marks of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::credentials::{Credentials, Domain, Scope, User};

    #[test]
    fn a_login_is_shown_without_its_password() {
        let login = Credentials::Password {
            user: User::Name { name: "ann".into(), domain: Domain::Id("default".into()) },
            password: "hunter2".to_string().into(),
            scope: Scope::None,
        };
        let shown = body(login.request().to_string().as_bytes());
        assert!(shown.contains("ann") && !shown.contains("hunter2"), "{shown}");
        let token = Credentials::Token { token: "tok".to_string().into(), scope: Scope::System };
        let shown = body(token.request().to_string().as_bytes());
        assert!(shown.contains("system") && !shown.contains("\"tok\""), "{shown}");
    }

    #[test]
    fn secrets_deep_inside_an_answer_are_hidden() {
        let shown = body(
            br#"{"keypair": {"name": "k", "private_key": "PEM"}, "l": [{"adminPass": "x1"}]}"#,
        );
        assert_eq!(
            shown,
            r#"{"keypair":{"name":"k","private_key":"***"},"l":[{"adminPass":"***"}]}"#
        );
    }

    #[test]
    fn a_temporary_address_loses_its_signature() {
        let shown = url(&Url::parse("http://h/o?temp_url_sig=abc&temp_url_expires=1").unwrap());
        assert_eq!(shown, "http://h/o?temp_url_sig=***&temp_url_expires=1");
    }

    #[test]
    fn bytes_that_are_not_json_are_only_counted() {
        assert_eq!(body(b"secret"), "(6 bytes, not JSON)");
    }
}
