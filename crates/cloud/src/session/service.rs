//! The services of a cloud: how the catalog calls them and which versions this library speaks.

use super::microversion::Microversion;

/// A kind of service, as far as requests to it need to know.
#[derive(Debug)]
pub struct Service {
    /// Its official type in the catalog.
    pub kind: &'static str,
    /// Version segment of its paths, appended to catalog addresses that carry none; what stands
    /// behind it in the paths of all things is appended to all.
    pub version: &'static str,
    /// The microversions this library was written for, where the service has any.
    pub microversions: Option<Microversions>,
}

/// A range of microversions, and the name that goes with it in `OpenStack-API-Version`.
#[derive(Debug)]
pub struct Microversions {
    /// The header's first word.
    pub name: &'static str,
    /// Oldest version that gives all the fields this library reads.
    pub least: Microversion,
    /// Version asked for unless the cloud is older.
    pub best: Microversion,
}

/// Keystone.
pub static IDENTITY: Service = Service { kind: "identity", version: "v3", microversions: None };

/// Nova.
///
/// 2.47 (2017) brought the flavor's name into the server, without which a listing would need a
/// look-up per flavor. Above 2.91 Nova no longer generates key pairs.
pub static COMPUTE: Service = Service {
    kind: "compute",
    version: "v2.1",
    microversions: Some(Microversions {
        name: "compute",
        least: Microversion(2, 47),
        best: Microversion(2, 91),
    }),
};

/// Cinder.
///
/// 3.50 (2018) has all that is asked for here: reasons of failures, volumes extended in use, metadata
/// of backups. 3.70 is the newest that was tested.
pub static BLOCK_STORAGE: Service = Service {
    kind: "block-storage",
    version: "v3",
    microversions: Some(Microversions {
        name: "volume",
        least: Microversion(3, 50),
        best: Microversion(3, 70),
    }),
};

/// Glance.
pub static IMAGE: Service = Service { kind: "image", version: "v2", microversions: None };

/// Neutron.
pub static NETWORK: Service = Service { kind: "network", version: "v2.0", microversions: None };

/// Octavia. Its versions have numbers (v2.0 to v2.29) but one address, and no header asks for one.
pub static LOAD_BALANCER: Service =
    Service { kind: "load-balancer", version: "v2.0/lbaas", microversions: None };

/// Official types and the other names catalogs and people use for them, by the service types
/// authority of OpenStack.
const ALIASES: &[(&str, &[&str])] = &[
    ("block-storage", &["volumev3", "volumev2", "volume", "block-store"]),
    ("compute", &[]),
    ("dns", &[]),
    ("identity", &[]),
    ("image", &[]),
    ("key-manager", &[]),
    ("load-balancer", &[]),
    ("metric", &[]),
    ("network", &[]),
    ("object-store", &[]),
    ("orchestration", &[]),
    ("placement", &[]),
    ("rating", &[]),
];

/// The services that this library has operations or settings for.
const KNOWN: &[&Service] = &[&IDENTITY, &COMPUTE, &IMAGE, &NETWORK, &LOAD_BALANCER];

impl Service {
    /// The service of a type, by its official name or another one. One that this library does not
    /// know is taken as the catalog has it, and stays in memory as long as the program runs.
    #[must_use]
    pub fn of_type(name: &str) -> &'static Service {
        let kind = canonical_type(name);
        if let Some(known) = KNOWN.iter().find(|known| known.kind == kind) {
            return known;
        }
        let kind = Box::leak(kind.to_string().into_boxed_str());
        Box::leak(Box::new(Service { kind, version: "", microversions: None }))
    }
}

/// The official type behind `name`; a name that is not known stands for itself.
pub(super) fn canonical_type(name: &str) -> &str {
    ALIASES
        .iter()
        .find(|(kind, aliases)| *kind == name || aliases.contains(&name))
        .map_or(name, |(kind, _)| kind)
}

/// All names of a type, the official one first, then in order of preference.
pub(super) fn names(kind: &str) -> impl Iterator<Item = &str> {
    let aliases = ALIASES.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, a)| a);
    std::iter::once(kind).chain(aliases.iter().copied())
}
