//! `ik auth doctor` where something stands between: certificates, clocks, proxies.

use serde_json::Value;

use crate::front::{Certificate, Front};
use crate::home::{Done, Home};
use crate::serve::Served;

/// The password of the local cloud's users, which everybody knows.
const PASSWORD: &str = "local";

/// The local cloud's services, as variables call them, and where they are.
const SERVICES: [(&str, &str); 6] = [
    ("IDENTITY", "/identity/v3"),
    ("COMPUTE", "/compute/v2.1"),
    ("IMAGE", "/image"),
    ("VOLUMEV3", "/volume/v3"),
    ("NETWORK", "/network"),
    ("LOAD_BALANCER", "/load-balancer"),
];

/// What doctor found, for the user of a cloud at this address, with these variables as well.
struct Visit {
    code: Option<i32>,
    findings: Vec<Value>,
}

impl Visit {
    #[track_caller]
    fn about(&self, about: &str) -> &Value {
        let found = self.findings.iter().find(|finding| finding["about"] == about);
        found.unwrap_or_else(|| panic!("nothing about {about} in {:?}", self.findings))
    }

    /// State, what was found, and advice.
    #[track_caller]
    fn says(&self, about: &str) -> (&str, &str, &str) {
        let finding = self.about(about);
        let text = |key: &str| finding[key].as_str().unwrap_or_default();
        (text("state"), text("found"), text("advice"))
    }
}

fn doctor(home: &Home, auth_url: &str, variables: &[(&str, &str)]) -> Visit {
    let mut command = home.command(&["auth", "doctor", "-f", "json"]);
    command.env("OS_AUTH_URL", auth_url).env("OS_REGION_NAME", "dc3-a");
    command.env("OS_USERNAME", "PCU-LOCAL01").env("OS_PASSWORD", PASSWORD);
    command.env("OS_PROJECT_NAME", "PCP-LOCAL01");
    command.envs(variables.iter().copied());
    let done = Done::from(command.output().unwrap());
    let findings = serde_json::from_str(&done.stdout);
    Visit { code: done.code, findings: findings.unwrap_or_else(|_| panic!("{done:?}")) }
}

#[test]
fn a_certificate_that_the_cloud_made_itself_is_trusted_when_it_is_named() {
    let home = Home::new();
    let served = Served::start(&home);
    let certificate = Certificate::of("localhost");
    let front = Front::tls(&served.address, &certificate);
    let url = format!("https://localhost:{}/identity/v3", front.address.port());

    let stranger = doctor(&home, &url, &[]);
    let (state, found, advice) = stranger.says("identity");
    assert_eq!((state, stranger.code), ("error", Some(8)), "{found}");
    assert!(found.starts_with("no secure connection to localhost"), "{found}");
    assert!(advice.contains("cacert") && advice.contains("OS_CACERT"), "{advice}");

    std::fs::write(home.path("cloud.pem"), &certificate.pem).unwrap();
    // The local cloud does not know that it is reached by TLS.
    let own = SERVICES.map(|(service, path)| {
        let name = format!("OS_{service}_ENDPOINT_OVERRIDE");
        (name, url.replace("/identity/v3", path))
    });
    let with = |name, value| {
        let own = own.iter().map(|(name, url)| (name.as_str(), url.as_str()));
        doctor(&home, &url, &own.chain([(name, value)]).collect::<Vec<_>>())
    };
    let trusting = with("OS_CACERT", "cloud.pem");
    assert_eq!(trusting.says("encryption"), ("ok", "the certificate is valid", ""));
    assert_eq!((trusting.says("login").0, trusting.code), ("ok", Some(0)));
    assert!(trusting.says("service compute").1.starts_with("https://localhost:"));

    let careless = with("OS_INSECURE", "true");
    assert_eq!((careless.says("encryption").0, careless.code), ("warning", Some(0)));
}

#[test]
fn a_certificate_of_another_time_or_name_is_told_apart() {
    let home = Home::new();
    let served = Served::start(&home);
    for (certificate, word) in [
        (Certificate::expired("localhost"), "clock"),
        (Certificate::of("elsewhere.example"), "another name"),
    ] {
        let front = Front::tls(&served.address, &certificate);
        std::fs::write(home.path("cloud.pem"), &certificate.pem).unwrap();
        let url = format!("https://localhost:{}/identity/v3", front.address.port());
        let visit = doctor(&home, &url, &[("OS_CACERT", "cloud.pem")]);
        let (state, found, advice) = visit.says("identity");
        assert_eq!((state, visit.code), ("error", Some(8)), "{found}");
        assert!(advice.contains(word), "{found}: {advice}");
    }
}

#[test]
fn a_clock_that_is_an_hour_off_is_told_with_its_direction() {
    let home = Home::new();
    let served = Served::start(&home);
    for (hours, side) in [(1, "behind the cloud's"), (-1, "ahead of the cloud's")] {
        let date = jiff::Timestamp::now() + jiff::Span::new().hours(hours);
        let front =
            Front::dated(&served.address, &date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let visit = doctor(&home, &format!("http://{}/identity/v3", front.address), &[]);
        let (state, found, advice) = visit.says("clock");
        assert_eq!((state, visit.code), ("warning", Some(0)), "{found}");
        assert!(found.contains(side), "{found}");
        let seconds = found.split(' ').find_map(|word| word.parse::<u64>().ok()).unwrap();
        assert!((3500..3700).contains(&seconds), "{found}");
        assert!(advice.contains("clock"), "{advice}");
    }
    let right = doctor(&home, &format!("http://{}/identity/v3", served.address), &[]);
    assert_eq!(right.says("clock"), ("ok", "as the cloud's", ""));
}

#[test]
fn a_proxy_that_does_not_answer_is_named_without_its_password() {
    let home = Home::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy = format!("http://ann:never-shown@{closed}");
    for (variable, scheme) in [("HTTP_PROXY", "http"), ("HTTPS_PROXY", "https")] {
        let url = format!("{scheme}://cloud.invalid/identity/v3");
        let visit = doctor(&home, &url, &[(variable, &proxy)]);
        let (state, found, advice) = visit.says("identity");
        assert_eq!((state, visit.code), ("error", Some(14)), "{found}");
        let expected = format!("cannot connect to cloud.invalid through the proxy {closed}: ");
        assert!(found.starts_with(&expected), "{found}");
        assert!(advice.contains("NO_PROXY=cloud.invalid"), "{advice}");
        let (state, found, _) = visit.says("proxy");
        assert!(state == "note" && found.starts_with(variable), "{found}");
        assert!(!format!("{:?}", visit.findings).contains("never-shown"));

        // No proxy is asked for what NO_PROXY names.
        let direct = doctor(&home, &url, &[(variable, &proxy), ("NO_PROXY", "cloud.invalid")]);
        let found = direct.says("identity").1;
        assert!(found.contains("lookup") && !found.contains("proxy"), "{found}");
    }
}

#[test]
fn a_proxy_is_used_for_other_machines_and_never_for_this_one() {
    let home = Home::new();
    let served = Served::start(&home);
    let proxy = Front::plain(&served.address);
    let through = format!("http://{}", proxy.address);
    let visit = doctor(&home, "http://cloud.invalid/identity/v3", &[("HTTP_PROXY", &through)]);
    let (state, found, _) = visit.says("identity");
    assert_eq!(state, "ok", "{found}");
    assert!(found.ends_with(&format!(", through the proxy {}", proxy.address)), "{found}");

    home.ik(&["local", "fault", "status", "407", "--count", "9"]).good();
    let mut asked = home.command(&["flavor", "list"]);
    asked
        .env("HTTP_PROXY", &through)
        .env("INFOMANIAK_AUTH_URL", "http://cloud.invalid/identity/v3");
    asked.env("INFOMANIAK_APP_CREDENTIAL_ID", "x").env("INFOMANIAK_APP_CREDENTIAL_SECRET", "y");
    let refused = Done::from(asked.output().unwrap()).refused(8);
    assert!(refused.contains("hint: the proxy wants to know who asks"), "{refused}");
    home.ik(&["local", "fault", "clear"]).good();

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = format!("http://{closed}");
    let url = format!("http://{}/identity/v3", served.address);
    let here = doctor(&home, &url, &[("HTTP_PROXY", &nowhere), ("ALL_PROXY", &nowhere)]);
    assert_eq!((here.says("identity").0, here.code), ("ok", Some(0)));
    assert!(!here.says("identity").1.contains("proxy"));
}
