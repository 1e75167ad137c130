//! Key pairs are generated, imported, listed and deleted; the private key is seen once.

use infomaniak_cloud::Kind;

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::KEYPAIR;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("the cloud generates one and gives out the private key once", generated)
            .proves(&["create_keypair", "list_keypairs", "delete_keypair"]),
        Case::new("a public key is imported, and no private key is spoken of", imported)
            .proves(&["create_keypair"]),
        Case::new("one is shown with its public key", shown)
            .proves(&["get_keypair"])
            .refuses(Kind::NotFound, &["get_keypair"]),
        Case::new("deleting one that is gone already succeeds with a note", gone_already)
            .proves(&["delete_keypair"]),
        Case::new("a name that is taken is a conflict, and the first one stays", taken)
            .refuses(Kind::Conflict, &["create_keypair"])
            .proves(&["list_keypairs"]),
        Case::new("a name or key that Nova does not take is refused in its words", not_taken)
            .refuses(Kind::Invalid, &["create_keypair"]),
        Case::new("a full quota is told as such", full)
            .refuses(Kind::Quota, &["create_keypair"])
            .proves(&["create_keypair", "delete_keypair"]),
    ]
}

/// A public key of nobody.
pub(crate) const PUBLIC_KEY: &str = "ssh-ed25519 \
    AAAAC3NzaC1lZDI1NTE5AAAAIJzuRzPNQ3wQm0yHpB2GgSoFmFN1tS1SFKGN4WkhGqmE ann@example";

async fn shown(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&KEYPAIR, "shown");
    let made = compute.create_keypair(&name).public_key(PUBLIC_KEY).await?;
    let shown = compute.get_keypair(&name).await?;
    assert_eq!((shown.fingerprint, shown.public_key), (made.fingerprint, made.public_key));
    assert!(shown.private_key.is_none());
    assert_eq!(refused(compute.get_keypair("behaviour-nobody").await).kind(), Kind::NotFound);
    Ok(())
}

async fn generated(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&KEYPAIR, "made with space");
    let made = compute.create_keypair(&name).await?;
    assert_eq!(made.name, name);
    let json = serde_json::to_value(&made)?;
    let private = json["private_key"].as_str().unwrap();
    assert!(private.starts_with("-----BEGIN ") && private.contains("PRIVATE KEY"));
    assert!(!format!("{made:?}").contains(&private[64..128]), "Debug shows the private key");

    let listed = compute.list_keypairs().await?;
    let listed = listed.iter().find(|keypair| keypair.name == name).unwrap();
    assert_eq!((&listed.fingerprint, listed.r#type.as_str()), (&made.fingerprint, "ssh"));
    let seen = context.openstack_json(&["keypair", "show", &name])?;
    assert_eq!(seen["fingerprint"], made.fingerprint);
    let public = context.openstack(&["keypair", "show", "--public-key", &name])?;
    assert_eq!(public.trim(), made.public_key.trim());

    compute.delete_keypair(&name).await?;
    assert!(compute.list_keypairs().await?.iter().all(|keypair| keypair.name != name));
    Ok(())
}

async fn imported(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&KEYPAIR, "imported");
    // As it comes from a file, with its line break.
    let made = compute.create_keypair(&name).public_key(format!("{PUBLIC_KEY}\n")).await?;
    assert_eq!(made.public_key, PUBLIC_KEY);
    let json = serde_json::to_value(&made)?;
    assert_eq!(json.as_object().unwrap().get("private_key"), None);
    let public = context.openstack(&["keypair", "show", "--public-key", &name])?;
    assert_eq!(public.trim(), PUBLIC_KEY);
    Ok(())
}

async fn gone_already(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let seen = context.watch();
    let name = context.name(&KEYPAIR, "never made");
    compute.delete_keypair(&name).await?;
    compute.delete_keypair("a/b?c=é").await?;
    let notes = seen.lines("infomaniak_cloud::note");
    assert_eq!(notes.len(), 2);
    assert!(notes[0].message.contains(&name) && notes[0].message.contains("gone already"));
    Ok(())
}

async fn taken(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&KEYPAIR, "taken");
    let first = compute.create_keypair(&name).await?;
    for error in [
        refused(compute.create_keypair(&name).await),
        refused(compute.create_keypair(&name).public_key(PUBLIC_KEY).await),
        refused(compute.create_keypair(context.target.keypair).await),
    ] {
        assert_eq!((error.kind(), error.status()), (Kind::Conflict, Some(409)), "{error:?}");
    }
    let listed = compute.list_keypairs().await?;
    let still = listed.iter().find(|keypair| keypair.name == name).unwrap();
    assert_eq!(still.fingerprint, first.fingerprint);
    Ok(())
}

async fn not_taken(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&KEYPAIR, "wrong");
    for (call, word) in [
        (compute.create_keypair("behaviour-a/b"), "name"),
        (compute.create_keypair("behaviour-é"), "name"),
        (compute.create_keypair(""), "name"),
        (compute.create_keypair(&name).public_key("not a key"), "Keypair data is invalid"),
        (compute.create_keypair(&name).public_key(""), "Keypair data is invalid"),
    ] {
        let error = refused(call.await);
        assert_eq!((error.kind(), error.status()), (Kind::Invalid, Some(400)), "{error:?}");
        assert!(error.message().contains(word), "{word}: {error:?}");
    }
    Ok(())
}

async fn full(context: &Context) -> Outcome {
    let (cloud, _alone) = context.full_project().await?;
    let compute = cloud.compute();
    let first = context.name_at(context.target.full, &KEYPAIR, "first");
    compute.create_keypair(&first).await?;
    let second = context.name_at(context.target.full, &KEYPAIR, "second");
    let error = refused(compute.create_keypair(&second).await);
    assert_eq!((error.kind(), error.status()), (Kind::Quota, Some(403)), "{error:?}");
    assert!(error.hint().unwrap().contains("quota"), "{error:?}");
    compute.delete_keypair(&first).await?;
    compute.create_keypair(&second).await?;
    Ok(())
}
