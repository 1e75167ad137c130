//! Trees, as terminals show them.

use std::fmt::Write as _;

/// The lines of a tree.
#[derive(Debug)]
pub(crate) struct Lines {
    branch: &'static str,
    last: &'static str,
    down: &'static str,
}

/// Where the terminal knows them.
pub(crate) const LINES: Lines = Lines { branch: "├─ ", last: "└─ ", down: "│  " };
/// Where it does not.
pub(crate) const ASCII: Lines = Lines { branch: "|- ", last: "`- ", down: "|  " };

/// A line, and what stands below it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) text: String,
    pub(crate) below: Vec<Node>,
}

/// Draws trees below each other.
pub(crate) fn draw(roots: &[Node], lines: &Lines) -> String {
    let mut text = String::new();
    for root in roots {
        text.push_str(&root.text);
        text.push('\n');
        write(&root.below, lines, "", &mut text);
    }
    text
}

fn write(nodes: &[Node], lines: &Lines, before: &str, text: &mut String) {
    for (index, node) in nodes.iter().enumerate() {
        let is_last = index + 1 == nodes.len();
        let turn = if is_last { lines.last } else { lines.branch };
        let _ = writeln!(text, "{before}{turn}{}", node.text);
        let further = if is_last { "   " } else { lines.down };
        write(&node.below, lines, &format!("{before}{further}"), text);
    }
}
