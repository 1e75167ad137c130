//! A place for a secret that is shown only once: a file of one's own instead of the screen.
//!
//! Operations whose record has a secret field (`keypair create`: `private_key`) get a flag with
//! its name, `--private-key FILE`. The file is made before the call, so that a folder that does not
//! exist or a full disk stops the call instead of losing its result.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};
use infomaniak_cloud::operation::Description;
use serde_json::Value;

use crate::completion;

/// The secret field of an operation's record.
pub(crate) fn field(description: &Description) -> Option<String> {
    let schema = (description.schema)().to_value();
    let is_secret = |schema: &Value| {
        schema["x-secret"] == true
            || schema["anyOf"]
                .as_array()
                .is_some_and(|choices| choices.iter().any(|choice| choice["x-secret"] == true))
    };
    let properties = schema["properties"].as_object()?;
    properties.iter().find(|(_, schema)| is_secret(schema)).map(|(name, _)| name.clone())
}

/// Adds the flag to the command of an operation that gives out a secret.
pub(crate) fn declare(command: Command, description: &Description) -> Command {
    let Some(field) = field(description) else { return command };
    let flag = field.replace('_', "-");
    let help = format!("Write the {} to this new file (mode 0600)", flag.replace('-', " "));
    let arg = Arg::new("secret-file").long(flag).value_name("FILE").help_heading("Output");
    command.arg(completion::file(arg.help(help)))
}

/// A file made for a secret that is to come. Dropped without it, it is removed again.
pub(crate) struct SecretFile {
    field: String,
    path: PathBuf,
    file: Option<File>,
}

impl SecretFile {
    /// The file that the command line names, if it names one.
    ///
    /// # Errors
    /// A sentence about a file that cannot be made, or is there already.
    pub(crate) fn open(
        description: &Description,
        matches: &ArgMatches,
    ) -> Result<Option<SecretFile>, String> {
        let Some(field) = field(description) else { return Ok(None) };
        let Some(path) = matches.get_one::<String>("secret-file") else { return Ok(None) };
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| format!("cannot create `{path}` for the secret: {error}"))?;
        Ok(Some(SecretFile { field, path: path.into(), file: Some(file) }))
    }

    /// Moves the secret from the record into the file. If that fails, the record keeps it: shown on
    /// the screen it is safer than lost.
    ///
    /// # Errors
    /// A sentence about why it stayed in the record.
    pub(crate) fn take(mut self, record: &mut Value) -> Result<(), String> {
        let Some(secret) = record[&self.field].as_str() else { return Ok(()) };
        let Some(mut file) = self.file.take() else { return Ok(()) };
        if let Err(error) = file.write_all(secret.as_bytes()).and_then(|()| file.sync_all()) {
            self.file = Some(file);
            return Err(format!("cannot write `{}`: {error}", self.path.display()));
        }
        if let Some(record) = record.as_object_mut() {
            record.shift_remove(&self.field);
        }
        Ok(())
    }
}

impl Drop for SecretFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn open(path: &str) -> Result<Option<SecretFile>, String> {
        let words = ["ik", "keypair", "create", "k", "--private-key", path];
        let (description, matches) = crate::command::parse_operation(&words);
        SecretFile::open(description, &matches)
    }

    fn secret_file(folder: &tempfile::TempDir) -> SecretFile {
        let path = folder.path().join("key").display().to_string();
        open(&path).unwrap().unwrap()
    }

    #[test]
    fn the_secret_moves_from_the_record_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = json!({"name": "k", "private_key": "secret"});
        secret_file(&folder).take(&mut record).unwrap();
        assert_eq!(record, json!({"name": "k"}));
        assert_eq!(std::fs::read_to_string(folder.path().join("key")).unwrap(), "secret");
    }

    #[test]
    fn a_failed_call_leaves_no_file_and_an_existing_one_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        drop(secret_file(&folder));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        std::fs::write(folder.path().join("key"), "mine").unwrap();
        let path = folder.path().join("key").display().to_string();
        assert!(open(&path).is_err());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }
}
