//! `ik image`, `flavor`, `keypair` and `availability zone`.

use std::os::unix::fs::PermissionsExt;

use infomaniak_cloud::Kind;
use serde_json::{Value, json};

use crate::case::{Case, Outcome};
use crate::compute::PUBLIC_KEY;
use crate::context::Context;
use crate::things::KEYPAIR;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("images are listed and shown", images).proves(&["list_images", "get_image"]),
        Case::new("flavors are listed and sorted by number", flavors).proves(&["list_flavors"]),
        Case::new("availability zones are listed", zones).proves(&["list_availability_zones"]),
        Case::new("a private key goes into a file of its owner's, and nowhere else", private_key)
            .proves(&["create_keypair", "delete_keypair"])
            .refuses(Kind::Conflict, &["create_keypair"]),
        Case::new("a public key is taken from a file", public_key)
            .proves(&["create_keypair", "list_keypairs", "delete_keypair"])
            .refuses(Kind::Invalid, &["create_keypair"]),
    ]
}

async fn images(context: &Context) -> Outcome {
    let image = context.target.image;
    let shown = context.ik(&["image", "show", image, "-f", "json"])?.json()?;
    let seen = context.openstack_json(&["image", "show", image])?;
    for field in ["id", "name", "status", "min_disk", "min_ram", "size"] {
        assert_eq!(shown[field], seen[field], "{field}");
    }
    let listed = context.ik(&["image", "list", "-f", "json"])?.json()?;
    let listed = listed.as_array().unwrap().iter().find(|other| other["id"] == shown["id"]);
    assert_eq!(listed.map(|listed| &listed["created_at"]), Some(&seen["created_at"]));
    let csv = ["image", "list", "-f", "csv", "--no-header", "-c", "name", "-c", "status"];
    let csv = context.ik(&csv)?.good()?;
    assert!(csv.lines().any(|line| line == format!("\"{image}\",\"active\"")), "{csv}");
    let name = context.ik(&["image", "show", image, "-f", "value", "-c", "name"])?.good()?;
    assert_eq!(name, format!("{image}\n"));
    Ok(())
}

async fn flavors(context: &Context) -> Outcome {
    let listed = context.ik(&["flavor", "list", "-f", "json", "--sort", "ram"])?.json()?;
    let rams: Vec<_> =
        listed.as_array().unwrap().iter().filter_map(|flavor| flavor["ram"].as_u64()).collect();
    assert!(rams.len() > 5 && rams.is_sorted(), "{rams:?}");
    let csv = context.ik(&["flavor", "list", "-f", "csv", "-c", "name", "-c", "ram"])?.good()?;
    let line = format!("\"{}\",2048", context.target.flavor);
    assert!(csv.lines().any(|other| other == line), "{csv}");
    Ok(())
}

async fn zones(context: &Context) -> Outcome {
    let zone = context.target.zone;
    let list = ["availability", "zone", "list", "-f"];
    let json = context.ik(&[&list[..], &["json"]].concat())?.json()?;
    assert!(json.as_array().unwrap().contains(&json!({"name": zone, "state": true})), "{json}");
    let value = context.ik(&[&list[..], &["value"]].concat())?.good()?;
    assert!(value.lines().any(|line| line == format!("{zone} true")), "{value}");
    Ok(())
}

async fn private_key(context: &Context) -> Outcome {
    let name = context.name(&KEYPAIR, "ik");
    let file = context.path("key.pem");
    let path = file.to_string_lossy();
    let create = ["keypair", "create", &name, "--private-key", &path];
    let done = context.ik(&create)?;
    let key = std::fs::read_to_string(&file)?;
    assert!(key.starts_with("-----BEGIN ") && key.ends_with("-----\n"), "{done:?}");
    assert_eq!(std::fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    assert!(!format!("{done:?}").contains("PRIVATE KEY"), "{done:?}");
    let made = context.openstack_json(&["keypair", "show", &name])?;
    assert!(done.good()?.contains(made["fingerprint"].as_str().unwrap()));

    // A file that is there is not written over, and no key pair is made whose key would be lost.
    let second = context.name(&KEYPAIR, "ik second");
    let refused = context.ik(&["keypair", "create", &second, "--private-key", &path])?;
    assert_eq!(refused.code, 74, "{refused:?}");
    assert_eq!(std::fs::read_to_string(&file)?, key);
    let listed = context.ik(&["keypair", "list", "-f", "value", "-c", "name"])?.good()?;
    assert!(listed.contains(&name) && !listed.contains(&second), "{listed}");

    let unused = context.path("unused.pem");
    let path = unused.to_string_lossy();
    let taken = context.ik(&["keypair", "create", &name, "--private-key", &path])?;
    let message = taken.refused(Kind::Conflict)?;
    assert!(message.contains("already exists"), "{message}");
    assert!(!unused.exists(), "a file is left behind for a key that was never made");
    context.ik(&["keypair", "delete", &name, "--yes"])?.good()?;
    Ok(())
}

async fn public_key(context: &Context) -> Outcome {
    let name = context.name(&KEYPAIR, "ik import");
    let file = context.path("key.pub");
    std::fs::write(&file, format!("{PUBLIC_KEY}\n"))?;
    let path = file.to_string_lossy();
    let create = ["keypair", "create", &name, "--public-key", &path, "-f", "json"];
    let made = context.ik(&create)?.json()?;
    assert_eq!(made["public_key"], PUBLIC_KEY);
    assert_eq!(made.get("private_key"), None);
    let listed = context.ik(&["keypair", "list", "-f", "json"])?.json()?;
    let ours = |keypair: &&Value| keypair["name"] == name.as_str();
    let listed = listed.as_array().unwrap().iter().find(ours).cloned().unwrap_or_default();
    assert_eq!(listed["fingerprint"], made["fingerprint"]);
    let nowhere = ["keypair", "create", "behaviour-never", "--public-key", "/nowhere/key.pub"];
    let message = context.ik(&nowhere)?.refused(Kind::Invalid)?;
    assert!(message.contains("/nowhere/key.pub"), "{message}");
    let delete = ["keypair", "delete", &name];
    let message = context.ik(&delete)?.refused(Kind::Invalid)?;
    assert!(message.contains("nobody") && message.contains("--yes"), "{message}");
    context.ik(&["keypair", "show", &name])?.good()?;
    context.ik(&[&delete[..], &["--yes"]].concat())?.good()?;
    Ok(())
}
