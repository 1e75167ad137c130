//! The disks of a new instance: an image on the host, or volumes, as `block_device_mapping_v2` and
//! `imageRef` describe them.

use serde_json::{Map, Value};

use super::volume::{ROOT, entry, place, take};
use crate::block_storage::{self, Source};
use crate::call::{Call, Refusal};
use crate::check::{integer, truth};
use crate::image;
use crate::store::Document;

/// What an instance starts with.
pub(super) struct Disks {
    /// The id of the image on its own disk; empty if it boots from a volume.
    pub(super) image: String,
    volumes: Vec<Wish>,
}

/// A volume that an instance is to have.
struct Wish {
    from: From,
    /// In GiB.
    size: Option<i64>,
    boots: bool,
    goes: bool,
    tag: Value,
}

/// Where a volume comes from.
enum From {
    Volume(String),
    Snapshot(String),
    Image(String),
    Nothing,
}

const INVALID: &str = "Block Device Mapping is Invalid";

/// Reads what a new instance boots from; `check_image` looks at an image for the instance's own disk.
pub(super) fn read(
    call: &Call<'_>,
    body: &Map<String, Value>,
    flavor: &Value,
) -> Result<Disks, Refusal> {
    let image = body.get("imageRef").and_then(Value::as_str).unwrap_or_default();
    let devices = body.get("block_device_mapping_v2").and_then(Value::as_array);
    let Some(devices) = devices.filter(|devices| !devices.is_empty()) else {
        if image.is_empty() {
            return Err(Refusal::bad_request("Missing imageRef attribute"));
        }
        super::create::check_image(call, image, flavor)?;
        return Ok(Disks { image: image.into(), volumes: Vec::new() });
    };
    devices.iter().try_for_each(check_shape)?;
    check_root(call, devices)?;
    check_order(devices)?;
    let volumes = devices.iter().filter(|device| is_volume(device));
    let volumes = volumes.map(|device| wish(call, device)).collect::<Result<Vec<_>, _>>()?;
    if volumes.iter().any(|volume| volume.boots) {
        return Ok(Disks { image: String::new(), volumes });
    }
    let own = devices.iter().find(|device| boot_index(device) == Some(0));
    let id = own.and_then(|device| device["uuid"].as_str()).unwrap_or(image);
    super::create::check_image(call, id, flavor)?;
    Ok(Disks { image: id.into(), volumes })
}

/// Whether a device is a volume, and not a part of the host's disk.
fn is_volume(device: &Value) -> bool {
    match device["destination_type"].as_str() {
        Some(destination) => destination == "volume",
        None => matches!(device["source_type"].as_str(), Some("volume" | "snapshot")),
    }
}

fn boot_index(device: &Value) -> Option<i64> {
    integer(&device["boot_index"])
}

fn check_shape(device: &Value) -> Result<(), Refusal> {
    if device["source_type"] != "blank" && device["uuid"].is_null() {
        return Err(Refusal::bad_request(format!("{INVALID}: Missing device UUID.")));
    }
    let size = integer(&device["volume_size"]).unwrap_or_default();
    if is_volume(device) && size == 0 {
        match device["source_type"].as_str() {
            Some("image") => {
                return Err(Refusal::bad_request(
                    "Images with destination_type 'volume' need to have a non-zero size specified",
                ));
            }
            Some("blank") => {
                return Err(Refusal::bad_request(
                    "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The volume that an instance boots from has to be one that can be booted from.
fn check_root(call: &Call<'_>, devices: &[Value]) -> Result<(), Refusal> {
    let root = devices.iter().find(|device| boot_index(device) == Some(0));
    let Some(root) = root.filter(|root| root["source_type"] == "volume") else { return Ok(()) };
    let id = root["uuid"].as_str().unwrap_or_default();
    let volume = block_storage::find(call, id).map_err(|_| no_volume(id))?;
    if volume.get("bootable") == true {
        return Ok(());
    }
    Err(Refusal::bad_request(format!("Block Device {id} is not bootable.")))
}

/// Exactly one has to be the first, and none may be left out behind it.
fn check_order(devices: &[Value]) -> Result<(), Refusal> {
    let mut order: Vec<i64> = devices.iter().filter_map(boot_index).collect();
    order.retain(|index| *index >= 0);
    order.sort_unstable();
    let expected = 0..i64::try_from(order.len()).unwrap_or(i64::MAX);
    if !order.is_empty() && order.iter().copied().eq(expected) {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "{INVALID}: Boot sequence for the instance and image/block device mapping combination is not \
         valid."
    )))
}

fn no_volume(id: &str) -> Refusal {
    Refusal::bad_request(format!("{INVALID}: failed to get volume {id}."))
}

fn wish(call: &Call<'_>, device: &Value) -> Result<Wish, Refusal> {
    let id = device["uuid"].as_str().unwrap_or_default().to_string();
    let size = integer(&device["volume_size"]).filter(|size| *size > 0);
    let from = match device["source_type"].as_str() {
        Some("volume") => {
            let volume = block_storage::find(call, &id).map_err(|_| no_volume(&id))?;
            block_storage::check_free(call, &volume).map_err(|mut refusal| {
                refusal.message = format!("Invalid volume: {}", refusal.message);
                refusal
            })?;
            From::Volume(id)
        }
        Some("snapshot") => {
            let found = block_storage::find_snapshot(call, &id);
            found.map_err(|missing| Refusal::bad_request(missing.message))?;
            From::Snapshot(id)
        }
        Some("image") => {
            check_volume_image(call, &id, size.unwrap_or_default())?;
            From::Image(id)
        }
        _ => From::Nothing,
    };
    Ok(Wish {
        from,
        size,
        boots: boot_index(device) == Some(0),
        goes: truth(&device["delete_on_termination"]),
        tag: device["tag"].clone(),
    })
}

const GIB: i64 = 1 << 30;

/// Whether a volume of this size can be made from this image.
fn check_volume_image(call: &Call<'_>, id: &str, size: i64) -> Result<(), Refusal> {
    let image = image::find_for_boot(call, id)?
        .ok_or_else(|| Refusal::bad_request(format!("{INVALID}: failed to get image {id}.")))?;
    let least = image.get("min_disk").as_i64().unwrap_or_default();
    if size >= least {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "Volume is smaller than the minimum size specified in image metadata. Volume size is {} bytes, \
         minimum size is {} bytes.",
        size * GIB,
        least * GIB
    )))
}

impl Disks {
    /// Makes and takes the volumes of a new instance. What it keeps of them; or, where it cannot have
    /// them, what Nova says of an instance that it accepted already.
    pub(super) fn plug(
        &self,
        call: &Call<'_>,
        server: &str,
    ) -> Result<Result<Value, String>, Refusal> {
        let mut entries = Vec::new();
        let mut letters = 'b'..='z';
        for wish in &self.volumes {
            let device = match letters.next().filter(|_| !wish.boots) {
                Some(letter) => format!("/dev/sd{letter}"),
                None => ROOT.to_string(),
            };
            match wish.plug(call, server, &device)? {
                Ok(entry) => entries.push(entry),
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(entries.into()))
    }
}

impl Wish {
    fn plug(
        &self,
        call: &Call<'_>,
        server: &str,
        device: &str,
    ) -> Result<Result<Value, String>, Refusal> {
        let mut entry = entry("", device, &self.tag, self.goes, self.boots);
        let (source, name) = match &self.from {
            From::Volume(id) => {
                let volume = block_storage::find(call, id)?;
                entry["volume_id"] = id.as_str().into();
                take(call, server, volume, &entry)?;
                return Ok(Ok(entry));
            }
            From::Snapshot(id) => {
                (Source::Snapshot(block_storage::find_snapshot(call, id)?), String::new())
            }
            From::Image(id) => (Source::Image(found(call, id)?), String::new()),
            From::Nothing => (Source::Nothing, format!("{server}-blank-vol")),
        };
        match block_storage::make(call, source, self.size, &name, &place(server, &entry)) {
            Ok(id) => {
                entry["volume_id"] = id.into();
                Ok(Ok(entry))
            }
            Err(refusal) if refusal.status == 413 => {
                Ok(Err(format!("Build of instance {server} aborted: {}", refusal.message)))
            }
            Err(refusal) => Err(refusal),
        }
    }
}

fn found(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    let image = image::find_for_boot(call, id)?;
    image.ok_or_else(|| Refusal::bad_request("Can not find requested image"))
}
