//! Which instances are listed.

use regex_lite::Regex;

use super::status;
use super::view::status_of;
use crate::call::{Call, Refusal};
use crate::check::{Shape, truth};
use crate::compute::policy;
use crate::compute::query::{self, Query};
use crate::kind::{self, Filter, Order};
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
    // Of members, older microversions ignore it.
    Filter::by("ip6", |call, server, pattern| {
        (call.version < (2, 5) && !call.who.is_admin()) || has_address(server, 6, pattern)
    }),
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
    Filter::by("power_state", |_, server, state| {
        state.parse::<i64>().is_ok_and(|state| *server.get("power_state") == state)
    }),
    Filter::by("reservation_id", |_, server, id| server.text("reservation_id") == id),
    Filter::by("description", |_, server, pattern| matches(server.text("description"), pattern)),
    Filter::by("hostname", |_, server, pattern| matches(server.text("hostname"), pattern)),
    Filter::by("deleted", |_, _, wanted| !truth(&wanted.into())),
    Filter::by("host", |call, server, host| !call.who.is_admin() || server.text("host") == host),
];

/// The names of columns of Nova's database.
const SORTS: &[&str] = &[
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
    "architecture",
    "cell_name",
    "cleaned",
    "default_ephemeral_device",
    "default_swap_device",
    "deleted",
    "deleted_at",
    "disable_terminate",
    "ephemeral_gb",
    "ephemeral_key_uuid",
    "id",
    "key_data",
    "launched_on",
    "locked",
    "memory_mb",
    "os_type",
    "reservation_id",
    "root_gb",
    "shutdown_terminate",
    "user_data",
    "vcpus",
    "vm_mode",
];

/// What Nova's schema for the query says.
const QUERY: Query = Query {
    parameters: &[
        query::number("limit"),
        query::text("marker"),
        query::parameter("sort_key", &Shape::Words(SORTS)),
        query::text("sort_dir"),
        query::parameter("name", &PATTERN),
        query::parameter("ip", &PATTERN),
        query::parameter("ip6", &PATTERN),
        query::parameter("changes-since", &TIME),
        query::parameter("changes-before", &TIME),
        query::text("status"),
        query::text("flavor"),
        query::text("image"),
        query::text("tags"),
        query::text("tags-any"),
        query::text("not-tags"),
        query::text("not-tags-any"),
        query::text("locked"),
        query::text("key_name"),
        query::text("availability_zone"),
        query::text("user_id"),
        query::text("project_id"),
        query::text("tenant_id"),
        query::text("uuid"),
        query::text("vm_state"),
        query::text("task_state"),
        query::text("power_state"),
        query::text("reservation_id"),
        query::text("description"),
        query::text("hostname"),
        query::text("deleted"),
        query::text("host"),
        query::text("all_tenants"),
    ],
    underscores: true,
};

const PATTERN: Shape = Shape::Format { name: "regex", fits: |text| Regex::new(text).is_ok() };
const TIME: Shape = Shape::Format { name: "date-time", fits: |text| Moment::parse(text).is_some() };

/// Refuses what Nova refuses before it looks for instances.
pub(super) fn check(call: &Call<'_>) -> Result<(), Refusal> {
    QUERY.check(call)?;
    let checks_status = call.version >= (2, 38) || call.who.is_admin();
    let is_status =
        |value: &str| status::ALL.iter().any(|status| status.eq_ignore_ascii_case(value));
    for (name, value) in &call.query {
        match name.as_str() {
            "status" if checks_status && !is_status(value) => {
                return Err(Refusal::bad_request("Invalid status value"));
            }
            "all_tenants" => check_all_tenants(call, value)?,
            _ => {}
        }
    }
    Ok(())
}

/// Each key has a direction of its own, downwards if there are too few.
pub(super) fn order(call: &Call<'_>) -> Result<Order, Refusal> {
    let mut directions = kind::all(call, "sort_dir");
    if kind::all(call, "sort_dir").any(|direction| !matches!(direction, "asc" | "desc")) {
        return Err(Refusal::bad_request(
            "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'",
        ));
    }
    let keys = kind::all(call, "sort_key");
    let key = |field: &str| (field.to_string(), directions.next() != Some("asc"));
    Ok(keys.map(key).collect())
}

fn check_all_tenants(call: &Call<'_>, value: &str) -> Result<(), Refusal> {
    const WORDS: [&str; 12] =
        ["0", "1", "f", "false", "n", "no", "off", "on", "t", "true", "y", "yes"];
    if !value.is_empty() && !WORDS.contains(&value.to_ascii_lowercase().as_str()) {
        let words: Vec<_> = WORDS.iter().map(|word| format!("'{word}'")).collect();
        return Err(Refusal::bad_request(format!(
            "Unrecognized value '{value}', acceptable values are: {}",
            words.join(", ")
        )));
    }
    let list = if call.path.ends_with("/detail") { "detail" } else { "index" };
    if (value.is_empty() || truth(&value.into())) && !call.who.is_admin() {
        return Err(policy::disallowed(&format!("servers:{list}:get_all_tenants")));
    }
    Ok(())
}

/// As Nova's database compares: a pattern, anywhere in the text.
fn matches(text: &str, pattern: &str) -> bool {
    Regex::new(&format!("(?i){pattern}")).is_ok_and(|pattern| pattern.is_match(text))
}

/// Nova asks Neutron, whose database takes a part of an address; a backslash protects what follows.
fn has_address(server: &Document, version: i64, part: &str) -> bool {
    let part = part.replace('\\', "");
    let networks = server.get("addresses").as_object().into_iter().flatten();
    networks.flat_map(|(_, addresses)| addresses.as_array().into_iter().flatten()).any(|address| {
        address["version"] == version
            && address["addr"].as_str().unwrap_or_default().contains(&part)
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
