//! Tables for eyes, in the look that users of the `openstack` client know.
//!
//! On a terminal a table is as wide as the terminal at most: long cells wrap, in a list ids do not.
//! A list that would become unreadable that way is shown record by record instead. Elsewhere nothing
//! wraps.

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

/// A cell that wraps to fewer characters than this cannot be read.
const NARROWEST: u16 = 10;
/// A column's border and spaces.
const PADDING: u16 = 3;

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
    let width = terminal_width();
    if width.is_some_and(|width| least_width(&table, columns) > width) {
        return records.iter().map(|record| of_one(columns, record, cells)).collect();
    }
    let whole = columns.iter().enumerate().filter(|(_, field)| is_id(field));
    keep_whole(&mut table, whole.map(|(index, _)| index));
    finish(table, width)
}

/// A line for each field that the record has; without borders where there is no room for them.
pub(super) fn of_one(columns: &[String], record: &Value, cells: &Cells) -> String {
    let mut table = empty();
    table.set_header(["field", "value"]);
    let mut plain = String::new();
    for field in columns.iter().filter(|field| record.get(field).is_some()) {
        let value = cells.lines(field, &record[field]);
        plain.extend([field, ": ", &value, "\n"]);
        table.add_row([field.clone(), value]);
    }
    keep_whole(&mut table, std::iter::once(0));
    let width = terminal_width();
    let fields = table.column_max_content_widths().first().copied().unwrap_or_default();
    if width.is_some_and(|width| 1 + PADDING + fields + PADDING + NARROWEST > width) {
        return plain + "\n";
    }
    finish(table, width)
}

fn empty() -> Table {
    let mut table = Table::new();
    table.load_style(LOOK);
    table
}

fn finish(mut table: Table, width: Option<u16>) -> String {
    if let Some(width) = width {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    format!("{table}\n")
}

pub(super) fn terminal_width() -> Option<u16> {
    let is_terminal = std::io::stdout().is_terminal();
    is_terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0)
}

/// How narrow the table can be made: ids stay whole, the rest wraps.
fn least_width(table: &Table, columns: &[String]) -> u16 {
    let least = |(content, field): (u16, &String)| {
        PADDING + if is_id(field) { content } else { content.min(NARROWEST) }
    };
    1 + table.column_max_content_widths().into_iter().zip(columns).map(least).sum::<u16>()
}

/// Columns whose cells are copied as a whole, and must not be broken.
fn keep_whole(table: &mut Table, columns: impl Iterator<Item = usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn is_id(field: &str) -> bool {
    field == "id" || field.ends_with("_id")
}
