//! Names as Nova wants them, and what it makes of them.

use serde_json::Value;

use crate::call::Refusal;

/// Refuses a name that begins or ends with a blank, or that cannot be printed.
pub(super) fn check(name: Option<&Value>) -> Result<(), Refusal> {
    let Some(name) = name.and_then(Value::as_str) else { return Ok(()) };
    if name.trim() == name && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Refusal::bad_request(
        "An invalid 'name' value was provided. The name must be: printable characters. Can not \
         start or end with whitespace.",
    ))
}

pub(super) fn malformed() -> Refusal {
    Refusal::bad_request("Malformed request body")
}

/// The host name that an instance gets by its name: `Web server_1` becomes `web-server-1`.
pub(super) fn hostname(name: &str, id: &str) -> String {
    let kept = name.chars().map(|c| if matches!(c, ' ' | '_') { '-' } else { c });
    let kept = kept.filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    let hostname: String = kept.take(63).collect::<String>().to_lowercase();
    let hostname = hostname.trim_matches(['.', '-']);
    if hostname.is_empty() { format!("server-{id}") } else { hostname.to_string() }
}

/// A password for an instance's administrator: 12 letters and digits.
pub(super) fn password() -> String {
    const LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let bytes = uuid::Uuid::new_v4().into_bytes();
    // The bytes of a version 4 UUID are random but for 6 bits in the 7th and 9th.
    let random = bytes.iter().enumerate().filter(|(index, _)| !matches!(index, 6 | 8));
    random
        .take(12)
        .map(|(_, byte)| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::hostname;

    #[test]
    fn a_host_name_is_made_of_the_name() {
        assert_eq!(hostname("Weird Näme! x_y", "1"), "weird-näme-x-y");
        assert_eq!(hostname("...", "1"), "server-1");
    }
}
