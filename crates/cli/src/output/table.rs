//! Tables for eyes, in the look that users of the `openstack` client know.
//!
//! On a terminal a table is as wide as the terminal at most: long cells wrap, ids do not. Elsewhere
//! nothing wraps.

use std::io::IsTerminal;

use comfy_table::{
    ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle,
};
use serde_json::Value;

use super::cell::Cells;

const EDGE: LineStyle = LineStyle::new('+', '-', '+', '+');
const LOOK: TableStyle = TableStyle::new()
    .top_border(EDGE)
    .header_lines(ContentLineStyle::new('|', '|', '|'))
    .header_separator(EDGE)
    .content_lines(ContentLineStyle::new('|', '|', '|'))
    .bottom_border(EDGE);

/// A line for each record.
pub(super) fn of_many(
    columns: &[String],
    records: &[Value],
    cells: &Cells,
    header: bool,
) -> String {
    let mut table = empty();
    if header {
        table.set_header(columns);
    }
    for record in records {
        table.add_row(columns.iter().map(|field| cells.line(field, &record[field])));
    }
    keep_whole(&mut table, columns.iter().enumerate().filter(|(_, name)| is_id(name)));
    format!("{table}\n")
}

/// A line for each field that the record has.
pub(super) fn of_one(columns: &[String], record: &Value, cells: &Cells) -> String {
    let mut table = empty();
    table.set_header(["field", "value"]);
    for field in columns.iter().filter(|field| record.get(field).is_some()) {
        table.add_row([field.clone(), cells.lines(field, &record[field])]);
    }
    keep_whole(&mut table, std::iter::once((0, &String::new())));
    format!("{table}\n")
}

fn empty() -> Table {
    let mut table = Table::new();
    table.load_style(LOOK);
    if std::io::stdout().is_terminal()
        && let Some((width, _)) = terminal_size::terminal_size()
    {
        table.set_width(width.0).set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

/// Columns whose cells are copied as a whole, and must not be broken.
fn keep_whole<'a>(table: &mut Table, columns: impl Iterator<Item = (usize, &'a String)>) {
    for (index, _) in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn is_id(field: &str) -> bool {
    field == "id" || field.ends_with("_id")
}
