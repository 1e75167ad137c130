//! The record of a test run: what the library and `ik` said in it, and the folders in which they kept
//! something. `./test` names a place for it in `TEST_RECORD`, and ends by searching it for secrets
//! (`tests/secrets`); a run without that variable records nothing.
//!
//! | folder | what is in it |
//! |---|---|
//! | `said` | the library's log at its finest level, what `ik` printed, errors with all that is in them |
//! | `kept` | folders that other runs throw away: token caches, homes |
//! | `known` | secrets that tests work with, each as a line of JSON, for the search |
//! | `steps` | what the programs of `./test` printed; it does this itself |

#![allow(dead_code)] // a program that includes this uses its part of it

use std::error::Error;
use std::fmt::{Debug, Write as _};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tempfile::TempDir;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Names the place.
pub(crate) const VARIABLE: &str = "TEST_RECORD";

/// A place where things are recorded.
#[derive(Debug, Clone)]
pub(crate) struct Record(PathBuf);

impl Record {
    pub(crate) fn at(place: &Path) -> Record {
        Record(place.into())
    }

    /// That of the run which this program is part of, if it is recorded.
    pub(crate) fn of_this_run() -> Option<Record> {
        std::env::var_os(VARIABLE).map(|place| Record(place.into()))
    }

    /// Writes down what was said, under a title that becomes the file's name.
    pub(crate) fn said(&self, title: &str, text: &str) {
        if !text.is_empty() {
            self.file("said", title).write_all(text.as_bytes()).unwrap();
        }
    }

    /// Writes down an error with its causes, as a program might print them.
    pub(crate) fn error(&self, error: &(impl Error + 'static)) {
        let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
        let mut cause = error.source();
        while let Some(source) = cause {
            let _ = writeln!(text, "{source}\n{source:?}");
            cause = source.source();
        }
        self.said("error", &text);
    }

    /// Notes a secret that must be found nowhere.
    pub(crate) fn secret(&self, secret: &str) {
        let mut file = self.file("known", "secrets");
        writeln!(file, "{}", serde_json::Value::from(secret)).unwrap();
    }

    /// Writes down everything that is logged.
    pub(crate) fn listener(&self) -> Listener {
        Listener(Mutex::new(self.file("said", "log")))
    }

    /// A new file, named after this program and the title.
    fn file(&self, folder: &str, title: &str) -> File {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let folder = self.folder(folder);
        let title: String = title
            .chars()
            .map(|c| if c == '/' || c.is_control() { '_' } else { c })
            .take(60)
            .collect();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{} {}-{number} {title}", program(), std::process::id());
        let mut options = OpenOptions::new();
        options.create_new(true).append(true).mode(0o600).open(folder.join(name)).unwrap()
    }

    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.0.join(name);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).unwrap();
        folder
    }
}

/// What this program is called in the record: `wire`, `behaviours`.
fn program() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    name.split('-').next().unwrap_or_default().to_string()
}

/// Writes down what was said, if this run is recorded.
pub(crate) fn said(title: &str, text: &str) {
    if let Some(record) = Record::of_this_run() {
        record.said(title, text);
    }
}

/// Writes down an error with its causes, if this run is recorded.
pub(crate) fn error(error: &(impl Error + 'static)) {
    if let Some(record) = Record::of_this_run() {
        record.error(error);
    }
}

/// Notes a secret that must be found nowhere, if this run is recorded.
pub(crate) fn secret(secret: &str) {
    if let Some(record) = Record::of_this_run() {
        record.secret(secret);
    }
}

/// Writes down everything that is logged, if this run is recorded.
pub(crate) fn listener() -> Option<Listener> {
    Record::of_this_run().map(|record| record.listener())
}

/// The same for all threads that have no listener of their own.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Some(listener) = listener() {
            let everywhere = tracing_subscriber::registry().with(listener);
            tracing::subscriber::set_global_default(everywhere).unwrap();
        }
    });
}

/// A new folder, gone when it is dropped; kept if this run is recorded.
pub(crate) fn folder() -> std::io::Result<TempDir> {
    match Record::of_this_run() {
        None => tempfile::tempdir(),
        Some(record) => {
            let prefix = format!("{} ", program());
            let mut builder = tempfile::Builder::new();
            builder.prefix(&prefix).disable_cleanup(true).tempdir_in(record.folder("kept"))
        }
    }
}

/// Writes events and spans of all crates, one line for each.
pub(crate) struct Listener(Mutex<File>);

impl Listener {
    fn write(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {}", metadata.level(), metadata.target()));
        record(&mut line);
        line.0.push('\n');
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.0.as_bytes()).unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.write(event.metadata(), |line| event.record(line));
    }

    fn on_new_span(&self, span: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        self.write(span.metadata(), |line| span.record(line));
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {field}={value}");
    }
}
