//! Flags and positional arguments of the face's commands: how they stand on the command line, and what
//! they give.

use super::noun::Noun;

/// A flag, or a positional argument.
pub(super) struct Flag {
    /// Without the dashes: `flavor`.
    pub(super) name: &'static str,
    pub(super) place: Place,
    pub(super) gives: Gives,
    pub(super) required: bool,
    /// The only values there are; any, if none is named.
    pub(super) choices: &'static [&'static str],
    /// Whether these may be written in any case.
    pub(super) any_case: bool,
    /// Flags that it cannot be given with.
    not_with: &'static [&'static str],
    /// The flag that takes its place: one of the two has to be given.
    pub(super) unless: Option<&'static str>,
}

/// Where it stands on the command line, and how often.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A positional argument.
    One,
    /// Positional arguments, one at least.
    Several,
    /// `--name`
    Switch,
    /// `--name VALUE`
    Value,
    /// `--name VALUE`, again and again.
    Values,
    /// `--name VALUE VALUE`, again and again.
    Many,
}

/// What it gives.
pub(super) enum Gives {
    /// Nothing by itself; code may look whether it is there.
    Nothing,
    /// An argument of the operation, as text.
    Text(&'static str),
    /// An argument that is the id of what is named.
    Id(&'static str, &'static Noun),
    /// An argument that is a whole number.
    Number(&'static str),
    /// An argument that is a list of texts.
    Texts(&'static str),
    /// An argument that is a map, from `KEY=VALUE`.
    Pairs(&'static str),
    /// An argument that is a map, from `KEY=VALUE,KEY=VALUE`.
    Map(&'static str),
    /// An argument that is the content of the named file.
    File(&'static str),
    /// An argument that becomes this.
    Truth(&'static str, bool),
    /// An argument that becomes this word.
    Word(&'static str, &'static str),
    /// Where there is such a thing, its id as the first argument, but only with this flag; else the text
    /// as the second, the name of something new.
    IdOrName { noun: &'static Noun, id: &'static str, only_with: &'static str, name: &'static str },
    /// A parameter of the list's query; several values stand in one, with commas.
    Query(&'static str),
    /// A parameter of the list's query, once for each value.
    QueryEach(&'static str),
    /// A parameter of the list's query, once for each of the words between commas.
    QueryWords(&'static str),
    /// A parameter of the list's query with this value.
    QueryAs(&'static str, &'static str),
    /// A parameter of the list's query: the id of what is named.
    QueryId(&'static str, &'static Noun),
    /// A parameter of the list's query: all `KEY=VALUE`, as Python writes a dictionary.
    QueryDict(&'static str),
    /// Parameters of the list's query: each `KEY=VALUE` is one.
    QueryPairs,
    /// A parameter of the list's query for each part of `NAME=VALUE,NAME=VALUE`.
    QueryParts(&'static str, &'static [Part]),
    /// The project whose things are listed, by its id.
    QueryProject,
    /// How many are listed at most.
    Most,
    /// An argument that is a list of maps, each from `NAME=VALUE,NAME=VALUE`.
    Parts(&'static str, &'static [Part]),
    /// A field that the operation has no argument for and sends as it is.
    Extra(&'static str),
    /// Such a field that becomes this.
    ExtraTruth(&'static str, bool),
    /// Such a field that is a number.
    ExtraNumber(&'static str),
    /// Such a field that is a list of texts.
    ExtraTexts(&'static str),
    /// Such a field that is a list of maps, each from `NAME=VALUE,NAME=VALUE`.
    ExtraParts(&'static str, &'static [Part]),
    /// Such a field that is the project it shall belong to, by its id.
    ExtraProject(&'static str),
}

/// One of the parts that a value consists of.
pub(super) struct Part {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// What it is called in the argument, or the query.
    pub(super) field: &'static str,
    pub(super) required: bool,
    /// What it names, where its id is wanted.
    pub(super) noun: Option<&'static Noun>,
}

impl Part {
    pub(super) const fn new(name: &'static str, field: &'static str) -> Part {
        Part { name, field, required: false, noun: None }
    }

    pub(super) const fn required(self) -> Part {
        Part { required: true, ..self }
    }

    pub(super) const fn id_of(self, noun: &'static Noun) -> Part {
        Part { noun: Some(noun), ..self }
    }
}

/// The argument for fields that an operation has no argument of their own for.
pub(super) const EXTRA: &str = "extra";

impl Gives {
    /// The argument of the operation that it gives.
    pub(super) fn argument(&self) -> Option<&'static str> {
        match self {
            Gives::Text(name)
            | Gives::Number(name)
            | Gives::Texts(name)
            | Gives::Pairs(name)
            | Gives::Map(name)
            | Gives::Id(name, _)
            | Gives::File(name)
            | Gives::Truth(name, _)
            | Gives::Word(name, _)
            | Gives::Parts(name, _)
            | Gives::IdOrName { name, .. } => Some(name),
            Gives::Extra(_)
            | Gives::ExtraTruth(..)
            | Gives::ExtraNumber(_)
            | Gives::ExtraTexts(_)
            | Gives::ExtraParts(..)
            | Gives::ExtraProject(_) => Some(EXTRA),
            _ => None,
        }
    }

    /// The parameter of the list's query that it gives.
    pub(super) fn parameter(&self) -> Option<&'static str> {
        match self {
            Gives::Query(name)
            | Gives::QueryEach(name)
            | Gives::QueryWords(name)
            | Gives::QueryAs(name, _)
            | Gives::QueryId(name, _)
            | Gives::QueryDict(name) => Some(name),
            _ => None,
        }
    }

    /// The field that it alone fills.
    fn field(&self) -> Option<&'static str> {
        match self {
            Gives::ExtraTruth(field, _) => Some(field),
            _ => self.argument().or(self.parameter()),
        }
    }
}

impl Flag {
    const fn new(name: &'static str, place: Place, gives: Gives) -> Flag {
        let required = matches!(place, Place::One | Place::Several);
        Flag {
            name,
            place,
            gives,
            required,
            choices: &[],
            any_case: false,
            not_with: &[],
            unless: None,
        }
    }

    /// What the command is about: one thing.
    pub(super) const fn one(name: &'static str, argument: &'static str) -> Flag {
        Flag::new(name, Place::One, Gives::Text(argument))
    }

    /// What the command is about: things, to each of which it does the same.
    pub(super) const fn several(name: &'static str, argument: &'static str) -> Flag {
        Flag::new(name, Place::Several, Gives::Text(argument))
    }

    /// `--name` on its own.
    pub(super) const fn switch(name: &'static str, gives: Gives) -> Flag {
        Flag::new(name, Place::Switch, gives)
    }

    /// `--name VALUE`
    pub(super) const fn value(name: &'static str, gives: Gives) -> Flag {
        Flag::new(name, Place::Value, gives)
    }

    /// `--name VALUE`, again and again.
    pub(super) const fn values(name: &'static str, gives: Gives) -> Flag {
        Flag::new(name, Place::Values, gives)
    }

    /// `--name VALUE VALUE`, again and again.
    pub(super) const fn many(name: &'static str, gives: Gives) -> Flag {
        Flag::new(name, Place::Many, gives)
    }

    /// One that gives something else.
    pub(super) const fn gives(self, gives: Gives) -> Flag {
        Flag { gives, ..self }
    }

    /// One that has to be given.
    pub(super) const fn required(self) -> Flag {
        Flag { required: true, ..self }
    }

    /// One that takes these values only.
    pub(super) const fn of(self, choices: &'static [&'static str]) -> Flag {
        Flag { choices, ..self }
    }

    /// One that takes these words only, in any case.
    pub(super) const fn of_words(self, choices: &'static [&'static str]) -> Flag {
        Flag { choices, any_case: true, ..self }
    }

    /// One that has to be given unless the other is: one of the two, never both.
    pub(super) const fn or(self, other: &'static str) -> Flag {
        Flag { unless: Some(other), ..self }
    }

    /// One that cannot be given together with these.
    pub(super) const fn not_with(self, not_with: &'static [&'static str]) -> Flag {
        Flag { not_with, ..self }
    }

    /// Whether the two cannot both be given, be it that they say something else about the same:
    /// `--bootable` and `--non-bootable`.
    pub(super) fn excludes(&self, other: &Flag) -> bool {
        let same = |this: Option<&str>, that: Option<&str>| this.is_some() && this == that;
        let switches = [self, other].iter().all(|flag| flag.place == Place::Switch);
        self.not_with.contains(&other.name)
            || self.unless == Some(other.name)
            || self.name != other.name
                && (same(self.gives.parameter(), other.gives.parameter())
                    || switches && same(self.gives.field(), other.gives.field()))
    }

    /// One that need not be given, though it is no flag.
    pub(super) const fn optional(self) -> Flag {
        Flag { required: false, ..self }
    }
}

/// `--long`
pub(super) const LONG: Flag = Flag::switch("long", Gives::Nothing);
/// `--max-items`
pub(super) const MOST: Flag = Flag::value("max-items", Gives::Most);
/// `--wait`
pub(super) const WAIT: Flag = Flag::switch("wait", Gives::Truth("wait", true));
