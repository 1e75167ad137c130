//! Addresses, TLS, region, interface, the cache.

use super::*;

/// The only cloud of a file, with these further lines.
fn with(further: &str) -> Config {
    Home::with_clouds(&demo(further)).config()
}

#[test]
fn any_way_to_write_keystones_address_means_version_3() {
    let cases = [
        ("https://k.example", "https://k.example/v3"),
        ("https://k.example/", "https://k.example/v3"),
        ("https://k.example/v3", "https://k.example/v3"),
        ("https://k.example/v3/", "https://k.example/v3"),
        ("https://k.example/v2.0", "https://k.example/v3"),
        ("https://k.example:5000", "https://k.example:5000/v3"),
        ("https://k.example/identity", "https://k.example/identity/v3"),
        ("https://k.example/identity/", "https://k.example/identity/v3"),
        ("https://k.example/identity/v3", "https://k.example/identity/v3"),
        ("https://k.example/identity/v3/", "https://k.example/identity/v3"),
        (" https://k.example/identity/v3/ ", "https://k.example/identity/v3"),
        ("http://127.0.0.1:5000/v3", "http://127.0.0.1:5000/v3"),
        ("https://k.example/vault", "https://k.example/vault/v3"),
    ];
    for (given, meant) in cases {
        let clouds = demo("").replace("https://keystone.example/v3", &format!("'{given}'"));
        assert_eq!(Home::with_clouds(&clouds).config().auth_url.as_str(), meant, "{given}");
        let config = Config::application_credential("i", "s").with_auth_url(given).unwrap();
        assert_eq!(config.auth_url.as_str(), meant, "{given}");
    }
}

#[test]
fn what_is_no_address_is_refused_and_a_password_in_it_is_not_shown() {
    for given in ["keystone.example", "/identity/v3", "ftp://k.example", "https://"] {
        let clouds = demo("").replace("https://keystone.example/v3", &format!("'{given}'"));
        let error = Home::with_clouds(&clouds).error();
        assert!(error.message().contains("auth_url"), "{error}");
        assert!(hint(&error).contains("https://api.pub1.infomaniak.cloud/identity/v3"));
    }
    for given in [
        "https://ann:hunter2@k.example/v3",
        "ftp://ann:hunter2@k.example",
        "https://ann:hunter2@k example",
    ] {
        let config = Config::application_credential("i", "s").with_auth_url(given);
        let error = config.unwrap_err();
        assert!(!format!("{error} {error:?} {error:#?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn certificates_are_verified_unless_the_file_says_otherwise() {
    assert!(with("").tls.verify);
    for off in ["verify: false", "verify: no", "verify: 'False'", "insecure: true", "insecure: 1"] {
        assert!(!with(&format!("    {off}\n")).tls.verify, "{off}");
    }
    for on in ["verify: true", "verify: yes", "insecure: false", "insecure: 'no'"] {
        assert!(with(&format!("    {on}\n")).tls.verify, "{on}");
    }
    let error = Home::with_clouds(&demo("    verify: perhaps\n")).error();
    assert!(error.message().contains("`verify`"), "{error}");
    let insecure = Home::new()
        .set("OS_AUTH_URL", "https://k.example")
        .set("OS_TOKEN", "t")
        .set("OS_INSECURE", "true");
    assert!(!insecure.config().tls.verify);
}

#[test]
fn files_of_certificates_may_be_named_from_home() {
    let home =
        Home::with_clouds(&demo("    cacert: ~/ca.pem\n    cert: /c.pem\n    key: ~/k.pem\n"));
    let tls = home.config().tls;
    assert_eq!(tls.cacert, Some(home.path("ca.pem")));
    assert_eq!(tls.client, Some((PathBuf::from("/c.pem"), home.path("k.pem"))));
    let both = with("    cert: /both.pem\n").tls.client;
    assert_eq!(both, Some((PathBuf::from("/both.pem"), PathBuf::from("/both.pem"))));
}

#[test]
fn region_and_interface_have_their_older_names_too() {
    let interface = |text: &str| with(&format!("    {text}\n")).interface;
    assert_eq!(interface("x: y"), "public");
    assert_eq!(interface("interface: internal"), "internal");
    assert_eq!(interface("endpoint_type: adminURL"), "admin");
    let region = |text: &str| {
        let clouds = demo("").replace("region_name: r1", text);
        Home::with_clouds(&clouds).config().region
    };
    assert_eq!(region("region_name: r2").as_deref(), Some("r2"));
    assert_eq!(region("regions: [r3, r4]").as_deref(), Some("r3"));
    assert_eq!(region("regions: [{name: r5, values: {x: y}}]").as_deref(), Some("r5"));
    assert_eq!(region("x: y"), None);
}

#[test]
fn endpoints_may_be_overridden_by_any_name_of_the_service() {
    let overrides = with(
        "    compute_endpoint_override: http://c\n    volumev3_endpoint_override: http://v\n    \
         object_store_endpoint_override: http://o\n",
    )
    .endpoint_overrides;
    let all: Vec<_> = overrides.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let expected =
        [("block-storage", "http://v"), ("compute", "http://c"), ("object-store", "http://o")];
    assert_eq!(all, expected);
}

#[test]
fn settings_of_the_login_may_stand_outside_of_auth() {
    let clouds = "clouds: {demo: {auth_url: 'https://k.example', username: ann, password: p,
        project_name: x}}";
    assert_eq!(password(&Home::with_clouds(clouds).config()), "p");
}

#[test]
fn the_cache_is_in_the_users_own_folder() {
    let home = Home::with_clouds(&demo(""));
    assert_eq!(home.config().cache, Some(home.path(".cache/infomaniak-cloud")));
    let home = home.set("XDG_CACHE_HOME", "/elsewhere");
    assert_eq!(home.config().cache.as_deref(), Some(Path::new("/elsewhere/infomaniak-cloud")));
    // As the XDG specification has it, a relative path is to be ignored.
    let home = home.set("XDG_CACHE_HOME", "relative");
    assert_eq!(home.config().cache, Some(home.path(".cache/infomaniak-cloud")));
    let home = home.set("IK_NO_CACHE", "");
    assert!(home.config().cache.is_some(), "empty is not set");
    let home = home.set("IK_NO_CACHE", "1");
    assert_eq!(home.config().cache, None);
}

#[test]
fn a_configuration_shows_no_secret() {
    let shown = format!("{:?} {:#?}", with(""), with(""));
    assert!(shown.contains("ann") && !shown.contains("from-clouds-yaml"), "{shown}");
    let environment: Environment = [("OS_PASSWORD", "hunter2")].into_iter().collect();
    assert_eq!(format!("{environment:?}"), r#"{"OS_PASSWORD"}"#);
}
