//! Where everything is kept: documents in one file of SQLite.
//!
//! Several processes may use a folder at the same time, and any of them may be killed at any moment:
//! a request runs in one transaction, and what was answered was committed. Documents carry their own
//! future ([`document::Later`]): a server that is being built knows when it will be ACTIVE, so that no process
//! has to be running for time to pass.

mod document;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde_json::Value;

pub(crate) use document::{Change, Document};

use crate::folder::Folder;
use crate::time::Moment;

/// How long a request waits for another process's transaction.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much of the file is kept in memory, in KiB: the indexes of a large cloud.
const CACHE: i64 = 32 << 10;
/// How many statements are kept ready.
const STATEMENTS: usize = 64;

/// The indexes answer each question without a look at any other document: by id, by name, in order
/// for everybody or for one owner. The owner's one also holds what is counted and summed.
const TABLES: &str = "
    CREATE TABLE document (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT,
        body TEXT NOT NULL,
        gone_at INTEGER,
        UNIQUE (kind, id, owner)
    );
    CREATE INDEX document_by_kind ON document (kind, seq);
    CREATE INDEX document_by_owner ON document (
        kind, owner, seq, gone_at,
        json_extract(body, '$.fields.flavor.vcpus'), json_extract(body, '$.fields.flavor.ram')
    );
    CREATE INDEX document_by_name ON document (kind, name) WHERE name IS NOT NULL;
    CREATE INDEX document_by_end ON document (gone_at) WHERE gone_at IS NOT NULL;
";

/// What this program's documents look like; a folder of another version is refused.
const VERSION: i64 = 1;

/// The store of one folder.
pub(crate) struct Store {
    /// Whoever looks does not wait for whoever changes.
    looking: Mutex<Connection>,
    changing: Mutex<Connection>,
    /// After the connections: it is in use until they are closed.
    folder: Folder,
}

impl Store {
    /// Opens the folder's store; makes it, and fills it with `seed`, if it is new.
    pub(crate) fn open(
        path: &Path,
        seed: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<Store, String> {
        let cannot = |why: &dyn std::fmt::Display| {
            format!("the local cloud in {} cannot be opened: {why}", path.display())
        };
        let folder = Folder::open(path).map_err(|error| cannot(&error))?;
        let open = || -> rusqlite::Result<Store> {
            let changing = Mutex::new(connect(&folder)?);
            let looking = Mutex::new(connect(&folder)?);
            Ok(Store { looking, changing, folder })
        };
        let store = open().map_err(|error| cannot(&error))?;
        match store.prepare(seed) {
            Ok(None) => Ok(store),
            Ok(Some(why)) => Err(cannot(&why)),
            Err(error) => Err(cannot(&error)),
        }
    }

    /// Makes and fills the tables, if there are none. Why the file is not for this program, if so.
    fn prepare(
        &self,
        seed: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<Option<String>> {
        let look = |connection: &Connection| {
            let content = "SELECT user_version, (SELECT count(*) FROM sqlite_schema)
                           FROM pragma_user_version";
            connection.query_row(content, [], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        let judge = |content: (i64, i64)| match content {
            (VERSION, _) | (0, 0) => None,
            (0, _) => Some("its database is another program's".to_string()),
            (version, _) => Some(format!("it has version {version}, this program {VERSION}")),
        };
        {
            let connection = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
            let content = look(&connection)?;
            if content != (0, 0) {
                return Ok(judge(content));
            }
            // Whoever looks and whoever changes do not wait for each other.
            connection.pragma_update(None, "journal_mode", "WAL")?;
        }
        self.write(Moment::now(), |transaction| {
            // Another process may have been faster.
            if look(&transaction.inner)? == (0, 0) {
                transaction.inner.execute_batch(TABLES)?;
                seed(transaction)?;
                transaction.inner.pragma_update(None, "user_version", VERSION)?;
            }
            look(&transaction.inner).map(judge)
        })
    }

    /// Where image data is kept.
    pub(crate) fn image_file(&self, id: &str) -> PathBuf {
        self.folder.image(id)
    }

    /// Looks, at one moment of the store.
    pub(crate) fn read<R, E: From<rusqlite::Error>>(
        &self,
        now: Moment,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        self.transact(&self.looking, TransactionBehavior::Deferred, now, work)
    }

    /// Changes; all of it or, when `work` fails, nothing.
    pub(crate) fn write<R, E: From<rusqlite::Error>>(
        &self,
        now: Moment,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        self.transact(&self.changing, TransactionBehavior::Immediate, now, work)
    }

    fn transact<R, E: From<rusqlite::Error>>(
        &self,
        connection: &Mutex<Connection>,
        behavior: TransactionBehavior,
        now: Moment,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = connection.transaction_with_behavior(behavior)?;
        let transaction = Transaction { inner, now, folder: &self.folder };
        let result = work(&transaction)?;
        transaction.inner.commit()?;
        Ok(result)
    }
}

fn connect(folder: &Folder) -> rusqlite::Result<Connection> {
    let connection = Connection::open(folder.database())?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -CACHE)?;
    // A killed process loses nothing that was committed; a power cut may lose the last moment.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // The log stays for the next one who opens the file: moving it there at each end would make every
    // short command wait for the disk, four times.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// A transaction. Dropped without an end, it did nothing.
pub(crate) struct Transaction<'c> {
    inner: rusqlite::Transaction<'c>,
    now: Moment,
    folder: &'c Folder,
}

const SELECT: &str = "SELECT seq, owner, id, body FROM document WHERE kind = ?1";

impl Transaction<'_> {
    /// Where image data is kept.
    pub(crate) fn image_file(&self, id: &str) -> PathBuf {
        self.folder.image(id)
    }

    /// The document with this id, whoever owns it.
    pub(crate) fn find(&self, kind: &'static str, id: &str) -> rusqlite::Result<Option<Document>> {
        let mut select = self.inner.prepare_cached(&format!("{SELECT} AND id = ?2"))?;
        let found = select.query_row(params![kind, id], |row| Document::read(kind, row)).optional();
        Ok(found?.and_then(|document| document.settled(self.now)))
    }

    /// The document of this owner with this id, for ids that each owner gives out.
    pub(crate) fn find_of(
        &self,
        kind: &'static str,
        owner: &str,
        id: &str,
    ) -> rusqlite::Result<Option<Document>> {
        let mut select =
            self.inner.prepare_cached(&format!("{SELECT} AND owner = ?2 AND id = ?3"))?;
        let found =
            select.query_row(params![kind, owner, id], |row| Document::read(kind, row)).optional();
        Ok(found?.and_then(|document| document.settled(self.now)))
    }

    /// All documents with this name, oldest first.
    pub(crate) fn named(&self, kind: &'static str, name: &str) -> rusqlite::Result<Vec<Document>> {
        let mut select =
            self.inner.prepare_cached(&format!("{SELECT} AND name = ?2 ORDER BY seq"))?;
        let rows = select.query_map(params![kind, name], |row| Document::read(kind, row))?;
        let all: Vec<Document> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(all.into_iter().filter_map(|document| document.settled(self.now)).collect())
    }

    /// Visits documents, newest first, until `visit` has seen enough. `owner`: one owner's only.
    /// `before`: only those older than this one.
    pub(crate) fn visit(
        &self,
        kind: &'static str,
        owner: Option<&str>,
        before: Option<&Document>,
        mut visit: impl FnMut(Document) -> ControlFlow<()>,
    ) -> rusqlite::Result<()> {
        let by_owner = if owner.is_some() { " AND owner = ?3" } else { " AND ?3 IS NULL" };
        let sql = format!("{SELECT} AND seq < ?2{by_owner} ORDER BY seq DESC");
        let mut select = self.inner.prepare_cached(&sql)?;
        let before = before.map_or(i64::MAX, |document| document.seq);
        let mut rows = select.query(params![kind, before, owner])?;
        while let Some(row) = rows.next()? {
            let Some(document) = Document::read(kind, row)?.settled(self.now) else { continue };
            if visit(document).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// All documents of a kind, newest first. `owner`: one owner's only.
    pub(crate) fn all(
        &self,
        kind: &'static str,
        owner: Option<&str>,
    ) -> rusqlite::Result<Vec<Document>> {
        let mut all = Vec::new();
        self.visit(kind, owner, None, |document| {
            all.push(document);
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    /// How many documents of a kind this owner has.
    pub(crate) fn count(&self, kind: &'static str, owner: &str) -> rusqlite::Result<i64> {
        Ok(self.sums(kind, owner, &[])?[0])
    }

    /// How many documents of a kind this owner has, and the sums of some of their numbers: paths such
    /// as `flavor.vcpus`.
    pub(crate) fn sums(
        &self,
        kind: &'static str,
        owner: &str,
        numbers: &[&'static str],
    ) -> rusqlite::Result<Vec<i64>> {
        let sums = numbers.iter().fold(String::new(), |sums, path| {
            format!("{sums}, coalesce(sum(json_extract(body, '$.fields.{path}')), 0)")
        });
        let sql = format!(
            "SELECT count(*){sums} FROM document
             WHERE kind = ?1 AND owner = ?2 AND (gone_at IS NULL OR gone_at > ?3)"
        );
        let mut select = self.inner.prepare_cached(&sql)?;
        select.query_row(params![kind, owner, self.now.0], |row| {
            (0..=numbers.len()).map(|column| row.get(column)).collect()
        })
    }

    /// Keeps a new document.
    pub(crate) fn insert(&self, document: &Document) -> rusqlite::Result<()> {
        let Document { kind, owner, id, .. } = document;
        // What is gone by now, but still there, may be in the way.
        self.inner
            .prepare_cached("DELETE FROM document WHERE gone_at <= ?1")?
            .execute(params![self.now.0])?;
        let mut insert = self.inner.prepare_cached(
            "INSERT INTO document (kind, owner, id, name, body, gone_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let name = document.fields.get("name").and_then(Value::as_str);
        insert
            .execute(params![kind, owner, id, name, document.body()?, document.gone_at()])
            .map(drop)
    }

    /// Keeps a changed document.
    pub(crate) fn update(&self, document: &Document) -> rusqlite::Result<()> {
        let mut update = self.inner.prepare_cached(
            "UPDATE document SET name = ?4, body = ?5, gone_at = ?6
             WHERE kind = ?1 AND owner = ?2 AND id = ?3",
        )?;
        let Document { kind, owner, id, .. } = document;
        let name = document.fields.get("name").and_then(Value::as_str);
        update
            .execute(params![kind, owner, id, name, document.body()?, document.gone_at()])
            .map(drop)
    }

    /// Removes a document.
    pub(crate) fn remove(&self, document: &Document) -> rusqlite::Result<()> {
        let Document { kind, owner, id, .. } = document;
        let mut delete = self
            .inner
            .prepare_cached("DELETE FROM document WHERE kind = ?1 AND owner = ?2 AND id = ?3")?;
        delete.execute(params![kind, owner, id]).map(drop)
    }
}
