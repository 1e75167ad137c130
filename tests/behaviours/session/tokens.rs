//! Tokens are fetched once and kept: cold a call costs two requests, warm one.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use infomaniak_cloud::session::credentials::{Credentials, Scope};
use infomaniak_cloud::{Cloud, Kind};

use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("cold, a list costs two requests; warm, in another session too, one", counts)
            .proves(&["list_instances"]),
        Case::new("the token is kept where only its owner can read it", private)
            .proves(&["list_instances"]),
        Case::new("many calls at once log in once", at_once).proves(&[
            "list_instances",
            "list_flavors",
            "list_images",
            "list_keypairs",
        ]),
        Case::new("a token that the cloud refuses is renewed once, in the same call", renewed)
            .proves(&["list_instances"]),
        Case::new("a cache that is damaged, or cannot be written, costs a login only", damaged)
            .proves(&["list_instances"]),
        Case::new("a token given as such is used as it is", given)
            .proves(&["list_instances"])
            .refuses(Kind::Unauthenticated, &["list_instances"]),
    ]
}

const LOGIN: &str = "POST identity /v3/auth/tokens";
const LIST: &str = "GET compute /v2.1/servers/detail";

async fn counts(context: &Context) -> Outcome {
    for entry in [context.target.member, context.target.credential] {
        let cloud = || Ok::<_, infomaniak_cloud::Error>(context.fresh_config(entry));
        let cold = Cloud::new(cloud()??);
        let seen = context.watch();
        cold.compute().list_instances().await?;
        assert_eq!(seen.requests(), [LOGIN, LIST]);
        let seen = context.watch();
        cold.compute().list_instances().await?;
        Cloud::new(cloud()??).compute().list_instances().await?;
        assert_eq!(seen.requests(), [LIST, LIST]);
    }
    Ok(())
}

async fn private(context: &Context) -> Outcome {
    let config = context.fresh_config(context.target.member)?;
    let folder = config.cache.clone().unwrap();
    Cloud::new(config).compute().list_instances().await?;
    let mode = |path| Ok::<_, std::io::Error>(fs::metadata(path)?.permissions().mode() & 0o777);
    assert_eq!(mode(&folder)?, 0o700);
    let files: Vec<_> = fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(mode(&files[0].path())?, 0o600);
    Ok(())
}

async fn at_once(context: &Context) -> Outcome {
    let compute = Cloud::new(context.fresh_config(context.target.member)?).compute();
    let seen = context.watch();
    let (instances, flavors, images, keypairs, again) = tokio::join!(
        compute.list_instances().into_future(),
        compute.list_flavors().into_future(),
        compute.list_images().into_future(),
        compute.list_keypairs().into_future(),
        compute.list_instances().into_future(),
    );
    assert!(instances?.len().min(flavors?.len()).min(images?.len()).min(keypairs?.len()) > 0);
    again?;
    let requests = seen.requests();
    assert_eq!(requests.iter().filter(|request| *request == LOGIN).count(), 1, "{requests:?}");
    assert_eq!(requests.len(), 6, "{requests:?}");
    Ok(())
}

/// The file with the only token in the case's folder.
fn file(context: &Context) -> Outcome<std::path::PathBuf> {
    let folder = context.fresh_config(context.target.member)?.cache.unwrap();
    Ok(fs::read_dir(folder)?.next().unwrap()?.path())
}

async fn renewed(context: &Context) -> Outcome {
    let cloud = || context.fresh_config(context.target.member).map(Cloud::new);
    cloud()?.compute().list_instances().await?;
    let file = file(context)?;
    let stored = fs::read_to_string(&file)?;
    let (before, token) = stored.split_once("\"token\":\"").unwrap();
    let (_, after) = token.split_once('"').unwrap();
    fs::write(&file, format!("{before}\"token\":\"gAAAAABrevoked\"{after}"))?;

    let seen = context.watch();
    cloud()?.compute().list_instances().await?;
    assert_eq!(seen.requests(), [LIST, LOGIN, LIST]);
    let statuses: Vec<_> = seen.exchanges().iter().filter_map(|sent| sent.status).collect();
    assert_eq!(statuses, [401, 201, 200]);
    let seen = context.watch();
    cloud()?.compute().list_instances().await?;
    assert_eq!(seen.requests(), [LIST], "the new token is kept");
    Ok(())
}

async fn damaged(context: &Context) -> Outcome {
    let config = || context.fresh_config(context.target.member);
    Cloud::new(config()?).compute().list_instances().await?;
    fs::write(file(context)?, "{\"token\": ")?;
    let seen = context.watch();
    Cloud::new(config()?).compute().list_instances().await?;
    Cloud::new(config()?).compute().list_instances().await?;
    assert_eq!(seen.requests(), [LOGIN, LIST, LIST]);

    let occupied = context.path("a file, no folder");
    fs::write(&occupied, "")?;
    let mut config = config()?;
    config.cache = Some(occupied.join("below"));
    let seen = context.watch();
    Cloud::new(config).compute().list_instances().await?;
    assert_eq!(seen.requests(), [LOGIN, LIST]);
    Ok(())
}

async fn given(context: &Context) -> Outcome {
    let token = context.openstack(&["token", "issue", "-f", "value", "-c", "id"])?;
    let cloud = |token: &str| -> Outcome<Cloud> {
        let mut config = context.fresh_config(context.target.member)?;
        config.credentials =
            Credentials::Token { token: token.to_string().into(), scope: Scope::None };
        Ok(Cloud::new(config))
    };
    let seen = context.watch();
    let listed = cloud(token.trim())?.compute().list_instances().await?;
    assert!(listed.iter().any(|instance| instance.name == context.target.server));
    assert_eq!(seen.requests(), ["GET identity /v3/auth/tokens", LIST]);
    let error = refused(cloud("gAAAAABwrong")?.compute().list_instances().await);
    assert_eq!(error.kind(), Kind::Unauthenticated, "{error:?}");
    Ok(())
}
