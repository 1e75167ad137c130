//! Fills the local cloud of a folder with servers and measures what people wait for.
//!
//! `measure FOLDER COUNT none|demo-net`: so many servers, without a network or with a port each;
//! with `--fill` that is all.
//! `bench/local` runs it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a measurement ends where it cannot go on

use std::path::Path;
use std::time::{Duration, Instant};

use infomaniak_local::Local;
use serde_json::json;

#[path = "../tests/sigkill/client.rs"]
#[allow(dead_code)] // the test uses more of it
mod client;

use client::Client;

const SERVERS: &str = "/compute/v2.1/servers";
const FLAVOR: &str = "a1-ram2-disk20-perf1";
/// How many servers are asked for by one request.
const BATCH: usize = 1000;
/// How often each thing is measured.
const ROUNDS: usize = 21;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, count, network, only @ ..] = arguments.as_slice() else {
        eprintln!("usage: measure FOLDER COUNT none|demo-net [--fill]");
        std::process::exit(2);
    };
    let folder = Path::new(folder);
    let mut served = Served::start(folder);
    fill(&mut served.client, count.parse().unwrap(), network);
    if only == ["--fill"] {
        return;
    }
    println!("{:>12} {:>12}", "time", "processor");
    let token = served.token.clone();

    let client = &mut served.client;
    for (what, path) in [
        ("a page of 1000 servers, with details", format!("{SERVERS}/detail")),
        ("the same, with a marker", format!("{SERVERS}/detail?marker={}", middle(client))),
        ("the same, by name", format!("{SERVERS}/detail?sort_key=display_name")),
        ("a page of 1000 servers, ids and names", SERVERS.to_string()),
        ("one server", format!("{SERVERS}/{}", middle(client))),
        ("the limits", "/compute/v2.1/limits".to_string()),
        ("a page of 1000 ports", "/network/v2.0/ports?limit=1000".to_string()),
        ("the networks", "/network/v2.0/networks".to_string()),
    ] {
        report(what, || get(client, &path));
    }
    let body = server(client, "another", network, 1);
    report("creating a server", || assert_eq!(client.post(SERVERS, &body).unwrap().status, 202));
    drop(served);
    report("opening, serving, a first answer", || {
        let (url, _serving) = serve(&Local::open(folder).unwrap());
        get(&mut Client::connect(&url, &token).unwrap(), &format!("{SERVERS}?limit=1"));
    });
}

fn get(client: &mut Client, path: &str) {
    assert_eq!(client.get(path).unwrap().status, 200);
}

/// The id of a server that is neither the newest nor the oldest.
fn middle(client: &mut Client) -> String {
    let page = client.get(SERVERS).unwrap().json();
    page["servers"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_string()
}

/// A cloud served in this process, and a client of it.
struct Served {
    client: Client,
    token: String,
    _serving: Serving,
}

impl Served {
    fn start(folder: &Path) -> Served {
        let (url, serving) = serve(&Local::open(folder).unwrap());
        let mut client = Client::connect(&url, "").unwrap();
        let token = client.log_in("PCU-LOCAL01", "local", "PCP-LOCAL01").unwrap();
        Served { client, token, _serving: serving }
    }
}

/// A thread that serves until this is dropped.
struct Serving(Option<(tokio::sync::oneshot::Sender<()>, std::thread::JoinHandle<()>)>);

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.0.take() {
            let _ = end.send(());
            thread.join().unwrap();
        }
    }
}

fn serve(local: &Local) -> (String, Serving) {
    let (end, ended) = tokio::sync::oneshot::channel();
    let (say, said) = std::sync::mpsc::channel();
    let local = local.clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let serving = local.serve("127.0.0.1:0").await.unwrap();
            say.send(serving.url()).unwrap();
            let _ = ended.await;
        });
    });
    (said.recv().unwrap(), Serving(Some((end, thread))))
}

/// Makes the servers that are missing, and waits until all of them are built.
fn fill(client: &mut Client, count: usize, network: &str) {
    let limits = client.get("/compute/v2.1/limits").unwrap().json();
    let used = limits["limits"]["absolute"]["totalInstancesUsed"].as_u64().unwrap();
    let missing = count.saturating_sub(usize::try_from(used).unwrap());
    let begun = Instant::now();
    let mut ask = |name: &str, count: usize| {
        let body = server(client, name, network, count);
        let answer = client.post(SERVERS, &body).unwrap();
        assert_eq!(answer.status, 202, "{}", answer.json());
    };
    if missing > 0 {
        ask("first", 1);
    }
    for asked in (1..missing).step_by(BATCH) {
        ask("server", BATCH.min(missing - asked));
    }
    println!("filling with {missing} servers took {} ms", begun.elapsed().as_millis());
    std::thread::sleep(Duration::from_secs(1));
}

/// The body that asks for servers.
fn server(client: &mut Client, name: &str, network: &str, count: usize) -> serde_json::Value {
    let flavors = client.get("/compute/v2.1/flavors").unwrap().json();
    let flavors = flavors["flavors"].as_array().unwrap();
    let flavor = &flavors.iter().find(|flavor| flavor["name"] == FLAVOR).unwrap()["id"];
    let mut first = |path: &str, many: &str| {
        client.get(path).unwrap().json()[many][0]["id"].as_str().unwrap().to_string()
    };
    let networks = match network {
        "none" => json!("none"),
        name => {
            json!([{ "uuid": first(&format!("/network/v2.0/networks?name={name}"), "networks") }])
        }
    };
    json!({ "server": {
        "name": name,
        "flavorRef": flavor,
        "imageRef": first("/image/v2/images", "images"),
        "networks": networks,
        "max_count": count,
    } })
}

/// Prints how long `work` takes, and how long processors work on it: medians of several times. The
/// two are the same on a machine that has nothing else to do.
fn report(what: &str, mut work: impl FnMut()) {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let (begun, worked) = (Instant::now(), processor_time());
        work();
        times.push((begun.elapsed(), processor_time().saturating_sub(worked)));
    }
    let median = |part: fn(&(Duration, Duration)) -> Duration| {
        let mut parts: Vec<Duration> = times.iter().map(part).collect();
        parts.sort();
        parts[ROUNDS / 2].as_secs_f64() * 1000.0
    };
    println!("{:>9.2} ms {:>9.2} ms  {what}", median(|times| times.0), median(|times| times.1));
}

/// How long processors have worked for the threads that this process has now.
fn processor_time() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let times = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(times.sum())
}
