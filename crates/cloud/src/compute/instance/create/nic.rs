//! Where a new instance is attached: its network cards.

use futures_util::future::try_join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::CreateInstance;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::Network;
use crate::network::Port;
use crate::operation::plain_settings;
use crate::resource::Named;

/// A network card of a new instance, or a word instead of cards.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a card is an object with `net_id` or `port_id`, or auto, or none")]
pub enum Nic {
    /// Attached to a network or a port.
    Card(NicCard),
    /// Instead of any card.
    Instead(NicWord),
}

/// A card attached to a network, or to a port that exists.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NicCard {
    /// The network, by name or id.
    pub net_id: Option<Named<Network>>,
    /// The port, by name or id; it brings its network and addresses with it.
    pub port_id: Option<Named<Port>>,
    /// IPv4 address it shall have in the network.
    pub v4_fixed_ip: Option<String>,
    /// IPv6 address it shall have in the network.
    pub v6_fixed_ip: Option<String>,
    /// Tag by which the guest tells its cards apart.
    pub tag: Option<String>,
}

/// What stands instead of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NicWord {
    /// The project's only network, or one that the cloud makes for it.
    Auto,
    /// No network at all.
    None,
}

plain_settings!(Nic);

impl From<NicCard> for Nic {
    fn from(card: NicCard) -> Self {
        Nic::Card(card)
    }
}

impl From<NicWord> for Nic {
    fn from(word: NicWord) -> Self {
        Nic::Instead(word)
    }
}

/// Nova's `networks` for what was asked for: the networks, then the ports, then the cards.
pub(super) async fn networks(create: &CreateInstance, cloud: &Cloud) -> Result<Value> {
    if let Some(word) = word(create)? {
        return Ok(json!(word));
    }
    let networks = create
        .network
        .as_slice()
        .iter()
        .map(|network| NicCard { net_id: Some(network.clone()), ..NicCard::default() });
    let ports = create
        .ports
        .iter()
        .map(|port| NicCard { port_id: Some(port.clone()), ..NicCard::default() });
    let own = create.nics.iter().filter_map(|nic| match nic {
        Nic::Card(card) => Some(card.clone()),
        Nic::Instead(_) => None,
    });
    let cards: Vec<_> = networks.chain(ports).chain(own).collect();
    let cards = cards.iter().map(|card| card.find(cloud));
    try_join_all(cards).await.map(Value::Array)
}

/// The word instead of cards, if there is one. Where nothing is said it is `auto`.
fn word(create: &CreateInstance) -> Result<Option<NicWord>> {
    let words = create.nics.iter().filter_map(|nic| match nic {
        Nic::Instead(word) => Some(*word),
        Nic::Card(_) => None,
    });
    let words: Vec<_> = words.collect();
    let all = create.network.as_slice().len() + create.ports.len() + create.nics.len();
    match (words.as_slice(), all) {
        ([], 0) => Ok(Some(NicWord::Auto)),
        ([], _) => Ok(None),
        ([word], 1) => Ok(Some(*word)),
        _ => Err(Error::new(Kind::Invalid, "`auto` and `none` stand instead of any network card")
            .with_hint("give either a word, or networks, ports and cards")),
    }
}

/// Tells what to do when Nova cannot choose a network by itself.
pub(super) fn explain(error: Error, server: &Value) -> Error {
    if error.kind() == Kind::Conflict && server["networks"] == "auto" {
        return error
            .with_better_hint("say which network: --network, or that there is none: --nic none");
    }
    error
}

impl NicCard {
    /// As Nova wants it, with ids for names.
    async fn find(&self, cloud: &Cloud) -> Result<Value> {
        let mut card = match (&self.net_id, &self.port_id) {
            (Some(network), None) => json!({ "uuid": network.find(cloud).await?.id }),
            (None, Some(port)) => json!({ "port": port.find(cloud).await?.id }),
            _ => {
                return Err(Error::new(
                    Kind::Invalid,
                    "a network card is attached either to a network or to a port",
                )
                .with_hint("give it one of net-id and port-id"));
            }
        };
        match (&self.v4_fixed_ip, &self.v6_fixed_ip) {
            (Some(_), Some(_)) => {
                return Err(Error::new(
                    Kind::Invalid,
                    "Nova gives a network card one fixed address only",
                )
                .with_hint("make a port with both, and attach that"));
            }
            (Some(address), None) | (None, Some(address)) => {
                card["fixed_ip"] = address.as_str().into();
            }
            (None, None) => {}
        }
        if let Some(tag) = &self.tag {
            card["tag"] = tag.as_str().into();
        }
        Ok(card)
    }
}
