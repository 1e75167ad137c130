//! Images are listed, and shown by name or id.

use infomaniak_cloud::Kind;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::IMAGE as GLANCE;
use serde_json::json;

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::IMAGE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("they are listed and shown by name and id, as another client sees them", shown)
            .proves(&["list_images", "get_image"]),
        Case::new("one without data yet has no size, and is found by any name", odd_names)
            .proves(&["list_images", "get_image"]),
        Case::new("of two with the same name none is taken", two_of_a_name)
            .refuses(Kind::Ambiguous, &["get_image", "create_instance"])
            .proves(&["get_image"]),
        Case::new("one that is not there is told with what was looked for", missing)
            .refuses(Kind::NotFound, &["get_image"])
            .refuses(Kind::Invalid, &["get_image"]),
    ]
}

async fn shown(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let image = compute.get_image(context.target.image).await?;
    let again = compute.get_image(&image).await?;
    assert_eq!(serde_json::to_value(&image)?, serde_json::to_value(&again)?);
    let listed = compute.list_images().await?;
    let listed = listed.iter().find(|other| other.id == image.id).unwrap();
    assert_eq!(serde_json::to_value(&image)?, serde_json::to_value(listed)?);
    let seen = context.openstack_json(&["image", "show", &image.id])?;
    assert_eq!(seen["name"], image.name);
    assert_eq!(seen["status"], image.status);
    assert_eq!(seen["size"].as_u64(), image.size);
    assert_eq!(seen["min_disk"].as_u64(), Some(image.min_disk));
    assert_eq!(seen["min_ram"].as_u64(), Some(image.min_ram));
    assert_eq!(seen["created_at"].as_str(), image.created_at.as_deref());
    Ok(())
}

/// Makes an image without data, which the library has no operation for yet.
async fn queued(context: &Context, name: &str) -> Outcome<String> {
    let image = json!({ "name": name, "disk_format": "raw", "container_format": "bare" });
    let made = context.cloud()?.send(Request::post(&GLANCE, &["images"], image)).await?;
    Ok(made.field("id")?)
}

async fn odd_names(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    // Glance reads `in:` as a list of names, and a comma as its separator.
    for stem in ["in:a,b \"c\"", "é/ü (x|y) %_&=? 日本"] {
        let name = format!("{stem}-{}", uuid::Uuid::new_v4().simple());
        context.claim(&IMAGE, &name);
        let id = queued(context, &name).await?;
        let image = compute.get_image(&name).await?;
        assert_eq!((image.id.as_str(), image.name.as_str()), (id.as_str(), name.as_str()));
        assert_eq!((image.status.as_str(), image.size), ("queued", None));
        assert!(compute.list_images().await?.iter().any(|image| image.id == id));
    }
    Ok(())
}

async fn two_of_a_name(context: &Context) -> Outcome {
    let (target, compute) = (&context.target, context.cloud()?.compute());
    let name = context.name(&IMAGE, "twin");
    let ids = [queued(context, &name).await?, queued(context, &name).await?];
    let create = compute.create_instance("never", target.flavor, name.as_str(), target.network);
    for error in [refused(compute.get_image(&name).await), refused(create.await)] {
        assert_eq!(error.kind(), Kind::Ambiguous, "{error:?}");
        let hint = error.hint().unwrap_or_default();
        assert!(ids.iter().all(|id| hint.contains(id)), "{error:?}");
    }
    assert_eq!(compute.get_image(ids[0].as_str()).await?.id, ids[0]);
    Ok(())
}

async fn missing(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    for name in ["no such image", "00000000-0000-4000-8000-000000000000", "in:a,b", "../flavors"] {
        let error = refused(compute.get_image(name).await);
        assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
        assert!(error.message().contains(name), "{error:?}");
    }
    let error = refused(compute.get_image("Debian 12 bookwurm").await);
    assert_eq!(error.kind(), Kind::NotFound);
    assert_eq!(refused(compute.get_image("").await).kind(), Kind::Invalid);
    Ok(())
}
