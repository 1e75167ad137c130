//! `volume transfer request ...`.

use infomaniak_cloud::block_storage::Transfer;

use super::face::{Does, Face, Flag, Gives, List, Show};
use super::noun::Noun;
use super::view::{Column, col, same};
use super::volume::{ALL_PROJECTS, NAME};

static TRANSFER: Noun = Noun::of::<Transfer>();

pub(super) static FACES: &[Face] = &[
    Face::new(
        "volume transfer request list",
        "list_volume_transfers",
        &[ALL_PROJECTS],
        Does::List(LIST),
    ),
    Face::new("volume transfer request show", "get_volume_transfer", &[ONE], Does::Show(SHOW)),
    Face::new(
        "volume transfer request create",
        "create_volume_transfer",
        CREATE_FLAGS,
        Does::Make(NEW),
    ),
    Face::new(
        "volume transfer request accept",
        "accept_volume_transfer",
        ACCEPT_FLAGS,
        Does::Tell(ACCEPTED),
    ),
    Face::new(
        "volume transfer request delete",
        "delete_volume_transfer",
        &[Flag::several("transfer-request", "transfer")],
        Does::Act,
    ),
];

const ONE: Flag = Flag::one("transfer-request", "transfer");

const LIST: List =
    List::of(&TRANSFER, &[col("ID", "id"), col("Name", "name"), col("Volume", "volume_id")]);

const SHOW: Show =
    Show::of(&TRANSFER, &[same("created_at"), same("id"), same("name"), same("volume_id")]);

/// With the key, which is shown only now.
const NEW: Show = Show::of(
    &TRANSFER,
    &[same("auth_key"), same("created_at"), same("id"), same("name"), same("volume_id")],
);

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("volume", "volume_id"),
    NAME,
    Flag::switch("snapshots", Gives::Truth("snapshots", true)),
    Flag::switch("no-snapshots", Gives::Truth("snapshots", false)),
];

const ACCEPT_FLAGS: &[Flag] = &[
    Flag::one("transfer-request-id", "transfer_id"),
    Flag::value("auth-key", Gives::Text("auth_key")).required(),
];

const ACCEPTED: &[Column] = &[same("id"), same("name"), same("volume_id")];
