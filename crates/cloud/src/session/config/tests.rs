//! Compared with what openstacksdk documents for the same files and variables.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::session::credentials::{Domain, Scope, User};

/// A home folder with files in it, and an environment that knows no other place.
struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap().to_string();
        Home { folder, variables: vec![("HOME".into(), home)] }
    }

    /// With this text as `~/.config/openstack/clouds.yaml`.
    fn with_clouds(text: &str) -> Self {
        Home::new().file(".config/openstack/clouds.yaml", text)
    }

    fn file(self, path: &str, text: &str) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn find(&self, cloud: Option<&str>) -> Result<Config> {
        Config::find(&self.variables.iter().cloned().collect(), cloud)
    }

    fn config(&self) -> Config {
        self.find(None).unwrap()
    }

    fn error(&self) -> Error {
        let error = self.find(None).unwrap_err();
        assert_eq!(error.kind(), Kind::Config, "{error}");
        error
    }
}

/// One cloud called `demo`, with these further lines at its top level.
fn demo(further: &str) -> String {
    format!(
        "clouds:
  demo:
    auth:
      auth_url: https://keystone.example/v3
      username: ann
      password: from-clouds-yaml
      project_name: p
    region_name: r1
{further}"
    )
}

/// A cloud of the file at `path` that can be told by its address.
fn marked(host: &str) -> String {
    demo("").replace("keystone.example", host)
}

fn host(config: &Config) -> &str {
    config.auth_url.host_str().unwrap()
}

fn password(config: &Config) -> &str {
    match &config.credentials {
        Credentials::Password { password, .. } => password.expose_secret(),
        other => panic!("{other:?}"),
    }
}

fn hint(error: &Error) -> &str {
    error.hint().unwrap_or_else(|| panic!("no hint in {error:?}"))
}

#[test]
fn the_variable_comes_before_the_folders_and_a_missing_file_is_passed_over() {
    let home = Home::with_clouds(&marked("home.example"))
        .file("elsewhere.yaml", &marked("variable.example"));
    assert_eq!(host(&home.config()), "home.example");
    let file = home.path("elsewhere.yaml").to_str().unwrap().to_string();
    let home = home.set("OS_CLIENT_CONFIG_FILE", file);
    assert_eq!(host(&home.config()), "variable.example");
    fs::remove_file(home.path("elsewhere.yaml")).unwrap();
    assert_eq!(host(&home.config()), "home.example");
}

#[test]
fn the_configured_folder_comes_before_the_one_at_home_and_does_not_replace_it() {
    let home = Home::with_clouds(&marked("home.example"));
    let configured = home.path("xdg").to_str().unwrap().to_string();
    let home = home.set("XDG_CONFIG_HOME", configured);
    assert_eq!(host(&home.config()), "home.example");
    let home = home.file("xdg/openstack/clouds.yaml", &marked("xdg.example"));
    assert_eq!(host(&home.config()), "xdg.example");
}

#[test]
fn every_ending_is_read_yaml_first() {
    let json = r#"{"clouds": {"demo": {"auth": {"auth_url": "https://json.example",
        "username": "a", "password": "p", "project_id": "p"}}}}"#;
    let home = Home::new().file(".config/openstack/clouds.json", json);
    assert_eq!(host(&home.config()), "json.example");
    let home = home.file(".config/openstack/clouds.yml", &marked("yml.example"));
    assert_eq!(host(&home.config()), "yml.example");
    let home = home.file(".config/openstack/clouds.yaml", &marked("yaml.example"));
    assert_eq!(host(&home.config()), "yaml.example");
}

#[test]
fn a_cloud_without_any_file_tells_the_places_in_their_order() {
    let home = Home::new();
    let missing = home.path("none.yaml").to_str().unwrap().to_string();
    let home = home.set("OS_CLIENT_CONFIG_FILE", &missing);
    let error = home.find(Some("demo")).unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    let own = home.path(".config/openstack/clouds.yaml");
    let own = own.to_str().unwrap();
    let places = [&missing, "clouds.yaml", own, "/etc/openstack/clouds.yaml"];
    assert_eq!(hint(&error), format!("looked at {}", places.join(", ")));
}

/// The current folder belongs to the whole process: this test asks one of its own.
#[test]
fn the_current_folder_comes_before_home() {
    if std::env::var_os("IK_TEST_CURRENT_FOLDER").is_some() {
        return assert_eq!(host(&Config::from_env().unwrap()), "here.example");
    }
    let home = Home::with_clouds(&marked("home.example"))
        .file("here/clouds.yaml", &marked("here.example"));
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "session::config::tests::the_current_folder_comes_before_home"])
        .current_dir(home.path("here"))
        .env_clear()
        .env("HOME", home.path(""))
        .env("IK_TEST_CURRENT_FOLDER", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn secure_yaml_is_laid_over_key_by_key() {
    let home = Home::with_clouds(&demo("")).file(
        ".config/openstack/secure.yaml",
        "clouds: {demo: {auth: {password: from-secure-yaml}}, other: {auth: {password: x}}}",
    );
    let config = home.find(Some("demo")).unwrap();
    assert_eq!(password(&config), "from-secure-yaml");
    assert_eq!((host(&config), config.region.as_deref()), ("keystone.example", Some("r1")));

    let elsewhere = home.path("s.yaml").to_str().unwrap().to_string();
    let home = home
        .file("s.yaml", "clouds: {demo: {auth: {password: from-variable}}}")
        .set("OS_CLIENT_SECURE_FILE", elsewhere);
    assert_eq!(password(&home.find(Some("demo")).unwrap()), "from-variable");
}

#[test]
fn a_profile_is_laid_under_its_cloud() {
    let vendor = "public-clouds:
  infomaniak:
    auth: {auth_url: https://vendor.example/identity, user_domain_name: Default}
    region_name: from-profile
    interface: internal
";
    for key in ["profile", "cloud"] {
        let clouds = format!(
            "clouds: {{demo: {{{key}: infomaniak, region_name: own,
                auth: {{username: ann, password: p, project_id: p}}}}}}"
        );
        let home = Home::with_clouds(&clouds).file(".config/openstack/clouds-public.yaml", vendor);
        let config = home.config();
        assert_eq!(config.auth_url.as_str(), "https://vendor.example/identity/v3");
        assert_eq!((config.region.as_deref(), &*config.interface), (Some("own"), "internal"));
    }
    let error = Home::with_clouds("clouds: {demo: {profile: nobody}}").error();
    assert!(error.message().contains("`nobody`"), "{error}");
}

#[test]
fn the_only_cloud_of_a_file_is_taken_and_of_several_none_is_guessed() {
    let home = Home::with_clouds(&demo(""));
    let file = home.path(".config/openstack/clouds.yaml");
    assert_eq!(home.config().source, format!("cloud `demo` of {}", file.display()));

    let home = Home::with_clouds(&demo("  prod:\n    auth: {}\n"));
    assert!(hint(&home.error()).contains("`demo`, `prod`"), "{:?}", home.error());
    let chosen = home.set("OS_CLOUD", "demo");
    assert_eq!(password(&chosen.config()), "from-clouds-yaml");
}

#[test]
fn an_unknown_cloud_is_an_error_with_the_names_there_are() {
    let home =
        Home::with_clouds(&demo("  production:\n    auth: {}\n")).set("OS_CLOUD", "prodction");
    let error = home.error();
    assert!(error.message().ends_with("has no cloud `prodction`"), "{error}");
    assert_eq!(hint(&error), "is `production` meant? it has `demo`, `production`");
    let far = home.find(Some("mine")).unwrap_err();
    assert_eq!(hint(&far), "it has `demo`, `production`");
}

#[test]
fn an_entry_is_there_or_not_and_a_broken_file_is_neither() {
    let has = |home: &Home, name: &str| {
        Config::has_entry(&home.variables.iter().cloned().collect(), name)
    };
    let home = Home::with_clouds(&demo(""));
    assert!(has(&home, "demo").unwrap());
    assert!(!has(&home, "local").unwrap());
    assert!(!has(&Home::new(), "demo").unwrap());
    assert_eq!(has(&Home::with_clouds("clouds: ["), "demo").unwrap_err().kind(), Kind::Config);
}

#[test]
fn nothing_at_all_is_an_error_that_tells_the_ways() {
    let error = Home::new().error();
    for way in ["OS_CLOUD", "INFOMANIAK_APP_CREDENTIAL_ID", "openrc"] {
        assert!(hint(&error).contains(way), "{error:?}");
    }
    assert!(Home::with_clouds("").find(None).is_err());
    assert!(Home::with_clouds("clouds: {}").find(None).is_err());
    assert!(Home::with_clouds("clouds:").find(None).is_err());
}

#[test]
fn broken_yaml_shows_its_place_and_not_the_line_with_the_secret() {
    let broken = [
        "clouds:\n  demo:\n    auth:\n      password: \"hunter2\n",
        "clouds:\n  demo:\n    auth: {password: hunter2, x: [}\n",
        "clouds:\n\tdemo: hunter2\n",
        "clouds: hunter2\n",
        "hunter2\n",
        "- hunter2\n",
        "clouds:\n  demo: {password: hunter2}\n  demo: {password: hunter2}\n",
    ];
    for text in broken {
        let home = Home::with_clouds(text);
        let error = home.error();
        let mut shown = format!("{error} {error:?} {error:#?}");
        let mut cause = std::error::Error::source(&error);
        while let Some(source) = cause {
            write!(shown, "{source} {source:?}").unwrap();
            cause = source.source();
        }
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(error.message().contains("clouds.yaml"), "{error}");
    }
    let error = Home::with_clouds(broken[1]).error();
    assert!(error.message().contains("line 3"), "{error}");
}

#[test]
fn a_setting_that_is_missing_is_named_with_its_source() {
    let without = |line: &str| demo("").replace(line, "");
    for (line, name) in [
        ("      username: ann\n", "username"),
        ("      password: from-clouds-yaml\n", "password"),
        ("      auth_url: https://keystone.example/v3\n", "auth_url"),
    ] {
        let error = Home::with_clouds(&without(line)).error();
        assert!(error.message().contains(&format!("`{name}`")), "{error}");
        assert!(error.message().contains("cloud `demo` of"), "{error}");
    }
}

mod credentials;
mod save;
mod settings;
