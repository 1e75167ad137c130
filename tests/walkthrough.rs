//! The scripts of docs/walkthrough.md, as they stand there, and what they make.

use std::collections::BTreeSet;

use infomaniak_cloud::operation::Shape;
use infomaniak_cloud::{Cloud, operations};
use serde_json::{Map, Value};

const PAGE: &str = include_str!("../docs/walkthrough.md");

/// The blocks that are marked with these words, behind each other: `bash make`.
pub(crate) fn script(mark: &str) -> String {
    let begin = format!("```{mark}\n");
    let blocks: Vec<_> = PAGE
        .split(begin.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect();
    assert!(!blocks.is_empty(), "docs/walkthrough.md has no blocks marked `{mark}`");
    blocks.join("\n")
}

/// An entry of a list: which list that is, and what stands in it.
pub(crate) type Entry = (String, Value);

/// Every list that can be had without saying more.
pub(crate) async fn every_list(cloud: &Cloud) -> infomaniak_cloud::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for list in operations().filter(|one| one.verb() == "list" && one.shape == Shape::Many) {
        // Quotas are no things: Octavia lists a project's from its first balancer on.
        let is_quota = list.command.to_string().ends_with("quota list");
        if is_quota || list.arguments.iter().any(|argument| argument.required) {
            continue;
        }
        if let Value::Array(all) = (list.run)(cloud, Map::new()).await? {
            entries.extend(all.into_iter().map(|entry| (list.command.to_string(), entry)));
        }
    }
    Ok(entries)
}

/// What a name leads to: the entries that have it in them, and those that have the id of one of these in
/// them, and so on. As list and id.
pub(crate) fn related(entries: &[Entry], name: &str) -> BTreeSet<(String, String)> {
    let mut words = BTreeSet::from([name.to_string()]);
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        for (list, entry) in entries {
            let Some(id) = entry["id"].as_str() else { continue };
            let text = entry.to_string();
            if words.iter().any(|word| text.contains(word.as_str())) {
                found.insert((list.clone(), id.to_string()));
                words.insert(id.to_string());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// So many of each the script makes. Ports are another matter: the cloud makes them.
pub(crate) const MADE: &[(&str, usize)] = &[
    ("network", 1),
    ("subnet", 1),
    ("router", 1),
    ("security group", 1),
    ("server", 2),
    ("volume", 1),
    ("floating ip", 1),
    ("loadbalancer", 1),
    ("loadbalancer listener", 1),
    ("loadbalancer pool", 1),
    ("loadbalancer healthmonitor", 1),
];

/// What is not there once, or as often as it should be: empty if all is well.
pub(crate) fn wrong(found: &BTreeSet<(String, String)>) -> Vec<String> {
    let count =
        |noun: &str| found.iter().filter(|(list, _)| *list == format!("{noun} list")).count();
    let odd = MADE.iter().filter(|(noun, number)| count(noun) != *number);
    odd.map(|(noun, number)| format!("{} of {noun}, not {number}", count(noun))).collect()
}
