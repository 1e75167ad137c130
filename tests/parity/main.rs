//! The local cloud answers as the real services do.
//!
//! The same requests, good and bad, are sent to the testbed and to the local cloud, and must be
//! answered the same: status, headers, every key, type and value of the body, every word of an error.
//! Only what cannot be the same is taken out: ids, times, addresses. The requests are tables, in
//! `requests/<service>/`; how to read and write them is in `table.rs`.
//!
//! ```text
//! cargo test -p behaviours --test parity                 all
//! cargo test -p behaviours --test parity -- 'flavor'     those whose title has this in it
//! ```

#![allow(clippy::unwrap_used)] // a trial may panic: that is how it fails

#[path = "../again.rs"]
mod again;
mod answer;
mod cloud;
mod compare;
mod itself;
mod story;
mod sweep;
mod table;

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use infomaniak_local::Local;
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;

use cloud::{Cloud, Login, Outcome, read_clouds_yaml};
use table::{Allowance, Story};

/// Trials spend their time waiting for the testbed: more run at once than there are processors.
const AT_ONCE: usize = 6;

/// A service, what of it a table is about, and the table.
type Source = (&'static str, &'static str, &'static str);

macro_rules! source {
    ($service:literal, $about:literal) => {
        ($service, $about, include_str!(concat!("requests/", $service, "/", $about, ".txt")))
    };
}

/// The tables.
const TABLES: &[Source] = &[
    source!("identity", "service"),
    source!("identity", "login"),
    source!("identity", "token"),
    source!("identity", "people"),
    source!("identity", "application_credential"),
    source!("image", "service"),
    source!("image", "looking"),
    source!("image", "making"),
    source!("compute", "service"),
    source!("compute", "flavor"),
    source!("compute", "keypair"),
    source!("compute", "server_life"),
    source!("compute", "interface"),
    source!("compute", "server_image"),
    source!("compute", "server_refused"),
    source!("compute", "server"),
    source!("compute", "server_group"),
    source!("block_storage", "service"),
    source!("block_storage", "volume"),
    source!("block_storage", "snapshot"),
    source!("block_storage", "backup"),
    source!("block_storage", "transfer"),
    source!("block_storage", "attachment"),
    source!("network", "service"),
    source!("network", "shared"),
    source!("network", "network"),
    source!("network", "subnet"),
    source!("network", "subnet_pool"),
    source!("network", "tag"),
    source!("network", "port"),
    source!("network", "security_group"),
    source!("network", "router"),
    source!("network", "floating_ip"),
    source!("network", "port_forwarding"),
    source!("network", "trunk"),
    source!("load_balancer", "service"),
    source!("load_balancer", "loadbalancer"),
    source!("load_balancer", "vip"),
    source!("load_balancer", "listing"),
    source!("load_balancer", "listener"),
    source!("load_balancer", "pool"),
    source!("load_balancer", "member"),
    source!("load_balancer", "health_monitor"),
    source!("load_balancer", "l7policy"),
    source!("load_balancer", "l7rule"),
    source!("load_balancer", "whole"),
    source!("load_balancer", "quota"),
    source!("load_balancer", "unset"),
];

/// The least that has to be compared.
const ENOUGH: usize = 60;

/// Names the testbed's `clouds.yaml`; `./test` sets it.
const TESTBED: &str = "OS_CLIENT_CONFIG_FILE";

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    match run(&arguments) {
        Ok(code) => code,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<ExitCode> {
    let path = std::env::var_os(TESTBED).map(PathBuf::from).ok_or_else(|| {
        format!("{TESTBED} is not set: start the testbed with testbed/up, or run ./test")
    })?;
    let (address, logins) = read_clouds_yaml(&path)?;
    // What a trial makes on the testbed must not be swept away by another run.
    let lock = std::env::temp_dir().join("parity.lock");
    let cannot = |error: std::io::Error| format!("{}: {error}", lock.display());
    let turn = File::create(&lock).map_err(cannot)?;
    turn.lock().map_err(cannot)?;

    let runtime = Arc::new(Runtime::new().map_err(|error| error.to_string())?);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (serving, own_logins) = runtime.block_on(serve(folder.path()))?;
    let own_address = format!("{}/identity/v3", serving.url());
    let clouds = runtime.block_on(async {
        let testbed = Cloud::open("testbed", &address, &logins).await?;
        let local = Cloud::open("local", &own_address, &own_logins).await?;
        sweep::sweep(&testbed).await?;
        Ok::<_, String>(Arc::new((testbed, local)))
    })?;

    let mut trials = itself::trials();
    trials.push(Trial::test("itself: no table is left out", || Ok(nothing_left_out()?)));
    let mut requests = 0;
    for &(service, about, text) in TABLES {
        let cannot = |why: String| format!("requests/{service}/{about}.txt: {why}");
        let table = table::read(text).map_err(cannot)?;
        requests += table.stories.iter().map(|story| story.steps.len()).sum::<usize>();
        let allowed = Arc::new(table.allowed);
        for story in table.stories {
            let name = format!("{service} {about}: {}", story.title);
            trials.push(trial(name, &runtime, &clouds, service, story, &allowed));
        }
    }
    if requests < ENOUGH {
        return Err(format!("{requests} requests are too few to say that the clouds are alike"));
    }
    println!("{requests} requests to each cloud");
    let conclusion = libtest_mimic::run(arguments, trials);
    runtime.block_on(sweep::sweep(&clouds.0))?;
    Ok(conclusion.exit_code())
}

/// A file that nobody names would compare nothing.
fn nothing_left_out() -> Outcome<()> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/parity/requests");
    let cannot = |error: std::io::Error| format!("{folder}: {error}");
    for service in std::fs::read_dir(folder).map_err(cannot)? {
        for table in std::fs::read_dir(service.map_err(cannot)?.path()).map_err(cannot)? {
            let path = table.map_err(cannot)?.path();
            let named = TABLES
                .iter()
                .any(|(service, about, _)| path.ends_with(format!("{service}/{about}.txt")));
            if !named {
                return Err(format!("{} is not among the TABLES", path.display()));
            }
        }
    }
    Ok(())
}

async fn serve(folder: &std::path::Path) -> Outcome<(infomaniak_local::Serving, Vec<Login>)> {
    let local = Local::open(folder)?;
    let tenants = local.credentials()?.tenants;
    let logins = tenants.iter().map(|tenant| Login {
        entry: tenant.cloud.into(),
        user: tenant.user.into(),
        password: tenant.password.into(),
        project: tenant.project.into(),
    });
    let serving = local.serve("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    Ok((serving, logins.collect()))
}

fn trial(
    name: String,
    runtime: &Arc<Runtime>,
    clouds: &Arc<(Cloud, Cloud)>,
    service: &'static str,
    story: Story,
    allowed: &Arc<Vec<Allowance>>,
) -> Trial {
    let (runtime, clouds, allowed) = (runtime.clone(), clouds.clone(), allowed.clone());
    Trial::test(name.clone(), move || {
        let run = || runtime.block_on(story::run(&clouds, service, &story, &allowed));
        again::look(&name, run).map_err(Failed::from)
    })
}
