//! What Nova takes for an instance: its schemas, at every microversion.

use crate::check::{Member, NAME, Shape, TEXT};

pub(super) const CREATE: Shape = Shape::Object(&[
    Member::new("server", SERVER).required(),
    Member::new("os:scheduler_hints", HINTS),
    Member::new("OS-SCH-HNT:scheduler_hints", HINTS),
]);

const SERVER: Shape = Shape::Object(&[
    Member::new("name", NAME).required(),
    Member::new("imageRef", Shape::OneOf(&[EMPTY, Shape::Id])),
    Member::new("flavorRef", REFERENCE).required(),
    Member::new("adminPass", TEXT),
    Member::new("metadata", METADATA),
    Member::new("networks", NETWORKS).until(2, 37),
    Member::new("networks", NETWORKS_OR_WORD).since(2, 37).required(),
    Member::new("OS-DCF:diskConfig", Shape::Words(&["AUTO", "MANUAL"])),
    Member::new("accessIPv4", Shape::Format { name: "ipv4", fits: is_ipv4 }),
    Member::new("accessIPv6", Shape::Format { name: "ipv6", fits: is_ipv6 }),
    Member::new("availability_zone", NAME),
    Member::new("block_device_mapping", list(&Shape::Open(&[]), 0)),
    Member::new("block_device_mapping_v2", list(&DEVICE, 0)),
    Member::new("config_drive", Shape::Boolean),
    Member::new("key_name", NAME),
    Member::new("min_count", COUNT),
    Member::new("max_count", COUNT),
    Member::new("return_reservation_id", Shape::Boolean),
    Member::new(
        "security_groups",
        Shape::List {
            of: &Shape::Open(&[Member::new("name", NAME)]),
            min: 0,
            max: usize::MAX,
            unique: false,
        },
    ),
    Member::new("user_data", Shape::Base64 { max: 65_535 }),
    Member::new("personality", list(&Shape::Open(&[]), 0)).until(2, 57),
    Member::new("description", DESCRIPTION).since(2, 19),
    Member::new("tags", TAGS).since(2, 52),
    Member::new("trusted_image_certificates", Shape::Types(&[Shape::Null, list(&NAME, 1)]))
        .since(2, 63),
    Member::new("host", NAME).since(2, 74),
    Member::new("hypervisor_hostname", NAME).since(2, 74),
    Member::new("hostname", HOSTNAME).since(2, 90),
]);

pub(super) const UPDATE: Shape = Shape::Object(&[Member::new(
    "server",
    Shape::Object(&[
        Member::new("name", NAME),
        Member::new("OS-DCF:diskConfig", Shape::Words(&["AUTO", "MANUAL"])),
        Member::new("accessIPv4", Shape::Format { name: "ipv4", fits: is_ipv4 }),
        Member::new("accessIPv6", Shape::Format { name: "ipv6", fits: is_ipv6 }),
        Member::new("description", DESCRIPTION).since(2, 19),
        Member::new("hostname", HOSTNAME).since(2, 90),
    ]),
)
.required()]);

const EMPTY: Shape = Shape::Text { min: 0, max: 0 };
const COUNT: Shape = Shape::Integer { min: 1, max: i64::MAX };
const DESCRIPTION: Shape = Shape::Types(&[Shape::Text { min: 0, max: 255 }, Shape::Null]);

/// An id, also written as a number.
pub(super) const REFERENCE: Shape = Shape::Types(&[
    Shape::Text { min: 1, max: usize::MAX },
    Shape::Integer { min: 0, max: i64::MAX },
]);

pub(super) const METADATA: Shape = Shape::Map(&Shape::Text { min: 0, max: 255 });

const NETWORKS: Shape = list(&NETWORK, 0);
const NETWORKS_OR_WORD: Shape = Shape::OneOf(&[NETWORKS, Shape::Words(&["none", "auto"])]);

const NETWORK: Shape = Shape::Object(&[
    Member::new("fixed_ip", Shape::OneOf(&[Shape::Format { name: "ip", fits: is_ip }])),
    Member::new("port", Shape::Types(&[Shape::Id, Shape::Null])),
    Member::new("uuid", TEXT),
    Member::new("tag", TAG).since(2, 42),
]);

const DEVICE: Shape = Shape::Open(&[
    Member::new("uuid", DEVICE_ID),
    Member::new("source_type", Shape::Words(&["volume", "image", "snapshot", "blank"])),
    Member::new("destination_type", Shape::Words(&["local", "volume"])),
]);

const DEVICE_ID: Shape = Shape::Pattern {
    pattern: "^[a-zA-Z0-9._-]*$",
    fits: |id| id.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)),
    min: 1,
    max: 255,
};

const HINTS: Shape = Shape::Open(&[Member::new("group", Shape::Id)]);

const HOSTNAME: Shape = Shape::Pattern {
    pattern: "^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$",
    fits: is_hostname,
    min: 2,
    max: 63,
};

pub(super) const TAG: Shape =
    Shape::Pattern { pattern: "^[^,/]*$", fits: |tag| !tag.contains([',', '/']), min: 1, max: 60 };

pub(super) const TAGS: Shape = Shape::List { of: &TAG, min: 0, max: 50, unique: false };

const fn list(of: &'static Shape, min: usize) -> Shape {
    Shape::List { of, min, max: usize::MAX, unique: false }
}

fn is_ipv4(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

fn is_ipv6(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

fn is_ip(text: &str) -> bool {
    is_ipv4(text) || is_ipv6(text)
}

fn is_hostname(text: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() >= 2
        && is_edge(text.chars().next())
        && is_edge(text.chars().next_back())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
