//! Runs a story: each request goes to both clouds, and their answers are compared.

use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use crate::answer::{Answer, Body, RawAnswer, find};
use crate::cloud::{Cloud, Outcome, View};
use crate::compare::{self, Difference, Shape};
use crate::table::{Allowance, Step, Story, Until};

/// What everything is called that is made here.
pub(crate) const PREFIX: &str = "parity-";

/// How long something is waited for.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(150);

/// Nothing has this id.
const UNKNOWN: &str = "5a3e1c1e-93b6-4c0a-8b2a-7d1f6a0f9c01";

/// Runs a story on the testbed and the local cloud.
///
/// `allowed`: what may differ in every story of the service.
///
/// # Errors
/// All differences, in lines to be read.
pub(crate) async fn run(
    clouds: &(Cloud, Cloud),
    service: &str,
    story: &Story,
    allowed: &[Allowance],
) -> Outcome {
    let (testbed, local) = clouds;
    let (mut testbed, mut local) = (testbed.view(), local.view());
    let new = format!("{PREFIX}{}", &Uuid::new_v4().simple().to_string()[..8]);
    let own = Uuid::new_v4().to_string();
    for view in [&mut testbed, &mut local] {
        view.keep("new", &new);
        view.keep("unknown", UNKNOWN);
        view.keep("own", &own);
    }
    // Each cloud at its own pace: what passes quickly on one must be seen there too.
    let (theirs, ours) =
        tokio::join!(perform(&mut testbed, service, story), perform(&mut local, service, story));
    let mut report = Vec::new();
    for (number, step) in story.steps.iter().enumerate() {
        let mut lines: Vec<String> = Vec::new();
        let mut whys = |outcome: Option<&Outcome<Raw>>| {
            if let Some(Err(why)) = outcome {
                lines.push(format!("    {why}"));
            }
        };
        whys(theirs.get(number));
        whys(ours.get(number));
        if let (Some(Ok(theirs)), Some(Ok(ours))) = (theirs.get(number), ours.get(number)) {
            let mut found = differences(step, &testbed.read(theirs, step), &local.read(ours, step));
            if let Some((place, name)) = &step.sorted {
                found.extend(compare::compare_sorting(&theirs.last, &ours.last, place, name));
            }
            found.retain(|difference| !allowed.iter().any(|all| difference.is_at(&all.place)));
            lines.extend(found.iter().map(ToString::to_string));
        }
        if !lines.is_empty() {
            let heading = format!("{}. {} {}", number + 1, step.method, step.path);
            report.push(format!("{heading}\n{}", lines.join("\n")));
        }
    }
    if report.is_empty() { Ok(()) } else { Err(report.join("\n")) }
}

/// Sends the requests to one cloud, until one of them cannot be sent.
async fn perform(view: &mut View<'_>, service: &str, story: &Story) -> Vec<Outcome<Raw>> {
    let mut outcomes = Vec::new();
    for step in &story.steps {
        let mut outcome = answers(view, service, step).await;
        if let Ok(raw) = &mut outcome
            && let Err(why) = keep(view, step, &raw.last).and_then(|()| keep_only(view, step, raw))
        {
            outcome = Err(why);
        }
        let ends = outcome.is_err();
        outcomes.push(outcome);
        if ends {
            break;
        }
    }
    outcomes
}

/// Leaves of lists what the table asks for.
fn keep_only(view: &View<'_>, step: &Step, raw: &mut Raw) -> Outcome {
    for only in &step.only {
        let mut words = only.split(' ');
        let (place, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let values = words.map(|word| view.fill(word)).collect::<Outcome<Vec<_>>>()?;
        raw.last.keep_only(place, name, &values);
    }
    Ok(())
}

/// The answers to a request that may have been asked several times.
struct Raw {
    /// Those before the last, of a request that waits.
    before: Vec<RawAnswer>,
    last: RawAnswer,
}

/// The same, as they are compared.
struct Read {
    before: Vec<Answer>,
    last: Answer,
}

impl View<'_> {
    fn read(&self, raw: &Raw, step: &Step) -> Read {
        let loose = self.names.without_ids();
        let names = if step.loosely { &loose } else { &self.names };
        let mut last = names.common_answer(&raw.last);
        if let Some((place, name)) = &step.unordered {
            last.sort(place, name);
        }
        let before = raw.before.iter().map(|answer| names.common_answer(answer)).collect();
        Read { before, last }
    }
}

async fn answers(view: &View<'_>, service: &str, step: &Step) -> Outcome<Raw> {
    if step.later {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let begun = Instant::now();
    let mut before = Vec::new();
    loop {
        let answer = view.ask(service, step).await?;
        let arrived = |until: &Until| match until {
            Until::Gone => answer.status == 404,
            Until::Has { place, value } => answer.at(place).as_deref() == Some(value),
        };
        if step.until.iter().all(arrived) {
            return Ok(Raw { before, last: answer });
        }
        let hopeless = !step.until.contains(&Until::Gone)
            && answer.at("server.status").as_deref() == Some("ERROR");
        let failed = answer.status >= 400 || hopeless;
        if failed || begun.elapsed() > PATIENCE {
            return Err(format!(
                "{}: waited for {:?}, but after {} s there is {} {}",
                view.cloud.name,
                step.until,
                begun.elapsed().as_secs(),
                answer.status,
                answer.text
            ));
        }
        before.push(answer);
        tokio::time::sleep(PAUSE).await;
    }
}

fn keep(view: &mut View<'_>, step: &Step, answer: &RawAnswer) -> Outcome {
    for (thing, place) in &step.keep {
        let value = match place.strip_prefix("header ") {
            Some(name) => answer.header(name).map(str::to_string),
            None => answer.at(place),
        };
        let value = value.ok_or_else(|| {
            format!("{}: no {place} to keep in {} {}", view.cloud.name, answer.status, answer.text)
        })?;
        view.keep(thing, &value);
    }
    Ok(())
}

/// What differs and is not allowed to; and allowances that nothing needs.
fn differences(step: &Step, testbed: &Read, local: &Read) -> Vec<Difference> {
    let mut found = compare::compare(&testbed.last, &local.last, step.loosely);
    if let Some((place, name)) = &step.order {
        found.extend(compare::compare_order(&testbed.last, &local.last, place, name));
    }
    if let Some(place) = &step.passing {
        compare_ways(place, testbed, local, &mut found);
    }
    for allowed in &step.allowed {
        let count = found.len();
        found.retain(|difference| !difference.is_at(&allowed.place));
        if found.len() == count && !allowed.by_chance {
            let place = format!("allow {}", allowed.place);
            let nothing = "the same: this allowance can go".to_string();
            found.push(Difference { place, testbed: nothing.clone(), local: nothing });
        }
    }
    found
}

/// Compares what was seen while something was waited for: the values that `place` passed through, and
/// what the answers with each of them have in common.
fn compare_ways(place: &str, testbed: &Read, local: &Read, found: &mut Vec<Difference>) {
    let way = |read: &Read| {
        let mut way: Vec<(String, Shape)> = Vec::new();
        for answer in read.before.iter().chain([&read.last]) {
            let Body::Json(body) = &answer.body else { continue };
            let Some(value) = find(body, place).and_then(Value::as_str) else { continue };
            let shape = Shape::of(body);
            match way.iter().position(|(seen, _)| seen == value) {
                Some(index) => {
                    let (_, before) = &mut way[index];
                    *before = std::mem::take(before).and(shape);
                }
                None => way.push((value.to_string(), shape)),
            }
        }
        way
    };
    let (theirs, ours) = (way(testbed), way(local));
    let names = |way: &[(String, Shape)]| {
        way.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>().join(", ")
    };
    // A look may come too late for what is brief, but not see things in another order.
    let follows = |these: &[(String, Shape)], others: &[(String, Shape)]| {
        let mut others = others.iter().map(|(value, _)| value);
        these.iter().all(|(value, _)| others.any(|other| other == value))
    };
    if !follows(&theirs, &ours) && !follows(&ours, &theirs) {
        found.push(Difference {
            place: format!("way.{place}"),
            testbed: names(&theirs),
            local: names(&ours),
        });
    }
    for (value, shape) in &theirs {
        if let Some((_, other)) = ours.iter().find(|(seen, _)| seen == value) {
            shape.contradictions(other, &format!("way.{value}"), found);
        }
    }
}
