//! `subnet ...` and `subnet pool ...`.

use infomaniak_cloud::network::{Subnet, SubnetPool};
use serde_json::Value;

use super::common::{BY_TAGS, NEW_TAGS, PAGES, SET_TAGS, UNSET_TAGS};
use super::face::{Does, Face, Flag, Gives, LONG, List, Part, Show};
use super::network::NETWORK;
use super::noun::Noun;
use super::python;
use super::view::{self, Look, col, number, same};

pub(super) static SUBNET: Noun = Noun::of::<Subnet>();
static POOL: Noun = Noun::of::<SubnetPool>();

pub(super) static FACES: &[Face] = &[
    Face::new("subnet list", "list_subnets", LIST_FLAGS, Does::List(LIST)).and(&[BY_TAGS, PAGES]),
    Face::new("subnet show", "get_subnet", &[Flag::one("subnet", "")], Does::Show(SHOW)),
    Face::new("subnet create", "create_subnet", CREATE_FLAGS, Does::Make(SHOW)).and(&[
        PLAIN_FLAGS,
        LISTS,
        NEW_TAGS,
    ]),
    Face::new("subnet set", "set_subnet", SET_FLAGS, Does::Act).and(&[
        PLAIN_FLAGS,
        LISTS,
        SET_TAGS,
    ]),
    Face::new("subnet unset", "unset_subnet", UNSET_FLAGS, Does::Act).and(&[LISTS, UNSET_TAGS]),
    Face::new("subnet delete", "delete_subnet", &[Flag::several("subnet", "subnet_id")], Does::Act),
    Face::new("subnet pool list", "list_subnet_pools", POOL_FLAGS, Does::List(POOLS))
        .and(&[BY_TAGS, PAGES]),
    Face::new("subnet pool show", "get_subnet_pool", &[ONE_POOL], Does::Show(SHOW_POOL)),
    Face::new("subnet pool create", "create_subnet_pool", NEW_POOL, Does::Make(SHOW_POOL))
        .and(&[NEW_TAGS]),
    Face::new("subnet pool set", "set_subnet_pool", SET_POOL, Does::Act).and(&[SET_TAGS]),
    Face::new("subnet pool unset", "unset_subnet_pool", &[ONE_POOL], Does::Act).and(&[UNSET_TAGS]),
    Face::new("subnet pool delete", "delete_subnet_pool", SEVERAL_POOLS, Does::Act),
];

const ONE: Flag = Flag::one("subnet", "subnet_id");

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::value("ip-version", Gives::Query("ip_version")).of(&["4", "6"]),
    Flag::switch("dhcp", Gives::QueryAs("enable_dhcp", "True")),
    Flag::switch("no-dhcp", Gives::QueryAs("enable_dhcp", "False")),
    Flag::values("service-type", Gives::QueryEach("service_types")),
    Flag::value("network", Gives::QueryId("network_id", &NETWORK)),
    Flag::value("gateway", Gives::Query("gateway_ip")),
    Flag::value("name", Gives::Query("name")),
    Flag::value("subnet-range", Gives::Query("cidr")),
    Flag::value("subnet-pool", Gives::QueryId("subnetpool_id", &POOL)),
];

const LIST: List = List::of(
    &SUBNET,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Network", "network_id"),
        col("Subnet", "cidr"),
        col("Project", "project_id").with("long"),
        col("DHCP", "enable_dhcp").with("long"),
        col("Name Servers", "dns_nameservers").look(IN_ORDER).with("long"),
        col("Allocation Pools", "allocation_pools").look(POOLS_OF_ADDRESSES).with("long"),
        col("Host Routes", "host_routes").look(ROUTES).with("long"),
        col("IP Version", "ip_version").with("long"),
        col("Gateway", "gateway_ip").with("long"),
        col("Service Types", "service_types").look(Look::List).with("long"),
        col("Tags", "tags").look(Look::List).with("long"),
    ],
);

const SHOW: Show = Show::of(
    &SUBNET,
    &[
        same("allocation_pools").look(POOLS_OF_ADDRESSES),
        same("cidr"),
        same("created_at"),
        same("description"),
        same("dns_nameservers").look(IN_ORDER),
        same("dns_publish_fixed_ip"),
        same("enable_dhcp"),
        same("gateway_ip"),
        same("host_routes").look(ROUTES),
        same("id"),
        same("ip_version"),
        same("ipv6_address_mode"),
        same("ipv6_ra_mode"),
        same("name"),
        same("network_id"),
        same("project_id"),
        same("revision_number"),
        same("segment_id"),
        same("service_types").look(Look::List),
        same("subnetpool_id"),
        same("tags").look(Look::List),
        same("updated_at"),
    ],
);

/// Which name server comes first matters.
const IN_ORDER: Look = Look::By(|list| {
    let items = list.as_array().into_iter().flatten().map(python::text);
    items.collect::<Vec<_>>().join(", ")
});

const POOLS_OF_ADDRESSES: Look = Look::By(|pools| {
    let ends = |pool: &Value| format!("{}-{}", text(&pool["start"]), text(&pool["end"]));
    pools.as_array().into_iter().flatten().map(ends).collect::<Vec<_>>().join(",")
});

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Routes are read with the words in which they are given: what Neutron calls `nexthop` is `gateway`.
pub(super) const ROUTES: Look = Look::By(|routes| {
    let mut routes = routes.clone();
    for route in routes.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if let Some(gateway) = route.remove("nexthop") {
            route.insert("gateway".into(), gateway);
        }
    }
    view::dicts(&routes)
});

/// `destination=198.51.100.0/24,gateway=10.0.0.9`
pub(super) const ROUTE: &[Part] = &[
    Part::new("destination", "destination").required(),
    Part::new("gateway", "gateway").required(),
];
const POOL_OF_ADDRESSES: &[Part] =
    &[Part::new("start", "start").required(), Part::new("end", "end").required()];

/// Lists that a subnet has: what is new in them, or goes from them.
const LISTS: &[Flag] = &[
    Flag::values("allocation-pool", Gives::Parts("allocation_pools", POOL_OF_ADDRESSES)),
    Flag::values("dns-nameserver", Gives::Texts("dns_nameservers")),
    Flag::values("host-route", Gives::Parts("host_routes", ROUTE)),
];

/// What a subnet may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    Flag::switch("dhcp", Gives::Truth("enable_dhcp", true)),
    Flag::switch("no-dhcp", Gives::Truth("enable_dhcp", false)),
    Flag::value("gateway", Gives::Text("gateway_ip")),
    Flag::value("description", Gives::Text("description")),
];

const MODES: &[&str] = &["dhcpv6-stateful", "dhcpv6-stateless", "slaac"];

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("name", "name"),
    Flag::value("network", Gives::Text("network_id")).required(),
    Flag::value("subnet-range", Gives::Text("cidr")),
    Flag::value("subnet-pool", Gives::Text("subnet_pool")),
    Flag::value("prefix-length", Gives::Number("prefixlen")),
    Flag::value("ip-version", Gives::Number("ip_version")).of(&["4", "6"]),
    Flag::value("ipv6-ra-mode", Gives::Text("ipv6_ra_mode")).of(MODES),
    Flag::value("ipv6-address-mode", Gives::Text("ipv6_address_mode")).of(MODES),
    Flag::switch("dns-publish-fixed-ip", Gives::ExtraTruth("dns_publish_fixed_ip", true)),
    Flag::switch("no-dns-publish-fixed-ip", Gives::ExtraTruth("dns_publish_fixed_ip", false)),
    Flag::values("service-type", Gives::ExtraTexts("service_types")),
];

const SET_FLAGS: &[Flag] = &[
    ONE,
    Flag::value("name", Gives::Text("name")),
    Flag::switch("no-allocation-pool", Gives::Truth("no_other_allocation_pools", true)),
    Flag::switch("no-dns-nameservers", Gives::Truth("no_other_dns_nameservers", true)),
    Flag::switch("no-host-route", Gives::Truth("no_other_host_routes", true)),
];

const UNSET_FLAGS: &[Flag] = &[ONE, Flag::switch("gateway", Gives::Truth("gateway_ip", true))];

const ONE_POOL: Flag = Flag::one("subnet-pool", "subnet_pool");
const SEVERAL_POOLS: &[Flag] = &[Flag::several("subnet-pool", "subnet_pool")];

const POOL_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("share", Gives::QueryAs("shared", "True")),
    Flag::switch("no-share", Gives::QueryAs("shared", "False")),
    Flag::switch("default", Gives::QueryAs("is_default", "True")),
    Flag::switch("no-default", Gives::QueryAs("is_default", "False")),
    Flag::value("name", Gives::Query("name")),
];

const POOLS: List = List::of(
    &POOL,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Prefixes", "prefixes").look(Look::List),
        number("default_prefixlen").called("Default Prefix Length").with("long"),
        col("Address Scope", "address_scope_id").with("long"),
        col("Default Subnet Pool", "is_default").with("long"),
        col("Shared", "shared").with("long"),
        col("Tags", "tags").look(Look::List).with("long"),
    ],
);

const SHOW_POOL: Show = Show::of(
    &POOL,
    &[
        same("address_scope_id"),
        same("created_at"),
        number("default_prefixlen"),
        same("default_quota"),
        same("description"),
        same("id"),
        same("ip_version"),
        same("is_default"),
        number("max_prefixlen"),
        number("min_prefixlen"),
        same("name"),
        same("prefixes").look(Look::List),
        same("project_id"),
        same("revision_number"),
        same("shared"),
        same("tags").look(Look::List),
        same("updated_at"),
    ],
);

const NEW_POOL: &[Flag] = &[
    Flag::one("name", "name"),
    Flag::values("pool-prefix", Gives::Texts("prefixes")).required(),
    Flag::value("default-prefix-length", Gives::Number("default_prefixlen")),
    Flag::value("min-prefix-length", Gives::Number("min_prefixlen")),
    Flag::value("max-prefix-length", Gives::Number("max_prefixlen")),
    Flag::value("default-quota", Gives::Number("default_quota")),
    Flag::value("description", Gives::Text("description")),
    Flag::switch("default", Gives::ExtraTruth("is_default", true)),
    Flag::switch("no-default", Gives::ExtraTruth("is_default", false)),
    Flag::switch("share", Gives::ExtraTruth("shared", true)),
    Flag::switch("no-share", Gives::ExtraTruth("shared", false)),
];

const SET_POOL: &[Flag] = &[
    ONE_POOL,
    Flag::value("name", Gives::Text("name")),
    Flag::values("pool-prefix", Gives::Texts("prefixes")),
    Flag::value("default-prefix-length", Gives::Number("default_prefixlen")),
    Flag::value("default-quota", Gives::Number("default_quota")),
    Flag::value("description", Gives::Text("description")),
];
