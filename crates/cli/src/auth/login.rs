//! `ik auth login`: asks for credentials, tries them, and only then writes them down.
//!
//! Everything but the secret can be given by flags. The secret is typed without being shown, or comes
//! from a file or standard input: on the command line every user of the machine could read it.

use std::io::{IsTerminal, Write};

use clap::{Arg, ArgMatches, Command};
use infomaniak_cloud::session::config::{AUTH_URL, Environment};
use infomaniak_cloud::session::credentials::{
    ApplicationCredential, Credentials, Domain, Scope, User,
};
use infomaniak_cloud::{Cloud, Config, Error, Kind};

use crate::own::Own;
use crate::talk::Talk;
use crate::{confirm, exit, run, text};

pub(super) const COMMAND: Own = Own {
    command: "auth login",
    about: "Sets up a cloud: asks for credentials, tries them, and writes them down.\n\nThey become \
            an entry of clouds.yaml, their secret one of secure.yaml, which only you can read. \
            Whatever else stands in the files stays as it is. `--cloud` names the entry.\n\n\
            ```sh\n\
            ik auth login\n\
            ik auth login --cloud prod --application-credential-id 0123abcd --secret-file secret.txt\n\
            ik auth login --cloud other --auth-url https://keystone.example/v3 --username ann \
            --project-name demo\n\
            ```",
    calls: true,
    declare,
    run,
};

/// The name of an entry that nobody named otherwise.
const USUAL_NAME: &str = "infomaniak";

fn declare(command: Command) -> Command {
    let flag = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    command
        .arg(flag("auth-url", "URL", "Where the cloud's identity service is"))
        .arg(
            flag("application-credential-id", "ID", "The application credential to log in with")
                .conflicts_with_all(["username", "project-name"]),
        )
        .arg(flag("username", "NAME", "The user to log in as, by password"))
        .arg(flag("project-name", "NAME", "The user's project"))
        .arg(flag("user-domain-name", "NAME", "The domain that the user belongs to"))
        .arg(flag("project-domain-name", "NAME", "The domain that the project belongs to"))
        .arg(flag(
            "secret-file",
            "FILE|-",
            "Where the secret or the password is, instead of asking for it",
        ))
        .arg(confirm::yes().help("Replace an entry of that name without asking"))
}

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let environment = Environment::process();
    let ask = Asked { matches, is_person: std::io::stdin().is_terminal() };
    let name = ask.or_usual("cloud", "Name of the cloud", USUAL_NAME)?;
    if Config::has_entry(&environment, &name)? && !matches.get_flag("yes") {
        if !ask.is_person {
            let message = format!("there is a cloud `{name}` already");
            return Err(Error::new(Kind::Conflict, message)
                .with_hint("--yes replaces it, --cloud gives the new one another name"));
        }
        if !confirm::ask(&text::line(&format!("Replace the cloud `{name}` that is there?")))? {
            talk.say("nothing was done");
            return Ok(exit::INTERRUPTED);
        }
    }
    let mut config = config(&ask)?;
    config.source = "what was given".into();
    run::until_interrupted(talk, async {
        let known = tried(&mut config).await?;
        talk.say(text::line(&known));
        let saved = config.save(&environment, &name)?;
        let (clouds, secure) = (saved.clouds.display(), saved.secure.display());
        talk.say(format_args!("wrote the cloud `{name}` to {clouds}, its secret to {secure}"));
        talk.say(format_args!("try: ik --cloud {name} server list"));
        Ok(0)
    })
}

/// Logs in anew; gives who that is. The region becomes the one that is used.
async fn tried(config: &mut Config) -> Result<String, Error> {
    let cloud = Cloud::new(Config { cache: None, ..config.clone() });
    let login = cloud.login().await?;
    let catalog = cloud.catalog().await?;
    if let Some(region) = catalog.iter().find_map(|service| service.region.clone()) {
        config.region = Some(region);
    }
    let named = |party: Option<infomaniak_cloud::session::login::Party>| {
        party.map_or_else(|| "none".to_string(), |party| party.name.unwrap_or(party.id))
    };
    let roles: Vec<_> = login.roles.into_iter().map(|role| role.name).collect();
    Ok(format!(
        "logged in as {}, project {}, roles {}, region {}",
        named(login.user),
        named(login.project),
        roles.join(", "),
        config.region.as_deref().unwrap_or("none"),
    ))
}

fn config(ask: &Asked<'_>) -> Result<Config, Error> {
    let auth_url = ask.or_usual("auth-url", "Address of the identity service", AUTH_URL)?;
    let by_user = ask.given("username").is_some();
    let id = if by_user {
        String::new()
    } else {
        let question = "Id of the application credential (empty: log in by user and password)";
        ask.text("application-credential-id", question)?
    };
    let mut config = Config::application_credential(&id, String::new()).with_auth_url(&auth_url)?;
    config.region = ask.given("region");
    if !id.is_empty() {
        let secret = ask.secret("Secret of the application credential")?.into();
        let credential = ApplicationCredential::Id(id);
        config.credentials = Credentials::ApplicationCredential { credential, secret };
        return Ok(config);
    }
    let domain = |flag| Domain::Name(ask.given(flag).unwrap_or_else(|| "Default".into()));
    let user =
        User::Name { name: ask.needed("username", "User")?, domain: domain("user-domain-name") };
    let scope = Scope::Project {
        name: ask.needed("project-name", "Project")?,
        domain: domain("project-domain-name"),
    };
    let password = ask.secret("Password")?.into();
    config.credentials = Credentials::Password { user, password, scope };
    Ok(config)
}

/// Where answers come from: flags, or the person at the terminal.
struct Asked<'a> {
    matches: &'a ArgMatches,
    is_person: bool,
}

impl Asked<'_> {
    fn given(&self, flag: &str) -> Option<String> {
        self.matches.get_one::<String>(flag).filter(|text| !text.is_empty()).cloned()
    }

    /// The flag, the answer, or what is usual.
    fn or_usual(&self, flag: &str, question: &str, usual: &str) -> Result<String, Error> {
        match self.given(flag) {
            Some(given) => Ok(given),
            None if !self.is_person => Ok(usual.into()),
            None => {
                let answer = line(&format!("{question} [{usual}]: "))?;
                Ok(if answer.is_empty() { usual.into() } else { answer })
            }
        }
    }

    /// The flag, or the answer, which may be empty.
    fn text(&self, flag: &str, question: &str) -> Result<String, Error> {
        match self.given(flag) {
            Some(given) => Ok(given),
            None if self.is_person => line(&format!("{question}: ")),
            None => Err(Error::new(Kind::Invalid, format!("--{flag} is missing"))
                .with_hint("give --application-credential-id or --username, or ask at a terminal")),
        }
    }

    fn needed(&self, flag: &str, question: &str) -> Result<String, Error> {
        let text = self.text(flag, question)?;
        if text.is_empty() {
            return Err(Error::new(Kind::Invalid, format!("{question}: nothing was given")));
        }
        Ok(text)
    }

    fn secret(&self, question: &str) -> Result<String, Error> {
        let wrong = |why: String| Error::new(Kind::Invalid, why);
        let read = match self.given("secret-file").as_deref() {
            Some("-") => std::io::read_to_string(std::io::stdin()),
            Some(path) => std::fs::read_to_string(path),
            None if self.is_person => rpassword::prompt_password(format!("{question}: ")),
            None => {
                return Err(wrong("--secret-file is missing, and nobody can be asked".into())
                    .with_hint("`--secret-file -` reads the secret from standard input"));
            }
        };
        let secret = read.map_err(|error| wrong(format!("cannot read the secret: {error}")))?;
        let secret = secret.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(wrong(format!("{question}: nothing was given")));
        }
        Ok(secret.to_string())
    }
}

/// Asks for a line.
fn line(question: &str) -> Result<String, Error> {
    let mut answer = String::new();
    let mut stderr = std::io::stderr();
    let asked = write!(stderr, "{question}").and_then(|()| stderr.flush());
    match asked.and_then(|()| std::io::stdin().read_line(&mut answer)) {
        Ok(0) => Err(Error::new(Kind::Invalid, "the answers ended before the questions")),
        Ok(_) => Ok(answer.trim().to_string()),
        Err(error) => Err(Error::new(Kind::Invalid, format!("nothing can be asked: {error}"))),
    }
}
