//! What a project may have and what it uses: quota sets, limits, and refusals beyond them.

use serde_json::{Map, Value, json};

use super::volume_type::VOLUME_TYPE;
use super::{disallowed, over_limit};
use crate::call::{Call, Refusal, Reply};
use crate::quota;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/{own_project}/limits", Handler::Read(limits)),
    Route::get("/{own_project}/os-quota-sets/{id}", Handler::Read(show)),
    Route::get("/{own_project}/os-quota-sets/{id}/defaults", Handler::Read(defaults)),
    Route::put("/{own_project}/os-quota-sets/{id}", Handler::Write(set)),
    Route::delete("/{own_project}/os-quota-sets/{id}", Handler::Write(reset)),
];

/// What a project's things use.
struct Usage {
    volumes: i64,
    snapshots: i64,
    gigabytes: i64,
    backups: i64,
    backup_gigabytes: i64,
}

/// The kinds that count, under the names of their quotas.
const VOLUMES: &str = "volume";
const SNAPSHOTS: &str = "volume_snapshot";
const BACKUPS: &str = "volume_backup";

impl Usage {
    fn of(call: &Call<'_>, project: &str) -> Result<Self, Refusal> {
        let sums = |kind: &'static str| call.transaction.sums(kind, project, &["size"]);
        let (volumes, snapshots, backups) = (sums(VOLUMES)?, sums(SNAPSHOTS)?, sums(BACKUPS)?);
        Ok(Usage {
            volumes: volumes[0],
            snapshots: snapshots[0],
            gigabytes: volumes[1] + snapshots[1],
            backups: backups[0],
            backup_gigabytes: backups[1],
        })
    }

    fn get(&self, name: &str) -> i64 {
        match name {
            "volumes" => self.volumes,
            "snapshots" => self.snapshots,
            "gigabytes" => self.gigabytes,
            "backups" => self.backups,
            "backup_gigabytes" => self.backup_gigabytes,
            _ => 0,
        }
    }
}

/// Refuses one more thing of this size than the quotas allow. `many`: `volumes`, `snapshots`,
/// `backups`.
pub(super) fn refuse_more(call: &Call<'_>, many: &str, size: i64) -> Result<(), Refusal> {
    let used = Usage::of(call, &call.who.project)?;
    refuse_larger(call, &used, many, size)?;
    let limit = quota::limit(call, many)?;
    if limit >= 0 && used.get(many) >= limit {
        let (name, of) = match many {
            "snapshots" => ("SnapshotLimitExceeded", String::new()),
            "backups" => ("BackupLimitExceeded", String::new()),
            _ => ("VolumeLimitExceeded", format!(" for quota '{many}'")),
        };
        return Err(over_limit(format!(
            "{name}: Maximum number of {many} allowed ({limit}) exceeded{of}."
        )));
    }
    Ok(())
}

/// Refuses `more` GiB for a volume that is there already.
pub(super) fn refuse_growth(call: &Call<'_>, more: i64) -> Result<(), Refusal> {
    refuse_larger(call, &Usage::of(call, &call.who.project)?, "volumes", more)
}

fn refuse_larger(call: &Call<'_>, used: &Usage, many: &str, size: i64) -> Result<(), Refusal> {
    let (name, quota, what) = match many {
        "backups" => (
            "VolumeBackupSizeExceedsAvailableQuota",
            "backup_gigabytes",
            "Requested backup exceeds allowed Backup gigabytes quota.",
        ),
        _ => (
            "VolumeSizeExceedsAvailableQuota",
            "gigabytes",
            "Requested volume or snapshot exceeds allowed gigabytes quota.",
        ),
    };
    let (limit, consumed) = (quota::limit(call, quota)?, used.get(quota));
    if limit < 0 || consumed + size <= limit {
        return Ok(());
    }
    Err(over_limit(format!(
        "{name}: {what} Requested {size}G, quota is {limit}G and {consumed}G has been consumed."
    )))
}

/// What a quota set names, apart from the types'.
const NAMES: &[&str] =
    &["volumes", "per_volume_gigabytes", "snapshots", "gigabytes", "backups", "backup_gigabytes"];

/// What there may be of each type.
const OF_TYPES: &[&str] = &["volumes", "gigabytes", "snapshots"];

fn names(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let mut names: Vec<String> = NAMES.iter().map(|name| (*name).to_string()).collect();
    for kind in &call.transaction.all(VOLUME_TYPE.name, None)? {
        names.extend(OF_TYPES.iter().map(|what| format!("{what}_{}", kind.text("name"))));
    }
    names.push("groups".into());
    Ok(names)
}

/// `GET /os-quota-sets/{id}`, with `usage=True` with what is used.
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let project = call.segment("id").to_string();
    if project != call.who.project && !call.who.is_admin() {
        return Err(disallowed("volume_extension:quotas:show"));
    }
    let usage = call.parameter("usage").is_some_and(|usage| crate::check::truth(&usage.into()));
    let used = Usage::of(call, &project)?;
    let mut set = Map::new();
    for name in names(call)? {
        let limit = quota::limit_of(call, &project, &name)?;
        let shown = if usage {
            let in_use = of_type(call, &project, &name)?.unwrap_or_else(|| used.get(&name));
            json!({ "limit": limit, "in_use": in_use, "reserved": 0 })
        } else {
            limit.into()
        };
        set.insert(name, shown);
    }
    set.insert("id".into(), project.into());
    Ok(Reply::ok(json!({ "quota_set": set })))
}

/// What is used of a type's quota, if `name` is one's.
fn of_type(call: &Call<'_>, project: &str, name: &str) -> Result<Option<i64>, Refusal> {
    let Some((what, kind)) = name.split_once('_').filter(|(what, _)| OF_TYPES.contains(what))
    else {
        return Ok(None);
    };
    let volumes = call.transaction.all(VOLUMES, Some(project))?;
    let of_kind = volumes.iter().filter(|volume| volume.text("volume_type") == kind);
    Ok(Some(match what {
        "volumes" => i64::try_from(of_kind.count()).unwrap_or(i64::MAX),
        "gigabytes" => of_kind.filter_map(|volume| volume.get("size").as_i64()).sum(),
        _ => {
            let ids: Vec<_> = of_kind.map(|volume| volume.id.as_str()).collect();
            let snapshots = call.transaction.all(SNAPSHOTS, Some(project))?;
            let count = snapshots.iter().filter(|one| ids.contains(&one.text("volume_id"))).count();
            i64::try_from(count).unwrap_or(i64::MAX)
        }
    }))
}

/// What Cinder allows a project of which nobody said anything; the projects of this cloud have more.
const DEFAULTS: &[(&str, i64)] = &[
    ("volumes", 10),
    ("snapshots", 10),
    ("gigabytes", 1000),
    ("backups", 10),
    ("backup_gigabytes", 1000),
    ("groups", 10),
];

fn default(name: &str) -> i64 {
    DEFAULTS.iter().find(|(known, _)| *known == name).map_or(-1, |(_, limit)| *limit)
}

/// `GET /os-quota-sets/{id}/defaults`
fn defaults(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut set = Map::new();
    for name in names(call)? {
        let limit = default(&name);
        set.insert(name, limit.into());
    }
    set.insert("id".into(), call.segment("id").into());
    Ok(Reply::ok(json!({ "quota_set": set })))
}

/// `PUT /os-quota-sets/{id}`
fn set(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(disallowed("volume_extension:quotas:update"));
    }
    let project = call.segment("id").to_string();
    let known = names(call)?;
    let wanted = call.body["quota_set"].as_object().cloned().unwrap_or_default();
    let limits = wanted.iter().filter(|(name, _)| known.contains(name));
    let limits: Map<String, Value> = limits
        .filter_map(|(name, limit)| Some((name.clone(), crate::check::integer(limit)?.into())))
        .collect();
    quota::set_of(call, &project, limits)?;
    let mut set = Map::new();
    for name in known {
        let limit = quota::limit_of(call, &project, &name)?;
        set.insert(name, limit.into());
    }
    Ok(Reply::ok(json!({ "quota_set": set })))
}

/// `DELETE /os-quota-sets/{id}`
fn reset(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(disallowed("volume_extension:quotas:delete"));
    }
    let project = call.segment("id").to_string();
    let defaults = names(call)?.into_iter().map(|name| {
        let limit = default(&name).into();
        (name, limit)
    });
    quota::set_of(call, &project, defaults.collect())?;
    Ok(Reply::empty(200))
}

/// `GET /limits`
fn limits(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let project = call.who.project.clone();
    let used = Usage::of(call, &project)?;
    let limit = |name: &str| quota::limit_of(call, &project, name);
    let absolute = json!({
        "maxTotalVolumes": limit("volumes")?,
        "maxTotalSnapshots": limit("snapshots")?,
        "maxTotalVolumeGigabytes": limit("gigabytes")?,
        "maxTotalBackups": limit("backups")?,
        "maxTotalBackupGigabytes": limit("backup_gigabytes")?,
        "totalVolumesUsed": used.volumes,
        "totalGigabytesUsed": used.gigabytes,
        "totalSnapshotsUsed": used.snapshots,
        "totalBackupsUsed": used.backups,
        "totalBackupGigabytesUsed": used.backup_gigabytes,
    });
    Ok(Reply::ok(json!({ "limits": { "rate": [], "absolute": absolute } })))
}
