//! Searches a record ([`record`](crate::record)) for secrets.
//!
//! Known secrets are looked for as they are, and as they look in JSON, in JSON within JSON, in an
//! address and in base64; tokens and private keys are known by their looks, whoever made them. What is
//! found is an error unless it is where it belongs, and those places are few: see [`belongs`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::Result;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How every token of Keystone begins, and of the local cloud.
const TOKEN: &str = "gAAAAA";
/// How much more of it there has to be.
const MORE_OF_TOKEN: usize = 6;
/// What stands above and below every private key.
const PRIVATE_KEY: &str = "PRIVATE KEY-----";
/// A shorter text is an ordinary word.
const SHORTEST: usize = 6;

/// What sort of secret was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Token,
    PrivateKey,
    /// One of those that are known.
    Known,
}

/// A secret where none belongs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) file: PathBuf,
    pub(crate) sort: Sort,
    /// Where in the file.
    pub(crate) at: usize,
}

/// It does not show the secret itself: it will be printed.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at byte {} of {}", self.sort, self.at, self.file.display())
    }
}

/// What a search went through, and what it found.
#[derive(Debug, Default)]
pub(crate) struct Searched {
    pub(crate) files: usize,
    pub(crate) bytes: usize,
    /// How many secrets were where they belong: a search that never sees one is blind.
    pub(crate) belonging: usize,
    /// Programs that said something.
    pub(crate) programs: BTreeSet<String>,
    pub(crate) findings: Vec<Finding>,
}

/// A search for certain secrets.
pub(crate) struct Search {
    needles: AhoCorasick,
    sorts: Vec<Sort>,
}

impl Search {
    pub(crate) fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Search {
        // By what is looked for: several secrets may look the same in part.
        let mut needles = BTreeMap::new();
        for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
            let sort = if secret.starts_with(TOKEN) { Sort::Token } else { Sort::Known };
            needles.extend(forms(secret).into_iter().map(|form| (form, sort)));
        }
        needles.insert(TOKEN.into(), Sort::Token);
        needles.insert(PRIVATE_KEY.into(), Sort::PrivateKey);
        let (texts, sorts): (Vec<_>, Vec<_>) = needles.into_iter().unzip();
        Search { needles: AhoCorasick::new(texts).unwrap(), sorts }
    }

    /// Searches everything that was said, kept and printed.
    pub(crate) fn record(&self, place: &Path) -> Result<Searched> {
        let mut searched = Searched::default();
        for part in ["said", "kept", "steps"] {
            let folder = place.join(part);
            if folder.exists() {
                self.folder(place, &folder, &mut searched)?;
            }
        }
        Ok(searched)
    }

    fn folder(&self, place: &Path, folder: &Path, searched: &mut Searched) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let kind = fs::symlink_metadata(&path)?.file_type();
            if kind.is_dir() {
                self.folder(place, &path, searched)?;
            } else if kind.is_file() {
                self.file(place, &path, searched)?;
            }
        }
        Ok(())
    }

    fn file(&self, place: &Path, path: &Path, searched: &mut Searched) -> Result<()> {
        let content = fs::read(path)?;
        let file = path.strip_prefix(place).unwrap_or(path);
        searched.files += 1;
        searched.bytes += content.len();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if file.starts_with("said")
            && let Some((program, _)) = name.split_once(' ')
        {
            searched.programs.insert(program.to_string());
        }
        // The name of a file is said, too.
        for (text, belonging) in
            [(&content[..], belongs(path, file, &content)?), (name.as_bytes(), &[])]
        {
            for (sort, at) in self.find(text) {
                if belonging.contains(&sort) {
                    searched.belonging += 1;
                } else {
                    searched.findings.push(Finding { file: file.into(), sort, at });
                }
            }
        }
        Ok(())
    }

    /// What is in a text, and where.
    fn find<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (Sort, usize)> + 't {
        self.needles.find_overlapping_iter(text).filter_map(move |found| {
            let (sort, needle) = (self.sorts[found.pattern().as_usize()], found.range());
            let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            let long = || text[needle.end..].iter().take_while(is_part).count() >= MORE_OF_TOKEN;
            // Of a token that nobody noted only the beginning is known.
            let is_noted = sort != Sort::Token || needle.len() > TOKEN.len();
            let is_token = || begins_a_word(&text[..needle.start]) && long();
            (is_noted || is_token()).then_some((sort, needle.start))
        })
    }
}

/// The places where secrets belong, and which do.
///
/// - Tokens in the token cache: a file that only its owner can read, in a folder of the same kind.
/// - A private key in the file that a person named for it, which only its owner can read.
/// - A private key in what `keypair create` prints if no file is named: that is what it is for.
/// - The logins that `local run` and `local serve` hand to other programs.
/// - What a person wrote into a `clouds.yaml`.
fn belongs(path: &Path, file: &Path, content: &[u8]) -> Result<&'static [Sort]> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mode =
        |path: &Path| -> Result<u32> { Ok(fs::metadata(path)?.permissions().mode() & 0o777) };
    if file.starts_with("kept") {
        if name == "clouds.yaml" {
            return Ok(&[Sort::Known]);
        }
        if mode(path)? != 0o600 {
            return Ok(&[]);
        }
        let is_cache = name.starts_with("token-") && mode(path.parent().unwrap_or(path))? == 0o700;
        let is_key = content.starts_with(b"-----BEGIN ");
        return Ok(match (is_cache, is_key) {
            (true, _) => &[Sort::Token],
            (false, true) => &[Sort::PrivateKey],
            (false, false) => &[],
        });
    }
    let printed = name.split_once("stdout of ik ").map(|(_, command)| command);
    Ok(match printed {
        Some("keypair create") => &[Sort::PrivateKey],
        Some("local run" | "local serve") => &[Sort::Known],
        _ => &[],
    })
}

/// Whether what comes after `before` is not the middle of something: private keys have letters like
/// those of a token in them.
fn begins_a_word(before: &[u8]) -> bool {
    // A line break may stand there as JSON has it.
    matches!(before, [.., b'\\', b'n' | b'r' | b't'])
        || !before.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// How a secret may be written.
fn forms(secret: &str) -> Vec<String> {
    let escaped = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        quoted[1..quoted.len() - 1].to_string()
    };
    let once = escaped(secret);
    let mut forms = vec![secret.to_string(), escaped(&once), once];
    forms.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
    forms.extend((0..3).map(|before| in_base64(before, secret)));
    forms
}

/// As it looks in base64 after so many other bytes, without the letters that its neighbours share.
fn in_base64(before: usize, secret: &str) -> String {
    let encoded = STANDARD.encode([&vec![0; before][..], secret.as_bytes()].concat());
    let letters = (before * 8).div_ceil(6)..(before + secret.len()) * 8 / 6;
    encoded[letters].to_string()
}
