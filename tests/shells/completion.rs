//! TAB in bash, zsh, fish and elvish; and what it costs, or may not do.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::person::{Person, need};
use crate::terminal::Terminal;

/// A name that each shell has to quote in its own way.
const ODD: &str = "my db: it's $5 Zürich";

/// What every shell puts on its line for what was typed.
const WORDS: &[(&str, &str)] = &[
    ("ik keyp", "ik keypair"),
    ("ik keypair li", "ik keypair list"),
    ("ik server list --form", "ik server list --format"),
    ("ik server list -f js", "ik server list -f json"),
    ("ik server list --format=js", "ik server list --format=json"),
    ("ik server list -c key", "ik server list -c key_name"),
    ("ik --cloud local-ad", "ik --cloud local-admin"),
    ("ik server show we", "ik server show web"),
    ("ik server stop web lo", "ik server stop web lonely"),
    ("ik keypair create x --public-key note", "ik keypair create x --public-key notes.pub"),
];

/// Somebody with three servers, whose names are known to the cache.
fn person() -> Person {
    let person = Person::new();
    for name in ["web", "lonely", ODD] {
        person.create(name);
    }
    person.write("notes.pub", "");
    warm(&person);
    person
}

/// Lets the names be fetched. Then they are served for minutes, however busy the machine is.
fn warm(person: &Person) {
    for _ in 0..100 {
        if person.good(&["__complete", "fish", "ik", "server", "show", ""]).contains("web") {
            return;
        }
    }
    panic!("the names are never there");
}

/// The line that is being typed.
fn typed(screen: &str) -> &str {
    screen.lines().filter_map(|line| line.strip_prefix("$ ")).next_back().unwrap_or_default()
}

fn completes(terminal: &Terminal, line: &str, completed: &str) {
    terminal.types(line);
    terminal.shows(line, |screen| typed(screen) == line.trim_end());
    terminal.presses("Tab");
    terminal.shows(completed, |screen| typed(screen) == completed);
    terminal.presses("C-u");
    terminal.shows("an empty line", |screen| typed(screen).is_empty());
}

/// Types so much of an odd name, lets the shell complete it, and runs the command.
fn finds_by_name(terminal: &Terminal, begin: &str) {
    terminal.presses("C-u");
    terminal.types(&format!("ik server show {begin}"));
    terminal.presses("Tab");
    terminal.shows(ODD, |screen| typed(screen).contains("rich"));
    terminal.types(" -c name -f value");
    terminal.presses("Enter");
    terminal.shows(ODD, |screen| screen.lines().any(|line| line == ODD));
}

fn shell(line: &str, startup: impl Fn(&Person), quotes: &[&str], menu: bool) {
    let person = person();
    startup(&person);
    let terminal = Terminal::open(&person, 100, line);
    terminal.shows("a prompt", |screen| screen.ends_with('$'));
    // Elvish puts what has a sign in it into quotes, and asks before it takes it.
    let plain = |line: &str| menu || !line.contains('=');
    for (line, completed) in WORDS.iter().filter(|(line, _)| plain(line)) {
        completes(&terminal, line, completed);
    }
    for quote in quotes {
        finds_by_name(&terminal, &format!("{quote}my"));
    }
    if !menu {
        return;
    }
    // Several: all are shown.
    terminal.presses("C-u");
    terminal.types("ik server show ");
    terminal.presses("Tab");
    terminal.presses("Tab");
    terminal.shows("all names", |screen| {
        screen.contains("lonely") && screen.contains("web") && screen.contains("rich")
    });
}

#[test]
fn bash_completes() {
    need("bash", "bash");
    let startup = |person: &Person| {
        let script = person.good(&["completion", "bash"]);
        person.write("rc", &format!("PS1='$ '\n{script}"));
    };
    shell("bash --noprofile --rcfile rc -i", startup, &["", "'", "\""], true);
}

#[test]
fn zsh_completes() {
    need("zsh", "zsh");
    let startup = |person: &Person| {
        person.write("functions/_ik", &person.good(&["completion", "zsh"]));
        let rc = "PS1='$ '\nfpath=(~/functions $fpath)\nautoload -Uz compinit\ncompinit -u -D\n";
        person.write(".zshrc", rc);
    };
    shell("zsh -i", startup, &["", "'", "\""], true);
}

#[test]
fn fish_completes() {
    need("fish", "fish");
    let startup = |person: &Person| {
        let script = person.good(&["completion", "fish"]);
        person.write(".config/fish/completions/ik.fish", &script);
        let rc = "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\n\
                  function fish_prompt; printf '$ '; end\n";
        person.write(".config/fish/config.fish", rc);
    };
    shell("fish", startup, &["", "'", "\""], true);
}

#[test]
fn elvish_completes() {
    need("elvish", "elvish");
    let startup = |person: &Person| {
        let script = person.good(&["completion", "elvish"]);
        let prompt = "set edit:prompt = { put '$ ' }\nset edit:rprompt = { }\n";
        person.write(".config/elvish/rc.elv", &format!("{prompt}{script}"));
    };
    shell("elvish", startup, &[], false);
}

/// Its shell is not in Debian: the script is looked at only.
#[test]
fn powershell_has_a_script() {
    let script = Person::new().good(&["completion", "powershell"]);
    assert!(script.contains("Register-ArgumentCompleter -Native -CommandName ik"));
}

#[test]
fn words_need_no_cloud_and_a_cloud_that_is_silent_is_no_error() {
    let person = Person::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let ask = |line: &str| {
        let mut ik = person.command("ik");
        ik.env_remove("OS_CLOUD").env("OS_TOKEN", "x").env("OS_PROJECT_ID", "x");
        ik.env("OS_AUTH_URL", format!("http://{}/v3", silent.local_addr().unwrap()));
        ik.args(["__complete", "bash", line, " :="]).output().unwrap()
    };
    let words = ask("ik server ");
    assert!(String::from_utf8(words.stdout).unwrap().contains("\nlist\t"));
    assert!(silent.accept().is_err(), "a connection was made");
    let names = ask("ik server show ");
    assert_eq!(String::from_utf8(names.stdout).unwrap(), "words\n");
    assert!(names.status.success() && names.stderr.is_empty());
}

#[test]
fn a_cloud_that_is_not_configured_is_no_error() {
    let person = Person::new();
    let line = ["__complete", "bash", "ik --cloud gone server show ", " :="];
    let output = person.command("ik").args(line).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "words\n");
    assert!(output.status.success() && output.stderr.is_empty());
}

#[test]
fn names_are_private_and_forgotten_after_a_change() {
    let person = person();
    let cache = person.home().join(".cache/infomaniak-cloud");
    let names = || -> Vec<_> {
        let files = std::fs::read_dir(&cache).unwrap().map(Result::unwrap);
        files.filter(|file| file.file_name().to_string_lossy().starts_with("names-")).collect()
    };
    assert!(!names().is_empty());
    for file in names() {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    person.good(&["server", "list"]);
    assert!(!names().is_empty(), "looking changes nothing");
    person.good(&["keypair", "create", "ann", "-c", "name"]);
    assert!(names().is_empty());
}
