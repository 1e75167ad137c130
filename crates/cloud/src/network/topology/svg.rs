//! The picture: four columns from outside inwards, without any other program.

use std::fmt::Write as _;

use super::Topology;
use super::graph::{Kind, Thing, escaped, parts};

/// In pixels: a column's width, the space between columns, a line's height, a character's width.
const COLUMN: usize = 260;
const GAP: usize = 60;
const LINE: usize = 18;
const CHARACTER: usize = 8;
const MARGIN: usize = 20;

/// Where a thing stands.
struct Place {
    x: usize,
    y: usize,
    height: usize,
}

fn column(kind: Kind) -> usize {
    match kind {
        Kind::Outside => 0,
        Kind::Router => 1,
        Kind::Network => 2,
        Kind::Balancer | Kind::Server => 3,
    }
}

fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Outside => "#cfe3ff",
        Kind::Router => "#ffe3b3",
        Kind::Network => "#d9f2d9",
        Kind::Balancer => "#ecd9f2",
        Kind::Server => "#eeeeee",
    }
}

pub(super) fn draw(topology: &Topology) -> String {
    let (things, lines) = parts(topology);
    let places = places(&things);
    let height = places.iter().map(|place| place.y + place.height).max().unwrap_or(0) + MARGIN;
    let width = 2 * MARGIN + 4 * COLUMN + 3 * GAP;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"monospace\" font-size=\"13\">\n"
    );
    for (from, to) in lines {
        let (from, to) = (&places[from], &places[to]);
        let (left, right) = if from.x <= to.x { (from, to) } else { (to, from) };
        let _ = writeln!(
            text,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"#888888\"/>",
            left.x + COLUMN,
            left.y + left.height / 2,
            right.x,
            right.y + right.height / 2,
        );
    }
    for (thing, place) in things.iter().zip(&places) {
        let Place { x, y, height } = place;
        let fill = colour(thing.kind);
        let _ = writeln!(
            text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{COLUMN}\" height=\"{height}\" rx=\"6\" \
             fill=\"{fill}\" stroke=\"#444444\"/>"
        );
        for (index, line) in thing.lines.iter().enumerate() {
            let _ = writeln!(
                text,
                "<text x=\"{}\" y=\"{}\">{}</text>",
                x + 10,
                y + 22 + index * LINE,
                escaped(&fitting(line))
            );
        }
    }
    text.push_str("</svg>\n");
    text
}

fn places(things: &[Thing]) -> Vec<Place> {
    let mut bottoms = [MARGIN; 4];
    things
        .iter()
        .map(|thing| {
            let column = column(thing.kind);
            let height = 16 + LINE * thing.lines.len();
            let place = Place { x: MARGIN + column * (COLUMN + GAP), y: bottoms[column], height };
            bottoms[column] += height + 14;
            place
        })
        .collect()
}

/// As much of a text as a box has room for.
fn fitting(text: &str) -> String {
    let room = (COLUMN - 20) / CHARACTER;
    if text.chars().count() <= room {
        return text.to_string();
    }
    text.chars().take(room - 3).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::topology::sample;

    #[test]
    fn boxes_of_a_column_do_not_overlap() {
        let (things, _) = parts(&sample());
        let places = places(&things);
        for (index, one) in places.iter().enumerate() {
            for other in places.iter().skip(index + 1).filter(|other| other.x == one.x) {
                assert!(one.y + one.height < other.y, "{index}");
            }
        }
    }

    #[test]
    fn it_is_an_svg_whatever_things_are_called() {
        let picture = draw(&sample());
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
        assert_eq!((picture.matches("<rect ").count(), picture.matches("<line ").count()), (7, 5));
        assert!(picture.contains(">front&lt;1&gt;</text>"), "{picture}");
    }
}
