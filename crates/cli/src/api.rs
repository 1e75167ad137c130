//! `ik api`: any call to any service, for what no command exists for yet. Login, address, retries
//! and errors are as in every other command.

use std::io::{IsTerminal, Read, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use infomaniak_cloud::session::service::Service;
use infomaniak_cloud::session::{Microversion, Request, Response};
use infomaniak_cloud::{Error, Kind};
use serde_json::Value;

use crate::output::{self, Format};
use crate::own::Own;
use crate::talk::Talk;
use crate::{command, confirm, exit, run, text};

pub(crate) const COMMANDS: &[Own] = &[Own {
    command: "api",
    about: "Calls any address of any service, with the present login.\n\nThe path stands below the \
            service's version (`/servers`), or begins with a version itself (`/v2/images`). JSON is \
            shown readably, anything else as it comes. What may have been done already is never \
            repeated.\n\n\
            ```sh\n\
            ik api GET compute /servers/detail --param limit=1\n\
            ik api GET network /quotas --query quotas\n\
            ik api POST compute /os-keypairs --data '{\"keypair\": {\"name\": \"ann\"}}'\n\
            ik api DELETE compute /os-keypairs/ann --yes\n\
            ```",
    calls: true,
    declare,
    run,
}];

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const JSON: &str = "application/json";

fn declare(command: Command) -> Command {
    let positional = |name: &'static str| Arg::new(name).required(true);
    let flag = |name: &'static str, value| Arg::new(name).long(name).value_name(value);
    command
        .arg(
            positional("METHOD")
                .value_parser(PossibleValuesParser::new(METHODS))
                .ignore_case(true)
                .hide_possible_values(true)
                .help("GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS"),
        )
        .arg(positional("SERVICE").help("The service, by type or name: `compute`, `nova`"))
        .arg(
            positional("PATH")
                .help("The path, encoded as in an address: `/servers/detail?limit=1`"),
        )
        .arg(
            flag("data", "JSON|@FILE|-")
                .help("Send this: JSON, the content of a file, or what comes from standard input"),
        )
        .arg(
            flag("param", "KEY=VALUE")
                .action(ArgAction::Append)
                .help("Add this to the query of the address; may be repeated"),
        )
        .arg(
            flag("header", "NAME:VALUE")
                .action(ArgAction::Append)
                .help("Send this header; may be repeated"),
        )
        .arg(
            flag("microversion", "VERSION")
                .value_parser(microversion)
                .help("Ask for this microversion, instead of the one that `ik` was tested with"),
        )
        .arg(confirm::yes())
        .arg(
            Arg::new("include")
                .long("include")
                .short('i')
                .action(ArgAction::SetTrue)
                .help_heading("Output")
                .help("Show status and headers before the body"),
        )
        .arg(
            Arg::new("raw")
                .long("raw")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["format", "query"])
                .help_heading("Output")
                .help("Show JSON too as it comes"),
        )
        .arg(command::format_argument().help("How to show JSON [default: json]"))
        .arg(output::query_argument())
}

fn microversion(text: &str) -> Result<Microversion, String> {
    text.parse().map_err(|()| "a microversion looks like 2.60".to_string())
}

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let word = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let (method, service, path) =
        (word("METHOD").to_ascii_uppercase(), word("SERVICE"), word("PATH"));
    let content = content(matches)?;
    if method == "DELETE" && !matches.get_flag("yes") {
        let question = format!("DELETE {path} of {service}?");
        if !confirm::ask(&text::line(&question))? {
            talk.say("nothing was done");
            return Ok(exit::INTERRUPTED);
        }
    }
    run::until_interrupted(talk, async {
        let (cloud, _serving) = run::cloud(matches).await?;
        let service = Service::of_type(&cloud.catalog_service(service).await?.r#type);
        let request = request(matches, Request::typed(service, &method, path)?, content)?;
        let response = cloud.open(request).await?;
        talk.end();
        present(matches, talk, response).await
    })
}

/// The request without its address: body, query, headers.
fn request(
    matches: &ArgMatches,
    mut request: Request,
    content: Option<(Vec<u8>, String)>,
) -> Result<Request, Error> {
    if let Some((body, kind)) = content {
        request = request.content(body, &kind);
    }
    for (name, value) in pairs(matches, "param", '=')? {
        request = request.query(name, value);
    }
    for (name, value) in pairs(matches, "header", ':')? {
        request = request.header(name, value.trim_start());
    }
    if let Some(version) = matches.get_one::<Microversion>("microversion") {
        request = request.microversion(*version);
    }
    Ok(request)
}

fn pairs<'a>(
    matches: &'a ArgMatches,
    flag: &str,
    separator: char,
) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let texts = matches.get_many::<String>(flag).into_iter().flatten();
    let pair = |text: &'a String| {
        text.split_once(separator).filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
            let message = format!("--{flag}: `{text}` is not NAME{separator}VALUE");
            Error::new(Kind::Invalid, message)
        })
    };
    texts.map(pair).collect()
}

/// The body with its type; JSON is looked at before it is sent.
fn content(matches: &ArgMatches) -> Result<Option<(Vec<u8>, String)>, Error> {
    let Some(data) = matches.get_one::<String>("data") else { return Ok(None) };
    let unreadable = |place: &str, error: std::io::Error| {
        Error::new(Kind::Invalid, format!("--data: cannot read {place}: {error}"))
    };
    let body = match data.strip_prefix('@') {
        Some(path) => {
            std::fs::read(path).map_err(|error| unreadable(&format!("`{path}`"), error))?
        }
        None if data == "-" => {
            let mut body = Vec::new();
            let read = std::io::stdin().read_to_end(&mut body);
            read.map_err(|error| unreadable("standard input", error))?;
            body
        }
        None => data.clone().into_bytes(),
    };
    let named = pairs(matches, "header", ':')?;
    let named = named.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let kind = named.map_or(JSON, |(_, kind)| kind.trim());
    if is_json(kind)
        && let Err(error) = serde_json::from_slice::<Value>(&body)
    {
        return Err(Error::new(Kind::Invalid, format!("--data is not JSON: {error}"))
            .with_hint("`--header content-type:...` says what else it is"));
    }
    Ok(Some((body, kind.to_string())))
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(JSON) || kind.to_ascii_lowercase().ends_with("+json")
}

/// Writes the answer: JSON as it is asked for, anything else piece by piece.
async fn present(matches: &ArgMatches, talk: &Talk, mut response: Response) -> Result<u8, Error> {
    let mut head = String::new();
    if matches.get_flag("include") {
        head = format!("HTTP {}\n", response.status());
        for (name, value) in response.headers() {
            head.push_str(&text::line(&format!("{name}: {value}")));
            head.push('\n');
        }
        head.push('\n');
    }
    let readable = response.header("content-type").is_some_and(is_json) && !matches.get_flag("raw");
    let mut body = response.body().to_vec();
    let written = if readable {
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        let value = serde_json::from_slice::<Value>(&body).ok();
        let shown = value.map(|value| output::value(matches, &value, Format::Json)).transpose();
        match shown {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
                talk.refuse(error.to_string(), None);
                return Ok(exit::USAGE);
            }
            Err(error) => Err(error),
            Ok(None) => write(head.as_bytes()).and_then(|()| foreign(&body)),
            Ok(Some(text)) => write(format!("{head}{text}").as_bytes()),
        }
    } else {
        let mut written = write(head.as_bytes()).and_then(|()| foreign(&body));
        while written.is_ok()
            && let Some(chunk) = response.chunk().await?
        {
            written = foreign(&chunk);
        }
        written
    };
    match written {
        Ok(()) => Ok(0),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(0),
        Err(error) => {
            talk.refuse(format!("the answer cannot be written: {error}"), None);
            Ok(exit::OUTPUT)
        }
    }
}

/// Writes bytes from a server, which a terminal must not take for commands.
fn foreign(bytes: &[u8]) -> std::io::Result<()> {
    if std::io::stdout().is_terminal() {
        return write(text::lines(&String::from_utf8_lossy(bytes)).as_bytes());
    }
    write(bytes)
}

fn write(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush())
}
