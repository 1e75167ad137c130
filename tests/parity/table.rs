//! The requests that are compared, read from `requests/<service>/`.
//!
//! ```text
//! # A line about the file, for its reader.
//! A key pair is made, shown and deleted
//!     POST /v2.1/os-keypairs
//!         send {"keypair": {"name": "{new}"}}
//!     GET /v2.1/os-keypairs/{new}
//!         at 2.92
//!     DELETE /v2.1/os-keypairs/{new}
//! ```
//!
//! A title is a trial; the requests below it are sent one after the other to both clouds, which must
//! answer the same. What stands below a request:
//!
//! | line | meaning |
//! |---|---|
//! | `as admin` | who asks, instead of the member: see below |
//! | `at 2.92` | the microversion |
//! | `Name: value` | a header |
//! | `send ...` | the body, as it stands; longer ones go on in lines that are indented deeper |
//! | `keep server server.id` | what the answer has there is `{server}` from now on; `header x-name` for a header |
//! | `until server.status ACTIVE` | ask again until the answer has this there; nothing: an empty text; `gone`: a 404; several: all at once |
//! | `passing server.status` | with `until`: what it has there on the way is compared too |
//! | `order flavors name` | what both lists have, by name, stands in the same order |
//! | `sorted flavors id` | both lists are sorted by `id`, in the same direction |
//! | `unordered ports id` | this list's items are compared by their `id`, whatever their order: ids are made up |
//! | `only catalog type compute image` | of this list, compare the items whose `type` is one of these |
//! | `loosely` | values are not compared, only their types and, of texts, their kind |
//! | `allow body.error.message: why` | what may differ, and the reason; before the first title: everywhere |
//! | `perhaps body.id: why` | what may differ, and may be the same by chance |
//! | `later` | not before the clock shows another second, for what is sorted by time |
//!
//! The member is `demo2`, whose project is empty. `demo` has a network, `full` a quota of one of each,
//! `admin` may everything, and `nobody` comes without a token.
//!
//! `{256 letters}` is a long text, `{new}` and `{own}` a name and an id that nothing has yet, one for
//! each trial, and `{unknown}` an id that nothing ever has. What else can stand in braces is in
//! `cloud.rs`. A request to another service than the file's has that before its path:
//! `POST network:/v2.0/networks`.

/// What is in a file.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) stories: Vec<Story>,
    /// What may differ in all of them.
    pub(crate) allowed: Vec<Allowance>,
}

/// The requests of one trial.
#[derive(Debug)]
pub(crate) struct Story {
    /// What it shows, as a sentence.
    pub(crate) title: String,
    pub(crate) steps: Vec<Step>,
}

/// One request, and how its answers are compared.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) method: String,
    /// The service, if it is not the table's.
    pub(crate) service: Option<String>,
    pub(crate) path: String,
    pub(crate) caller: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    pub(crate) keep: Vec<(String, String)>,
    pub(crate) until: Vec<Until>,
    pub(crate) passing: Option<String>,
    /// A list, and the member of its items that names them.
    pub(crate) order: Option<(String, String)>,
    /// A list, and the member of its items by which it is sorted.
    pub(crate) sorted: Option<(String, String)>,
    /// A list whose order says nothing, and the member of its items that tells them apart.
    pub(crate) unordered: Option<(String, String)>,
    /// A list, a member of its items, and the values of it that count.
    pub(crate) only: Vec<String>,
    pub(crate) loosely: bool,
    pub(crate) later: bool,
    pub(crate) allowed: Vec<Allowance>,
}

/// What an answer is waited for.
#[derive(Debug, PartialEq)]
pub(crate) enum Until {
    Gone,
    Has { place: String, value: String },
}

/// A difference that is as it should be.
#[derive(Debug)]
pub(crate) struct Allowance {
    /// Where: `body.error.message`, `header.vary`; all that is below is allowed too.
    pub(crate) place: String,
    /// Whether it may be the same by chance; otherwise an allowance has to be needed.
    pub(crate) by_chance: bool,
}

/// Reads a table.
///
/// # Errors
/// A sentence with the line's number.
pub(crate) fn read(text: &str) -> Result<Table, String> {
    let mut stories: Vec<Story> = Vec::new();
    let mut allowed = Vec::new();
    let mut open: Option<(usize, String)> = None;
    // A line that is indented deeper than a request's details belongs to the one above.
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if indent > 8 {
            let Some((_, above)) = &mut open else {
                return Err(format!("line {}: goes on with nothing", index + 1));
            };
            above.push('\n');
            above.push_str(content);
            continue;
        }
        if let Some((number, detail)) = open.take() {
            take_detail(&mut stories, &detail).map_err(|why| format!("line {number}: {why}"))?;
        }
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match indent {
            0 if content.starts_with("allow ") => {
                allowed
                    .push(allowance(content).map_err(|why| format!("line {}: {why}", index + 1))?);
            }
            0 => stories.push(Story { title: content.into(), steps: Vec::new() }),
            4 => {
                let request = content.split_once(' ').zip(stories.last_mut());
                let Some(((method, path), story)) = request else {
                    return Err(format!("line {}: a method and a path belong here", index + 1));
                };
                let (service, path) = match path.split_once(":/") {
                    Some((service, path)) => (Some(service.into()), format!("/{path}")),
                    None => (None, path.into()),
                };
                let step = Step { method: method.into(), service, path, ..Step::default() };
                story.steps.push(step);
            }
            8 => open = Some((index + 1, content.to_string())),
            _ => return Err(format!("line {}: is indented by {indent}", index + 1)),
        }
    }
    if let Some((number, detail)) = open {
        take_detail(&mut stories, &detail).map_err(|why| format!("line {number}: {why}"))?;
    }
    match stories.iter().find(|story| story.steps.is_empty()) {
        Some(story) => Err(format!("'{}' has no request", story.title)),
        None => Ok(Table { stories, allowed }),
    }
}

fn take_detail(stories: &mut [Story], detail: &str) -> Result<(), String> {
    let step = stories.last_mut().and_then(|story| story.steps.last_mut());
    let step = step.ok_or("belongs to no request")?;
    let (word, rest) = detail.split_once(' ').unwrap_or((detail, ""));
    let two = || rest.split_once(' ').map(|(a, b)| (a.to_string(), b.to_string()));
    let incomplete = || format!("'{word}' wants two words");
    match word {
        "as" => step.caller = Some(rest.into()),
        "at" => step.version = Some(rest.into()),
        "send" => step.body = Some(rest.into()),
        "keep" => step.keep.push(two().ok_or_else(incomplete)?),
        "until" if rest == "gone" => step.until.push(Until::Gone),
        "until" => {
            let (place, value) = rest.split_once(' ').unwrap_or((rest, ""));
            step.until.push(Until::Has { place: place.into(), value: value.into() });
        }
        "passing" => step.passing = Some(rest.into()),
        "sorted" => step.sorted = Some(two().ok_or_else(incomplete)?),
        "unordered" => step.unordered = Some(two().ok_or_else(incomplete)?),
        "order" => step.order = Some(two().ok_or_else(incomplete)?),
        "only" => step.only.push(rest.into()),
        "loosely" => step.loosely = true,
        "later" => step.later = true,
        "allow" | "perhaps" => step.allowed.push(allowance(detail)?),
        _ => match detail.split_once(':') {
            Some((name, value)) if name.starts_with(|first: char| first.is_ascii_uppercase()) => {
                step.headers.push((name.into(), value.trim().into()));
            }
            _ => return Err(format!("'{word}' means nothing here")),
        },
    }
    Ok(())
}

fn allowance(line: &str) -> Result<Allowance, String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (place, why) = rest.split_once(": ").unwrap_or((rest, ""));
    if why.trim().is_empty() {
        return Err(format!("no reason is given for allowing {place} to differ"));
    }
    Ok(Allowance { place: place.into(), by_chance: word == "perhaps" })
}
