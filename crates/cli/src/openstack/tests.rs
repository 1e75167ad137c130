use std::ffi::OsString;

use infomaniak_cloud::operations;

use super::*;

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

fn parsed(line: &str) -> (&'static Face, clap::ArgMatches) {
    parse::parse(&words(line)).unwrap()
}

#[test]
fn it_is_called_by_its_name_or_as_a_command() {
    let called = |line: &str| called(&words(line)).map(|words| words.len());
    assert_eq!(called("/usr/bin/openstack server list"), Some(2));
    assert_eq!(called("ik openstack server list"), Some(2));
    assert_eq!(called("ik --cloud openstack --debug openstack server list"), Some(5));
    assert_eq!(called("ik server show openstack"), None);
    assert_eq!(called("ik"), None);
}

#[test]
fn every_command_has_an_operation_behind_it() {
    for face in faces() {
        let others = face.instead.iter().chain(face.also).map(|(_, method)| *method);
        let methods = others.chain([face.operation]);
        for method in methods {
            assert!(operations().any(|it| it.method == method), "{}: {method}", face.words);
        }
    }
}

#[test]
fn what_the_flags_give_the_operations_take() {
    for face in
        faces().filter(|face| !matches!(face.does, face::Does::List(_) | face::Does::Show(_)))
    {
        let operation = operations().find(|it| it.method == face.operation).unwrap();
        let also =
            face.also.iter().filter_map(|(_, method)| operations().find(|it| it.method == *method));
        let operations: Vec<_> = also.chain([operation]).collect();
        for flag in face.flags() {
            let Some(name) = flag.gives.argument() else { continue };
            let mut arguments = operations.iter().flat_map(|it| it.arguments);
            let takes = arguments.any(|argument| argument.name == name);
            assert!(takes, "{} --{}: {name}", face.words, flag.name);
        }
    }
}

#[test]
fn words_flags_and_arguments_may_be_mixed() {
    let (face, matches) = parsed("--os-cloud x server show --debug -f json web -c id -c name");
    assert_eq!(face.words, "server show");
    let given = face::Given(&matches);
    assert_eq!((given.text("server"), given.text("cloud")), (Some("web"), Some("x")));
    assert_eq!(given.texts("column"), ["id", "name"]);
    assert!(given.has("debug") && !given.has("quiet"));
}

#[test]
fn the_longest_command_is_meant_and_flags_may_be_cut_short() {
    assert_eq!(parsed("server resize confirm web").0.words, "server resize confirm");
    assert_eq!(parsed("server resize --flavor x web").0.words, "server resize");
    let (_, matches) = parsed("server list --no-name --sort-col Name");
    assert!(face::Given(&matches).has("no-name-lookup"));
}

#[test]
fn what_contradicts_itself_or_cannot_be_done_is_refused() {
    use clap::error::ErrorKind::{
        ArgumentConflict, InvalidValue, MissingRequiredArgument, UnknownArgument, ValueValidation,
    };
    for (line, kind) in [
        ("network list --external --internal", ArgumentConflict),
        ("port list --server web --router demo-router", ArgumentConflict),
        ("subnet unset --tag a --all-tag front", ArgumentConflict),
        ("network create --pvlan --no-pvlan front", ArgumentConflict),
        ("port list --status nonsense", InvalidValue),
        ("port create --network front --fixed-ip nonsense=1 web", ValueValidation),
        ("router set --route destination=10.0.0.0/8 demo-router", ValueValidation),
        ("subnet list --project demo", ValueValidation),
        (
            "loadbalancer pool create --protocol HTTP --lb-algorithm SOURCE_IP",
            MissingRequiredArgument,
        ),
        (
            "loadbalancer pool create --protocol HTTP --lb-algorithm SOURCE_IP --listener a \
             --loadbalancer b",
            ArgumentConflict,
        ),
        ("loadbalancer list --operating-status nonsense", InvalidValue),
        ("loadbalancer listener set --insert-headers a=b,c web", ValueValidation),
        (
            "loadbalancer listener create --protocol TCP --protocol-port 1 --hsts-max-age x a",
            ValueValidation,
        ),
        ("loadbalancer create --vip-subnet-id a --project demo", ValueValidation),
        ("port set --qos-policy gold web", UnknownArgument),
        ("network set --provider-segment 7 front", UnknownArgument),
    ] {
        let refusal = parse::parse(&words(line)).err().unwrap();
        assert_eq!(refusal.kind(), kind, "{line}: {refusal}");
    }
}

#[test]
fn values_of_parts_and_fields_without_an_argument_become_arguments() {
    let arguments = |line: &str| {
        let (face, matches) = parsed(line);
        serde_json::Value::from(given::arguments(face, &face::Given(&matches)).unwrap())
    };
    let port = arguments(
        "port create --network front --fixed-ip subnet=v4,ip-address=10.0.0.5 --fixed-ip subnet=v6 \
         --trusted --host a web",
    );
    let addresses =
        serde_json::json!([{ "subnet": "v4", "ip_address": "10.0.0.5" }, { "subnet": "v6" }]);
    assert_eq!(port["fixed_ips"], addresses);
    assert_eq!(port["extra"], serde_json::json!({ "trusted": true, "binding:host_id": "a" }));
    let rule = arguments("security group rule create --protocol ipv6-icmp web");
    let listener = arguments(
        "loadbalancer listener create web-lb --protocol http --protocol-port 80 --sni-container-refs a b \
         --insert-headers X-A=1,X-B=2 --timeout-tcp-inspect 10",
    );
    assert_eq!(listener["protocol"], "HTTP");
    assert_eq!(listener["name"], "");
    assert_eq!(listener["sni_container_refs"], serde_json::json!(["a", "b"]));
    assert_eq!(listener["insert_headers"], serde_json::json!({ "X-A": "1", "X-B": "2" }));
    assert_eq!(listener["extra"], serde_json::json!({ "timeout_tcp_inspect": 10 }));
    let monitor = arguments(
        "loadbalancer healthmonitor create --timeout 3 --delay 5 --max-retries 3 --type ping \
         --http-version 1.1 servers",
    );
    assert_eq!((&monitor["timeout"], &monitor["http_version"]), (&3.into(), &"1.1".into()));
    assert_eq!((&rule["ethertype"], &rule["remote_ip_prefix"]), (&"IPv6".into(), &"::/0".into()));
}

#[test]
fn every_command_can_be_parsed_and_explained() {
    for face in faces() {
        let help = parse::parse(&words(&format!("{} --help", face.words))).err().unwrap();
        assert_eq!(help.kind(), clap::error::ErrorKind::DisplayHelp, "{}", face.words);
    }
}

#[test]
fn an_unknown_command_names_the_native_client() {
    let message = |line: &str| parse::parse(&words(line)).err().unwrap().to_string();
    assert!(message("volume qos list").contains("python-openstackclient"));
    assert!(message("server migrate web").contains("server resize"));
}
