//! Where credentials come from: what counts, what is ignored, who else could read it.

use clap::ArgMatches;
use infomaniak_cloud::session::config::{Environment, Survey, Winner};
use infomaniak_cloud::session::credentials::Credentials;
use infomaniak_cloud::{Cloud, Config};
use infomaniak_local::Serving;

use super::Report;
use crate::run;

const SET_UP: &str = "ik auth login sets one up; ik --cloud local server list needs none";

/// Looks at everything that is configured; gives the cloud that comes of it.
pub(super) async fn examine(
    matches: &ArgMatches,
    report: &mut Report,
) -> Option<(Cloud, Option<Serving>)> {
    let flag = matches.get_one::<String>("cloud").map(String::as_str);
    let survey = Survey::of(&Environment::process(), flag);
    let found = run::cloud(matches).await;
    let found = match found {
        Ok((cloud, serving)) => {
            report.good("credentials", described(cloud.config()));
            Some((cloud, serving))
        }
        Err(error) => {
            report.fail("credentials", &error, SET_UP);
            if survey.winner.is_none() {
                report.note("next step", "nothing is configured yet", Some(SET_UP));
            }
            None
        }
    };
    ignored(&survey, report);
    files(&survey, report);
    if !survey.proxies.is_empty() {
        let names = survey.proxies.join(", ");
        let found = format!("{names} set: requests to other machines go through a proxy");
        report.note("proxy", found, Some("NO_PROXY names the hosts that are reached directly"));
    }
    found
}

/// Source and kind of credentials, without anything secret.
fn described(config: &Config) -> String {
    let kind = match &config.credentials {
        Credentials::ApplicationCredential { .. } => "application credential",
        Credentials::Password { .. } => "user and password",
        Credentials::Token { .. } => "token",
    };
    format!("{} ({kind})", config.source)
}

/// What is set and has no effect: sources are never mixed.
fn ignored(survey: &Survey, report: &mut Report) {
    let advice = "unset what is not meant; sources are never mixed";
    let by = match &survey.winner {
        Some(Winner::Named(name)) => format!("the cloud `{name}` is asked for by name"),
        Some(Winner::Infomaniak) => "INFOMANIAK_* variables count".to_string(),
        Some(Winner::OpenStack) => "OS_* variables count".to_string(),
        Some(Winner::File) | None => "clouds.yaml counts".to_string(),
    };
    if !survey.infomaniak.is_empty() && survey.winner != Some(Winner::Infomaniak) {
        let names = survey.infomaniak.join(", ");
        report.note("ignored", format!("{names}, because {by}"), Some(advice));
    }
    let names = survey.openstack.join(", ");
    if !names.is_empty() && survey.winner != Some(Winner::OpenStack) {
        report.note("ignored", format!("{names}, because {by}"), Some(advice));
    }
    let by_variables = matches!(survey.winner, Some(Winner::Infomaniak | Winner::OpenStack));
    for file in survey.files.iter().filter(|file| by_variables && !file.clouds.is_empty()) {
        let found = format!("{}, because {by}", file.path.display());
        report.note(
            "ignored",
            found,
            Some("OS_CLOUD=NAME or --cloud NAME chooses one of its clouds"),
        );
    }
    for path in &survey.hidden {
        let found = format!("{}, because another file comes before it", path.display());
        report.note("ignored", found, None);
    }
}

fn files(survey: &Survey, report: &mut Report) {
    for file in &survey.files {
        let path = file.path.display();
        if file.is_open && file.has_secret {
            let advice = format!("chmod 600 {path}");
            report.warn("permissions", format!("others can read the secrets in {path}"), &advice);
        } else if file.has_secret {
            report.good("permissions", format!("{path} is yours alone"));
        }
    }
}
