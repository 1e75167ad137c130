//! A cloud under test, as a value: where its `clouds.yaml` is, which entries of it stand for whom,
//! and what the cases may count on being there. Adding a cloud is adding a value.

use std::path::PathBuf;

/// A cloud that the suite runs against.
#[derive(Debug)]
pub(crate) struct Target {
    /// Its name in the output and in docs/proven.md.
    pub(crate) name: &'static str,
    /// Whether its services are the real ones, which do things in their own time.
    pub(crate) is_real: bool,
    /// The `clouds.yaml` with the entries below.
    pub(crate) clouds_yaml: PathBuf,
    /// Entry of an ordinary member of a project, by password; most cases use it.
    pub(crate) member: &'static str,
    /// Entry of an application credential of the same member.
    pub(crate) credential: &'static str,
    /// Entry of a member of another project.
    pub(crate) stranger: &'static str,
    /// Entry of a project whose quota is one server and one key pair. Cases take turns in it.
    pub(crate) full: &'static str,
    /// Entry of an administrator, to prepare what members cannot.
    pub(crate) admin: &'static str,
    /// The member's project, by name.
    pub(crate) project: &'static str,
    /// The region that has everything.
    pub(crate) region: &'static str,
    /// An availability zone.
    pub(crate) zone: &'static str,
    /// An image, by name.
    pub(crate) image: &'static str,
    /// A small flavor with a disk, by name.
    pub(crate) flavor: &'static str,
    /// The member's network, by name.
    pub(crate) network: &'static str,
    /// The network of the project with the small quota, by name.
    pub(crate) full_network: &'static str,
    /// A server of the member that exists all along and must be left alone.
    pub(crate) server: &'static str,
    /// A key pair of the member that exists all along and must be left alone.
    pub(crate) keypair: &'static str,
}

/// Names the testbed's `clouds.yaml`; `./test` sets it.
const TESTBED: &str = "OS_CLIENT_CONFIG_FILE";

impl Target {
    /// The real services of `testbed/`; `None` if it is not said where they are.
    ///
    /// # Errors
    /// A sentence when they are said to be where they are not.
    pub(crate) fn testbed() -> Result<Option<Target>, String> {
        let Some(clouds_yaml) = std::env::var_os(TESTBED).map(PathBuf::from) else {
            return Ok(None);
        };
        if !clouds_yaml.is_file() {
            let path = clouds_yaml.display();
            return Err(format!("{TESTBED} names {path}, which is no file: is the testbed up?"));
        }
        let clouds_yaml = std::path::absolute(&clouds_yaml).unwrap_or(clouds_yaml);
        Ok(Some(Target {
            name: "testbed",
            is_real: true,
            project: "PCP-DEMO001",
            ..Target::of(clouds_yaml)
        }))
    }

    /// The local cloud.
    pub(crate) fn local(clouds_yaml: PathBuf) -> Target {
        Target { name: "local", project: "PCP-LOCAL01", ..Target::of(clouds_yaml) }
    }

    /// What both clouds call the same.
    fn of(clouds_yaml: PathBuf) -> Target {
        Target {
            name: "",
            is_real: false,
            clouds_yaml,
            member: "demo",
            credential: "demo-appcred",
            stranger: "demo2",
            full: "demo-full",
            admin: "admin",
            project: "",
            region: "dc3-a",
            zone: "dc3-a-04",
            image: "Debian 12 bookworm",
            flavor: "a1-ram2-disk20-perf1",
            network: "demo-net",
            full_network: "full-net",
            server: "demo-web",
            keypair: "demo",
        }
    }
}
