//! Commands that change something: each program makes a thing of its own, in the same steps, and what
//! they print is compared. What differs from thing to thing by nature (ids, times, addresses, the
//! name) is made the same by rule; what the client does not know yet right after a creation (null),
//! the face may know already.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::compare::{documents, json};
use crate::page::Page;
use crate::program::{Done, Programs, words};

const PAUSE: Duration = Duration::from_millis(500);
/// How often a status is looked for that comes by itself.
const LOOKS: u32 = 120;

/// A name, and one line for each step. `{name}` is the thing's, `{id}` and the like are what a command
/// has shown as JSON; `volume {name} becomes available` waits for that, `becomes ACTIVE` alone for the
/// server, and `volume {name} is gone` for the end. `client ...` is what only the client can do.
pub(crate) type Steps = (&'static str, &'static [&'static str]);

pub(crate) const SESSIONS: &[Steps] = &[
    (
        "key pairs",
        &[
            "keypair create --public-key {key} {name} -f json",
            "keypair show {name} -f json",
            "keypair show --public-key {name}",
            "keypair create --public-key {key} {name}-2 -f value -c name -c type",
            "keypair delete {name} {name}-2",
            "keypair show {name} -f json",
            "keypair create --private-key {file} {name} -f json",
            "keypair delete {name}",
        ],
    ),
    (
        "server groups",
        &[
            "server group create --policy soft-affinity {name} -f json",
            "server group show {name} -f json",
            "server group delete {name}",
            "server group create {name} -f json",
            "server group delete {name}",
            "server group delete {name}",
        ],
    ),
    (
        "servers",
        &[
            "server create --flavor a1-ram2-disk20-perf1 --image 'Debian 12 bookworm' --network ext-net1 --property a=b --description words --tag mine {name} -f json",
            "becomes ACTIVE",
            "server show {name} -f json",
            "server list --name {name} --long -f json",
            "server set --property c=1 --property a=2 --tag yours {name}",
            "server unset --property c --tag mine {name}",
            "server show {name} -c properties -f json",
            "server event list {name} -c Action -f value",
            "console log show --lines 3 {name}",
            "console url show {name} -c type -c protocol -f json",
            "server stop {name}",
            "becomes SHUTOFF",
            "server start {name}",
            "becomes ACTIVE",
            "server reboot --hard {name}",
            "becomes ACTIVE",
            "server pause {name}",
            "becomes PAUSED",
            "server unpause {name}",
            "becomes ACTIVE",
            "server suspend {name}",
            "becomes SUSPENDED",
            "server resume {name}",
            "becomes ACTIVE",
            "server lock {name}",
            "server show {name} -c locked -f value",
            "server unlock {name}",
            "server resize --flavor a2-ram4-disk20-perf1 {name}",
            "becomes VERIFY_RESIZE",
            "server resize confirm {name}",
            "becomes ACTIVE",
            "server show {name} -c flavor -f json",
            "server rescue {name}",
            "becomes RESCUE",
            "server unrescue {name}",
            "becomes ACTIVE",
            "server rebuild {name} -f json",
            "becomes ACTIVE",
            "server image create --name {name} {name} -f json",
            "becomes ACTIVE",
            "server shelve {name}",
            "becomes SHELVED_OFFLOADED",
            "server unshelve {name}",
            "becomes ACTIVE",
            "server set --name {name}-new {name}",
            "server delete --wait {name}-new",
            "server show {name}-new -f json",
        ],
    ),
];

/// Goes through the steps with both programs.
pub(crate) fn check(programs: &Programs, page: &Page, steps: &[&str]) -> Result<(), String> {
    let key = programs.path("key.pub");
    std::fs::write(&key, KEY).unwrap();
    let name =
        |whose: &str| format!("face-{whose}-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
    // As long as each other, so that tables are as wide.
    let names = [name("client"), name("drop-i")];
    let key = key.display().to_string();
    let mut session = Session { programs, page, names, key, shown: Default::default() };
    let outcome = steps
        .iter()
        .try_for_each(|step| session.step(step).map_err(|why| format!("{step}: {why}")));
    let tidied = session.tidy_up(steps);
    // A private key that the client writes, everybody can read; the face's stays for the search for
    // secrets.
    let _ = std::fs::remove_file(programs.path(&session.names[0]));
    outcome.and(tidied)?;
    page.check_seen(steps)
}

struct Session<'p> {
    programs: &'p Programs,
    page: &'p Page,
    /// What the client's thing is called, and the face's.
    names: [String; 2],
    key: String,
    /// What each has shown last of every key.
    shown: [Map<String, Value>; 2],
}

impl Session<'_> {
    fn step(&mut self, step: &str) -> Result<(), String> {
        if let Some(status) = step.strip_prefix("becomes ") {
            return [0, 1]
                .iter()
                .try_for_each(|whose| self.becomes(*whose, "server {name}", status));
        }
        if let Some((what, status)) = step.split_once(" becomes ") {
            return [0, 1].iter().try_for_each(|whose| self.becomes(*whose, what, status));
        }
        if let Some(what) = step.strip_suffix(" is gone") {
            return [0, 1].iter().try_for_each(|whose| self.is_gone(*whose, what));
        }
        if let Some(step) = step.strip_prefix("client ") {
            let done = [0, 1].map(|whose| self.programs.client(&self.words(step, whose)));
            let failed = done.into_iter().find(|done| done.code != Some(0));
            return failed.map_or(Ok(()), |failed| Err(format!("{failed:?}")));
        }
        let client = self.programs.client(&self.words(step, 0));
        let face = self.programs.face(&self.words(step, 1));
        if client.code != face.code {
            return Err(format!("the client: {client:?}\nthe face: {face:?}"));
        }
        for (whose, done) in [&client, &face].into_iter().enumerate() {
            if let Ok(Value::Object(shown)) = json(&done.stdout) {
                self.shown[whose].extend(shown);
            }
        }
        let (client, face) = (self.plain(&client, 0), self.plain(&face, 1));
        if is_same_text(&client, &face) {
            return Ok(());
        }
        if !step.contains("-f json") {
            return Err(format!("the client prints\n{client}\nthe face\n{face}"));
        }
        let (client, face) = (json(&client)?, json(&face)?);
        documents(self.page, step, &client, &face, &same_kind)
    }

    fn words(&self, step: &str, whose: usize) -> Vec<String> {
        let name = &self.names[whose];
        let file = self.programs.path(name).display().to_string();
        let fill = |word: String| {
            let word = word.replace("{name}", name).replace("{key}", &self.key);
            let texts =
                self.shown[whose].iter().filter_map(|(key, value)| Some((key, value.as_str()?)));
            texts.fold(word.replace("{file}", &file), |word, (key, text)| {
                word.replace(&format!("{{{key}}}"), text)
            })
        };
        words(step).into_iter().map(fill).collect()
    }

    /// Standard output with the thing's own name made the same.
    fn plain(&self, done: &Done, whose: usize) -> String {
        done.stdout.replace(&self.names[whose], "<name>")
    }

    /// The words that show something: `volume {name}` is shown by `volume show {name}`.
    fn show(&self, whose: usize, what: &str) -> Vec<String> {
        let (noun, name) = what.rsplit_once(' ').unwrap_or((what, ""));
        self.words(&format!("{noun} show {name} -f json"), whose)
    }

    fn becomes(&self, whose: usize, what: &str, status: &str) -> Result<(), String> {
        let show = self.show(whose, what);
        let mut seen = Done { code: None, stdout: String::new(), stderr: String::new() };
        for _ in 0..LOOKS {
            seen = self.programs.face(&show);
            let thing = json(&seen.stdout).map_err(|why| format!("{why} {}", seen.stderr))?;
            // Octavia tells apart what it does and how the thing does.
            let now = thing.get("provisioning_status").unwrap_or(&thing["status"]);
            if now == status && thing["OS-EXT-STS:task_state"].is_null() {
                return Ok(());
            }
            let now = now.as_str().unwrap_or_default();
            if now.to_lowercase().starts_with("error") {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        Err(format!("{show:?} does not become {status}: {seen:?}"))
    }

    fn is_gone(&self, whose: usize, what: &str) -> Result<(), String> {
        let show = self.show(whose, what);
        for _ in 0..LOOKS {
            if self.programs.face(&show).code == Some(1) {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        Err(format!("{show:?} still shows something"))
    }

    /// What a failed session leaves.
    fn tidy_up(&self, steps: &[&str]) -> Result<(), String> {
        let mut tidied = Ok(());
        for (noun, delete) in DELETIONS {
            if !steps.iter().any(|step| step.contains(&format!("{noun} create"))) {
                continue;
            }
            for (whose, name) in self.names.iter().enumerate() {
                // Floating IPs have no names.
                let address = self.shown[whose].get("floating_ip_address").and_then(Value::as_str);
                let names = match (*noun, address) {
                    ("floating ip", address) => address.map(str::to_string).into_iter().collect(),
                    _ => vec![name.clone(), format!("{name}-new"), format!("{name}-2")],
                };
                for name in names {
                    tidied = tidied.and(self.remove(&format!("{delete} {name}")));
                }
            }
        }
        tidied
    }

    /// Deletes something, once it is no longer busy.
    fn remove(&self, line: &str) -> Result<(), String> {
        let mut done = self.programs.ik(&words(line));
        for _ in 0..LOOKS {
            if matches!(done.code, Some(0 | NOT_THERE)) {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
            done = self.programs.ik(&words(line));
        }
        Err(format!("{line}: {done:?}"))
    }
}

/// How `ik` ends when what it is to delete is not there.
const NOT_THERE: i32 = 3;

/// What is deleted at the end, and how, with ik's own words: first what hangs on others.
const DELETIONS: &[(&str, &str)] = &[
    ("keypair", "keypair delete"),
    ("server", "server delete --wait"),
    ("server group", "server group delete"),
    ("image", "image delete"),
    ("volume backup", "volume backup delete"),
    ("volume", "volume delete --purge --wait"),
    ("floating ip", "floating ip delete"),
    ("loadbalancer", "loadbalancer delete --cascade"),
    ("router", "router delete --cascade"),
    ("port", "port delete"),
    ("network", "network delete --cascade"),
    ("subnet pool", "subnet pool delete"),
    ("security group", "security group delete"),
];

/// Texts that are the same, but for the ids and times in them.
fn is_same_text(client: &str, face: &str) -> bool {
    let is_end = |c: char| !c.is_ascii_alphanumeric() && !"-:.+".contains(c);
    let words = |text| str::split_inclusive(text, is_end);
    let same = |(a, b): (&str, &str)| {
        let ends = [a, b].map(|word| word.find(is_end).map_or((word, ""), |at| word.split_at(at)));
        let both = |test: fn(&str) -> bool| ends.iter().all(|(word, _)| test(word));
        a == b || ends[0].1 == ends[1].1 && (both(is_id) || both(is_time))
    };
    words(client).count() == words(face).count() && words(client).zip(words(face)).all(same)
}

/// Neutron counts everything it has.
const COUNTED: &str = "standard_attr_id";

/// Values that are the same, but for what differs from thing to thing by nature.
fn same_kind(client: &Value, face: &Value) -> bool {
    match (client, face) {
        (Value::Null, _) => true,
        (Value::String(client), Value::String(face)) => {
            let both = |test: fn(&str) -> bool| test(client) && test(face);
            client == face || both(is_id) || both(is_time) || both(is_address) || both(is_digest)
        }
        (Value::Array(client), Value::Array(face)) => {
            let (small, great) = (client.len(), face.len());
            // What was just asked for may not be there yet.
            small == 0 || (small == great && same_items(client, face))
        }
        (Value::Object(client), Value::Object(face)) => {
            client.is_empty()
                || (client.len() == face.len()
                    && client.iter().all(|(key, value)| {
                        let is_same = |face| key == COUNTED || same_kind(value, face);
                        face.get(key).is_some_and(is_same)
                    }))
        }
        (client, face) => client == face,
    }
}

/// Tags and the like have no order; things with ids come in the order of these, which is chance.
fn same_items(client: &[Value], face: &[Value]) -> bool {
    let [client, face] = [client, face].map(|items| {
        let mut items: Vec<_> = items.iter().collect();
        if items.iter().all(|item| item.is_string() || item["id"].is_string()) {
            items.sort_by_cached_key(|item| without_chance(item));
        }
        items
    });
    client.iter().zip(face).all(|(client, face)| same_kind(client, face))
}

/// What a thing says that is the same in every run.
fn without_chance(item: &Value) -> Vec<String> {
    if let Some(text) = item.as_str() {
        return vec![text.to_string()];
    }
    let fields = item.as_object().into_iter().flatten();
    let lasting = fields.filter(|(key, value)| {
        let chance = |text: &str| is_id(text) || is_time(text) || is_digest(text);
        *key != COUNTED && !value.as_str().is_some_and(chance)
    });
    lasting.map(|(key, value)| format!("{key}={value}")).collect()
}

fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
        || text.strip_prefix("req-").is_some_and(is_id)
        || text.contains('/') && text.split('/').any(is_id)
}

fn is_time(text: &str) -> bool {
    text.len() > 18 && text.starts_with("20") && text.as_bytes()[10] == b'T'
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok() || (text.len() == 17 && text.matches(':').count() == 5)
}

/// Of a key, a host, an image; the key to a transfer.
fn is_digest(text: &str) -> bool {
    text.len() >= 16 && text.chars().all(|c| c.is_ascii_hexdigit() || c == ':')
}

/// A public key that was made for this and has no other half any more.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILEtab5dOKx+3t5J38xiE77fzjChDsvNEOAI9OTC96fe face";
