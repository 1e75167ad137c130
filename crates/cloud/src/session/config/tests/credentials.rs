//! Which source wins, and who logs in.

use super::*;

fn infomaniak(home: Home) -> Home {
    home.set("INFOMANIAK_APP_CREDENTIAL_ID", "the-id")
        .set("INFOMANIAK_APP_CREDENTIAL_SECRET", "the-secret")
}

/// An openrc file as the dashboard of OpenStack gives it out.
fn openrc(home: Home) -> Home {
    home.set("OS_AUTH_URL", "https://openrc.example/identity")
        .set("OS_USERNAME", "PCU-ANN")
        .set("OS_PASSWORD", "openrc-password")
        .set("OS_PROJECT_NAME", "PCP-ONE")
        .set("OS_USER_DOMAIN_NAME", "Default")
        .set("OS_PROJECT_DOMAIN_ID", "default")
        .set("OS_REGION_NAME", "dc4-a")
        .set("OS_INTERFACE", "public")
        .set("OS_IDENTITY_API_VERSION", "3")
}

fn application_credential(config: &Config) -> (&ApplicationCredential, &SecretString) {
    match &config.credentials {
        Credentials::ApplicationCredential { credential, secret } => (credential, secret),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_source_found_wins_as_a_whole() {
    let home = || Home::with_clouds(&demo(""));
    // All four are there: the cloud asked for wins, then the one named by OS_CLOUD.
    let all = openrc(infomaniak(home()));
    assert_eq!(host(&all.find(Some("demo")).unwrap()), "keystone.example");
    assert_eq!(host(&all.config()), "api.pub1.infomaniak.cloud");
    let named = openrc(infomaniak(home())).set("OS_CLOUD", "demo");
    assert_eq!(host(&named.config()), "keystone.example");
    assert_eq!(password(&named.config()), "from-clouds-yaml");
    assert_eq!(host(&openrc(home()).config()), "openrc.example");
    assert_eq!(host(&home().config()), "keystone.example");
}

#[test]
fn infomaniaks_variables_have_infomaniaks_defaults() {
    let config = infomaniak(Home::new()).config();
    assert_eq!(config.auth_url.as_str(), "https://api.pub1.infomaniak.cloud/identity/v3");
    assert_eq!((config.region.as_deref(), &*config.interface), (Some("dc3-a"), "public"));
    let (credential, secret) = application_credential(&config);
    assert!(matches!(credential, ApplicationCredential::Id(id) if id == "the-id"));
    assert_eq!(secret.expose_secret(), "the-secret");

    let elsewhere = infomaniak(Home::new())
        .set("INFOMANIAK_AUTH_URL", "https://api.pub2.infomaniak.cloud/identity")
        .set("INFOMANIAK_REGION", "dc4-a")
        .config();
    assert_eq!(elsewhere.auth_url.as_str(), "https://api.pub2.infomaniak.cloud/identity/v3");
    assert_eq!(elsewhere.region.as_deref(), Some("dc4-a"));
}

#[test]
fn infomaniaks_variables_are_never_mixed_with_stray_ones() {
    let clean = infomaniak(Home::new());
    let cache = clean.path("").to_str().unwrap().to_string();
    let strays = openrc(infomaniak(Home::new()))
        .set("HOME", cache)
        .set("OS_CACERT", "/stray.pem")
        .set("OS_INSECURE", "true")
        .set("OS_COMPUTE_ENDPOINT_OVERRIDE", "http://stray.example")
        .set("OS_APPLICATION_CREDENTIAL_ID", "stray")
        .set("OS_APPLICATION_CREDENTIAL_SECRET", "stray");
    let clean = format!("{:?}", clean.config());
    assert_eq!(format!("{:?}", strays.config()), clean);
    let environment = strays.variables.iter().cloned().collect();
    let contract = Config::from_infomaniak_env(&environment).unwrap();
    assert_eq!(format!("{contract:?}"), clean);
}

#[test]
fn half_of_infomaniaks_variables_is_an_error_that_names_both() {
    let both = ["INFOMANIAK_APP_CREDENTIAL_ID", "INFOMANIAK_APP_CREDENTIAL_SECRET"];
    for name in both {
        let other = both.iter().find(|other| **other != name).unwrap();
        // An empty variable is as good as none.
        let half = openrc(Home::new()).set(name, "something").set(other, "");
        assert!(
            both.iter().all(|name| half.error().message().contains(name)),
            "{:?}",
            half.error()
        );
    }
    let error = Config::from_infomaniak_env(&Environment::default()).unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    assert!(both.iter().all(|name| error.message().contains(name)), "{error}");
}

#[test]
fn an_openrc_file_logs_in_with_a_password() {
    let config = openrc(Home::new()).config();
    assert_eq!(config.auth_url.as_str(), "https://openrc.example/identity/v3");
    assert_eq!(
        (config.region.as_deref(), config.source.as_str()),
        (Some("dc4-a"), "OS_* variables")
    );
    let Credentials::Password { user, password, scope } = &config.credentials else {
        panic!("{config:?}");
    };
    assert_eq!(password.expose_secret(), "openrc-password");
    assert!(
        matches!(user, User::Name { name, domain: Domain::Name(d) } if name == "PCU-ANN" && d == "Default")
    );
    assert!(
        matches!(scope, Scope::Project { name, domain: Domain::Id(d) } if name == "PCP-ONE" && d == "default")
    );
}

#[test]
fn an_openrc_file_without_its_password_says_which_variable_is_missing() {
    let error = openrc(Home::new()).set("OS_PASSWORD", "").error();
    assert!(error.message().contains("OS_PASSWORD"), "{error}");
}

#[test]
fn both_spellings_of_the_application_credentials_type_are_known() {
    let spellings = ["v3applicationcredential", "v3application_credential"];
    for spelling in spellings {
        let clouds = format!(
            "clouds: {{demo: {{auth_type: {spelling}, auth: {{auth_url: 'https://k.example',
                application_credential_id: i, application_credential_secret: s}}}}}}"
        );
        let config = Home::with_clouds(&clouds).config();
        assert_eq!(application_credential(&config).1.expose_secret(), "s", "{spelling}");

        let config = Home::new()
            .set("OS_AUTH_TYPE", spelling)
            .set("OS_AUTH_URL", "https://k.example")
            .set("OS_APPLICATION_CREDENTIAL_ID", "i")
            .set("OS_APPLICATION_CREDENTIAL_SECRET", "s")
            .config();
        assert_eq!(application_credential(&config).1.expose_secret(), "s", "{spelling}");
    }
}

#[test]
fn an_application_credential_may_be_named_by_its_user() {
    let clouds = "clouds: {demo: {auth_type: v3applicationcredential, auth: {
        auth_url: 'https://k.example', application_credential_name: ci, username: ann,
        user_domain_id: default, application_credential_secret: s}}}";
    let config = Home::with_clouds(clouds).config();
    let (ApplicationCredential::Name { name, user }, _) = application_credential(&config) else {
        panic!("{config:?}");
    };
    assert_eq!(name, "ci");
    assert!(matches!(user, User::Name { name, domain: Domain::Id(_) } if name == "ann"));
}

#[test]
fn the_type_may_be_left_out_or_written_in_any_known_way() {
    let of = |auth: &str| {
        let clouds = format!("clouds: {{demo: {{{auth}}}}}");
        format!("{:?}", Home::with_clouds(&clouds).config().credentials)
    };
    let url = "auth_url: 'https://k.example'";
    let id =
        format!("auth: {{{url}, application_credential_id: i, application_credential_secret: s}}");
    assert!(of(&id).starts_with("ApplicationCredential"));
    for kind in ["password", "v3password"] {
        let user =
            format!("auth_type: {kind}, auth: {{{url}, user_id: u, password: p, project_id: x}}");
        assert_eq!(of(&user), "Password(Id(\"u\"), ProjectId(\"x\"))");
    }
    for kind in ["token", "v3token"] {
        let token = format!("auth_type: {kind}, auth: {{{url}, token: t, project_id: x}}");
        assert_eq!(of(&token), "Token(ProjectId(\"x\"))");
    }
    let clouds = format!("clouds: {{demo: {{auth_type: v3oidcpassword, auth: {{{url}}}}}}}");
    let error = Home::with_clouds(&clouds).find(None).unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported);
    assert!(error.message().contains("v3oidcpassword"), "{error}");
}

#[test]
fn the_scope_is_a_project_a_domain_the_system_or_nothing() {
    let of = |scope: &str| {
        let clouds = format!(
            "clouds: {{demo: {{auth: {{auth_url: 'https://k.example', user_id: u, password: p{scope}}}}}}}"
        );
        match Home::with_clouds(&clouds).config().credentials {
            Credentials::Password { scope, .. } => format!("{scope:?}"),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(of(", project_id: x"), r#"ProjectId("x")"#);
    assert_eq!(of(", tenant_name: x"), r#"Project { name: "x", domain: Id("default") }"#);
    assert_eq!(
        of(", project_name: x, project_domain_name: D"),
        r#"Project { name: "x", domain: Name("D") }"#
    );
    assert_eq!(of(", domain_name: D"), r#"Domain(Name("D"))"#);
    assert_eq!(of(", system_scope: all"), "System");
    assert_eq!(of(""), "None");
}

#[test]
fn secrets_that_look_like_numbers_stay_as_they_are_written_or_are_refused() {
    let with = |secret: &str| Home::with_clouds(&demo("").replace("from-clouds-yaml", secret));
    for secret in ["12345678", "00123", "12345678901234567890123456789012", "1e5", "1_000", "0x10"]
    {
        assert_eq!(password(&with(&format!("'{secret}'")).config()), secret);
    }
    assert_eq!(password(&with("12345678").config()), "12345678");
    // Without quotation marks YAML leaves only their value, not what was written.
    for secret in ["12345678901234567890123456789012", "1e5"] {
        let error = with(secret).error();
        assert!(error.message().contains("`password`"), "{error}");
        assert!(hint(&error).contains("quotation marks"), "{error:?}");
        assert!(!format!("{error:?}").contains("12345"), "{error:?}");
    }
    let error = with("12e45678").error();
    assert!(error.message().contains("line 6"), "{error}");
}
