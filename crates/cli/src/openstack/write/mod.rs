//! Lists and single things in the formats of cliff, on which the client is built.

mod flat;
mod table;

use serde_json::{Map, Value};

use super::python;
use super::view::{Cell, normal};
use crate::text;

/// How a result is written.
pub(super) struct Style {
    pub(super) format: String,
    /// The columns asked for; all, if none is.
    pub(super) columns: Vec<String>,
    pub(super) indented: bool,
    pub(super) quote: String,
    pub(super) prefix: String,
    /// The table's greatest width, if it has one.
    pub(super) width: Option<usize>,
    pub(super) print_empty: bool,
    pub(super) sort: Vec<String>,
    pub(super) descending: bool,
}

/// Rows below headings.
pub(super) struct Rows {
    pub(super) names: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Style {
    /// A list.
    ///
    /// # Errors
    /// A sentence, when none of the columns asked for is there.
    pub(super) fn list(&self, mut list: Rows) -> Result<String, String> {
        self.sort(&mut list);
        let chosen = self.choose(&list.names)?;
        let names: Vec<&str> = chosen.iter().map(|index| list.names[*index]).collect();
        let pick = |row: &Vec<Cell>| chosen.iter().map(|index| row[*index].clone()).collect();
        let rows: Vec<Vec<Cell>> = list.rows.iter().map(pick).collect();
        let text = match self.format.as_str() {
            "json" | "yaml" => {
                let items = rows.iter().map(|row| document(&names, row)).collect();
                if self.format == "json" { self.json(&items) } else { yaml(&sorted(items))? }
            }
            "csv" => flat::csv(&names, &rows, &self.quote),
            "value" => flat::values(&rows),
            _ => table::list(&names, &rows, self.width, self.print_empty),
        };
        Ok(text)
    }

    /// One thing.
    ///
    /// # Errors
    /// A sentence, when none of the columns asked for is there.
    pub(super) fn one(&self, names: &[&str], cells: &[Cell]) -> Result<String, String> {
        let chosen = self.choose(names)?;
        let names: Vec<&str> = chosen.iter().map(|index| names[*index]).collect();
        let cells: Vec<Cell> = chosen.iter().map(|index| cells[*index].clone()).collect();
        let text = match self.format.as_str() {
            "json" => self.json(&document(&names, &cells)),
            "yaml" => {
                let mut text = String::new();
                for (name, cell) in names.iter().zip(&cells) {
                    let line = document(&[*name], std::slice::from_ref(cell));
                    text += &yaml(&sorted(line))?;
                }
                text
            }
            "shell" => flat::shell(&names, &cells, &self.prefix),
            "value" => flat::lines(&cells),
            _ => table::one(&names, &cells, self.width),
        };
        Ok(text)
    }

    fn json(&self, value: &Value) -> String {
        format!("{}\n", python::json(value, self.indented.then_some(2)))
    }

    /// The columns asked for, in the order that they have by themselves.
    fn choose(&self, names: &[&str]) -> Result<Vec<usize>, String> {
        let asked = |name: &str| self.columns.is_empty() || self.columns.contains(&normal(name));
        let chosen: Vec<_> = names
            .iter()
            .enumerate()
            .filter(|(_, name)| asked(name))
            .map(|(index, _)| index)
            .collect();
        if chosen.is_empty() && !self.columns.is_empty() {
            let columns = self.columns.join(", ");
            return Err(format!(
                "there is no column {columns}; the columns are {}",
                names.join(", ")
            ));
        }
        Ok(chosen)
    }

    /// Sorts by the columns asked for, the first of them above all; unknown ones are passed over.
    fn sort(&self, list: &mut Rows) {
        for column in self.sort.iter().rev() {
            let Some(index) = list.names.iter().position(|name| normal(name) == normal(column))
            else {
                continue;
            };
            list.rows.sort_by(|a, b| {
                let order = compare(&a[index], &b[index]);
                if self.descending { order.reverse() } else { order }
            });
        }
    }
}

/// Nulls last, numbers by size, texts by their characters.
fn compare(a: &Cell, b: &Cell) -> std::cmp::Ordering {
    let by_null = a.value.is_null().cmp(&b.value.is_null());
    by_null.then_with(|| match (a.value.as_f64(), b.value.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.for_people().cmp(&b.for_people()),
    })
}

fn document(names: &[&str], cells: &[Cell]) -> Value {
    let pairs = names.iter().zip(cells);
    pairs
        .map(|(name, cell)| ((*name).to_string(), cell.value.clone()))
        .collect::<Map<_, _>>()
        .into()
}

/// The client's YAML has keys in alphabetical order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> =
                map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
            pairs.into_iter().collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

fn yaml(value: &Value) -> Result<String, String> {
    let yaml = serde_saphyr::to_string(value).map_err(|error| error.to_string())?;
    Ok(format!("{}\n", text::document(yaml.trim_end())))
}

#[cfg(test)]
mod tests;
