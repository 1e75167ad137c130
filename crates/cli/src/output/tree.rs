//! Trees on narrow terminals: what is too long for a line goes on below it, within its branch.

/// What may stand before a text, and what stands in its place where the text goes on.
const STEPS: [(&str, &str); 6] = [
    ("├─ ", "│  "),
    ("└─ ", "   "),
    ("│  ", "│  "),
    ("|- ", "|  "),
    ("`- ", "   "),
    ("|  ", "|  "),
];
/// A step of a branch that is drawn already.
const NOTHING: &str = "   ";
/// In fewer columns than this nothing can be read, folded or not.
const NARROWEST: usize = 16;

/// Folds the lines of a tree that are longer than `width`.
pub(super) fn fold(tree: &str, width: usize) -> String {
    let lines: Vec<_> = tree.lines().map(split).collect();
    let mut folded = String::with_capacity(tree.len());
    for (index, (steps, text)) in lines.iter().enumerate() {
        let below = lines.get(index + 1).is_some_and(|(next, _)| next.len() > steps.len());
        let before: String = steps.iter().map(|(here, _)| *here).collect();
        let mut further: String = steps.iter().map(|(_, below)| *below).collect();
        // Its own branch goes on to what stands below it.
        further.push_str(match (below, tree.is_ascii()) {
            (false, _) => NOTHING,
            (true, true) => "|  ",
            (true, false) => "│  ",
        });
        let mut start = before;
        for part in parts(text, width.saturating_sub(start.chars().count())) {
            folded.push_str(&start);
            folded.push_str(&part);
            folded.push('\n');
            start.clone_from(&further);
        }
    }
    folded
}

/// The steps that lead to a text, and the text.
fn split(line: &str) -> (Vec<(&str, &str)>, &str) {
    let (mut steps, mut rest) = (Vec::new(), line);
    let known = |rest: &str| {
        let all = STEPS.into_iter().chain([(NOTHING, NOTHING)]);
        all.into_iter().find(|(here, _)| rest.starts_with(here))
    };
    while let Some(step) = known(rest) {
        rest = &rest[step.0.len()..];
        steps.push(step);
    }
    (steps, rest)
}

/// The words of a text, as many on a line as there is room for, on all lines but the first a step
/// less; one that is longer stands alone.
fn parts(text: &str, room: usize) -> Vec<String> {
    if room < NARROWEST {
        return vec![text.to_string()];
    }
    let mut parts: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let room = if parts.len() > 1 { room - NOTHING.len() } else { room };
        match parts.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= room => {
                last.push(' ');
                last.push_str(word);
            }
            _ => parts.push(word.into()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "\
network outer
└─ router edge 203.0.113.1
   └─ network front
      ├─ load balancer web-lb 10.0.0.5 <- 203.0.113.8 (OFFLINE)
      │  └─ listener HTTP:80
      └─ server web 10.0.0.7 <- 203.0.113.7
";

    #[test]
    fn a_long_line_goes_on_within_its_branch() {
        let folded = "\
network outer
└─ router edge 203.0.113.1
   └─ network front
      ├─ load balancer web-lb 10.0.0.5
      │  │  <- 203.0.113.8 (OFFLINE)
      │  └─ listener HTTP:80
      └─ server web 10.0.0.7 <-
            203.0.113.7
";
        assert_eq!(fold(TREE, 40), folded);
        let ascii = |tree: &str| {
            let tree = tree.replace("├─", "|-").replace("└─", "`-");
            tree.replace('│', "|")
        };
        assert_eq!(fold(&ascii(TREE), 40), ascii(folded));
    }

    #[test]
    fn what_fits_stays_as_it_is_and_so_does_what_never_could() {
        assert_eq!(fold(TREE, 80), TREE);
        assert_eq!(fold(TREE, 12), TREE);
    }
}
