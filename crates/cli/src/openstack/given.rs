//! What the words of a command give: arguments of its operation, the query of its list, and who it is.

use futures_util::future::try_join_all;
use infomaniak_cloud::session::config::Environment;
use infomaniak_cloud::{Cloud, Error, Kind};
use serde_json::map::Entry;
use serde_json::{Map, Value, json};

use super::face::{Face, Flag, Given, Gives, List, Part, Place};
use super::flag::EXTRA;
use super::noun::Noun;
use super::{parse, python};
use crate::arguments;

fn invalid(refusal: String) -> Error {
    Error::new(Kind::Invalid, refusal)
}

/// The operation's arguments, without the targets of which there may be several, and without what the
/// cloud has to be asked for.
pub(super) fn arguments(face: &Face, given: &Given) -> Result<Map<String, Value>, Error> {
    let mut arguments = Map::new();
    for flag in face.flags().filter(|flag| given.has(flag.name)) {
        if flag.place == Place::Several {
            continue;
        }
        match argument(flag, given).map_err(invalid)? {
            // Fields that are sent as they are come together.
            Some((EXTRA, value)) => merge(arguments.entry(EXTRA), value),
            Some((name, value)) => {
                arguments.insert(name.to_string(), value);
            }
            None => {}
        }
    }
    if let Some(prepare) = face.prepare {
        prepare(given, &mut arguments).map_err(invalid)?;
    }
    Ok(arguments)
}

fn merge(entry: Entry, value: Value) {
    match entry.or_insert_with(|| Map::new().into()) {
        Value::Object(known) => {
            if let Value::Object(more) = value {
                known.extend(more);
            }
        }
        other => *other = value,
    }
}

/// Adds the arguments that depend on what is there.
pub(super) async fn add_found(
    face: &Face,
    given: &Given<'_>,
    cloud: &Cloud,
    arguments: &mut Map<String, Value>,
) -> Result<(), Error> {
    for flag in face.flags() {
        let Some(text) = given.text(flag.name) else { continue };
        match &flag.gives {
            Gives::Id(argument, noun) => {
                arguments.insert((*argument).into(), noun.id(cloud, text).await?.into());
            }
            Gives::ExtraParts(field, known) => {
                let mut maps = Vec::new();
                for text in given.texts(flag.name) {
                    let map = known_parts(cloud, text, known).await?.into_iter();
                    maps.push(map.map(|(field, value)| (field, value.into())).collect());
                }
                let maps: Vec<Map<String, Value>> = maps;
                merge(arguments.entry(EXTRA), json!({ *field: maps }));
            }
            Gives::IdOrName { noun, id, only_with, name } => {
                match existing(noun, cloud, text).await? {
                    Some(found) if given.has(only_with) => arguments.insert((*id).into(), found),
                    Some(_) => {
                        let noun = noun.name;
                        return Err(invalid(format!("{noun} `{text}` exists already"))
                            .with_hint(format!("it is overwritten with --{only_with}")));
                    }
                    None => arguments.insert((*name).into(), text.into()),
                };
            }
            _ => {}
        }
    }
    Ok(())
}

/// The parts of a text as fields, with ids for what is named.
async fn known_parts(
    cloud: &Cloud,
    text: &str,
    known: &'static [Part],
) -> Result<Vec<(String, String)>, Error> {
    let mut fields = Vec::new();
    for (part, value) in parts(text, known).map_err(invalid)? {
        let value = match part.noun {
            Some(noun) => noun.id(cloud, value).await?,
            None => value.to_string(),
        };
        fields.push((part.field.to_string(), value));
    }
    Ok(fields)
}

/// The identifier of what is named, if there is one.
async fn existing(noun: &Noun, cloud: &Cloud, text: &str) -> Result<Option<Value>, Error> {
    match noun.find(cloud, text).await {
        Ok(found) => Ok(Some(found[noun.key].clone())),
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The list's query: what the command always asks for, and what the flags add.
pub(super) async fn query(
    face: &Face,
    given: &Given<'_>,
    cloud: &Cloud,
    list: &List,
) -> Result<Vec<(String, String)>, Error> {
    let mut query: Vec<(String, String)> =
        list.query.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    for flag in face.flags().filter(|flag| given.has(flag.name)) {
        let text = given.text(flag.name);
        let more: Vec<(String, String)> = match (&flag.gives, text) {
            (Gives::Query(key), Some(_)) => {
                vec![((*key).into(), given.texts(flag.name).join(","))]
            }
            (Gives::QueryEach(key), Some(_)) => {
                let values = given.texts(flag.name).into_iter();
                values.map(|value| ((*key).into(), value.into())).collect()
            }
            (Gives::QueryWords(key), Some(text)) => {
                text.split(',').map(|word| ((*key).into(), word.into())).collect()
            }
            (Gives::QueryAs(key, value), _) => vec![((*key).into(), (*value).into())],
            (Gives::QueryId(key, noun), Some(_)) => {
                let ids = given.texts(flag.name).into_iter().map(|text| noun.id(cloud, text));
                let ids = try_join_all(ids).await?.into_iter();
                ids.map(|id| ((*key).into(), id)).collect()
            }
            (Gives::QueryProject, Some(text)) => vec![("project_id".into(), text.into())],
            (Gives::QueryParts(key, known), Some(_)) => {
                let mut more = Vec::new();
                for text in given.texts(flag.name) {
                    let parts = known_parts(cloud, text, known).await?.into_iter();
                    more.extend(parts.map(|(it, value)| ((*key).into(), format!("{it}={value}"))));
                }
                more
            }
            (Gives::QueryDict(key), Some(_)) => {
                let pairs = pairs(flag, given).map_err(invalid)?;
                vec![((*key).into(), python::literal(&pairs.into()))]
            }
            (Gives::QueryPairs, Some(_)) => {
                let pairs = pairs(flag, given).map_err(invalid)?.into_iter();
                pairs.map(|(key, value)| (key, python::text(&value))).collect()
            }
            _ => continue,
        };
        query.retain(|(known, _)| more.iter().all(|(key, _)| key != known));
        query.extend(more);
    }
    Ok(query)
}

/// How many are listed at most.
pub(super) fn most(face: &Face, given: &Given) -> Result<Option<usize>, Error> {
    let flags = face.flags().filter(|flag| matches!(flag.gives, Gives::Most));
    let given = flags.filter_map(|flag| Some(number(given.text(flag.name)?)));
    let given = given.collect::<Result<Vec<_>, _>>().map_err(invalid)?;
    // None at all is no limit.
    Ok(given.into_iter().filter(|most| *most > 0).min())
}

/// Whether a flag can have this value; what is wrong with it is a sentence.
pub(super) fn check(flag: &Flag, text: &str) -> Result<(), String> {
    match flag.gives {
        Gives::Number(_) | Gives::Most => number::<i64>(text).map(drop),
        Gives::ExtraNumber(_) => decimal(text).map(drop),
        Gives::Pairs(_) | Gives::QueryDict(_) | Gives::QueryPairs => pair(text).map(drop),
        Gives::Map(_) => text.split(',').try_for_each(|text| pair(text).map(drop)),
        Gives::Parts(_, known) | Gives::QueryParts(_, known) => parts(text, known).map(drop),
        Gives::QueryProject | Gives::ExtraProject(_) => project(text),
        _ => Ok(()),
    }
}

fn decimal(text: &str) -> Result<serde_json::Number, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("`{text}` is not a whole number"))
}

/// Names of projects are known to administrators only.
fn project(text: &str) -> Result<(), String> {
    let is_id = text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit());
    is_id.then_some(()).ok_or_else(|| format!("`{text}` is not the id of a project"))
}

/// `KEY=VALUE`
fn pair(text: &str) -> Result<(&str, &str), String> {
    text.split_once('=').ok_or_else(|| format!("`{text}` is not of the form KEY=VALUE"))
}

fn pairs(flag: &Flag, given: &Given) -> Result<Map<String, Value>, String> {
    let pairs = given.texts(flag.name).into_iter().map(pair);
    pairs.map(|pair| pair.map(|(key, value)| (key.to_string(), value.into()))).collect()
}

/// The parts of `NAME=VALUE,NAME=VALUE`.
fn parts<'t>(
    text: &'t str,
    known: &'static [Part],
) -> Result<Vec<(&'static Part, &'t str)>, String> {
    let mut parts: Vec<(&Part, &str)> = Vec::new();
    for text in text.split(',') {
        let (name, value) = pair(text)?;
        let Some(part) = known.iter().find(|part| part.name == name) else {
            let names: Vec<_> = known.iter().map(|part| part.name).collect();
            return Err(format!("there is no `{name}`, but {}", names.join(", ")));
        };
        parts.retain(|(other, _)| other.name != part.name);
        parts.push((part, value));
    }
    let missing = |part: &&Part| part.required && !parts.iter().any(|(it, _)| it.name == part.name);
    match known.iter().find(missing) {
        Some(part) => Err(format!("`{}` is missing", part.name)),
        None => Ok(parts),
    }
}

/// The operation's argument that a flag stands for.
fn argument(flag: &Flag, given: &Given) -> Result<Option<(&'static str, Value)>, String> {
    let text = given.text(flag.name).unwrap_or_default();
    Ok(Some(match flag.gives {
        Gives::Text(argument) => (argument, text.into()),
        Gives::Number(argument) => (argument, number::<i64>(text)?.into()),
        Gives::Texts(argument) => (argument, given.texts(flag.name).into_iter().collect()),
        Gives::Pairs(argument) => (argument, pairs(flag, given)?.into()),
        Gives::Map(argument) => {
            let pairs = text.split(',').map(pair);
            let pairs: Result<Map<_, _>, String> =
                pairs.map(|pair| pair.map(|(key, value)| (key.into(), value.into()))).collect();
            (argument, pairs?.into())
        }
        Gives::File(argument) => (argument, arguments::form::read(text)?.into()),
        Gives::Truth(argument, truth) => (argument, truth.into()),
        Gives::Word(argument, word) => (argument, word.into()),
        Gives::Parts(argument, known) => {
            let maps = given.texts(flag.name).into_iter().map(|text| {
                let parts = parts(text, known)?.into_iter();
                Ok(parts.map(|(part, value)| (part.field.to_string(), value.into())).collect())
            });
            (argument, maps.collect::<Result<Vec<Map<_, _>>, String>>()?.into())
        }
        Gives::Extra(field) | Gives::ExtraProject(field) => (EXTRA, json!({ field: text })),
        Gives::ExtraNumber(field) => (EXTRA, json!({ field: decimal(text)? })),
        Gives::ExtraTruth(field, truth) => (EXTRA, json!({ field: truth })),
        Gives::ExtraTexts(field) => (EXTRA, json!({ field: given.texts(flag.name) })),
        _ => return Ok(None),
    }))
}

/// The process' environment with what the global flags say: each is the variable of its name.
///
/// # Errors
/// [`Kind::Config`] when flags would change a part of what `clouds.yaml` has as a whole.
pub(super) fn environment(given: &Given) -> Result<Environment, Error> {
    let variable = |flag: &str| flag.to_uppercase().replace('-', "_");
    let settings =
        parse::SETTINGS.iter().filter_map(|flag| Some((variable(flag), given.text(flag)?)));
    let mut settings: Vec<(String, String)> =
        settings.map(|(name, value)| (name, value.to_string())).collect();
    for (flag, name, value) in
        [("insecure", "OS_INSECURE", "true"), ("verify", "OS_VERIFY", "true")]
    {
        if given.has(flag) {
            settings.push((name.into(), value.into()));
        }
    }
    let process = || {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
    };
    if settings.is_empty() {
        return Ok(process().collect());
    }
    let named = given.text("cloud").map(str::to_string);
    if let Some(cloud) =
        named.or_else(|| std::env::var("OS_CLOUD").ok()).filter(|name| !name.is_empty())
    {
        let flags: Vec<_> = settings.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Error::new(
            Kind::Config,
            format!(
                "cloud `{cloud}` is used as it is configured: {} cannot change it",
                flags.join(", ")
            ),
        )
        .with_hint("put it into clouds.yaml, or leave the cloud out and give all credentials"));
    }
    // Explicit words are stronger than variables meant for ik.
    let process = process().filter(|(name, _)| !name.starts_with("INFOMANIAK_"));
    Ok(process.chain(settings).collect())
}
