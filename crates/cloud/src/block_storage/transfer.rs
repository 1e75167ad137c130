//! Transfers: a volume goes to another project. Its owner offers it and gets a key; whoever has the
//! offer's id and the key takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{BlockStorage, Volume};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::operation::{Effect, Operation, Text, operation, operations};
use crate::page::Pages;
use crate::resource::null_as_empty;
use crate::resource::{Named, Record, Resource};
use crate::secret::Secret;
use crate::session::service::{BLOCK_STORAGE, Service};
use crate::session::{Microversion, Request};

operations!(
    ListVolumeTransfers,
    GetVolumeTransfer,
    CreateVolumeTransfer,
    AcceptVolumeTransfer,
    DeleteVolumeTransfer,
);

/// An offer of a volume to another project.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Transfer {
    /// The id, which the other project needs.
    pub id: String,
    /// The name; empty if it was given none.
    #[serde(deserialize_with = "null_as_empty")]
    pub name: String,
    /// Id of the volume.
    pub volume_id: String,
}

impl Record for Transfer {
    const NOUN: &'static str = "volume transfer";
    const COLUMNS: &'static [&'static str] = &["id", "name", "volume_id"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Transfer {
    const SERVICE: &'static Service = &BLOCK_STORAGE;
    const PATH: &'static str = "volume-transfers";
    const LIST: &'static [&'static str] = &["volume-transfers", "detail"];
    const ONE: &'static str = "transfer";
    const MANY: &'static str = "transfers";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.volume_id
    }
}

/// An offer that was just made, with its key.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewTransfer {
    /// The id, which the other project needs.
    pub id: String,
    /// The name; empty if it was given none.
    #[serde(deserialize_with = "null_as_empty")]
    pub name: String,
    /// Id of the volume.
    pub volume_id: String,
    /// The key, which the other project needs too. The cloud shows it only now.
    pub auth_key: Secret,
}

impl Record for NewTransfer {
    const NOUN: &'static str = "volume transfer";
    const COLUMNS: &'static [&'static str] = &["id", "name", "volume_id"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

/// The version that has transfers with the volume's snapshots.
const NEEDED: (Microversion, &str) = (Microversion(3, 55), "a transfer of a volume");

fn needing(request: Request) -> Request {
    request.needs(NEEDED.0, NEEDED.1)
}

operation! {
    /// Lists the volumes that the project offers to others.
    ///
    /// Cinder: `GET /volume-transfers/detail`.
    ///
    /// ```sh
    /// ik volume transfer request list
    /// ```
    BlockStorage::list_volume_transfers as ListVolumeTransfers,
    "volume transfer request list", Effect::Reads,
    () {}
}

impl Operation for ListVolumeTransfers {
    type Output = Vec<Transfer>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Transfer>> {
        Transfer::list(cloud).all().await
    }
}

operation! {
    /// Shows an offer of a volume, without its key.
    ///
    /// Cinder: `GET /volume-transfers/{id}`.
    ///
    /// ```sh
    /// ik volume transfer request show gift
    /// ```
    BlockStorage::get_volume_transfer as GetVolumeTransfer,
    "volume transfer request show", Effect::Reads,
    (
        /// The offer, by name or id.
        transfer: Named<Transfer>,
    )
    {}
}

impl Operation for GetVolumeTransfer {
    type Output = Transfer;

    async fn run(&self, cloud: &Cloud) -> Result<Transfer> {
        self.transfer.find(cloud).await
    }
}

operation! {
    /// Offers a volume, with its snapshots, to another project, and gives the key that opens it.
    ///
    /// The volume cannot be used until the offer is taken or withdrawn. Whoever has the offer's id and
    /// the key can take it: send them apart.
    ///
    /// Cinder: `POST /volume-transfers`.
    ///
    /// ```sh
    /// ik volume transfer request create data --name gift --auth-key key.txt
    /// ```
    BlockStorage::create_volume_transfer as CreateVolumeTransfer,
    "volume transfer request create", Effect::Changes,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
    )
    {
        /// Name of the offer.
        name: Option<String> = None,
        /// Whether its snapshots go with it.
        snapshots: bool = true,
    }
}

impl Operation for CreateVolumeTransfer {
    type Output = NewTransfer;

    async fn run(&self, cloud: &Cloud) -> Result<NewTransfer> {
        let volume = self.volume_id.id(cloud).await?;
        let mut transfer = json!({ "volume_id": volume });
        if let Some(name) = &self.name {
            transfer["name"] = name.as_str().into();
        }
        if !self.snapshots {
            transfer["no_snapshots"] = true.into();
        }
        let body = json!({ "transfer": transfer });
        let request = needing(Request::post(&BLOCK_STORAGE, &[Transfer::PATH], body));
        match cloud.send(request).await.and_then(|response| response.field(Transfer::ONE)) {
            Err(error) if error.processed() != Processed::No => {
                Err(look_again(cloud, &volume, error).await)
            }
            outcome => outcome,
        }
    }
}

/// The answer with the key was lost: says which offer, if one was made, is of no use.
async fn look_again(cloud: &Cloud, volume: &str, lost: Error) -> Error {
    let request = Request::get(&BLOCK_STORAGE, Transfer::LIST).query("volume_id", volume);
    let found = Pages::<Transfer>::new(cloud, request, Transfer::MANY).first(1).await;
    let Some(made) = found.ok().and_then(|mut found| found.pop()) else { return lost };
    Error::new(
        Kind::Failed,
        format!("volume {volume} is offered as {}, but the answer with the key was lost", made.id),
    )
    .with_service(BLOCK_STORAGE.kind)
    .with_resource(made.id)
    .with_processed(Processed::Yes)
    .with_hint("withdraw the offer, and make it again")
    .with_source(lost)
}

operation! {
    /// Takes a volume that another project offers.
    ///
    /// Cinder: `POST /volume-transfers/{id}/accept`.
    ///
    /// ```sh
    /// ik volume transfer request accept 11111111-1111-4111-8111-111111111111 --auth-key key.txt
    /// ```
    BlockStorage::accept_volume_transfer as AcceptVolumeTransfer,
    "volume transfer request accept", Effect::Changes,
    (
        /// Id of the offer.
        transfer_id: String,
        /// The key that its owner was given.
        auth_key: Text,
    )
    {}
}

impl Operation for AcceptVolumeTransfer {
    type Output = Transfer;

    async fn run(&self, cloud: &Cloud) -> Result<Transfer> {
        let body = json!({ "accept": { "auth_key": self.auth_key.0.trim() } });
        let path = [Transfer::PATH, &self.transfer_id, "accept"];
        let sent = cloud.send(needing(Request::post(&BLOCK_STORAGE, &path, body))).await;
        let accepted = sent.and_then(|response| response.field(Transfer::ONE));
        accepted.map_err(|error| error.with_resource(&self.transfer_id))
    }
}

operation! {
    /// Withdraws an offer of a volume, which can be used again then.
    ///
    /// One that is gone already counts as withdrawn.
    ///
    /// Cinder: `DELETE /volume-transfers/{id}`.
    ///
    /// ```sh
    /// ik volume transfer request delete gift --yes
    /// ```
    BlockStorage::delete_volume_transfer as DeleteVolumeTransfer,
    "volume transfer request delete", Effect::Destroys,
    (
        /// The offer, by name or id.
        transfer: Named<Transfer>,
    )
    {}
}

impl Operation for DeleteVolumeTransfer {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.transfer.delete(cloud).await
    }
}
