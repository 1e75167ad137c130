//! Runs a command of the face: asks the cloud, and writes the answer as the client does.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use clap::ArgMatches;
use futures_util::StreamExt;
use infomaniak_cloud::operation::{Description, Effect};
use infomaniak_cloud::{Cloud, Error, Kind, operations};
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, List, NamesOf};
use super::thing::complete;
use super::view::{Column, Names, normal};
use super::write::{Rows, Style};
use super::{given, parse, python};
use crate::talk::Talk;
use crate::{exit, run};

/// Any failure of a command: the client knows no finer codes.
const FAILED: u8 = 1;
/// So much is each level indented where JSON is all that is printed.
const DUMPED: usize = 4;
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
    let talk = Talk::begin(&matches, &format!("openstack {}", face.words));
    let call = Call { face, given: Given(&matches) };
    call.run(&matches, &talk).unwrap_or_else(|error| {
        talk.error(None, &error);
        FAILED
    })
}

/// One command of the face as it was called.
pub(super) struct Call<'m> {
    pub(super) face: &'static Face,
    pub(super) given: Given<'m>,
}

impl Call<'_> {
    fn run(&self, matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
        let description = self.description()?;
        let others = self.others()?;
        let arguments = self.arguments(description, &others)?;
        let runtime = run::runtime()?;
        let environment = given::environment(&self.given)?;
        // The built-in cloud is served for as long as `_serving` lives.
        let (cloud, _serving) = runtime.block_on(run::cloud_in(&environment, matches))?;
        let effect = description.effect;
        let work = async {
            let mut arguments = arguments;
            given::add_found(self.face, &self.given, &cloud, &mut arguments).await?;
            if matches!(self.face.does, Does::Act) {
                let steps = steps(&others, description, &arguments);
                return Ok(self.act(&cloud, &steps, &arguments, talk).await);
            }
            self.work(&cloud, description, arguments).await
        };
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
        described(instead.map_or(self.face.operation, |(_, method)| method))
    }

    /// The operations that flags call for besides.
    fn others(&self) -> Result<Vec<&'static Description>, Error> {
        let others = self.face.also.iter().filter(|(flag, _)| self.given.has(flag));
        others.map(|(_, method)| described(method)).collect()
    }

    /// What is asked for, as arguments of the operations.
    fn arguments(
        &self,
        operation: &Description,
        others: &[&Description],
    ) -> Result<Map<String, Value>, Error> {
        let mut arguments = given::arguments(self.face, &self.given)?;
        // The client waits only when told to.
        if takes(operation, "wait") || others.iter().any(|other| takes(other, "wait")) {
            arguments.entry("wait").or_insert(false.into());
        }
        Ok(arguments)
    }

    async fn work(
        &self,
        cloud: &Cloud,
        operation: &'static Description,
        arguments: Map<String, Value>,
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
                let thing = self.thing(cloud, show).await?;
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
                let mut thing = self.made(cloud, show, &made).await?;
                complete(&mut thing, &made);
                self.one(show.columns, &thing, &self.names(cloud, show.names, &[&thing]).await)
            }
            Does::Tell(columns) => {
                let told = (operation.run)(cloud, arguments).await?;
                self.one(columns, &told, &Names::new())
            }
            Does::TellOf(columns, field, noun) => {
                let asked = arguments.clone().into();
                let mut told = (operation.run)(cloud, arguments).await?;
                complete(&mut told, &asked);
                told[*field] = noun.id(cloud, self.target()).await?.into();
                self.one(columns, &told, &Names::new())
            }
            Does::Print(print) => Ok(print(&(operation.run)(cloud, arguments).await?)),
            Does::Dump(of, what) => {
                let id = of.id(cloud, self.target()).await?;
                let thing = what.at(cloud, &[of.path, &id, what.path]).await?;
                Ok(python::json(&thing, Some(DUMPED)) + "\n")
            }
            Does::Act => Ok(String::new()),
        };
        let text = text.map_err(|refusal| Error::new(Kind::Invalid, refusal))?;
        Ok(Done { text, code: 0 })
    }

    /// Runs the operations for each target; all are tried, and every failure is told.
    async fn act(
        &self,
        cloud: &Cloud,
        steps: &[&'static Description],
        arguments: &Map<String, Value>,
        talk: &Talk,
    ) -> Done {
        let targets = match self.face.targets() {
            Some(Flag { name, gives: Gives::Text(argument), .. }) => {
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
                for step in steps {
                    let mut arguments = arguments.clone();
                    arguments.retain(|name, _| steps.len() == 1 || takes(step, name));
                    if let Err(error) = (step.run)(cloud, arguments).await {
                        talk.error(target, &error);
                        return false;
                    }
                }
                true
            }
        });
        let done: Vec<bool> =
            futures_util::stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
        let code = if done.iter().all(|done| *done) { 0 } else { FAILED };
        Done { text: String::new(), code }
    }

    async fn list(&self, cloud: &Cloud, list: &List) -> Result<Rows, Error> {
        let query = given::query(self.face, &self.given, cloud, list).await?;
        let most = given::most(self.face, &self.given)?;
        let kinds = if list.kinds.is_empty() { &[("", list.noun)] } else { list.kinds };
        let chosen = kinds.iter().any(|(flag, _)| self.given.has(flag));
        let mut things = Vec::new();
        for (flag, noun) in kinds {
            if chosen && !self.given.has(flag) {
                continue;
            }
            let found = match list.below {
                None => noun.all(cloud, noun.list, &query, most).await,
                Some(parent) => {
                    let id = parent.id(cloud, self.target()).await?;
                    noun.all(cloud, &[parent.path, &id, noun.path], &query, most).await
                }
            };
            match found {
                // A cloud without one of several services has nothing of that kind.
                Err(error) if kinds.len() > 1 && error.kind() == Kind::Unsupported => {}
                found => things.extend(found?),
            }
        }
        let names = self.names(cloud, list.names, &things.iter().collect::<Vec<_>>()).await;
        let mut columns = self.columns(list.columns);
        // One that some things do not have is there if any has it.
        columns.retain(|column| {
            !column.may_be_missing()
                || things.iter().any(|thing| column.cell(thing, &names).is_some())
        });
        let row = |thing: &Value| {
            columns.iter().map(|column| column.cell(thing, &names).unwrap_or_default()).collect()
        };
        Ok(Rows {
            rows: things.iter().map(row).collect(),
            names: columns.iter().map(|column| column.name).collect(),
        })
    }

    /// Names of other things. Not knowing them is no failure: ids are shown then.
    async fn names(&self, cloud: &Cloud, wanted: &[NamesOf], things: &[&Value]) -> Names {
        let mut names = Names::new();
        let for_people = self.given.text("format") == Some("table");
        let wanted = wanted.iter().filter(|of| !self.given.has(of.unless));
        for of in wanted.filter(|of| for_people || !of.for_people) {
            let Some(query) = (of.query)(things) else { continue };
            let found = of.noun.all(cloud, of.noun.list, &[query], None).await.unwrap_or_default();
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

    pub(super) fn target(&self) -> &str {
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

/// What came of a command.
struct Done {
    text: String,
    code: u8,
}

fn described(method: &str) -> Result<&'static Description, Error> {
    operations()
        .find(|operation| operation.method == method)
        .ok_or_else(|| Error::new(Kind::Unsupported, format!("there is no operation `{method}`")))
}

/// The operations that are called for besides, and the command's own, unless there is nothing left for
/// it to do.
fn steps(
    others: &[&'static Description],
    operation: &'static Description,
    arguments: &Map<String, Value>,
) -> Vec<&'static Description> {
    let is_for_it =
        |name: &String| name != "wait" && !others.iter().any(|other| takes(other, name));
    let is_idle = !others.is_empty() && !arguments.keys().any(is_for_it);
    others.iter().copied().chain((!is_idle).then_some(operation)).collect()
}

fn takes(description: &Description, name: &str) -> bool {
    description.arguments.iter().any(|argument| argument.name == name)
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
