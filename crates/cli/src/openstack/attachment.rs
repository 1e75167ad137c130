//! `server add ...` and `server remove ...`, as far as they are about networks.

use serde_json::{Value, json};

use super::face::{Does, Face, Flag, Gives};
use super::server::SERVER;
use super::view::{Column, Look, Names, by, col};

pub(super) static FACES: &[Face] = &[
    Face::new("server add network", "add_network", &[ONE, NETWORK, TAG], Does::Act),
    Face::new("server add port", "add_port", &[ONE, PORT, TAG], Does::Act),
    Face::new("server add fixed ip", "add_fixed_ip", ADDRESS_FLAGS, ADDED),
    Face::new("server add security group", "add_security_group", &[ONE, GROUPS], Does::Act),
    Face::new("server add floating ip", "add_server_floating_ip", FLOATING_IP_FLAGS, Does::Act),
    Face::new("server remove network", "remove_network", &[ONE, NETWORK], Does::Act),
    Face::new("server remove port", "remove_port", &[ONE, PORT], Does::Act),
    Face::new("server remove security group", "remove_security_group", &[ONE, GROUPS], Does::Act),
    Face::new("server remove floating ip", "remove_server_floating_ip", TAKEN, Does::Act),
];

const ONE: Flag = Flag::one("server", "instance_id");
const NETWORK: Flag = Flag::one("network", "network");
const PORT: Flag = Flag::one("port", "port");
const GROUPS: Flag = Flag::several("security-group", "security_group");
const TAG: Flag = Flag::value("tag", Gives::Text("tag"));
const ADDRESS: Flag = Flag::value("fixed-ip-address", Gives::Text("fixed_ip_address"));
const TAKEN: &[Flag] = &[Flag::one("server", "server"), Flag::one("ip-address", "floating_ip")];
const FLOATING_IP_FLAGS: &[Flag] =
    &[Flag::one("server", "server"), Flag::one("ip-address", "floating_ip"), ADDRESS];
const ADDRESS_FLAGS: &[Flag] = &[ONE, NETWORK, ADDRESS, TAG];

/// Nova does not repeat which server it was.
const ADDED: Does = Does::TellOf(ADDED_COLUMNS, "server_id", &SERVER);

const ADDED_COLUMNS: &[Column] = &[
    col("Port ID", "port_id"),
    col("Server ID", "server_id"),
    col("Network ID", "network_id"),
    col("MAC Address", "mac_address"),
    col("Port State", "status"),
    by("Fixed IPs", addresses).look(Look::ListOfDicts),
    col("Tag", "tag").with("tag"),
];

/// In Nova's order.
fn addresses(interface: &Value, _: &Names) -> Value {
    let addresses = interface["fixed_ips"].as_array().into_iter().flatten();
    let address =
        |it: &Value| json!({ "subnet_id": it["subnet_id"], "ip_address": it["ip_address"] });
    addresses.map(address).collect()
}
