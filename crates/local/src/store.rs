//! Where everything is kept: documents in one file of `SQLite`.
//!
//! Several processes may use a folder at the same time, and any of them may be killed at any moment:
//! a request runs in one transaction, and what was answered was committed. Documents carry their own
//! future ([`Later`]): a server that is being built knows when it will be ACTIVE, so that no process
//! has to be running for time to pass.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use serde_json::{Map, Value, json};

use crate::folder::Folder;
use crate::time::Moment;

/// How long a request waits for another process's transaction.
const PATIENCE: Duration = Duration::from_secs(20);

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS document (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT,
        body TEXT NOT NULL,
        gone_at INTEGER,
        UNIQUE (kind, owner, id)
    );
    CREATE INDEX IF NOT EXISTS document_by_id ON document (kind, id);
    CREATE INDEX IF NOT EXISTS document_by_owner ON document (kind, owner, seq);
    CREATE INDEX IF NOT EXISTS document_by_name ON document (kind, name);
    CREATE INDEX IF NOT EXISTS document_by_end ON document (gone_at) WHERE gone_at IS NOT NULL;
";

/// What this program's documents look like; a folder of another version is refused.
const VERSION: i64 = 1;

/// A thing of the cloud.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// What it is: `server`.
    pub(crate) kind: &'static str,
    /// The id of the project (or user) it belongs to; empty for what is the cloud's own.
    pub(crate) owner: String,
    pub(crate) id: String,
    /// Its fields, under the names of the wire where they have one.
    pub(crate) fields: Map<String, Value>,
    /// What will happen to it by itself, in the order of time.
    pub(crate) later: Vec<Later>,
    seq: i64,
}

/// A change that comes by itself.
#[derive(Debug, Clone)]
pub(crate) struct Later {
    pub(crate) at: Moment,
    pub(crate) change: Change,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// These fields get these values.
    Set(Map<String, Value>),
    /// It is gone.
    Gone,
}

impl Document {
    pub(crate) fn new(
        kind: &'static str,
        owner: &str,
        id: &str,
        fields: Map<String, Value>,
    ) -> Self {
        Document { kind, owner: owner.into(), id: id.into(), fields, later: Vec::new(), seq: 0 }
    }

    /// The same, from `json!({...})`.
    pub(crate) fn of(kind: &'static str, owner: &str, id: &str, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Document::new(kind, owner, id, fields)
    }

    pub(crate) fn get(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.get(field).as_str().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.into(), value.into());
    }

    /// Lets all fields of `change` become true after `at`.
    pub(crate) fn set_later(&mut self, at: Moment, change: Value) {
        let Value::Object(fields) = change else { return };
        self.later.push(Later { at, change: Change::Set(fields) });
    }

    pub(crate) fn gone_later(&mut self, at: Moment) {
        self.later.push(Later { at, change: Change::Gone });
    }

    /// The document as it is at `now`; `None` if it is gone by then.
    fn settled(mut self, now: Moment) -> Option<Self> {
        let due = self.later.iter().take_while(|later| later.at <= now).count();
        for Later { change, .. } in self.later.drain(..due) {
            match change {
                Change::Set(fields) => self.fields.extend(fields),
                Change::Gone => return None,
            }
        }
        Some(self)
    }

    /// When it will be gone, if it will.
    fn gone_at(&self) -> Option<i64> {
        let end = self.later.iter().find(|later| matches!(later.change, Change::Gone));
        end.map(|later| later.at.0)
    }

    fn body(&self) -> String {
        let later = self.later.iter().map(|Later { at, change }| match change {
            Change::Set(fields) => json!([at.0, fields]),
            Change::Gone => json!([at.0, null]),
        });
        json!({ "fields": self.fields, "later": later.collect::<Vec<_>>() }).to_string()
    }

    fn read(kind: &'static str, row: &Row<'_>) -> rusqlite::Result<Self> {
        let text: String = row.get(3)?;
        let body: Value = serde_json::from_str(&text).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, error.into())
        })?;
        let later = body["later"].as_array().into_iter().flatten().map(|later| Later {
            at: Moment(later[0].as_i64().unwrap_or_default()),
            change: match &later[1] {
                Value::Object(fields) => Change::Set(fields.clone()),
                _ => Change::Gone,
            },
        });
        Ok(Document {
            kind,
            seq: row.get(0)?,
            owner: row.get(1)?,
            id: row.get(2)?,
            later: later.collect(),
            fields: match body {
                Value::Object(mut body) => match body.remove("fields") {
                    Some(Value::Object(fields)) => fields,
                    _ => Map::new(),
                },
                _ => Map::new(),
            },
        })
    }
}

/// The store of one folder.
pub(crate) struct Store {
    connection: Mutex<Connection>,
    /// After the connection: it is in use until that is closed.
    folder: Folder,
}

impl Store {
    /// Opens the folder's store; makes it, and fills it with `seed`, if it is new.
    pub(crate) fn open(
        path: &Path,
        seed: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<Store, String> {
        let cannot = |error: &dyn std::fmt::Display| {
            format!("the local cloud in {} cannot be opened: {error}", path.display())
        };
        let folder = Folder::open(path).map_err(|error| cannot(&error))?;
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(folder.database())?;
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // A killed process loses nothing that was committed; a power cut may lose the last moment.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            // The log stays for the next one who opens the file: moving it there at each end would
            // make every short command wait for the disk, four times.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            Ok(connection)
        };
        let connection = open().map_err(|error| cannot(&error))?;
        let store = Store { connection: Mutex::new(connection), folder };
        match store.prepare(seed) {
            Ok(VERSION) => Ok(store),
            Ok(version) => {
                Err(cannot(&format!("it has version {version}, this program {VERSION}")))
            }
            Err(error) => Err(cannot(&error)),
        }
    }

    fn prepare(
        &self,
        seed: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<i64> {
        let version = |connection: &Connection| {
            connection.pragma_query_value(None, "user_version", |row| row.get(0))
        };
        {
            let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
            let found: i64 = version(&connection)?;
            if found != 0 {
                return Ok(found);
            }
        }
        self.write(Moment::now(), |transaction| {
            // Another process may have been faster.
            if version(&transaction.inner)? == 0 {
                transaction.inner.execute_batch(TABLES)?;
                seed(transaction)?;
                transaction.inner.pragma_update(None, "user_version", VERSION)?;
            }
            version(&transaction.inner)
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
        self.transact(TransactionBehavior::Deferred, now, work)
    }

    /// Changes; all of it or, when `work` fails, nothing.
    pub(crate) fn write<R, E: From<rusqlite::Error>>(
        &self,
        now: Moment,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        self.transact(TransactionBehavior::Immediate, now, work)
    }

    fn transact<R, E: From<rusqlite::Error>>(
        &self,
        behavior: TransactionBehavior,
        now: Moment,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = connection.transaction_with_behavior(behavior)?;
        let transaction = Transaction { inner, now, folder: &self.folder };
        let result = work(&transaction)?;
        transaction.inner.commit()?;
        Ok(result)
    }
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
            .execute(params![kind, owner, id, name, document.body(), document.gone_at()])
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
            .execute(params![kind, owner, id, name, document.body(), document.gone_at()])
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
