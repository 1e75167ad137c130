//! `server volume list`, `server add volume` and `server remove volume`.

use infomaniak_cloud::session::service::COMPUTE;

use super::face::{Does, Face, Flag, Gives, List, Show};
use super::noun::Noun;
use super::server::SERVER;
use super::view::col;
use super::volume::VOLUME;

/// A volume at a server stands below the server, by the volume's id.
static ATTACHMENT: Noun = Noun {
    name: "volume attachment",
    service: &COMPUTE,
    path: "os-volume_attachments",
    list: &[],
    one: "volumeAttachment",
    many: "volumeAttachments",
    key: "volumeId",
    called_by: "name",
    is_id: |_| true,
    called: None,
};

pub(super) static FACES: &[Face] = &[
    Face::new("server volume list", "list_volume_attachments", &[SERVER_FLAG], Does::List(LIST)),
    Face::new("server add volume", "attach_volume", ADD_FLAGS, Does::Make(ADDED)),
    Face::new("server remove volume", "detach_volume", &[SERVER_FLAG, VOLUME_FLAG], Does::Act),
];

const SERVER_FLAG: Flag = Flag::one("server", "instance_id");
const VOLUME_FLAG: Flag = Flag::one("volume", "volume_id");

const LIST: List = List::of(
    &ATTACHMENT,
    &[
        col("Device", "device"),
        col("Server ID", "serverId"),
        col("Volume ID", "volumeId"),
        col("Tag", "tag"),
        col("Delete On Termination?", "delete_on_termination"),
        col("Attachment ID", "attachment_id"),
        col("BlockDeviceMapping UUID", "bdm_uuid"),
    ],
)
.below(&SERVER);

const ADD_FLAGS: &[Flag] = &[
    SERVER_FLAG,
    VOLUME_FLAG,
    Flag::value("device", Gives::Text("device")),
    Flag::value("tag", Gives::Text("tag")),
    Flag::switch("enable-delete-on-termination", Gives::Truth("delete_on_termination", true)),
    Flag::switch("disable-delete-on-termination", Gives::Truth("delete_on_termination", false)),
];

const ADDED: Show = Show::of(
    &ATTACHMENT,
    &[
        col("ID", "volumeId"),
        col("Server ID", "serverId"),
        col("Volume ID", "volumeId"),
        col("Device", "device"),
        col("Tag", "tag"),
        col("Delete On Termination", "delete_on_termination"),
    ],
)
.between([&SERVER, &VOLUME]);
