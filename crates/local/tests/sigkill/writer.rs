//! A writer: changes the cloud without a pause, and knows what the cloud has promised it.

use std::collections::BTreeMap;
use std::io::Result;

use fastrand::Rng;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::sight::Sight;

/// The most that a writer has of a kind at a time.
const MOST: usize = 8;
/// A public key that somebody has thrown the private half of away.
pub(crate) const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5V9GTYk1S5kkeLXjRnTRmQkmFlpMy1JjkYyqRjW1IN";
const COMPUTE: &str = "/compute/v2.1";
pub(crate) const IMAGES: &str = "/image/v2/images";

/// A thing's state: gone, or there in this version of its content. An image's version is the length
/// of its data, 0 until it has any.
pub(crate) type State = Option<u64>;

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Image,
    KeyPair,
    Server,
}

/// A thing, by its name: names are never used again.
pub(crate) type Thing = (Kind, String);

/// A change of one or several things, all at once.
#[derive(Debug)]
struct Change {
    things: Vec<Thing>,
    after: State,
}

/// What is needed to make a server.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) image: String,
    pub(crate) flavor: String,
    pub(crate) network: String,
}

/// One of those who change the cloud.
pub(crate) struct Writer {
    number: usize,
    random: Rng,
    token: String,
    parts: Parts,
    made: u64,
    /// Everything that was ever acknowledged, what is gone too.
    known: BTreeMap<Thing, State>,
    /// The ids of servers and images.
    ids: BTreeMap<String, String>,
    /// What was asked for and not answered.
    open: Option<Change>,
    pub(crate) acknowledged: u64,
}

impl Writer {
    pub(crate) fn new(number: usize, random: Rng, token: &str, parts: &Parts) -> Writer {
        Writer {
            number,
            random,
            token: token.into(),
            parts: parts.clone(),
            made: 0,
            known: BTreeMap::new(),
            ids: BTreeMap::new(),
            open: None,
            acknowledged: 0,
        }
    }

    /// Changes things until the process at `url` does not answer any more.
    pub(crate) fn work(&mut self, url: &str) {
        let Ok(mut client) = Client::connect(url, &self.token) else { return };
        while self.change(&mut client).is_ok() {}
    }

    fn change(&mut self, client: &mut Client) -> Result<()> {
        let kinds = [Kind::Image, Kind::KeyPair, Kind::Server, Kind::Server];
        let kind = kinds[self.random.usize(..kinds.len())];
        match (kind, self.count(kind), self.random.u8(..4)) {
            (Kind::Server, 1.., 0..2) => self.describe_server(client),
            (_, MOST.., _) | (_, 1.., 2) => self.delete(client, kind),
            (Kind::Image, ..) => self.create_image(client),
            (Kind::KeyPair, ..) => self.create_key_pair(client),
            (Kind::Server, ..) => self.create_servers(client),
        }
    }

    fn delete(&mut self, client: &mut Client, kind: Kind) -> Result<()> {
        let (thing, _) = self.any(kind);
        let path = self.path_of(&thing);
        self.open(&[thing], None);
        let answer = client.delete(&path)?;
        self.acknowledge(&answer, 204);
        Ok(())
    }

    /// An image, and then its data.
    fn create_image(&mut self, client: &mut Client) -> Result<()> {
        let name = self.new_name("i");
        let body = json!({ "name": name, "disk_format": "raw", "container_format": "bare" });
        let image = (Kind::Image, name.clone());
        self.open(std::slice::from_ref(&image), Some(0));
        let answer = client.post(IMAGES, &body)?;
        self.acknowledge(&answer, 201);
        let id = answer.json()["id"].as_str().expect("an id").to_string();
        self.ids.insert(name, id);

        let length = self.random.u64(1..300_000);
        let path = format!("{}/file", self.path_of(&image));
        self.open(&[image], Some(length));
        let answer = client.ask("PUT", &path, "application/octet-stream", &data(length))?;
        self.acknowledge(&answer, 204);
        Ok(())
    }

    fn create_key_pair(&mut self, client: &mut Client) -> Result<()> {
        let name = self.new_name("k");
        let body = json!({ "keypair": { "name": name, "public_key": KEY, "type": "ssh" } });
        self.open(&[(Kind::KeyPair, name)], Some(0));
        let answer = client.post(&format!("{COMPUTE}/os-keypairs"), &body)?;
        self.acknowledge(&answer, 201);
        Ok(())
    }

    /// One server, or three by one request; half of them with a port.
    fn create_servers(&mut self, client: &mut Client) -> Result<()> {
        let (count, with_port) = (if self.random.u8(..4) == 0 { 3 } else { 1 }, self.random.bool());
        let name = self.new_name(if with_port { "net" } else { "bare" });
        let networks =
            if with_port { json!([{ "uuid": self.parts.network }]) } else { json!("none") };
        let body = json!({ "server": {
            "name": name, "imageRef": self.parts.image, "flavorRef": self.parts.flavor,
            "networks": networks, "max_count": count, "metadata": { "a": "0", "b": "0" },
        } });
        let names: Vec<_> = match count {
            1 => vec![name.clone()],
            count => (1..=count).map(|index| format!("{name}-{index}")).collect(),
        };
        let things: Vec<_> = names.iter().map(|name| (Kind::Server, name.clone())).collect();
        self.open(&things, Some(0));
        let answer = client.post(&format!("{COMPUTE}/servers"), &body)?;
        self.acknowledge(&answer, 202);
        let listed = client.get(&format!("{COMPUTE}/servers?name=^{name}"))?;
        for server in listed.json()["servers"].as_array().expect("servers") {
            let text = |field: &str| server[field].as_str().expect("a text").to_string();
            self.ids.insert(text("name"), text("id"));
        }
        Ok(())
    }

    /// Replaces both of a server's metadata by the next number.
    fn describe_server(&mut self, client: &mut Client) -> Result<()> {
        let (thing, version) = self.any(Kind::Server);
        let next = (version + 1).to_string();
        let path = format!("{}/metadata", self.path_of(&thing));
        self.open(&[thing], Some(version + 1));
        let answer = client.put(&path, &json!({ "metadata": { "a": next, "b": next } }))?;
        self.acknowledge(&answer, 200);
        Ok(())
    }

    fn new_name(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}-w{}-{}", self.number, self.made)
    }

    fn path_of(&self, (kind, name): &Thing) -> String {
        match kind {
            Kind::Image => format!("{IMAGES}/{}", self.ids[name]),
            Kind::KeyPair => format!("{COMPUTE}/os-keypairs/{name}"),
            Kind::Server => format!("{COMPUTE}/servers/{}", self.ids[name]),
        }
    }

    /// How many of a kind are there.
    fn count(&self, kind: Kind) -> usize {
        self.present(kind).count()
    }

    fn present(&self, kind: Kind) -> impl Iterator<Item = (Thing, u64)> + '_ {
        let known = self.known.iter().filter(move |(thing, _)| thing.0 == kind);
        known.filter_map(|(thing, state)| Some((thing.clone(), (*state)?)))
    }

    fn any(&mut self, kind: Kind) -> (Thing, u64) {
        let index = self.random.usize(..self.count(kind));
        self.present(kind).nth(index).expect("there is one")
    }

    fn open(&mut self, things: &[Thing], after: State) {
        self.open = Some(Change { things: things.to_vec(), after });
    }

    /// The answer is there: from now on the cloud must keep to it.
    fn acknowledge(&mut self, answer: &Answer, expected: u16) {
        let change = self.open.take().expect("a change is open");
        assert_eq!(answer.status, expected, "{change:?}: {}", answer.json());
        for thing in change.things {
            self.known.insert(thing, change.after);
        }
        self.acknowledged += 1;
    }

    /// Compares what was promised with what is there. What was asked for and not answered may have
    /// happened or not, but not in part; whether it did. From now on that is known, too.
    pub(crate) fn compare(&mut self, sight: &Sight) -> Option<bool> {
        let open = self.open.take();
        let in_doubt = open.iter().flat_map(|change| &change.things);
        let in_doubt: Vec<&Thing> = in_doubt.collect();
        for (thing, state) in self.known.iter().filter(|(thing, _)| !in_doubt.contains(thing)) {
            assert_eq!(sight.state(thing), *state, "{thing:?} is not as acknowledged");
        }
        let change = open.as_ref()?;
        let seen: Vec<State> = change.things.iter().map(|thing| sight.state(thing)).collect();
        let before: Vec<State> =
            change.things.iter().map(|thing| self.known.get(thing).copied().flatten()).collect();
        let happened = seen.iter().all(|state| *state == change.after);
        assert!(happened || seen == before, "half of {change:?} happened: {before:?}, {seen:?}");
        for (thing, state) in change.things.iter().zip(seen) {
            self.known.insert(thing.clone(), state);
        }
        Some(happened)
    }

    /// Remembers the ids of what it has.
    pub(crate) fn look_up(&mut self, sight: &Sight) {
        let names: Vec<_> = self.things().map(|(_, name)| name).collect();
        self.ids.extend(names.iter().filter_map(|name| Some((name.clone(), sight.id(name)?))));
    }

    /// The things that must be there.
    pub(crate) fn things(&self) -> impl Iterator<Item = Thing> + '_ {
        [Kind::Image, Kind::KeyPair, Kind::Server]
            .into_iter()
            .flat_map(|kind| self.present(kind))
            .map(|(thing, _)| thing)
    }
}

/// The data of an image of this length.
pub(crate) fn data(length: u64) -> Vec<u8> {
    (0..length).map(|index| (index ^ length).to_le_bytes()[0]).collect()
}

/// The parts of servers that a fresh cloud has.
pub(crate) fn parts(client: &mut Client) -> Parts {
    let mut first = |path: &str, many: &str| -> String {
        let list = client.get(path).expect("answers").json();
        list[many][0]["id"].as_str().unwrap_or_else(|| panic!("no {many}: {list}")).to_string()
    };
    Parts {
        image: first(IMAGES, "images"),
        flavor: first(&format!("{COMPUTE}/flavors?minDisk=1"), "flavors"),
        network: first("/network/v2.0/networks?name=demo-net", "networks"),
    }
}

/// Everything of a kind, page by page.
pub(crate) fn all(client: &mut Client, path: &str, many: &str) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let marker = all.last().and_then(|last| last["id"].as_str());
        let marker = marker.map(|id| format!("?marker={id}")).unwrap_or_default();
        let answer = client.get(&format!("{path}{marker}")).expect("answers");
        assert_eq!(answer.status, 200, "{}", answer.json());
        let body = answer.json();
        all.extend(body[many].as_array().expect("a list").iter().cloned());
        if body.get(format!("{many}_links")).or(body.get("next")).is_none() {
            return all;
        }
    }
}
