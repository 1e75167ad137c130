//! Images made of instances: Nova asks for them, Glance keeps them.

use serde_json::{Map, Value, json};

use super::kind::IMAGE;
use super::seed::DISK;
use super::upload::Data;
use crate::call::{Call, Refusal};
use crate::seed::new_id;
use crate::store::Document;

/// Makes a private image of an instance's disk; its id. The instance runs nothing, so that the disk is
/// an empty one.
pub(crate) fn snapshot(
    call: &Call<'_>,
    server: &Document,
    name: &str,
    metadata: &Map<String, Value>,
) -> Result<String, Refusal> {
    let base = server.text("image_id");
    let original = call.transaction.find(IMAGE.name, base)?;
    let mut properties = Map::new();
    if let Some(original) = &original {
        properties.extend(original.get("properties").as_object().cloned().unwrap_or_default());
    }
    let about = json!({
        "base_image_ref": base, "image_type": "snapshot", "instance_uuid": server.id,
        "user_id": call.who.user, "owner_user_name": call.who.user_name,
        "owner_project_name": call.who.project_name, "boot_roles": call.who.roles.join(","),
    });
    properties.extend(about.as_object().cloned().unwrap_or_default());
    properties.extend(metadata.clone());
    let id = new_id();
    let now = call.now.seconds();
    let fields = json!({
        "name": name, "disk_format": "raw", "container_format": "bare", "visibility": "private",
        "protected": false, "min_ram": 0, "min_disk": server.get("flavor")["disk"],
        "owner": call.who.project, "os_hidden": false, "created_at": now, "updated_at": now,
        "tags": [], "members": [], "properties": properties,
    });
    let mut image = Document::of(IMAGE.name, "", &id, fields);
    let mut data = Data::new();
    data.add(&DISK);
    data.describe(&mut image);
    // Before the image is there for others to see.
    std::fs::write(call.store.image_file(&id), DISK)
        .map_err(|error| Refusal::new(500, format!("the image cannot be written: {error}")))?;
    call.transaction.insert(&image)?;
    Ok(id)
}
