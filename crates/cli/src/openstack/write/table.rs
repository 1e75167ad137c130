//! Tables as the client draws them, with Python's `prettytable`.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::super::view::Cell;
use crate::text;

/// A column is never made narrower than this: in lists, and for single things.
const NARROWEST: usize = 8;
const NARROWEST_VALUE: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Centre,
}

/// A row for each thing. An empty list is an empty line, unless an empty table is wanted.
pub(super) fn list(
    names: &[&str],
    rows: &[Vec<Cell>],
    width: Option<usize>,
    print_empty: bool,
) -> String {
    let Some(first) = rows.first() else {
        let sides = vec![Side::Centre; names.len()];
        return if print_empty { draw(names, &sides, &[]) } else { "\n".to_string() };
    };
    // The first row decides how a column stands.
    let sides = first.iter().map(|cell| match cell.value {
        Value::Number(_) if cell.look.is_plain() => Side::Right,
        _ => Side::Left,
    });
    let sides: Vec<_> = sides.collect();
    let rows = rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    draw(names, &sides, &fit(names, rows, width, NARROWEST))
}

/// A row for each field.
pub(super) fn one(names: &[&str], cells: &[Cell], width: Option<usize>) -> String {
    let names = names.iter().map(|name| (*name).to_string());
    let rows: Vec<_> = names.zip(cells).map(|(name, cell)| vec![name, shown(cell)]).collect();
    if rows.is_empty() {
        return "\n".to_string();
    }
    let headings = ["Field", "Value"];
    draw(&headings, &[Side::Left; 2], &fit(&headings, rows, width, NARROWEST_VALUE))
}

fn shown(cell: &Cell) -> String {
    text::lines(&cell.for_people()).into_owned()
}

fn widest(texts: impl Iterator<Item = String>) -> usize {
    texts
        .map(|text| text.split('\n').map(UnicodeWidthStr::width).max().unwrap_or(0))
        .max()
        .unwrap_or(0)
}

fn widths(names: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let column = |(index, name): (usize, &&str)| {
        widest(
            std::iter::once((*name).to_string()).chain(rows.iter().map(|row| row[index].clone())),
        )
    };
    names.iter().enumerate().map(column).collect()
}

/// Wraps what would make the table wider than `width`: the wide columns share what is left.
fn fit(
    names: &[&str],
    mut rows: Vec<Vec<String>>,
    width: Option<usize>,
    narrowest: usize,
) -> Vec<Vec<String>> {
    let widths = widths(names, &rows);
    let count = names.len();
    let Some(width) = width.filter(|width| widths.iter().sum::<usize>() + 3 * count + 1 > *width)
    else {
        return rows;
    };
    let usable = width.saturating_sub(1 + 3 * count);
    let even = usable / count;
    let (wide, narrow): (Vec<usize>, Vec<usize>) =
        (0..count).partition(|index| widths[*index] > even);
    let mut left = usable.saturating_sub(narrow.iter().map(|index| widths[*index]).sum());
    let share = left / wide.len().max(1);
    for (place, index) in wide.iter().enumerate() {
        let last = place + 1 == wide.len();
        let limit = narrowest.max(if last { left } else { share });
        left = left.saturating_sub(share);
        for row in &mut rows {
            row[*index] = wrap(&row[*index], limit);
        }
    }
    rows
}

/// Breaks lines at spaces, and words that are longer than a line.
fn wrap(text: &str, limit: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let mut current = String::new();
        for word in line.split(' ') {
            let mut word = word.to_string();
            if !current.is_empty() && current.width() + 1 + word.width() <= limit {
                current.push(' ');
                current += &word;
                continue;
            }
            if !current.is_empty() {
                lines.push(std::mem::take(&mut current));
            }
            while word.width() > limit {
                let mut taken = word.chars().count();
                while taken > 1 && word.chars().take(taken).collect::<String>().width() > limit {
                    taken -= 1;
                }
                let head: String = word.chars().take(taken).collect();
                word = word.chars().skip(taken).collect();
                lines.push(head);
            }
            current = word;
        }
        lines.push(current);
    }
    lines.join("\n")
}

fn draw(names: &[&str], sides: &[Side], rows: &[Vec<String>]) -> String {
    let widths = widths(names, rows);
    let parts: Vec<_> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let edge = format!("+{}+\n", parts.join("+"));
    let mut text = edge.clone();
    let heading: Vec<_> = names.iter().map(ToString::to_string).collect();
    text += &row_lines(&heading, sides, &widths);
    text += &edge;
    for row in rows {
        text += &row_lines(row, sides, &widths);
    }
    text += &edge;
    text
}

/// A row takes as many lines as its tallest cell.
fn row_lines(row: &[String], sides: &[Side], widths: &[usize]) -> String {
    let cells: Vec<Vec<&str>> = row.iter().map(|cell| cell.split('\n').collect()).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for line in 0..height {
        for ((cell, side), width) in cells.iter().zip(sides).zip(widths) {
            let part = cell.get(line).copied().unwrap_or_default();
            text += "| ";
            text += &pad(part, *side, *width);
            text += " ";
        }
        text += "|\n";
    }
    text
}

fn pad(part: &str, side: Side, width: usize) -> String {
    let space = width.saturating_sub(part.width());
    let before = match side {
        Side::Left => 0,
        Side::Right => space,
        Side::Centre => space / 2,
    };
    format!("{}{part}{}", " ".repeat(before), " ".repeat(space - before))
}
