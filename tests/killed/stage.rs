//! A cloud of a round's own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fastrand::Rng;
use infomaniak_cloud::Cloud;
use infomaniak_cloud::session::config::Config;
use infomaniak_local::{Fault, Local, Victims};
use tempfile::TempDir;

use crate::ik::binary;
use crate::record;
use crate::walkthrough::{Entry, every_list, related, wrong};

/// What everything is called.
const NAME: &str = "shop";
/// What the paths of the requests that fail have in them; most often nothing certain.
const PATHS: &[&str] =
    &["", "", "", "/servers", "/volumes", "/networks", "/floatingips", "/security-group"];

/// How many there are in each list.
pub(crate) type Lists = BTreeMap<String, usize>;

pub(crate) struct Stage {
    folder: TempDir,
    /// What keeps the tokens, for the search for secrets.
    home: TempDir,
    served: Option<Child>,
    /// How many requests were to fail.
    spoilt: u32,
    /// What the latest script said on standard error.
    said: String,
}

impl Stage {
    /// A fresh cloud, in a folder or being served.
    pub(crate) fn open(served: bool) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(binary().unwrap(), folder.path().join("ik")).unwrap();
        let mut stage = Stage {
            folder,
            home: record::folder().unwrap(),
            served: None,
            spoilt: 0,
            said: String::new(),
        };
        if served {
            stage.serve();
        }
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn serve(&mut self) {
        let clouds = std::fs::File::create(self.path("clouds.yaml")).unwrap();
        let mut child = Command::new(binary().unwrap());
        child.args(["local", "serve", "--listen", "127.0.0.1:0"]);
        child.env("IK_LOCAL", self.path("cloud")).stdout(clouds).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        // It says where it is once that can be relied upon.
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("http://127.0.0.1:"), "{line}");
        self.served = Some(child);
    }

    /// Tells a shell which cloud and which `ik` are meant.
    pub(crate) fn furnish(&self, shell: &mut Command) {
        let path = format!("{}:/usr/bin:/bin", self.folder.path().display());
        shell.env_clear().env("PATH", path).env("LC_ALL", "C.UTF-8").env("NAME", NAME);
        shell.env("HOME", self.home.path()).current_dir(self.folder.path());
        if self.served.is_some() {
            shell.env("OS_CLOUD", "demo").env("OS_CLIENT_CONFIG_FILE", self.path("clouds.yaml"));
        } else {
            shell.env("OS_CLOUD", "local").env("IK_LOCAL", self.path("cloud"));
        }
    }

    /// Lets some of the next requests fail, one way or another: mostly such that they are carried out
    /// and their answer is lost.
    pub(crate) fn spoil(&mut self, random: &mut Rng) {
        let faults = [
            Fault::ResetAfter,
            Fault::ResetAfter,
            Fault::ResetBefore,
            Fault::Cut(10),
            Fault::Delay(Duration::from_millis(200)),
            Fault::ExpiredToken,
        ];
        let methods = ["POST", "POST", "PUT", "DELETE"];
        let victims = Victims {
            method: random.choice(methods).map(str::to_string),
            path: random.choice(PATHS).copied().unwrap_or_default().into(),
            count: random.u32(1..=2),
        };
        // The making of the folder is not to be spared.
        if let (Some(fault), Some(local)) = (random.choice(&faults), self.local()) {
            local.plan_fault(fault, &victims).unwrap();
            self.spoilt += victims.count;
        }
    }

    /// Nothing fails any more; how many requests have failed.
    pub(crate) fn heal(&mut self) -> u32 {
        let Some(local) = self.local() else { return 0 };
        let left: u32 = local.faults().unwrap().iter().map(|(_, victims)| victims.count).sum();
        local.clear_faults().unwrap();
        std::mem::take(&mut self.spoilt) - left
    }

    /// The cloud's folder, if there is one already.
    fn local(&self) -> Option<Local> {
        let is_there = self.path("cloud").join("cloud.db").exists();
        is_there.then(|| Local::open(&self.path("cloud")).unwrap())
    }

    /// Takes note of what a script said.
    pub(crate) fn hear(&mut self, said: String) {
        record::said("stderr of the walkthrough, killed", &said);
        self.said = said;
    }

    /// What the latest script said.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// What there is, by another process than the one that made it.
    fn entries(&self) -> Vec<Entry> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let local = Local::open(&self.path("cloud")).unwrap();
            let serving = local.serve("127.0.0.1:0").await.unwrap();
            let logins = local.credentials().unwrap();
            record::secret(&logins.application_credential_secret);
            let (id, secret) =
                (&logins.application_credential_id, logins.application_credential_secret.clone());
            let config = Config::application_credential(id, secret);
            let url = format!("{}/identity/v3", serving.url());
            let mut config = config.with_auth_url(&url).unwrap();
            config.cache = None;
            every_list(&Cloud::new(config)).await.unwrap()
        })
    }

    pub(crate) fn lists(&self) -> Lists {
        let mut counts = Lists::new();
        for (list, _) in self.entries() {
            *counts.entry(list).or_default() += 1;
        }
        counts
    }

    /// What is not there as it should be when all is made.
    pub(crate) fn wrong(&self) -> Vec<String> {
        wrong(&related(&self.entries(), NAME))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(mut served) = self.served.take() {
            let _ = served.kill();
            let _ = served.wait();
        }
    }
}
