//! What is written is what is read, and nothing else changes.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn environment(home: &Home) -> Environment {
    home.variables.iter().cloned().collect()
}

#[test]
fn a_saved_cloud_is_found_again_and_its_secret_is_the_owners_alone() {
    let home = Home::new();
    let secret = "s: \"1\" # \\n'é";
    let mut config = Config::application_credential("0123", secret.to_string());
    config.region = Some("on".into());
    let saved = config.save(&environment(&home), "my cloud").unwrap();
    assert_eq!(saved.clouds, home.path(".config/openstack/clouds.yaml"));
    assert!(!fs::read_to_string(&saved.clouds).unwrap().contains("s: "));
    assert_eq!((mode(&saved.secure), mode(saved.secure.parent().unwrap())), (0o600, 0o700));
    let found = home.find(Some("my cloud")).unwrap();
    assert_eq!(found.credentials.request(), config.credentials.request());
    assert_eq!((found.auth_url, found.region), (config.auth_url, config.region));
}

#[test]
fn every_kind_of_login_comes_back_as_it_was() {
    let name = |name: &str| Domain::Name(name.into());
    for (user, scope) in [
        (User::Id("u".into()), Scope::ProjectId("p".into())),
        (
            User::Name { name: "ann".into(), domain: name("Default") },
            Scope::Project { name: "demo".into(), domain: Domain::Id("d".into()) },
        ),
        (User::Id("u".into()), Scope::Domain(name("d"))),
        (User::Id("u".into()), Scope::System),
    ] {
        let home = Home::new();
        let mut config = Config::application_credential("", String::new());
        config.credentials =
            Credentials::Password { user, password: "1e5".to_string().into(), scope };
        config.save(&environment(&home), "one").unwrap();
        let found = home.find(Some("one")).unwrap();
        assert_eq!(found.credentials.request(), config.credentials.request());
    }
}

#[test]
fn other_clouds_comments_and_links_stay() {
    let text = format!("# mine\n{}# end\n", demo(""));
    let home = Home::new().file("real.yaml", &text);
    let link = home.path(".config/openstack/clouds.yaml");
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(home.path("real.yaml"), &link).unwrap();
    fs::set_permissions(home.path("real.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    let config = Config::application_credential("0123", "s".to_string());
    config.save(&environment(&home), "new").unwrap();
    let after = fs::read_to_string(home.path("real.yaml")).unwrap();
    assert!(after.starts_with(text.strip_suffix("# end\n").unwrap()), "{after}");
    assert!(after.ends_with("# end\n") && link.is_symlink(), "{after}");
    assert_eq!(mode(&home.path("real.yaml")), 0o640);
    assert_eq!(host(&home.find(Some("demo")).unwrap()), "keystone.example");
    // A second time it is replaced.
    let other = Config::application_credential("4567", "t".to_string());
    other.save(&environment(&home), "new").unwrap();
    let found = home.find(Some("new")).unwrap();
    assert_eq!(found.credentials.request(), other.credentials.request());
}

#[test]
fn a_file_that_cannot_be_changed_safely_stays_and_so_does_the_other() {
    let flow = "clouds: {demo: {auth: {}}}\n";
    let home = Home::with_clouds(flow);
    let config = Config::application_credential("0123", "s".to_string());
    let error = config.save(&environment(&home), "new").unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    assert!(hint(&error).contains("by hand"), "{error:?}");
    let path = home.path(".config/openstack/clouds.yaml");
    assert_eq!(fs::read_to_string(path).unwrap(), flow);
    assert!(!home.path(".config/openstack/secure.yaml").exists());
}

#[test]
fn the_survey_tells_what_wins_and_what_does_not() {
    let survey = |home: &Home, cloud| Survey::of(&environment(home), cloud);
    assert_eq!(survey(&Home::new(), None).winner, None);
    let home = Home::with_clouds(&demo("")).set("OS_USERNAME", "ann").set("OS_TOKEN", "");
    assert_eq!(survey(&home, None).winner, Some(Winner::File));
    assert_eq!(survey(&home, Some("demo")).winner, Some(Winner::Named("demo".into())));
    let home = home.set("OS_AUTH_URL", "https://x").set("HTTPS_PROXY", "http://user:pass@p");
    let seen = survey(&home, None);
    assert_eq!(seen.winner, Some(Winner::OpenStack));
    assert_eq!(seen.openstack, ["OS_AUTH_URL", "OS_USERNAME"]);
    assert_eq!(seen.proxies, ["HTTPS_PROXY"]);
    assert!(!format!("{seen:?}").contains("pass"));
    let home = home.set("INFOMANIAK_APP_CREDENTIAL_ID", "1");
    assert_eq!(survey(&home, None).winner, Some(Winner::Infomaniak));
    let file = &seen.files[0];
    assert_eq!((file.clouds.as_slice(), file.has_secret), (&["demo".to_string()][..], true));
    let elsewhere = home.path("x.yaml").to_str().unwrap().to_string();
    let home = home.file("x.yaml", &demo("")).set("OS_CLIENT_CONFIG_FILE", elsewhere);
    assert_eq!(survey(&home, None).hidden, [home.path(".config/openstack/clouds.yaml")]);
}
