//! `router ...`.

use infomaniak_cloud::network::Router;
use serde_json::{Map, Value, json};

use super::common::{BY_TAGS, NEW_TAGS, PAGES, SET_TAGS, STATE as STATE_FLAGS, UNSET_TAGS};
use super::face::{Does, Face, Flag, Given, Gives, LONG, List, PartsOf, Show};
use super::network::STATE;
use super::noun::Noun;
use super::port::PORT;
use super::subnet::{ROUTE, ROUTES};
use super::view::{Column, Look, Names, by, col, same};

pub(super) static ROUTER: Noun = Noun::of::<Router>();

pub(super) static FACES: &[Face] = &[
    Face::new("router list", "list_routers", LIST_FLAGS, Does::List(LIST)).and(&[BY_TAGS, PAGES]),
    Face::new("router show", "get_router", &[Flag::one("router", "")], Does::Show(SHOW_ALL)),
    Face::new("router create", "create_router", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[STATE_FLAGS, NEW_TAGS])
        .prepared(gateway),
    Face::new("router set", "set_router", SET_FLAGS, Does::Act)
        .and(&[STATE_FLAGS, SET_TAGS])
        .prepared(gateway),
    Face::new("router unset", "unset_router", UNSET_FLAGS, Does::Act).and(&[UNSET_TAGS]),
    Face::new("router delete", "delete_router", SEVERAL, Does::Act),
    Face::new("router add subnet", "add_router_interface", SUBNET_FLAGS, Does::Act),
    Face::new("router remove subnet", "remove_router_interface", SUBNET_FLAGS, Does::Act),
    Face::new("router add port", "add_router_port", PORT_FLAGS, Does::Act),
    Face::new("router remove port", "remove_router_port", PORT_FLAGS, Does::Act),
    Face::new("router add route", "add_router_routes", ROUTE_FLAGS, Does::Make(SHOW)),
    Face::new("router remove route", "remove_router_routes", ROUTE_FLAGS, Does::Make(SHOW)),
];

const ONE: Flag = Flag::one("router", "router_id");
const SEVERAL: &[Flag] = &[Flag::several("router", "router_id")];
const SUBNET_FLAGS: &[Flag] = &[ONE, Flag::one("subnet", "subnet_id")];
const PORT_FLAGS: &[Flag] = &[ONE, Flag::one("port", "port_id")];
const ROUTE_FLAG: Flag = Flag::values("route", Gives::Parts("routes", ROUTE));
const ROUTE_FLAGS: &[Flag] = &[ONE, ROUTE_FLAG];
const GATEWAY: &str = "external-gateway";

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::value("name", Gives::Query("name")),
    Flag::switch("enable", Gives::QueryAs("admin_state_up", "True")),
    Flag::switch("disable", Gives::QueryAs("admin_state_up", "False")),
];

const LIST: List = List::of(
    &ROUTER,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Status", "status"),
        col("State", "admin_state_up").look(STATE),
        col("Project", "project_id"),
        // These two are told to administrators only.
        col("Distributed", "distributed").present(),
        col("HA", "ha").present(),
        col("Routes", "routes").look(ROUTES).with("long"),
        col("External gateway info", "external_gateway_info").look(Look::Json).with("long"),
        col("Availability zones", "availability_zones").look(Look::List).with("long"),
        col("Tags", "tags").look(Look::List).with("long"),
    ],
);

const SHOW: Show = Show::of(&ROUTER, SHOW_COLUMNS);
const SHOW_ALL: Show = SHOW.parts(PartsOf { field: PORTS, noun: &PORT, query: "device_id" });

/// Where the ports of a router are that is shown.
const PORTS: &str = "ports";

const SHOW_COLUMNS: &[Column] = &[
    same("admin_state_up").look(STATE),
    same("availability_zone_hints").look(Look::List),
    same("availability_zones").look(Look::List),
    same("created_at"),
    same("description"),
    same("distributed").present(),
    same("enable_ndp_proxy"),
    same("external_gateway_info").look(Look::Json),
    same("flavor_id"),
    same("ha").present(),
    same("id"),
    by("interfaces_info", interfaces).look(Look::Json).present(),
    same("name"),
    same("project_id"),
    same("revision_number"),
    same("routes").look(ROUTES),
    same("status"),
    same("tags").look(Look::List),
    same("updated_at"),
];

/// The addresses that a router has inside; only where one router is shown.
fn interfaces(router: &Value, _: &Names) -> Value {
    let Some(ports) = router[PORTS].as_array() else { return Value::Null };
    let inside = ports.iter().filter(|port| port["device_owner"] != "network:router_gateway");
    let addresses = inside.flat_map(|port| {
        let addresses = port["fixed_ips"].as_array().into_iter().flatten();
        addresses.map(|address| {
            json!({
                "port_id": port["id"],
                "ip_address": address["ip_address"],
                "subnet_id": address["subnet_id"],
            })
        })
    });
    addresses.collect()
}

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("name", "name"),
    Flag::values(GATEWAY, Gives::Nothing),
    Flag::switch("distributed", Gives::ExtraTruth("distributed", true)),
    Flag::switch("centralized", Gives::ExtraTruth("distributed", false)),
    Flag::switch("ha", Gives::ExtraTruth("ha", true)),
    Flag::switch("no-ha", Gives::ExtraTruth("ha", false)),
    Flag::values("availability-zone-hint", Gives::ExtraTexts("availability_zone_hints")),
];

const SET_FLAGS: &[Flag] = &[
    ONE,
    Flag::value("name", Gives::Text("name")),
    Flag::values(GATEWAY, Gives::Nothing),
    Flag::switch("enable-snat", Gives::Truth("enable_snat", true)),
    Flag::switch("disable-snat", Gives::Truth("enable_snat", false)),
    ROUTE_FLAG,
    Flag::switch("no-route", Gives::Truth("no_other_routes", true)),
];

const UNSET_FLAGS: &[Flag] =
    &[ONE, ROUTE_FLAG, Flag::switch(GATEWAY, Gives::Truth("external_gateway", true))];

/// The client takes several gateways, where the cloud has that.
fn gateway(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    match given.texts(GATEWAY)[..] {
        [] => {}
        [network] => {
            arguments.insert("external_network".into(), network.into());
        }
        _ => return Err(format!("a router has one --{GATEWAY} here")),
    }
    Ok(())
}
