//! Which instances are listed.

use regex_lite::Regex;

use super::SERVER;
use super::status;
use super::view::status_of;
use crate::call::{Call, Refusal, Reply};
use crate::check::truth;
use crate::kind::{self, Filter};
use crate::store::Document;
use crate::time::Moment;

pub(super) const FILTERS: &[Filter] = &[
    Filter::by("name", |_, server, pattern| matches(server.text("name"), pattern)),
    Filter::by("status", |call, server, _| {
        // Several may be asked for; then any of them will do.
        let mut wanted = call.query.iter().filter(|(name, _)| name == "status");
        wanted.any(|(_, status)| status.eq_ignore_ascii_case(status_of(server)))
    }),
    Filter::by("flavor", |_, server, id| server.get("flavor")["id"].as_str() == Some(id)),
    Filter::by("image", |_, server, id| server.text("image_id") == id),
    Filter::by("ip", |_, server, pattern| has_address(server, 4, pattern)),
    Filter::by("ip6", |_, server, pattern| has_address(server, 6, pattern)),
    Filter::by("tags", |_, server, tags| tags.split(',').all(|tag| has_tag(server, tag))),
    Filter::by("tags-any", |_, server, tags| tags.split(',').any(|tag| has_tag(server, tag))),
    Filter::by("not-tags", |_, server, tags| !tags.split(',').all(|tag| has_tag(server, tag))),
    Filter::by("not-tags-any", |_, server, tags| !tags.split(',').any(|tag| has_tag(server, tag))),
    Filter::by("changes-since", |_, server, since| {
        Moment::parse(server.text("updated")) >= Moment::parse(since)
    }),
    Filter::by("changes-before", |_, server, before| {
        Moment::parse(server.text("updated")) <= Moment::parse(before)
    }),
    Filter::by("locked", |_, server, wanted| server.get("locked") == truth(&wanted.into())),
    Filter::by("key_name", |_, server, name| server.text("key_name") == name),
    Filter::by("availability_zone", |_, server, zone| server.text("zone") == zone),
    Filter::by("user_id", |_, server, id| server.text("user_id") == id),
    Filter::by("project_id", |_, server, id| server.owner == id),
    Filter::by("tenant_id", |_, server, id| server.owner == id),
    Filter::by("uuid", |_, server, id| server.id == id),
    Filter::by("vm_state", |_, server, state| server.text("vm_state") == state),
    Filter::by("task_state", |_, server, state| server.text("task_state") == state),
    Filter::by("power_state", |_, server, state| server.get("power_state").to_string() == state),
    Filter::by("reservation_id", |_, server, id| server.text("reservation_id") == id),
    Filter::by("description", |_, server, pattern| matches(server.text("description"), pattern)),
    Filter::by("hostname", |_, server, pattern| matches(server.text("hostname"), pattern)),
    Filter::by("deleted", |_, _, wanted| !truth(&wanted.into())),
    Filter::by("host", |call, server, host| !call.who.is_admin() || server.text("host") == host),
];

pub(super) const SORTS: &[&str] = &[
    "access_ip_v4",
    "access_ip_v6",
    "auto_disk_config",
    "availability_zone",
    "config_drive",
    "created_at",
    "display_description",
    "display_name",
    "host",
    "hostname",
    "image_ref",
    "instance_type_id",
    "kernel_id",
    "key_name",
    "launch_index",
    "launched_at",
    "locked",
    "locked_by",
    "node",
    "power_state",
    "progress",
    "project_id",
    "ramdisk_id",
    "root_device_name",
    "task_state",
    "terminated_at",
    "updated_at",
    "user_id",
    "uuid",
    "vm_state",
];

pub(super) fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check(call, "detail")?;
    kind::list(call, &SERVER)
}

pub(super) fn list_briefly(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check(call, "index")?;
    kind::list_briefly(call, &SERVER)
}

/// Refuses what Nova refuses before it looks for instances.
fn check(call: &Call<'_>, policy: &str) -> Result<(), Refusal> {
    let checks_status = call.version >= (2, 38) || call.who.is_admin();
    let is_status =
        |value: &str| status::ALL.iter().any(|status| status.eq_ignore_ascii_case(value));
    for (name, value) in &call.query {
        let refuse = |reason: String| {
            Err(Refusal::bad_request(format!(
                "Invalid input for query parameters {name}. Value: {value}. {reason}"
            )))
        };
        match name.as_str() {
            "name" | "ip" | "ip6" if Regex::new(value).is_err() => {
                return refuse(format!("'{value}' is not a 'regex'"));
            }
            "changes-since" | "changes-before" if Moment::parse(value).is_none() => {
                return refuse(format!("'{value}' is not a 'date-time'"));
            }
            "status" if checks_status && !is_status(value) => {
                return Err(Refusal::bad_request("Invalid status value"));
            }
            "all_tenants" => check_all_tenants(call, value, policy)?,
            _ => {}
        }
    }
    Ok(())
}

fn check_all_tenants(call: &Call<'_>, value: &str, policy: &str) -> Result<(), Refusal> {
    const WORDS: [&str; 12] =
        ["0", "1", "f", "false", "n", "no", "off", "on", "t", "true", "y", "yes"];
    if !value.is_empty() && !WORDS.contains(&value.to_ascii_lowercase().as_str()) {
        let words: Vec<_> = WORDS.iter().map(|word| format!("'{word}'")).collect();
        return Err(Refusal::bad_request(format!(
            "Unrecognized value '{value}', acceptable values are: {}",
            words.join(", ")
        )));
    }
    if (value.is_empty() || truth(&value.into())) && !call.who.is_admin() {
        return Err(Refusal::forbidden(format!(
            "Policy doesn't allow os_compute_api:servers:{policy}:get_all_tenants to be performed."
        )));
    }
    Ok(())
}

/// As Nova's database compares: a pattern, anywhere in the text.
fn matches(text: &str, pattern: &str) -> bool {
    Regex::new(&format!("(?i){pattern}")).is_ok_and(|pattern| pattern.is_match(text))
}

fn has_address(server: &Document, version: i64, pattern: &str) -> bool {
    let networks = server.get("addresses").as_object().into_iter().flatten();
    networks.flat_map(|(_, addresses)| addresses.as_array().into_iter().flatten()).any(|address| {
        address["version"] == version
            && matches(address["addr"].as_str().unwrap_or_default(), pattern)
    })
}

fn has_tag(server: &Document, tag: &str) -> bool {
    server.get("tags").as_array().into_iter().flatten().any(|own| own.as_str() == Some(tag))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_name_is_a_pattern() {
        assert!(matches("web-1", "web"));
        assert!(matches("Web", "^web$"));
        assert!(!matches("web-1", "^web$"));
    }
}
