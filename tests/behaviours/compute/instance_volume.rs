//! What an instance boots from, where that is a volume, and the further disks it has.

use infomaniak_cloud::Kind;
use infomaniak_cloud::block_storage::Volume;
use infomaniak_cloud::compute::{BlockDevice, CreateInstance, DiskSource, Instance};
use infomaniak_cloud::operation::Call;
use infomaniak_cloud::resource::Maybe;
use serde_json::json;

use crate::block_storage::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{INSTANCE, SNAPSHOT, VOLUME};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it boots from a new volume, which the image is copied to", from_new_volume)
            .proves(&["create_instance"]),
        Case::new("a flavor without a disk is told to need a volume", without_disk)
            .refuses(Kind::Denied, &["create_instance"]),
        Case::new("it boots from a volume, or from a volume's snapshot", from_what_there_is)
            .proves(&["create_instance"])
            .refuses(Kind::NotFound, &["create_instance"]),
        Case::new("it has the disks of its block devices", with_disks)
            .proves(&["create_instance"])
            .refuses(Kind::Invalid, &["create_instance"]),
    ]
}

/// Without a disk of its own.
const DISKLESS: &str = "a1-ram2-disk0-perf1";

/// A creation with nothing said about what it boots from.
fn create(context: &Context, stem: &str) -> Outcome<Call<CreateInstance>> {
    let (target, name) = (&context.target, context.name(&INSTANCE, stem));
    let compute = context.cloud()?.compute();
    Ok(compute.create_instance(name, DISKLESS, Maybe::none(), target.network))
}

/// The ids of the volumes it has, as another client sees them.
fn disks(context: &Context, instance: &Instance) -> Outcome<Vec<String>> {
    let seen = context.openstack_json(&["server", "volume", "list", &instance.id])?;
    let id = |disk: &serde_json::Value| disk["Volume ID"].as_str().unwrap().to_string();
    Ok(seen.as_array().unwrap().iter().map(id).collect())
}

async fn from_new_volume(context: &Context) -> Outcome {
    let name = context.name(&INSTANCE, "on volume");
    let compute = context.cloud()?.compute();
    let (image, network) = (context.target.image, context.target.network);
    let made = compute
        .create_instance(&name, DISKLESS, image, network)
        .boot_from_volume(2u64)
        .delete_on_termination(true)
        .await?;
    assert_eq!((made.status.as_str(), &made.image), ("ACTIVE", &None));
    let volumes = disks(context, &made)?;
    let [volume] = volumes.as_slice() else { panic!("{volumes:?}") };
    let seen = context.openstack_json(&["volume", "show", volume])?;
    assert_eq!((&seen["size"], &seen["bootable"]), (&json!(2), &json!("true")), "{seen}");
    compute.delete_instance(&made.id).wait(true).await?;
    Ok(())
}

async fn without_disk(context: &Context) -> Outcome {
    let name = context.name(&INSTANCE, "no disk");
    let compute = context.cloud()?.compute();
    let (image, network) = (context.target.image, context.target.network);
    let error = refused(compute.create_instance(&name, DISKLESS, image, network).await);
    assert_eq!((error.kind(), error.status()), (Kind::Denied, Some(403)), "{error:?}");
    assert!(error.hint().unwrap().contains("--boot-from-volume"), "{error:?}");
    Ok(())
}

/// A volume that can be booted from.
async fn bootable(context: &Context) -> Outcome<Volume> {
    let name = context.name(&VOLUME, "bootable");
    let storage = context.cloud()?.block_storage();
    Ok(storage.create_volume(2, &name).image_id(context.target.image).await?)
}

async fn from_what_there_is(context: &Context) -> Outcome {
    let (compute, storage) = (context.cloud()?.compute(), context.cloud()?.block_storage());
    let volume = bootable(context).await?;
    let snapshot = context.name(&SNAPSHOT, "bootable");
    storage.create_snapshot(&volume.name, &snapshot).await?;

    let made = create(context, "on this volume")?.volume(volume.name.as_str()).await?;
    assert_eq!((made.status.as_str(), &made.image), ("ACTIVE", &None));
    assert_eq!(disks(context, &made)?, [volume.id.as_str()]);
    assert_eq!(storage.get_volume(&volume.id).await?.status, "in-use");
    // What was there before stays when it goes.
    compute.delete_instance(&made.id).wait(true).await?;
    assert_eq!(storage.get_volume(&volume.id).await?.status, "available");

    let made = create(context, "on a snapshot")?;
    let made = made.snapshot(snapshot.as_str()).delete_on_termination(true).await?;
    let volumes = disks(context, &made)?;
    let [copy] = volumes.as_slice() else { panic!("{volumes:?}") };
    assert_eq!(storage.get_volume(copy.as_str()).await?.size, 2);
    assert_ne!(*copy, volume.id);
    compute.delete_instance(&made.id).wait(true).await?;

    let absent = create(context, "absent")?.volume("behaviour-no-such-volume");
    assert_eq!(refused(absent.await).kind(), Kind::NotFound);
    Ok(())
}

async fn with_disks(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let (image, network) = (context.target.image, context.target.network);
    let data = volume(context, "data disk").await?;
    let disk = BlockDevice {
        uuid: Some(data.id.clone()),
        source_type: Some(DiskSource::Volume),
        ..BlockDevice::default()
    };
    let name = context.name(&INSTANCE, "data disk");
    let made = compute
        .create_instance(&name, context.target.flavor, image, network)
        .block_devices([disk])
        .await?;
    assert_eq!(disks(context, &made)?, [data.id.as_str()]);
    compute.delete_instance(&made.id).wait(true).await?;

    // To boot from this is to say twice what it boots from.
    let twice = compute.create_instance(&name, DISKLESS, image, network).volume(data.name.as_str());
    assert_eq!(refused(twice.await).kind(), Kind::Invalid);
    Ok(())
}
