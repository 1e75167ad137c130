//! Key pairs: the SSH keys that new instances let in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Compute;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::operation::{Effect, Operation, Text, operation, operations};
use crate::page::Pages;
use crate::resource::{Named, Record, or_gone};
use crate::secret::Secret;
use crate::session::Request;
use crate::session::service::COMPUTE;

operations!(ListKeypairs, GetKeypair, CreateKeypair, DeleteKeypair);

/// A key pair, of which the cloud keeps the public half.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Keypair {
    /// The name, unique among the user's.
    pub name: String,
    /// The public key's fingerprint.
    pub fingerprint: String,
    /// `ssh` or `x509`.
    #[serde(default = "ssh")]
    pub r#type: String,
}

fn ssh() -> String {
    "ssh".into()
}

impl Record for Keypair {
    const NOUN: &'static str = "key pair";
    const COLUMNS: &'static [&'static str] = &["name", "fingerprint", "type"];

    fn identifier(&self) -> &str {
        &self.name
    }
}

/// A key pair as a whole; just made, maybe with its private half.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewKeypair {
    /// The name.
    pub name: String,
    /// The public key's fingerprint.
    pub fingerprint: String,
    /// The public key.
    pub public_key: String,
    /// The private key, when the cloud generated the pair. It is not kept there and cannot be had
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_key: Option<Secret>,
}

impl Record for NewKeypair {
    const NOUN: &'static str = "key pair";
    const COLUMNS: &'static [&'static str] = &["name", "fingerprint", "public_key"];

    fn identifier(&self) -> &str {
        &self.name
    }
}

operation! {
    /// Lists the user's key pairs.
    ///
    /// Nova: `GET /os-keypairs`.
    ///
    /// ```sh
    /// ik keypair list
    /// ```
    Compute::list_keypairs as ListKeypairs, "keypair list", Effect::Reads,
    () {}
}

/// Nova wraps each key pair of the list in an object of its own.
#[derive(Deserialize)]
struct Wrapped {
    keypair: Keypair,
}

impl Operation for ListKeypairs {
    type Output = Vec<Keypair>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Keypair>> {
        let request = Request::get(&COMPUTE, &["os-keypairs"]);
        let wrapped = Pages::<Wrapped>::new(cloud, request, "keypairs").all().await?;
        Ok(wrapped.into_iter().map(|item| item.keypair).collect())
    }
}

operation! {
    /// Shows a key pair with its public key.
    ///
    /// Nova: `GET /os-keypairs/{name}`.
    ///
    /// ```sh
    /// ik keypair show ann
    /// ik keypair show ann -c public_key -f value
    /// ```
    Compute::get_keypair as GetKeypair, "keypair show", Effect::Reads,
    (
        /// Name of the key pair.
        name: Named<Keypair>,
    )
    {}
}

impl Operation for GetKeypair {
    type Output = NewKeypair;

    async fn run(&self, cloud: &Cloud) -> Result<NewKeypair> {
        let request = Request::get(&COMPUTE, &["os-keypairs", self.name.as_str()]);
        cloud.send(request).await?.field("keypair")
    }
}

operation! {
    /// Creates a key pair, or imports a public key.
    ///
    /// Without a public key the cloud generates a pair and gives out the private key, once.
    ///
    /// Nova: `POST /os-keypairs`.
    ///
    /// ```sh
    /// ik keypair create bob --private-key bob.pem
    /// ik keypair create bob --public-key ~/.ssh/id_ed25519.pub
    /// ```
    Compute::create_keypair as CreateKeypair, "keypair create", Effect::Changes,
    (
        /// Name of the new key pair.
        name: String,
    )
    {
        /// The public key to import, in OpenSSH's format.
        public_key: Option<Text> = None,
    }
}

impl Operation for CreateKeypair {
    type Output = NewKeypair;

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<NewKeypair> {
        let mut keypair = json!({ "name": self.name });
        if let Some(Text(public_key)) = &self.public_key {
            keypair["public_key"] = public_key.trim_end().into();
        }
        let request = Request::post(&COMPUTE, &["os-keypairs"], json!({ "keypair": keypair }));
        match cloud.send(request).await.and_then(|response| response.field("keypair")) {
            Err(error) if error.processed() != Processed::No => self.look_again(cloud, error).await,
            outcome => outcome,
        }
    }

    /// A private key is given out once: of a pair that is there it cannot be had.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<NewKeypair>> {
        let request = Request::get(&COMPUTE, &["os-keypairs", &self.name]);
        let found: NewKeypair = match cloud.send(request).await {
            Err(error) if error.kind() == Kind::NotFound => return Ok(None),
            response => response?.field("keypair")?,
        };
        if let Some(Text(ours)) = &self.public_key
            && ours.trim() == found.public_key.trim()
        {
            return Ok(Some(found));
        }
        let (name, error) = (&self.name, |message| Error::new(Kind::Conflict, message));
        let error = if self.public_key.is_some() {
            error(format!("there is a key pair `{name}` already, with another public key"))
        } else {
            error(format!("there is a key pair `{name}` already, and its private key is not here"))
                .with_hint("delete it and create it again, or give a public key of your own")
        };
        Err(error.with_service(COMPUTE.kind).with_resource(name))
    }
}

impl CreateKeypair {
    /// The answer was lost: the name tells whether the key pair is there.
    async fn look_again(&self, cloud: &Cloud, lost: Error) -> Result<NewKeypair> {
        let request = Request::get(&COMPUTE, &["os-keypairs", &self.name]);
        let Ok(found) = cloud.send(request).await else { return Err(lost) };
        let found: NewKeypair = found.field("keypair")?;
        let name = &self.name;
        let error = match &self.public_key {
            Some(Text(ours)) if ours.trim() == found.public_key.trim() => return Ok(found),
            Some(_) => Error::new(
                Kind::Conflict,
                format!("there is a key pair `{name}` already, with another public key"),
            ),
            None => Error::new(
                Kind::Failed,
                format!("there is a key pair `{name}`, but the answer with a private key was lost"),
            )
            .with_processed(Processed::Maybe)
            .with_hint("unless it was there before, delete it and create it again"),
        };
        Err(error.with_service(COMPUTE.kind).with_source(lost))
    }
}

operation! {
    /// Deletes a key pair.
    ///
    /// Instances that know it keep letting it in. One that is gone already counts as deleted.
    ///
    /// Nova: `DELETE /os-keypairs/{name}`.
    ///
    /// ```sh
    /// ik keypair delete ann --yes
    /// ```
    Compute::delete_keypair as DeleteKeypair, "keypair delete", Effect::Destroys,
    (
        /// Name of the key pair.
        name: Named<Keypair>,
    )
    {}
}

impl Operation for DeleteKeypair {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let name = self.name.as_str();
        let deleted = cloud.send(Request::delete(&COMPUTE, &["os-keypairs", name])).await;
        or_gone(deleted.map(drop), Keypair::NOUN, name)
    }
}
