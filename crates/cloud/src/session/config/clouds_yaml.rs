//! Reads `clouds.yaml`, `secure.yaml` and `clouds-public.yaml` as openstacksdk does.
//!
//! Of each, the first file found counts, in `$OS_CLIENT_CONFIG_FILE` (`..._SECURE_FILE`), the
//! current folder, `$XDG_CONFIG_HOME/openstack`, `~/.config/openstack` and `/etc/openstack`, with the endings yaml, yml, json.
//! `secure.yaml` is laid over `clouds.yaml`, key by key; a cloud's `profile` is laid under it.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{Environment, Settings};
use crate::error::{Error, Kind, Result};
use crate::near::nearest;

/// The settings of the cloud called `name`.
pub(super) fn named(environment: &Environment, name: &str) -> Result<Settings> {
    let Some((path, mut clouds)) = load(environment)? else {
        let places = search(environment, "clouds", "OS_CLIENT_CONFIG_FILE");
        let folders: Vec<_> = places
            .iter()
            .filter(|p| p.extension().is_some_and(|e| e == "yaml"))
            .map(|p| p.display().to_string())
            .collect();
        return Err(Error::new(
            Kind::Config,
            format!("cloud `{name}` was asked for, but there is no clouds.yaml"),
        )
        .with_hint(format!("looked at {}", folders.join(", "))));
    };
    let Some(Value::Object(cloud)) = clouds.remove(name) else {
        let error = Error::new(Kind::Config, format!("{} has no cloud `{name}`", path.display()));
        let has = format!("it has {}", list(&clouds));
        return Err(match nearest(name, clouds.keys().map(String::as_str)) {
            Some(near) => error.with_hint(format!("is `{near}` meant? {has}")),
            None => error.with_hint(has),
        });
    };
    settings(environment, &path, name, cloud)
}

/// Whether there is a cloud called `name`.
pub(super) fn has(environment: &Environment, name: &str) -> Result<bool> {
    Ok(load(environment)?.is_some_and(|(_, clouds)| clouds.contains_key(name)))
}

/// The names of all clouds.
pub(super) fn names(environment: &Environment) -> Result<Vec<String>> {
    let clouds = load(environment)?.map(|(_, clouds)| clouds).unwrap_or_default();
    Ok(clouds.into_iter().map(|(name, _)| name).collect())
}

/// The settings of the only cloud there is, if there is just one.
pub(super) fn only(environment: &Environment) -> Result<Option<Settings>> {
    let Some((path, clouds)) = load(environment)? else { return Ok(None) };
    if clouds.len() > 1 {
        return Err(Error::new(
            Kind::Config,
            format!("{} has {} clouds and none is chosen", path.display(), clouds.len()),
        )
        .with_hint(format!("set OS_CLOUD to one of {}", list(&clouds))));
    }
    match clouds.into_iter().next() {
        Some((name, Value::Object(cloud))) => settings(environment, &path, &name, cloud).map(Some),
        _ => Ok(None),
    }
}

/// Their names, for a hint.
fn list(clouds: &Clouds) -> String {
    if clouds.is_empty() {
        return "none".into();
    }
    clouds.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn settings(
    environment: &Environment,
    path: &Path,
    name: &str,
    mut cloud: Map<String, Value>,
) -> Result<Settings> {
    let profile = cloud.remove("profile").or_else(|| cloud.remove("cloud"));
    if let Some(Value::String(profile)) = profile {
        let file = find(environment, "clouds-public", "OS_CLIENT_VENDOR_FILE");
        let below = file.map(|path| read(&path, "public-clouds")).transpose()?;
        let Some(Value::Object(mut below)) = below.and_then(|mut all| all.remove(&profile)) else {
            return Err(Error::new(
                Kind::Config,
                format!("cloud `{name}` of {} has an unknown profile `{profile}`", path.display()),
            )
            .with_hint("write the profile's settings into the cloud's own entry"));
        };
        lay_over(&mut below, cloud);
        cloud = below;
    }
    let mut settings = Settings::new(format!("cloud `{name}` of {}", path.display()));
    let regions = cloud.get("regions").and_then(|regions| regions.get(0)).cloned();
    for (key, value) in cloud {
        match value {
            Value::Object(auth) if key == "auth" => {
                for (key, value) in auth {
                    // An id or a secret such as 1e5: what was written cannot be had back.
                    if value.is_f64() {
                        return Err(Error::new(
                            Kind::Config,
                            format!("{}: `{key}` is written like a number", settings.source),
                        )
                        .with_hint("put it into quotation marks"));
                    }
                    settings.set(&key, scalar(value));
                }
            }
            value => settings.set(&key, scalar(value)),
        }
    }
    // Of several regions the first is the default; an entry is a name, or an object with one.
    match regions {
        Some(Value::String(region)) if !settings.has("region_name") => {
            settings.set("region_name", region);
        }
        Some(Value::Object(region)) if !settings.has("region_name") => {
            settings
                .set("region_name", region.get("name").cloned().map_or_else(String::new, scalar));
        }
        _ => {}
    }
    Ok(settings)
}

fn scalar(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => String::new(),
    }
}

pub(super) type Clouds = Map<String, Value>;

fn load(environment: &Environment) -> Result<Option<(PathBuf, Clouds)>> {
    let Some(path) = find(environment, "clouds", "OS_CLIENT_CONFIG_FILE") else { return Ok(None) };
    let mut clouds = read(&path, "clouds")?;
    if let Some(secure) = find(environment, "secure", "OS_CLIENT_SECURE_FILE") {
        lay_over(&mut clouds, read(&secure, "clouds")?);
    }
    Ok(Some((path, clouds)))
}

fn find(environment: &Environment, stem: &str, variable: &str) -> Option<PathBuf> {
    search(environment, stem, variable).into_iter().find(|path| path.is_file())
}

fn search(environment: &Environment, stem: &str, variable: &str) -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::new()];
    let configured = environment.get("XDG_CONFIG_HOME").map(PathBuf::from);
    folders.extend(configured.map(|folder| folder.join("openstack")));
    folders.extend(environment.home().map(|home| home.join(".config/openstack")));
    folders.push(PathBuf::from("/etc/openstack"));
    let mut places: Vec<_> = environment.get(variable).map(PathBuf::from).into_iter().collect();
    for folder in folders {
        places.extend(["yaml", "yml", "json"].map(|end| folder.join(format!("{stem}.{end}"))));
    }
    places
}

/// The files that are read, and those of the same kind that are hidden by them.
pub(super) fn files(environment: &Environment) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut read, mut hidden) = (Vec::new(), Vec::new());
    for (stem, variable) in
        [("clouds", "OS_CLIENT_CONFIG_FILE"), ("secure", "OS_CLIENT_SECURE_FILE")]
    {
        let mut found: Vec<_> = search(environment, stem, variable);
        found.retain(|path| path.is_file());
        let mut found = found.into_iter();
        read.extend(found.next());
        hidden.extend(found);
    }
    hidden.retain(|path| !read.contains(path));
    hidden.dedup();
    (read, hidden)
}

/// Where a cloud and its secret are written: into the files that are read, else into those that will
/// be, in the user's own folder.
pub(super) fn places(environment: &Environment) -> Result<(PathBuf, PathBuf)> {
    let configured = environment.get("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = || Some(environment.home()?.join(".config"));
    let folder = configured.or_else(home).map(|folder| folder.join("openstack"));
    let place = |stem: &str, variable: &str| {
        let named = || environment.get(variable).map(PathBuf::from);
        let own = || folder.as_ref().map(|folder| folder.join(format!("{stem}.yaml")));
        let place = find(environment, stem, variable).or_else(named).or_else(own);
        place.ok_or_else(|| {
            Error::new(Kind::Config, "there is no home folder to keep credentials in")
                .with_hint(format!("{variable}=FILE names another place"))
        })
    };
    Ok((place("clouds", "OS_CLIENT_CONFIG_FILE")?, place("secure", "OS_CLIENT_SECURE_FILE")?))
}

pub(super) fn read(path: &Path, key: &str) -> Result<Clouds> {
    let wrong = |why: String| Error::new(Kind::Config, format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let file: Value = serde_saphyr::from_str(&text).map_err(|error| {
        // The parser's own message quotes the line, which may hold a password: say only where.
        let place = error.location().map_or_else(String::new, |at| {
            format!(" at line {}, column {}", at.line(), at.column())
        });
        wrong(format!("not valid YAML{place}"))
    })?;
    match file {
        Value::Object(mut file) => match file.remove(key) {
            Some(Value::Object(clouds)) => Ok(clouds),
            None | Some(Value::Null) => Ok(Map::new()),
            Some(_) => Err(wrong(format!("`{key}` is not a mapping of names to clouds"))),
        },
        Value::Null => Ok(Map::new()),
        _ => Err(wrong(format!("no `{key}` at the top"))),
    }
}

fn lay_over(below: &mut Map<String, Value>, above: Map<String, Value>) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}
