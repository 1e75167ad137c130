//! What an instance is connected to: from Nova's wishes to Neutron's ports.

use serde_json::{Value, json};

use crate::call::{Call, Refusal};
use crate::network::{self, Plug};
use crate::store::Document;

/// The connections that were asked for.
pub(super) struct Wish {
    plugs: Vec<Asked>,
}

struct Asked {
    network: Option<String>,
    port: Option<String>,
    fixed_ip: Option<String>,
}

/// Reads `networks`: a list, `none`, `auto`, or nothing.
pub(super) fn wish(call: &Call<'_>, networks: Option<&Value>) -> Result<Wish, Refusal> {
    let list = match networks {
        Some(Value::String(word)) if word == "none" => return Ok(Wish { plugs: Vec::new() }),
        Some(Value::Array(list)) if !list.is_empty() => list,
        _ => return Ok(Wish { plugs: by_default(call)? }),
    };
    let plugs = list.iter().map(asked).collect::<Result<_, _>>()?;
    Ok(Wish { plugs })
}

fn by_default(call: &Call<'_>) -> Result<Vec<Asked>, Refusal> {
    let networks = network::default_networks(call)?;
    let only = |network: &Document| Asked {
        network: Some(network.id.clone()),
        port: None,
        fixed_ip: None,
    };
    Ok(networks.iter().map(only).collect())
}

fn asked(wish: &Value) -> Result<Asked, Refusal> {
    let text = |field: &str| wish[field].as_str().map(str::to_string);
    let asked = Asked { network: text("uuid"), port: text("port"), fixed_ip: text("fixed_ip") };
    if asked.port.is_none() {
        let id = asked.network.as_deref().unwrap_or_default();
        if uuid::Uuid::try_parse(id).is_err() {
            return Err(Refusal::bad_request(format!(
                "Bad networks format: network uuid is not in proper format ({id})"
            )));
        }
    }
    Ok(asked)
}

/// The names of the groups that were asked for; `default` if none was.
pub(super) fn security_groups(
    call: &Call<'_>,
    groups: Option<&Value>,
) -> Result<Vec<String>, Refusal> {
    let names = groups.and_then(Value::as_array).into_iter().flatten();
    let mut names: Vec<String> =
        names.filter_map(|group| group["name"].as_str()).map(str::to_string).collect();
    if names.is_empty() {
        names.push("default".into());
    }
    network::check_security_groups(call, &names)?;
    Ok(names)
}

/// Connects a new instance. Its addresses; or, if that fails only once it is being built, what Nova
/// says then.
pub(super) fn plug(
    call: &mut Call<'_>,
    wish: &Wish,
    groups: &[String],
    server: &Document,
) -> Result<Result<Value, String>, Refusal> {
    let mut ports = Vec::new();
    for asked in &wish.plugs {
        let plug = Plug {
            network: asked.network.clone(),
            port: asked.port.clone(),
            fixed_ip: asked.fixed_ip.clone(),
            security_groups: groups.to_vec(),
        };
        match network::plug(call, &plug, &server.id, server.text("hostname")) {
            Ok(port) => ports.push(port),
            // Nova finds out about these when it has accepted the instance already.
            Err(refusal) if matches!(refusal.status, 403 | 500) => {
                unplug(call, server)?;
                return Ok(Err(failed(&server.id, refusal.status)));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(Ok(network::addresses_of(&ports)))
}

fn failed(id: &str, status: u16) -> String {
    if status == 403 {
        // The network leads outside: no other host can help.
        return format!(
            "Build of instance {id} aborted: Failed to allocate the network(s), not rescheduling."
        );
    }
    format!(
        "Exceeded maximum number of retries. Exhausted all hosts available for retrying build \
         failures for instance {id}."
    )
}

/// Takes back what an instance that cannot be built was connected to.
pub(super) fn unplug(call: &mut Call<'_>, server: &Document) -> Result<(), Refusal> {
    network::unplug(call, &server.id)
}

/// The instance's addresses as they are told without their kind and card.
pub(super) fn plain(addresses: &Value) -> Value {
    let networks = addresses.as_object().into_iter().flatten().map(|(network, addresses)| {
        let plain: Vec<_> = addresses
            .as_array()
            .into_iter()
            .flatten()
            .map(|address| json!({ "version": address["version"], "addr": address["addr"] }))
            .collect();
        (network.clone(), plain.into())
    });
    Value::Object(networks.collect())
}
