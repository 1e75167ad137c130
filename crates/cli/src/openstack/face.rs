//! What a command of the face is: its words, its flags, the operation behind it, and what it shows.

use clap::ArgMatches;
use serde_json::{Map, Value};

pub(super) use super::flag::{Flag, Gives, LONG, MOST, Part, Place, WAIT};
use super::noun::Noun;
use super::view::Column;

/// A command as the `openstack` client has it.
pub(super) struct Face {
    /// What is typed: `server list`.
    pub(super) words: &'static str,
    /// The method of the operation behind it: `list_instances`.
    pub(super) operation: &'static str,
    /// Its flags and positional arguments.
    flags: &'static [Flag],
    /// Flags that it shares with others.
    shared: &'static [&'static [Flag]],
    /// What it does.
    pub(super) does: Does,
    /// Flags that call for another operation: `server resize --confirm`.
    pub(super) instead: &'static [(&'static str, &'static str)],
    /// Flags that call for one more operation, before that of the others: `volume set --size`.
    pub(super) also: &'static [(&'static str, &'static str)],
    /// What the flags mean for the operation, where that takes more than handing them on.
    pub(super) prepare: Option<Prepare>,
    /// What is printed instead of the columns, if the flags want it so.
    pub(super) print: Option<Print>,
}

/// Makes arguments of the operation out of flags; what is wrong with them is a sentence.
pub(super) type Prepare = fn(&Given, &mut Map<String, Value>) -> Result<(), String>;
/// Takes what is printed as it is out of what the cloud gave.
pub(super) type Print = fn(&Given, &Value) -> Result<Option<String>, String>;

impl Face {
    pub(super) const fn new(
        words: &'static str,
        operation: &'static str,
        flags: &'static [Flag],
        does: Does,
    ) -> Face {
        Face {
            words,
            operation,
            flags,
            shared: &[],
            does,
            instead: &[],
            also: &[],
            prepare: None,
            print: None,
        }
    }

    /// With flags that other commands have, too.
    pub(super) const fn and(self, shared: &'static [&'static [Flag]]) -> Face {
        Face { shared, ..self }
    }

    /// With a flag that calls for another operation.
    pub(super) const fn instead(self, instead: &'static [(&'static str, &'static str)]) -> Face {
        Face { instead, ..self }
    }

    /// With a flag that calls for one more operation.
    pub(super) const fn also(self, also: &'static [(&'static str, &'static str)]) -> Face {
        Face { also, ..self }
    }

    /// With code that makes arguments out of flags.
    pub(super) const fn prepared(self, prepare: Prepare) -> Face {
        Face { prepare: Some(prepare), ..self }
    }

    /// With code that may print something else than the columns.
    pub(super) const fn printing(self, print: Print) -> Face {
        Face { print: Some(print), ..self }
    }

    /// Its flags and positional arguments.
    pub(super) fn flags(&self) -> impl Iterator<Item = &'static Flag> + use<> {
        self.flags.iter().chain(self.shared.iter().copied().flatten())
    }

    /// The positional argument that says what the command is about.
    pub(super) fn target(&self) -> Option<&'static Flag> {
        self.flags().find(|flag| matches!(flag.place, Place::One | Place::Several))
    }

    /// The positional arguments to each of which it does the same.
    pub(super) fn targets(&self) -> Option<&'static Flag> {
        self.flags().find(|flag| flag.place == Place::Several)
    }
}

/// What a command does, and shows.
pub(super) enum Does {
    /// Lists what the service has.
    List(List),
    /// Shows one thing as the service has it.
    Show(Show),
    /// Runs the operation, then shows what it made.
    Make(Show),
    /// Runs the operation and shows what it gave back.
    Tell(&'static [Column]),
    /// The same, with what was asked for, and with the id of the target in this field.
    TellOf(&'static [Column], &'static str, &'static Noun),
    /// Runs the operation and prints this of what it gave back, as it is.
    Print(fn(&Value) -> String),
    /// Prints what the service has of the first below the second, in JSON.
    Dump(&'static Noun, &'static Noun),
    /// Runs the operation for each target, and is quiet about it.
    Act,
}

/// A list.
pub(super) struct List {
    /// What is listed.
    pub(super) noun: &'static Noun,
    /// All that is listed, where several kinds are, with the flag that asks for one of them only.
    pub(super) kinds: &'static [(&'static str, &'static Noun)],
    /// What it belongs to, where it is listed below one thing: the events of a server.
    pub(super) below: Option<&'static Noun>,
    /// The query that goes with it in any case.
    pub(super) query: &'static [(&'static str, &'static str)],
    pub(super) columns: &'static [Column],
    pub(super) names: &'static [NamesOf],
    /// The column it is sorted by if nothing else is asked for; else as the service has it.
    pub(super) sorted: &'static str,
}

/// One thing, shown.
pub(super) struct Show {
    pub(super) noun: &'static Noun,
    /// What it stands below, where the command names that first: the pool of a member.
    pub(super) below: Option<&'static Noun>,
    /// What it stands below, and what it is the tie to, where the command names these two instead of
    /// it: a server, and the volume that is attached to it.
    pub(super) between: Option<[&'static Noun; 2]>,
    pub(super) columns: &'static [Column],
    pub(super) names: &'static [NamesOf],
    pub(super) parts: Option<PartsOf>,
}

/// What else is asked for to show one thing: those of another kind that belong to it, in a field.
pub(super) struct PartsOf {
    pub(super) field: &'static str,
    pub(super) noun: &'static Noun,
    /// The parameter of their list that takes the thing's id.
    pub(super) query: &'static str,
}

/// A look-up of the names of other things that appear in those shown.
pub(super) struct NamesOf {
    pub(super) noun: &'static Noun,
    /// The query for those that appear; `None` if there are none.
    pub(super) query: fn(&[&Value]) -> Option<(String, String)>,
    /// Nothing is looked up with this flag.
    pub(super) unless: &'static str,
    /// Only people are shown the names, in tables; others are given ids.
    pub(super) for_people: bool,
}

impl List {
    pub(super) const fn of(noun: &'static Noun, columns: &'static [Column]) -> List {
        List { noun, kinds: &[], below: None, query: &[], columns, names: &[], sorted: "" }
    }

    pub(super) const fn kinds(self, kinds: &'static [(&'static str, &'static Noun)]) -> List {
        List { kinds, ..self }
    }

    pub(super) const fn query(self, query: &'static [(&'static str, &'static str)]) -> List {
        List { query, ..self }
    }

    pub(super) const fn names(self, names: &'static [NamesOf]) -> List {
        List { names, ..self }
    }

    pub(super) const fn sorted(self, sorted: &'static str) -> List {
        List { sorted, ..self }
    }

    pub(super) const fn below(self, noun: &'static Noun) -> List {
        List { below: Some(noun), ..self }
    }
}

impl Show {
    pub(super) const fn of(noun: &'static Noun, columns: &'static [Column]) -> Show {
        Show { noun, below: None, between: None, columns, names: &[], parts: None }
    }

    /// Below another thing.
    pub(super) const fn below(self, noun: &'static Noun) -> Show {
        Show { below: Some(noun), ..self }
    }

    /// With things of another kind that belong to it.
    pub(super) const fn parts(self, parts: PartsOf) -> Show {
        Show { parts: Some(parts), ..self }
    }

    /// Below the first, and named after the second.
    pub(super) const fn between(self, nouns: [&'static Noun; 2]) -> Show {
        Show { between: Some(nouns), ..self }
    }

    pub(super) const fn names(self, names: &'static [NamesOf]) -> Show {
        Show { names, ..self }
    }
}

/// What was given on the command line.
pub(super) struct Given<'m>(pub(super) &'m ArgMatches);

impl Given<'_> {
    /// Whether a flag was given.
    pub(super) fn has(&self, flag: &str) -> bool {
        match self.0.try_get_one::<bool>(flag) {
            Ok(value) => value == Some(&true),
            // One with a value.
            Err(_) => matches!(self.0.try_contains_id(flag), Ok(true)),
        }
    }

    /// The value of a flag.
    pub(super) fn text(&self, flag: &str) -> Option<&str> {
        self.0.try_get_one::<String>(flag).ok().flatten().map(String::as_str)
    }

    /// The values of a flag that may be repeated.
    pub(super) fn texts(&self, flag: &str) -> Vec<&str> {
        let values = self.0.try_get_many::<String>(flag).ok().flatten();
        values.into_iter().flatten().map(String::as_str).collect()
    }
}
