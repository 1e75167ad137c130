//! What a project may have and what it uses: quota sets and limits.

use serde_json::{Map, Value, json};

use super::policy;
use super::server::SERVER;
use super::server_group::SERVER_GROUP;
use crate::call::{Call, Refusal, Reply};
use crate::quota;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/limits", Handler::Read(limits)),
    Route::get("/os-quota-sets/{id}", Handler::Read(|call| quota_set(call, plain))),
    Route::get("/os-quota-sets/{id}/detail", Handler::Read(|call| quota_set(call, with_use))),
    Route::get("/os-quota-sets/{id}/defaults", Handler::Read(defaults)),
];

/// What a project's instances use.
pub(super) struct Usage {
    instances: i64,
    cores: i64,
    ram: i64,
}

impl Usage {
    pub(super) fn of_project(call: &Call<'_>) -> Result<Self, Refusal> {
        let numbers = ["flavor.vcpus", "flavor.ram"];
        let sums = call.transaction.sums(SERVER.name, &call.who.project, &numbers)?;
        Ok(Usage { instances: sums[0], cores: sums[1], ram: sums[2] })
    }

    /// Refuses `count` more instances of a flavor, if that were too much.
    pub(super) fn refuse_more(
        &self,
        call: &Call<'_>,
        count: i64,
        flavor: &Value,
    ) -> Result<(), Refusal> {
        let of_flavor = |field: &str| count * flavor[field].as_i64().unwrap_or_default();
        let wishes = [
            ("cores", of_flavor("vcpus"), self.cores),
            ("instances", count, self.instances),
            ("ram", of_flavor("ram"), self.ram),
        ];
        refuse(call, &wishes)
    }

    /// Refuses another flavor for an instance, if that were too much.
    pub(super) fn refuse_resize(
        &self,
        call: &Call<'_>,
        before: &Value,
        after: &Value,
    ) -> Result<(), Refusal> {
        let more = |field: &str| {
            let number = |flavor: &Value| flavor[field].as_i64().unwrap_or_default();
            (number(after) - number(before)).max(0)
        };
        refuse(call, &[("cores", more("vcpus"), self.cores), ("ram", more("ram"), self.ram)])
    }
}

/// Each wish: what for, how many more, how many are used.
fn refuse(call: &Call<'_>, wishes: &[(&str, i64, i64)]) -> Result<(), Refusal> {
    let mut over = Vec::new();
    for (name, wanted, used) in wishes {
        let limit = quota::limit(call, name)?;
        if *wanted > 0 && limit >= 0 && used + wanted > limit {
            over.push((name.to_string(), wanted.to_string(), used.to_string(), limit.to_string()));
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    let join = |part: fn(&(String, String, String, String)) -> &String| {
        over.iter().map(part).cloned().collect::<Vec<_>>().join(", ")
    };
    let (names, wanted) = (join(|over| &over.0), join(|over| &over.1));
    let (used, limits) = (join(|over| &over.2), join(|over| &over.3));
    Err(Refusal::forbidden(format!(
        "Quota exceeded for {names}: Requested {wanted}, but already used {used} of {limits} {names}"
    )))
}

fn used(call: &Call<'_>) -> Result<Vec<(&'static str, i64)>, Refusal> {
    let usage = Usage::of_project(call)?;
    let groups = call.transaction.count(SERVER_GROUP.name, &call.who.project)?;
    // Nova counts key pairs only when one is added.
    Ok(vec![
        ("instances", usage.instances),
        ("cores", usage.cores),
        ("ram", usage.ram),
        ("server_groups", groups),
    ])
}

/// What a quota set names, from the version on that it is not there any more.
const NAMES: &[(&str, Option<(u16, u16)>)] = &[
    ("cores", None),
    ("fixed_ips", Some((2, 36))),
    ("floating_ips", Some((2, 36))),
    ("injected_file_content_bytes", Some((2, 57))),
    ("injected_file_path_bytes", Some((2, 57))),
    ("injected_files", Some((2, 57))),
    ("instances", None),
    ("key_pairs", None),
    ("metadata_items", None),
    ("ram", None),
    ("security_group_rules", Some((2, 36))),
    ("security_groups", Some((2, 36))),
    ("server_group_members", None),
    ("server_groups", None),
];

/// How one entry of a quota set is shown: its name, its limit.
type Show = fn(&Call<'_>, &str, i64) -> Result<Value, Refusal>;

fn quota_set(call: &mut Call<'_>, show: Show) -> Result<Reply, Refusal> {
    if call.segment("id") != call.who.project && !call.who.is_admin() {
        return Err(policy::disallowed("os-quota-sets:show"));
    }
    // An administrator sees what the project's own people would.
    call.who.project = call.segment("id").to_string();
    answer(call, show, quota::limit)
}

fn defaults(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    answer(call, plain, |_, name| Ok(quota::default(name)))
}

fn answer(
    call: &Call<'_>,
    show: Show,
    limit: fn(&Call<'_>, &str) -> Result<i64, Refusal>,
) -> Result<Reply, Refusal> {
    let mut set = Map::new();
    set.insert("id".into(), call.segment("id").into());
    for (name, until) in NAMES {
        if until.is_none_or(|until| call.version < until) {
            set.insert((*name).into(), show(call, name, limit(call, name)?)?);
        }
    }
    Ok(Reply::ok(json!({ "quota_set": set })))
}

fn plain(_: &Call<'_>, _: &str, limit: i64) -> Result<Value, Refusal> {
    Ok(limit.into())
}

fn with_use(call: &Call<'_>, name: &str, limit: i64) -> Result<Value, Refusal> {
    let used = used(call)?.into_iter().find(|(key, _)| *key == name);
    let used = used.map_or(0, |(_, used)| used);
    Ok(json!({ "limit": limit, "in_use": used, "reserved": 0 }))
}

/// `GET /limits`
fn limits(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if let Some(project) = call.parameter("tenant_id").map(str::to_string) {
        if project != call.who.project && !call.who.is_admin() {
            return Err(policy::disallowed("limits:other_project"));
        }
        // An administrator sees what the project's own people would.
        call.who.project = project;
    }
    let mut absolute = Map::new();
    for (shown, name, until) in LIMITS {
        if until.is_none_or(|until| call.version < until) {
            absolute.insert((*shown).into(), quota::limit(call, name)?.into());
        }
    }
    let used = used(call)?;
    for (shown, name, until) in USED {
        if until.is_none_or(|until| call.version < until) {
            let number = used.iter().find(|(key, _)| key == name).map_or(0, |(_, used)| *used);
            absolute.insert((*shown).into(), number.into());
        }
    }
    Ok(Reply::ok(json!({ "limits": { "rate": [], "absolute": absolute } })))
}

/// A name in the limits, that of the quota, and the version that does not have it any more.
type Limit = (&'static str, &'static str, Option<(u16, u16)>);

const LIMITS: &[Limit] = &[
    ("maxTotalInstances", "instances", None),
    ("maxTotalCores", "cores", None),
    ("maxTotalRAMSize", "ram", None),
    ("maxServerMeta", "metadata_items", None),
    ("maxImageMeta", "metadata_items", Some((2, 39))),
    ("maxPersonality", "injected_files", Some((2, 57))),
    ("maxPersonalitySize", "injected_file_content_bytes", Some((2, 57))),
    ("maxTotalKeypairs", "key_pairs", None),
    ("maxServerGroups", "server_groups", None),
    ("maxServerGroupMembers", "server_group_members", None),
    ("maxTotalFloatingIps", "floating_ips", Some((2, 36))),
    ("maxSecurityGroups", "security_groups", Some((2, 36))),
    ("maxSecurityGroupRules", "security_group_rules", Some((2, 36))),
];

const USED: &[Limit] = &[
    ("totalRAMUsed", "ram", None),
    ("totalCoresUsed", "cores", None),
    ("totalInstancesUsed", "instances", None),
    ("totalFloatingIpsUsed", "floating_ips", Some((2, 36))),
    ("totalSecurityGroupsUsed", "security_groups", Some((2, 36))),
    ("totalServerGroupsUsed", "server_groups", None),
];
