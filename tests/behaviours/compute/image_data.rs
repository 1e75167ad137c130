//! Images are made of files, changed, saved to files, and deleted.

use infomaniak_cloud::Kind;
use infomaniak_cloud::compute::Visibility;
use serde_json::json;

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::IMAGE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "one is made of a file and saved to another, the same to the last byte",
            there_and_back,
        )
        .proves(&["create_image", "save_image", "delete_image"])
        .refuses(Kind::NotFound, &["save_image", "delete_image"]),
        Case::new("what cannot be sent or kept leaves nothing behind", nothing_left)
            .refuses(Kind::Invalid, &["create_image", "save_image"])
            .refuses(Kind::Conflict, &["save_image"]),
        Case::new("name, needs, visibility, properties and tags can be changed", changed)
            .proves(&["create_image", "set_image", "unset_image"])
            .refuses(Kind::Invalid, &["set_image", "unset_image"])
            .refuses(Kind::NotFound, &["set_image", "unset_image"]),
        Case::new("a protected one cannot be deleted", protected)
            .proves(&["set_image", "delete_image"])
            .refuses(Kind::Denied, &["delete_image"]),
    ]
}

/// More than one piece of what is read at a time, and no two of them alike.
fn data() -> Vec<u8> {
    (0..700_001u32).flat_map(|n| n.to_le_bytes().into_iter().take(1 + n as usize % 2)).collect()
}

async fn there_and_back(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&IMAGE, "of file");
    let (from, to) = (context.path("from.img"), context.path("to.img"));
    std::fs::write(&from, data())?;
    let made = compute.create_image(&name).file(from.display().to_string()).await?;
    assert_eq!((made.status.as_str(), made.size), ("active", Some(data().len() as u64)));
    let sum = std::process::Command::new("md5sum").arg(&from).output()?;
    let seen = context.openstack_json(&["image", "show", &made.id])?;
    assert!(String::from_utf8(sum.stdout)?.starts_with(seen["checksum"].as_str().unwrap()));

    compute.save_image(&name, to.display().to_string()).await?;
    assert!(std::fs::read(&to)? == data(), "it has other bytes");
    compute.delete_image(&name).await?;
    assert_eq!(refused(compute.get_image(&made.id).await).kind(), Kind::NotFound);
    // By its id, it may be gone already; a name that nothing has may be a mistake.
    compute.delete_image(&made.id).await?;
    assert_eq!(refused(compute.delete_image(&name).await).kind(), Kind::NotFound);
    let nobody = compute.save_image(&name, to.display().to_string());
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn nothing_left(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&IMAGE, "nothing");
    let empty = context.path("empty.img");
    std::fs::write(&empty, "")?;
    for path in [empty, context.path("absent.img")] {
        let error = refused(compute.create_image(&name).file(path.display().to_string()).await);
        assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
    }
    let file = context.path("data.img");
    std::fs::write(&file, "data")?;
    let unknown = compute.create_image(&name).file(file.display().to_string());
    let error = refused(unknown.disk_format("floppy").await);
    assert_eq!((error.kind(), error.status()), (Kind::Invalid, Some(400)), "{error:?}");
    assert!(compute.list_images().name(name.as_str()).await?.is_empty());

    // Of an image without data there is nothing to save.
    let queued = compute.create_image(&name).await?;
    assert_eq!((queued.status.as_str(), queued.size), ("queued", None));
    let saved = context.path("saved.img");
    let error = refused(compute.save_image(&queued, saved.display().to_string()).await);
    assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
    let nowhere = context.path("no/such/folder").display().to_string();
    assert_eq!(refused(compute.save_image(&queued, nowhere).await).kind(), Kind::Invalid);
    assert!(!saved.exists());
    Ok(())
}

async fn changed(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let (name, later) = (context.name(&IMAGE, "before"), context.name(&IMAGE, "after"));
    let property = json!({ "os_distro": "debian", "a/b": "slash" });
    let made = compute
        .create_image(&name)
        .visibility(Visibility::Private)
        .min_disk(1u64)
        .property(property.as_object().unwrap().clone())
        .tags(["first"])
        .await?;
    assert_eq!(made.min_disk, 1);
    let property = json!({ "os_distro": "ubuntu", "level": 3 });
    compute
        .set_image(&name)
        .name(later.as_str())
        .min_disk(5u64)
        .min_ram(64u64)
        .visibility(Visibility::Community)
        .property(property.as_object().unwrap().clone())
        .tags(["second"])
        .await?;
    compute.unset_image(&later).properties(["a/b"]).tags(["first", "never there"]).await?;
    let after = compute.get_image(&made.id).await?;
    assert_eq!((after.name.as_str(), after.min_disk, after.min_ram), (later.as_str(), 5, 64));
    let seen = context.openstack_json(&["image", "show", &made.id])?;
    assert_eq!((&seen["visibility"], &seen["tags"]), (&json!("community"), &json!(["second"])));
    assert_eq!(seen["properties"]["os_distro"], "ubuntu");
    assert_eq!(seen["properties"]["level"], "3");
    assert_eq!(seen["properties"]["a/b"], serde_json::Value::Null);

    for error in
        [refused(compute.set_image(&made).await), refused(compute.unset_image(&made).await)]
    {
        assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
    }
    let nobody = compute.set_image("behaviour-nobody").name("x");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let nobody = compute.unset_image("behaviour-nobody").tags(["x"]);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn protected(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&IMAGE, "protected");
    let made = compute.create_image(&name).protected(true).await?;
    let error = refused(compute.delete_image(&made).await);
    assert_eq!((error.kind(), error.status()), (Kind::Denied, Some(403)), "{error:?}");
    compute.set_image(&made).protected(false).await?;
    compute.delete_image(&made).await?;
    Ok(())
}
