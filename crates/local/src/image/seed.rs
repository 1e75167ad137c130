//! The images of a fresh cloud.

use serde_json::json;

use super::kind::IMAGE;
use super::upload::Data;
use crate::identity::Seeded;
use crate::store::{Document, Transaction};
use crate::time::Moment;

/// Infomaniak's names, with distribution and version.
const IMAGES: &[(&str, &str, &str)] = &[
    ("Debian 11 bullseye", "debian", "11"),
    ("Debian 12 bookworm", "debian", "12"),
    ("Ubuntu 22.04 LTS Jammy Jellyfish", "ubuntu", "22.04"),
    ("Ubuntu 24.04 LTS Noble Numbat", "ubuntu", "24.04"),
];

/// An instance runs nothing here, so that an empty disk does.
pub(super) const DISK: [u8; 1024] = [0; 1024];

/// Makes public images, which belong to the administrator.
pub(crate) fn seed(
    transaction: &Transaction<'_>,
    now: Moment,
    owner: &Seeded,
) -> rusqlite::Result<()> {
    let mut data = Data::new();
    data.add(&DISK);
    for (name, distribution, version) in IMAGES {
        let id = crate::seed::new_id();
        let mut image = Document::of(
            IMAGE.name,
            "",
            &id,
            json!({
                "name": name, "disk_format": "raw", "container_format": "bare",
                "visibility": "public", "protected": false, "min_ram": 0, "min_disk": 1,
                "owner": owner.project, "os_hidden": false, "created_at": now.seconds(),
                "updated_at": now.seconds(), "tags": [], "members": [],
                "properties": {
                    "os_distro": distribution, "os_version": version, "hw_disk_bus": "scsi",
                    "hw_scsi_model": "virtio-scsi", "hw_qemu_guest_agent": "yes",
                    "owner_specified.openstack.md5": "", "owner_specified.openstack.sha256": "",
                    "owner_specified.openstack.object": format!("images/{name}"),
                },
            }),
        );
        data.describe(&mut image);
        // Before the image is there for others to see.
        std::fs::write(transaction.image_file(&id), DISK)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        transaction.insert(&image)?;
    }
    Ok(())
}
