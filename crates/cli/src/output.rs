//! Results on standard output: as a table, JSON, YAML, CSV or bare values.
//!
//! Data arrives as JSON in the form of the contract's records and leaves with the same field names
//! in every format. A list's table shows the noun's usual columns, JSON and YAML show every field,
//! and `--column` decides for any of them.

mod cell;
mod free;
mod query;
mod table;
mod tree;

use std::borrow::Cow;
use std::io::{self, Write};

use clap::builder::PossibleValue;
use clap::{ArgMatches, ValueEnum};
use infomaniak_cloud::operation::{Description, Effect, Shape};
use serde_json::{Map, Value};

use crate::text;
use cell::Cells;
use query::Query;
pub(crate) use query::argument as query_argument;

/// How a result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Lines and columns, for eyes.
    Table,
    /// All fields, with their types.
    Json,
    /// All fields, with their types, easier to read.
    Yaml,
    /// A line for each record, quoted, for spreadsheets.
    Csv,
    /// Bare values with spaces between, for shell scripts.
    Value,
    /// A picture for the web, of what can be drawn.
    Svg,
    /// A graph for pages that draw Mermaid.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
}

impl Format {
    /// What a drawing in this format is called; `None` for formats that are none.
    fn drawing(self) -> Option<&'static str> {
        match self {
            Format::Svg => Some("svg"),
            Format::Mermaid => Some("mermaid"),
            Format::Dot => Some("dot"),
            _ => None,
        }
    }
}

/// Whether what reads standard output knows more characters than ASCII has, as the locale says.
fn knows_lines() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Format::Table,
            Format::Json,
            Format::Yaml,
            Format::Csv,
            Format::Value,
            Format::Svg,
            Format::Mermaid,
            Format::Dot,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let name = match self {
            Format::Table => "table",
            Format::Json => "json",
            Format::Yaml => "yaml",
            Format::Csv => "csv",
            Format::Value => "value",
            Format::Svg | Format::Mermaid | Format::Dot => {
                // Few results can be drawn; their help says so.
                return self.drawing().map(|name| PossibleValue::new(name).hide(true));
            }
        };
        Some(PossibleValue::new(name))
    }
}

/// What the command line says about the presentation of a result.
pub(crate) struct Presentation {
    format: Format,
    columns: Option<Vec<String>>,
    sort: Vec<(String, Direction)>,
    header: bool,
    query: Option<Query>,
}

#[derive(Clone, Copy)]
enum Direction {
    Ascending,
    Descending,
}

/// A result: one record, or several of one kind.
pub(crate) enum Data {
    One(Value),
    Many(Vec<Value>),
}

/// The names of a result's fields, in their order.
pub(crate) fn fields(description: &Description) -> Vec<String> {
    let schema = (description.schema)();
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

impl Presentation {
    /// Reads the flags and checks the field names in them, before anything is sent.
    ///
    /// # Errors
    /// A sentence about a field that does not exist.
    pub(crate) fn new(description: &Description, matches: &ArgMatches) -> Result<Self, String> {
        let many = |name: &str| -> Vec<String> {
            match matches.try_get_many::<String>(name) {
                Ok(Some(values)) => values.flat_map(|v| v.split(',')).map(field_name).collect(),
                _ => Vec::new(),
            }
        };
        if let Some(drawing) = format(matches).and_then(Format::drawing)
            && !description.drawings.contains(&drawing)
        {
            return Err(format!("`-f {drawing}` is for what can be drawn, as network topology"));
        }
        let known = fields(description);
        let check = |name: &str| {
            if known.iter().any(|field| field == name) {
                return Ok(());
            }
            Err(format!("there is no field `{name}`; the fields are {}", known.join(", ")))
        };
        let columns = many("column");
        columns.iter().try_for_each(|name| check(name))?;
        let mut sort = Vec::new();
        for key in many("sort") {
            let (name, direction) = match key.rsplit_once(':') {
                Some((name, "desc")) => (name, Direction::Descending),
                Some((name, "asc")) => (name, Direction::Ascending),
                _ => (key.as_str(), Direction::Ascending),
            };
            check(name)?;
            sort.push((name.to_string(), direction));
        }
        Ok(Presentation {
            format: format(matches).unwrap_or(Format::Table),
            columns: (!columns.is_empty()).then_some(columns),
            sort,
            header: header(matches),
            query: Query::given(matches, &known)?,
        })
    }

    /// Writes a result to standard output.
    ///
    /// # Errors
    /// What the operating system says. A closed pipe is an error only after a change: of what was
    /// only looked at nobody wants to read on, but what was made nobody has heard of. `InvalidInput`
    /// if the expression of `--query` does not fit the result.
    pub(crate) fn show(&self, description: &Description, data: Data) -> io::Result<()> {
        if description.shape == Shape::Nothing {
            return Ok(());
        }
        let mut stdout = io::BufWriter::new(io::stdout().lock());
        let written = self.put(description, data, &mut stdout).and_then(|()| stdout.flush());
        match written {
            Err(error)
                if error.kind() == io::ErrorKind::BrokenPipe
                    && description.effect == Effect::Reads =>
            {
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Puts the result, sorted and picked from as the flags say, into `out`.
    ///
    /// # Errors
    /// As `show`.
    pub(crate) fn put(
        &self,
        description: &Description,
        mut data: Data,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if let Data::Many(records) = &mut data {
            self.sort(records);
        }
        let Some(query) = &self.query else { return self.write(description, &data, out) };
        let whole = match data {
            Data::One(record) => record,
            Data::Many(records) => records.into(),
        };
        out.write_all(free::write(&query.apply(&whole)?, self.format, self.header)?.as_bytes())
    }

    fn write(
        &self,
        description: &Description,
        data: &Data,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if let Some(drawing) = self.drawn(description, data) {
            let safe = text::lines(&drawing);
            return match table::terminal_width().filter(|_| self.format == Format::Table) {
                Some(width) => out.write_all(tree::fold(&safe, width.into()).as_bytes()),
                None => out.write_all(safe.as_bytes()),
            };
        }
        let text = match self.format {
            Format::Json => return self.json(data, out),
            Format::Yaml => {
                let yaml = match data {
                    Data::One(record) => serde_saphyr::to_string(&self.chosen(record)),
                    Data::Many(records) => {
                        let chosen: Vec<_> = records.iter().map(|one| self.chosen(one)).collect();
                        serde_saphyr::to_string(&chosen)
                    }
                };
                let yaml = yaml.map_err(io::Error::other)?;
                format!("{}\n", text::document(yaml.trim_end()))
            }
            Format::Table => self.tables(description, data),
            Format::Csv => self.csv(description, data)?,
            Format::Value => self.values(description, data),
            Format::Svg | Format::Mermaid | Format::Dot => String::new(),
        };
        out.write_all(text.as_bytes())
    }

    /// The result as a drawing, if it is one that is asked for, or that eyes like best.
    fn drawn(&self, description: &Description, data: &Data) -> Option<String> {
        let Data::One(record) = data else { return None };
        let form = match self.format {
            Format::Table if self.columns.is_none() => {
                let usual = *description.drawings.first()?;
                if usual == "tree" && !knows_lines() { "ascii" } else { usual }
            }
            format => format.drawing()?,
        };
        (description.draw)(record, form)
    }

    /// Record by record: the text of five thousand at once would be most of the memory in use.
    fn json(&self, data: &Data, out: &mut impl Write) -> io::Result<()> {
        let pretty = |record: &Value| -> io::Result<String> {
            let json = serde_json::to_string_pretty(&self.chosen(record))?;
            Ok(text::document(&json).into_owned())
        };
        let records = match data {
            Data::One(record) => return writeln!(out, "{}", pretty(record)?),
            Data::Many(records) => records,
        };
        let mut before = "[";
        for record in records {
            // No string in JSON has a line break of its own.
            write!(out, "{before}\n  {}", pretty(record)?.replace('\n', "\n  "))?;
            before = ",";
        }
        out.write_all(if records.is_empty() { b"[]\n" } else { b"\n]\n" })
    }

    /// Sorts numbers as numbers and texts as texts.
    fn sort(&self, records: &mut [Value]) {
        records.sort_by(|a, b| {
            let mut order = std::cmp::Ordering::Equal;
            for (field, direction) in &self.sort {
                order = order.then_with(|| match direction {
                    Direction::Ascending => cell::compare(&a[field], &b[field]),
                    Direction::Descending => cell::compare(&b[field], &a[field]),
                });
            }
            order
        });
    }

    /// A record with the wanted fields, for formats that nest.
    fn chosen<'a>(&self, record: &'a Value) -> Cow<'a, Value> {
        let Some(columns) = &self.columns else { return Cow::Borrowed(record) };
        let fields = columns.iter().map(|field| (field.clone(), record[field].clone()));
        Cow::Owned(fields.collect::<Map<_, _>>().into())
    }

    /// The fields of a flat format: those asked for, else the usual ones of a list.
    fn columns(&self, description: &Description) -> Vec<String> {
        match &self.columns {
            Some(columns) => columns.clone(),
            None if description.shape == Shape::Many => {
                description.columns.iter().map(ToString::to_string).collect()
            }
            None => fields(description),
        }
    }

    fn tables(&self, description: &Description, data: &Data) -> String {
        let columns = self.columns(description);
        let cells = Cells::new(description);
        match data {
            Data::One(record) => table::of_one(&columns, record, &cells),
            Data::Many(records) if description.shape == Shape::Many => {
                table::of_many(&columns, records, &cells, self.header)
            }
            Data::Many(records) => {
                records.iter().map(|record| table::of_one(&columns, record, &cells)).collect()
            }
        }
    }

    fn csv(&self, description: &Description, data: &Data) -> io::Result<String> {
        let columns = self.columns(description);
        let cells = Cells::new(description);
        let row = |record: &Value| -> Vec<_> {
            columns.iter().map(|field| cells.lines(field, &record[field])).collect()
        };
        free::csv(self.header.then_some(&columns), data.records().iter().map(row))
    }

    /// One line for each record of a list; one line for each field of a single record.
    fn values(&self, description: &Description, data: &Data) -> String {
        let columns = self.columns(description);
        let cells = Cells::new(description);
        let mut text = String::new();
        for record in data.records() {
            let separator = if description.shape == Shape::Many { " " } else { "\n" };
            let row = columns.iter().map(|field| match separator {
                " " => cells.line(field, &record[field]),
                _ => cells.lines(field, &record[field]),
            });
            text.push_str(row.collect::<Vec<_>>().join(separator).trim_end_matches('\n'));
            text.push('\n');
        }
        text
    }
}

impl Data {
    fn records(&self) -> &[Value] {
        match self {
            Data::One(record) => std::slice::from_ref(record),
            Data::Many(records) => records,
        }
    }
}

/// Field names as people type them: `availability-zone`, `ID`.
fn field_name(text: &str) -> String {
    text.trim().to_ascii_lowercase().replace(['-', ' '], "_")
}

/// The format that the command line names.
fn format(matches: &ArgMatches) -> Option<Format> {
    matches.try_get_one("format").ok().flatten().copied()
}

fn header(matches: &ArgMatches) -> bool {
    !matches!(matches.try_get_one("no-header"), Ok(Some(true)))
}

/// Writes a value that no operation describes, as the flags say; without them as `otherwise`.
///
/// # Errors
/// A sentence about an expression that does not fit, or what the operating system says.
pub(crate) fn value(matches: &ArgMatches, value: &Value, otherwise: Format) -> io::Result<String> {
    let query = Query::given(matches, &[]).map_err(query::unfit)?;
    let chosen = query.map(|query| query.apply(value)).transpose()?;
    let format = format(matches).unwrap_or(otherwise);
    free::write(chosen.as_ref().unwrap_or(value), format, header(matches))
}

#[cfg(test)]
mod tests;
