//! What a description says, taken apart: its prose, and its examples.
//!
//! Examples stand at the end of the documentation, as command lines to be pasted, in a fence:
//!
//! ````text
//! ```sh
//! ik server start web --wait
//! ```
//! ````
//!
//! They use the names of the local cloud's seed, and `web`, `db` for instances.

const BEGIN: &str = "```sh";
const END: &str = "```";

/// A documentation's paragraphs without its examples, each on one line, with empty lines between.
#[must_use]
pub fn prose(about: &str) -> String {
    let mut paragraphs = vec![String::new()];
    let mut is_example = false;
    for line in about.lines().map(str::trim) {
        match line {
            BEGIN => is_example = true,
            END => is_example = false,
            _ if is_example => {}
            "" => paragraphs.push(String::new()),
            line => {
                if let Some(paragraph) = paragraphs.last_mut() {
                    paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
                    paragraph.push_str(line);
                }
            }
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.join("\n\n")
}

/// A documentation's examples, one command line each.
pub fn examples(about: &str) -> impl Iterator<Item = &str> {
    let lines = about.lines().map(str::trim);
    lines.skip_while(|line| *line != BEGIN).skip(1).take_while(|line| *line != END)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_and_examples_are_told_apart() {
        let about =
            " Starts it.\n\n Takes\n a while.\n\n ```sh\n ik x start a\n ik x start b\n ```\n";
        assert_eq!(prose(about), "Starts it.\n\nTakes a while.");
        assert_eq!(examples(about).collect::<Vec<_>>(), ["ik x start a", "ik x start b"]);
        assert_eq!(examples("Starts it.").count(), 0);
    }
}
