//! What a policy does: rejects, or redirects to a pool, an address or a prefix; and what that goes with.

use serde_json::Value;

use super::noun::Body;
use crate::call::Refusal;

const POOL: [&str; 2] = ["redirect_pool_id", "redirect_pool"];

fn arguments(what: &str) -> Refusal {
    Refusal::bad_request(format!("Invalid L7 Policy arguments: {what}"))
}

fn is_set(body: &Body, name: &str) -> bool {
    body.get(name).is_some_and(|value| !value.is_null() && *value != "")
}

/// Makes what is said of a policy agree with itself. `is_new`: it has to say what it does.
///
/// # Errors
/// It does not agree.
pub(super) fn tidy(body: &mut Body, is_new: bool) -> Result<(), Refusal> {
    if let Some(action) = body.get("action").filter(|action| !action.is_null() || is_new) {
        let action = action.as_str().unwrap_or("None").to_string();
        check_action(body, &action)?;
    }
    let to_pool = POOL.iter().any(|name| is_set(body, name));
    let (to_url, to_prefix) = (is_set(body, "redirect_url"), is_set(body, "redirect_prefix"));
    if to_pool && (to_url || to_prefix) {
        return Err(arguments(
            "Cannot specify redirect_pool_id and redirect_url or redirect_prefix at the same time",
        ));
    }
    let mut set = |name: &str, value: Value| drop(body.insert(name.into(), value));
    if to_pool {
        set("action", "REDIRECT_TO_POOL".into());
        for other in ["redirect_url", "redirect_prefix", "redirect_http_code"] {
            set(other, Value::Null);
        }
    }
    if to_url {
        set("action", "REDIRECT_TO_URL".into());
        set("redirect_pool_id", Value::Null);
        set("redirect_prefix", Value::Null);
    } else if to_prefix {
        set("action", "REDIRECT_PREFIX".into());
        set("redirect_pool_id", Value::Null);
        set("redirect_url", Value::Null);
    }
    if (to_url || to_prefix) && !is_set(body, "redirect_http_code") {
        body.insert("redirect_http_code".into(), 302.into());
    }
    if body.is_empty() {
        return Err(arguments("Invalid update options"));
    }
    Ok(())
}

/// Looks for what an action needs, and takes away what it does not go with.
fn check_action(body: &mut Body, action: &str) -> Result<(), Refusal> {
    let drop_all = |body: &mut Body, names: &[&str]| {
        for name in names {
            body.insert((*name).into(), Value::Null);
        }
    };
    match action {
        "REJECT" => {
            let all = ["redirect_url", "redirect_pool_id", "redirect_prefix", "redirect_http_code"];
            drop_all(body, &all);
            body.shift_remove("redirect_pool");
        }
        "REDIRECT_TO_URL" => {
            if !is_set(body, "redirect_url") {
                return Err(arguments("redirect_url must not be None"));
            }
            drop_all(body, &["redirect_pool_id"]);
            body.shift_remove("redirect_pool");
        }
        "REDIRECT_TO_POOL" => {
            if !POOL.iter().any(|name| is_set(body, name)) {
                return Err(arguments("redirect_pool_id or redirect_pool must not be None"));
            }
            drop_all(body, &["redirect_url"]);
        }
        "REDIRECT_PREFIX" => {
            if !is_set(body, "redirect_prefix") {
                return Err(arguments("redirect_prefix must not be None"));
            }
        }
        other => {
            return Err(Refusal::bad_request(format!(
                "Invalid L7 Policy action specified: {other}"
            )));
        }
    }
    Ok(())
}
