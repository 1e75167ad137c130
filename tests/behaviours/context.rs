//! What a case works with: the cloud under test, names for what it makes, and the evidence of what
//! happened.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use infomaniak_cloud::Cloud;
use infomaniak_cloud::session::config::{Config, Environment};
use tempfile::TempDir;
use uuid::Uuid;

use crate::case::Outcome;
use crate::evidence::{Recorder, Watch};
use crate::record;
use crate::target::Target;
use crate::things::{self, INSTANCE, KEYPAIR, Made, PREFIX, SECURITY_GROUP, Thing};

/// One case's view of the world.
pub(crate) struct Context {
    pub(crate) target: Arc<Target>,
    pub(crate) recorder: Recorder,
    /// Shared by all cases of this run: logging in costs a cloud more than all the rest.
    tokens: PathBuf,
    /// A folder of this case's own.
    folder: TempDir,
    made: Mutex<Vec<Made>>,
}

impl Context {
    pub(crate) fn new(target: Arc<Target>, tokens: &Path) -> Outcome<Self> {
        Ok(Context {
            target,
            recorder: Recorder::default(),
            tokens: tokens.into(),
            folder: record::folder()?,
            made: Mutex::default(),
        })
    }

    /// The cloud as the member sees it.
    pub(crate) fn cloud(&self) -> Outcome<Cloud> {
        self.cloud_of(self.target.member)
    }

    /// The cloud as the owner of another entry sees it.
    pub(crate) fn cloud_of(&self, entry: &str) -> Outcome<Cloud> {
        open(&self.target, entry, &self.tokens)
    }

    /// How the cloud would be configured if this program had just been installed: nobody has
    /// logged in yet, and no other case will.
    pub(crate) fn fresh_config(&self, entry: &str) -> Outcome<Config> {
        config(&self.target, entry, &self.path("tokens"))
    }

    /// Where all cases of this run keep their tokens.
    pub(crate) fn tokens(&self) -> &Path {
        &self.tokens
    }

    /// A path in this case's own folder, where nothing is yet.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The evidence from now on.
    pub(crate) fn watch(&self) -> Watch {
        self.recorder.watch()
    }

    /// A name that nothing has, for something this case is about to make as the member. Whatever
    /// is called so in the end is deleted.
    pub(crate) fn name(&self, thing: &'static Thing, stem: &str) -> String {
        self.name_at(self.target.member, thing, stem)
    }

    /// The same for something made with another entry.
    pub(crate) fn name_at(&self, entry: &str, thing: &'static Thing, stem: &str) -> String {
        let name = format!("{PREFIX}{stem}-{}", &Uuid::new_v4().simple().to_string()[..10]);
        self.claim_at(entry, thing, &name);
        name
    }

    /// Takes a name of the case's own making, which nobody else can think of.
    pub(crate) fn claim(&self, thing: &'static Thing, name: &str) {
        self.claim_at(self.target.member, thing, name);
    }

    /// The same for something that is to be found with another entry.
    pub(crate) fn claim_at(&self, entry: &str, thing: &'static Thing, name: &str) {
        let made = Made { entry: entry.into(), thing, name: name.into() };
        made.note();
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(made);
    }

    /// Deletes what was made, without waiting for it to be gone.
    pub(crate) async fn tidy_up(&self) -> Outcome {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for ((entry, thing), names) in things::by_place(&made) {
            things::delete(&self.cloud_of(entry)?, thing, |name| names.contains(name)).await?;
        }
        Ok(())
    }

    /// The project with the small quota, empty and for this case alone until the guard is dropped:
    /// among all processes of this machine, since there is only one such project.
    pub(crate) async fn full_project(&self) -> Outcome<(Cloud, File)> {
        let cloud = self.cloud_of(self.target.full)?;
        let name = format!("{PREFIX}{}-{}.lock", self.target.name, self.target.full);
        let guard = File::create(std::env::temp_dir().join(name))?;
        guard.lock()?; // each case has a thread of its own to block
        for thing in [&INSTANCE, &KEYPAIR, &SECURITY_GROUP] {
            // What an interrupted run, or the case before, has left.
            things::delete_until_gone(&cloud, thing, |name| name.starts_with(PREFIX)).await?;
        }
        Ok((cloud, guard))
    }
}

/// The cloud of an entry, with tokens kept in `tokens`.
pub(crate) fn open(target: &Target, entry: &str, tokens: &Path) -> Outcome<Cloud> {
    config(target, entry, tokens).map(Cloud::new)
}

/// The configuration of an entry, with tokens kept in `tokens`.
pub(crate) fn config(target: &Target, entry: &str, tokens: &Path) -> Outcome<Config> {
    let variables =
        [("OS_CLIENT_CONFIG_FILE", target.clouds_yaml.as_path()), ("XDG_CACHE_HOME", tokens)];
    let environment: Environment = variables
        .into_iter()
        .map(|(name, path)| (name, path.to_string_lossy().into_owned()))
        .collect();
    Ok(Config::find(&environment, Some(entry))?)
}
