//! Lists that come in pages are complete, and no more pages are fetched than are used.
//!
//! The clouds' own page sizes are larger than anything a case makes: the limit is set by hand.

use futures_util::TryStreamExt;
use infomaniak_cloud::Cloud;
use infomaniak_cloud::compute::{Flavor, Image, Instance};
use infomaniak_cloud::page::Pages;
use infomaniak_cloud::resource::Resource;
use infomaniak_cloud::session::Request;

use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::things::IMAGE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("page by page a list is the same as at once", complete).proves(&["list_flavors"]),
        Case::new("the first few take no more pages than they need", first),
        Case::new("as a stream a list gives everything, and can be left early", stream),
    ]
}

/// The list of `T` in pages of this size.
fn pages<T: Resource>(cloud: &Cloud, limit: u32) -> Pages<T> {
    let request = Request::get(T::SERVICE, T::LIST).query("limit", &limit.to_string());
    Pages::new(cloud, request, T::MANY)
}

async fn complete(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let at_once: Vec<_> = cloud.compute().list_flavors().await?;
    let public = at_once.iter().filter(|flavor| flavor.is_public).count();
    let seen = context.watch();
    let paged = pages::<Flavor>(&cloud, 7).all().await?;
    assert_eq!(paged.iter().filter(|flavor| flavor.is_public).count(), public);
    let ids: std::collections::HashSet<_> = paged.iter().map(|flavor| &flavor.id).collect();
    assert_eq!(ids.len(), paged.len(), "none comes twice");
    // Nova may name a next page that turns out to be empty.
    let needed = paged.len().div_ceil(7);
    let sent = seen.requests().len();
    assert!(sent == needed || sent == needed + 1, "{sent} requests for {needed} pages");

    // Glance links its pages differently.
    for _ in 0..2 {
        let name = context.name(&IMAGE, "page");
        let image = serde_json::json!({ "name": name });
        let service = &infomaniak_cloud::session::service::IMAGE;
        cloud.send(Request::post(service, &["images"], image)).await?;
    }
    let images = pages::<Image>(&cloud, 1).all().await?;
    assert!(images.len() >= 3, "{images:?}");
    assert!(images.iter().any(|image| image.name == context.target.image));
    Ok(())
}

async fn first(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    cloud.project_id().await?; // logged in
    for (count, requests) in [(0, 0), (1, 1), (3, 1), (4, 2)] {
        let seen = context.watch();
        assert_eq!(pages::<Flavor>(&cloud, 3).first(count).await?.len(), count);
        assert_eq!(seen.requests().len(), requests, "for the first {count}");
    }
    Ok(())
}

async fn stream(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let names: Vec<String> = pages::<Instance>(&cloud, 1)
        .stream()
        .map_ok(|instance| instance.name)
        .try_collect()
        .await?;
    assert!(names.iter().any(|name| name == context.target.server), "{names:?}");
    let seen = context.watch();
    let mut few = Box::pin(pages::<Flavor>(&cloud, 2).stream());
    for _ in 0..3 {
        assert!(few.try_next().await?.is_some());
    }
    drop(few);
    // Two pages are used, and the one after them may be on its way.
    assert!(seen.requests().len() <= 3, "{:?}", seen.requests());
    Ok(())
}
