//! Runs a command of the face: asks the cloud, and writes the answer as the client does.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use clap::ArgMatches;
use futures_util::StreamExt;
use infomaniak_cloud::operation::{Description, Effect};
use infomaniak_cloud::session::config::Environment;
use infomaniak_cloud::{Cloud, Error, Kind, operations};
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, List, NamesOf, Place};
use super::parse;
use super::view::{Column, Names, normal};
use super::write::{Rows, Style};
use crate::talk::Talk;
use crate::{arguments, exit, run};

/// Any failure of a command: the client knows no finer codes.
const FAILED: u8 = 1;
/// Targets worked on at the same time.
const AT_ONCE: usize = 8;

/// Does what the words say, which stand after `openstack`; gives the exit code.
pub(crate) fn run(words: &[OsString]) -> u8 {
    let (face, matches) = match parse::parse(words) {
        Ok(parsed) => parsed,
        Err(error) => {
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return if error.use_stderr() { exit::USAGE } else { 0 };
        }
    };
    let talk = Talk::begin(&matches, face.words);
    let call = Call { face, given: Given(&matches) };
    call.run(&matches, &talk).unwrap_or_else(|error| {
        talk.error(None, &error);
        FAILED
    })
}

/// One command of the face as it was called.
struct Call<'m> {
    face: &'static Face,
    given: Given<'m>,
}

impl Call<'_> {
    fn run(&self, matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
        let arguments = self.arguments()?;
        let description = self.description()?;
        let runtime = run::runtime()?;
        let environment = environment(&self.given)?;
        // The built-in cloud is served for as long as `_serving` lives.
        let (cloud, _serving) = runtime.block_on(run::cloud_in(&environment, matches))?;
        let effect = description.effect;
        let work = self.work(&cloud, description, arguments, talk);
        let outcome = runtime.block_on(run::watched(work, talk));
        talk.end();
        let Some(outcome) = outcome else {
            talk.say("interrupted: what the cloud has accepted goes on there");
            return Ok(exit::INTERRUPTED);
        };
        let Done { text, code } = outcome?;
        write(&text, effect)?;
        Ok(code)
    }

    /// The operation behind the command, as the flags have it.
    fn description(&self) -> Result<&'static Description, Error> {
        let instead = self.face.instead.iter().find(|(flag, _)| self.given.has(flag));
        let method = instead.map_or(self.face.operation, |(_, method)| method);
        operations().find(|operation| operation.method == method).ok_or_else(|| {
            Error::new(Kind::Unsupported, format!("there is no operation `{method}`"))
        })
    }

    /// The operation's arguments, without the targets.
    fn arguments(&self) -> Result<Map<String, Value>, Error> {
        let invalid = |refusal: String| Error::new(Kind::Invalid, refusal);
        let mut arguments = Map::new();
        for flag in self.face.flags.iter().filter(|flag| self.given.has(flag.name)) {
            if flag.place != Place::Several
                && let Some((name, value)) = argument(flag, &self.given).map_err(invalid)?
            {
                arguments.insert(name.to_string(), value);
            }
        }
        if let Some(prepare) = self.face.prepare {
            prepare(&self.given, &mut arguments).map_err(invalid)?;
        }
        let waits = |name: &str| self.description().is_ok_and(|it| takes(it, name));
        // The client waits only when told to.
        if waits("wait") {
            arguments.entry("wait").or_insert(false.into());
        }
        Ok(arguments)
    }

    async fn work(
        &self,
        cloud: &Cloud,
        operation: &'static Description,
        arguments: Map<String, Value>,
        talk: &Talk,
    ) -> Result<Done, Error> {
        let text = match &self.face.does {
            Does::List(list) => {
                let rows = self.list(cloud, list).await?;
                let mut style = self.style();
                if style.sort.is_empty() && !list.sorted.is_empty() {
                    style.sort.push(normal(list.sorted));
                }
                style.list(rows)
            }
            Does::Show(show) => {
                let thing = show.noun.find(cloud, self.target()).await?;
                if let Some(print) = self.print(&thing)? {
                    return Ok(print);
                }
                self.one(show.columns, &thing, &self.names(cloud, show.names, &[&thing]).await)
            }
            Does::Make(show) => {
                let made = (operation.run)(cloud, arguments).await?;
                if let Some(print) = self.print(&made)? {
                    return Ok(print);
                }
                let id = ["id", "image_id", show.noun.key]
                    .into_iter()
                    .find_map(|key| made[key].as_str());
                // What only changed something gives nothing back.
                let id = match id {
                    Some(id) => id.to_string(),
                    None => show.noun.id(cloud, self.target()).await?,
                };
                let mut thing = show.noun.get(cloud, &id).await?;
                complete(&mut thing, &made);
                self.one(show.columns, &thing, &self.names(cloud, show.names, &[&thing]).await)
            }
            Does::Tell(columns) => {
                let told = (operation.run)(cloud, arguments).await?;
                self.one(columns, &told, &Names::new())
            }
            Does::Print(print) => Ok(print(&(operation.run)(cloud, arguments).await?)),
            Does::Act => return Ok(self.act(cloud, operation, arguments, talk).await),
        };
        let text = text.map_err(|refusal| Error::new(Kind::Invalid, refusal))?;
        Ok(Done { text, code: 0 })
    }

    /// Runs the operation for each target; all are tried, and every failure is told.
    async fn act(
        &self,
        cloud: &Cloud,
        operation: &'static Description,
        arguments: Map<String, Value>,
        talk: &Talk,
    ) -> Done {
        let targets = match self.face.target() {
            Some(Flag { place: Place::Several, name, gives: Gives::Text(argument), .. }) => {
                let targets = self.given.texts(name);
                targets.into_iter().map(|target| Some((*argument, target))).collect()
            }
            _ => vec![None],
        };
        let several = targets.len() > 1;
        let calls = targets.into_iter().map(|target| {
            let mut arguments = arguments.clone();
            async move {
                if let Some((argument, target)) = target {
                    arguments.insert(argument.to_string(), target.into());
                }
                let target = target.map(|(_, target)| target).filter(|_| several);
                let result = (operation.run)(cloud, arguments).await;
                result.inspect_err(|error| talk.error(target, error)).is_ok()
            }
        });
        let done: Vec<bool> =
            futures_util::stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
        let code = if done.iter().all(|done| *done) { 0 } else { FAILED };
        Done { text: String::new(), code }
    }

    async fn list(&self, cloud: &Cloud, list: &List) -> Result<Rows, Error> {
        let query = self.query(cloud, list).await?;
        let kinds = if list.kinds.is_empty() { &[("", list.noun)] } else { list.kinds };
        let chosen = kinds.iter().any(|(flag, _)| self.given.has(flag));
        let mut things = Vec::new();
        for (flag, noun) in kinds {
            if chosen && !self.given.has(flag) {
                continue;
            }
            let found = match list.below {
                None => noun.all(cloud, noun.list, &query).await,
                Some(parent) => {
                    let id = parent.id(cloud, self.target()).await?;
                    noun.all(cloud, &[parent.path, &id, noun.path], &query).await
                }
            };
            match found {
                // A cloud without one of several services has nothing of that kind.
                Err(error) if kinds.len() > 1 && error.kind() == Kind::Unsupported => {}
                found => things.extend(found?),
            }
        }
        let names = self.names(cloud, list.names, &things.iter().collect::<Vec<_>>()).await;
        let columns = self.columns(list.columns);
        let row = |thing: &Value| {
            columns.iter().filter_map(|column| column.cell(thing, &names)).collect()
        };
        Ok(Rows {
            rows: things.iter().map(row).collect(),
            names: columns.iter().map(|column| column.name).collect(),
        })
    }

    /// The list's query: what the command always asks for, and what the flags add.
    async fn query(&self, cloud: &Cloud, list: &List) -> Result<Vec<(String, String)>, Error> {
        let mut query: Vec<(String, String)> =
            list.query.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        for flag in self.face.flags.iter().filter(|flag| self.given.has(flag.name)) {
            let text = self.given.text(flag.name);
            let (key, value) = match (&flag.gives, text) {
                (Gives::Query(key), Some(_)) => (*key, self.given.texts(flag.name).join(",")),
                (Gives::QueryAs(key, value), _) => (*key, (*value).to_string()),
                (Gives::QueryId(key, noun), Some(text)) => (*key, noun.id(cloud, text).await?),
                _ => continue,
            };
            query.retain(|(known, _)| known != key);
            query.push((key.into(), value));
        }
        Ok(query)
    }

    /// Names of other things. Not knowing them is no failure: ids are shown then.
    async fn names(&self, cloud: &Cloud, wanted: &[NamesOf], things: &[&Value]) -> Names {
        let mut names = Names::new();
        for of in wanted.iter().filter(|of| !self.given.has(of.unless)) {
            let Some(query) = (of.query)(things) else { continue };
            let found = of.noun.all(cloud, of.noun.list, &[query]).await.unwrap_or_default();
            names.extend(found.iter().filter_map(|thing| {
                let name = thing["name"].as_str().unwrap_or_default();
                Some((thing["id"].as_str()?.to_string(), name.to_string()))
            }));
        }
        names
    }

    fn columns(&self, columns: &'static [Column]) -> Vec<&'static Column> {
        let asked: Vec<_> = self.given.texts("column").into_iter().map(normal).collect();
        let has = |flag: &str| self.given.has(flag);
        columns.iter().filter(|column| column.is_shown(&has, &asked)).collect()
    }

    fn one(
        &self,
        columns: &'static [Column],
        thing: &Value,
        names: &Names,
    ) -> Result<String, String> {
        let columns = self.columns(columns).into_iter();
        let cells = columns.filter_map(|column| Some((column.name, column.cell(thing, names)?)));
        let (names, cells): (Vec<_>, Vec<_>) = cells.unzip();
        self.style().one(&names, &cells)
    }

    /// What the flags want printed instead of the columns, which are empty then.
    fn print(&self, thing: &Value) -> Result<Option<Done>, Error> {
        let Some(print) = self.face.print else { return Ok(None) };
        let invalid = |refusal: String| Error::new(Kind::Invalid, refusal);
        let Some(text) = print(&self.given, thing).map_err(invalid)? else { return Ok(None) };
        let empty = self.style().one(&[], &[]).map_err(invalid)?;
        Ok(Some(Done { text: text + &empty, code: 0 }))
    }

    fn target(&self) -> &str {
        self.face.target().and_then(|flag| self.given.text(flag.name)).unwrap_or_default()
    }

    fn style(&self) -> Style {
        let text = |flag: &str| self.given.text(flag).unwrap_or_default().to_string();
        let number = self.given.0.try_get_one::<usize>("max-width").ok().flatten();
        Style {
            format: text("format"),
            columns: self.given.texts("column").into_iter().map(normal).collect(),
            indented: !self.given.has("noindent"),
            quote: text("quote"),
            prefix: text("prefix"),
            width: number.copied().filter(|width| *width > 0).or_else(terminal_width),
            print_empty: self.given.has("print-empty"),
            sort: self.given.texts("sort-column").into_iter().map(normal).collect(),
            descending: self.given.has("sort-descending"),
        }
    }
}

/// A table on a terminal is as wide as that at most.
fn terminal_width() -> Option<usize> {
    let is_terminal = std::io::stdout().is_terminal();
    is_terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.into())
}

/// Right after a creation a service may leave out fields that the operation already knows.
fn complete(thing: &mut Value, made: &Value) {
    if let (Some(thing), Some(made)) = (thing.as_object_mut(), made.as_object()) {
        for (field, value) in made {
            thing.entry(field.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// What came of a command.
struct Done {
    text: String,
    code: u8,
}

fn takes(description: &Description, name: &str) -> bool {
    description.arguments.iter().any(|argument| argument.name == name)
}

/// The operation's argument that a flag stands for.
fn argument(flag: &Flag, given: &Given) -> Result<Option<(&'static str, Value)>, String> {
    let text = given.text(flag.name).unwrap_or_default();
    Ok(Some(match flag.gives {
        Gives::Text(argument) => (argument, text.into()),
        Gives::Number(argument) => {
            let number: i64 = text
                .parse()
                .map_err(|_| format!("--{}: `{text}` is not a whole number", flag.name))?;
            (argument, number.into())
        }
        Gives::Texts(argument) => (argument, given.texts(flag.name).into_iter().collect()),
        Gives::Pairs(argument) => {
            let pairs = given.texts(flag.name).into_iter().map(|pair| {
                let (key, value) = pair.split_once('=').ok_or_else(|| {
                    format!("--{}: `{pair}` is not of the form KEY=VALUE", flag.name)
                })?;
                Ok((key.to_string(), value.into()))
            });
            (argument, pairs.collect::<Result<Map<_, _>, String>>()?.into())
        }
        Gives::File(argument) => (argument, arguments::form::read(text)?.into()),
        Gives::Truth(argument, truth) => (argument, truth.into()),
        Gives::Nothing | Gives::Query(_) | Gives::QueryAs(..) | Gives::QueryId(..) => {
            return Ok(None);
        }
    }))
}

/// The process' environment with what the global flags say: each is the variable of its name.
///
/// # Errors
/// [`Kind::Config`] when flags would change a part of what `clouds.yaml` has as a whole.
fn environment(given: &Given) -> Result<Environment, Error> {
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

/// Writes to standard output. A closed pipe is an error only after a change.
fn write(text: &str, effect: Effect) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe && effect == Effect::Reads => {
            Ok(())
        }
        outcome => outcome.map_err(|error| {
            Error::new(Kind::Failed, format!("the result cannot be written: {error}"))
        }),
    }
}
