//! Block storage's operations, by name with JSON arguments, give the contract's records; and the
//! contract client gives values when all is well, sentinels when not.

use infomaniak_cloud::contract::InfomaniakVolumeClient as Client;
use infomaniak_cloud::{Kind, operations};
use serde_json::json;

use super::table::rows;
use super::{Checked, credential};
use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::target::Target;
use crate::things::{BACKUP, INSTANCE, SNAPSHOT, VOLUME};

pub(super) fn cases() -> Vec<Case> {
    let all = contracted();
    vec![
        Case::new("block storage's operations give exactly the contract's fields", records)
            .proves(&all),
        Case::new("the volume client gives values when all is well", client_succeeds)
            .with_variables(variables)
            .proves(&["create_volume", "get_volume", "list_volumes", "delete_volume"]),
        Case::new(
            "a wrong secret gives every method of the volume client its sentinel",
            wrong_secret,
        )
        .with_variables(wrong_variables)
        .refuses(Kind::Unauthenticated, &all),
    ]
}

/// The operations that are in the contract.
fn contracted() -> Vec<&'static str> {
    let Ok(rows) = rows("block_storage") else { panic!("the contract's table cannot be read") };
    let contracted = |method: &str| rows.iter().any(|row| row.method == method);
    let ours = operations().filter(|operation| operation.service == "block_storage");
    ours.map(|operation| operation.method).filter(|method| contracted(method)).collect()
}

async fn records(context: &Context) -> Outcome {
    let target = &context.target;
    let mut storage = Checked::new(context, "block_storage")?;
    let name = context.name(&VOLUME, "contract");
    let arguments = json!({
        "size": 1, "name": name, "description": "contract", "volume_type": "CEPH_1_perf2",
        "availability_zone": target.zone, "extra": {},
    });
    let made = storage.run("create_volume", arguments).await?;
    let volume = json!({ "volume_id": made["id"] });
    for (field, wanted) in
        [("name", name.as_str()), ("status", "available"), ("volume_type", "CEPH_1_perf2")]
    {
        assert_eq!(made[field], wanted, "{field}");
    }
    assert_eq!((&made["bootable"], &made["attachments"]), (&json!(false), &json!([])));
    assert_eq!(storage.run("get_volume", volume.clone()).await?["id"], made["id"]);

    let web = context.name(&INSTANCE, "contract volume");
    let compute = context.cloud()?.compute();
    let web = compute.create_instance(&web, target.flavor, target.image, target.network).await?;
    let place = json!({ "volume_id": made["id"], "instance_id": web.id });
    storage.run("attach_volume", place.clone()).await?;
    let listed = storage.run("list_volumes", json!({})).await?;
    let ours = listed.as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
    assert_eq!(ours["attachments"][0]["server_id"], web.id.as_str(), "{ours}");
    storage.run("detach_volume", place).await?;

    let grown = json!({ "volume_id": made["id"], "new_size": 2 });
    storage.run("extend_volume", grown).await?;
    let name = context.name(&SNAPSHOT, "contract");
    let arguments = json!({ "volume_id": made["id"], "name": name, "force": false });
    let snapshot = storage.run("create_snapshot", arguments).await?;
    assert!(!storage.run("list_snapshots", json!({})).await?.as_array().unwrap().is_empty());
    let one = json!({ "snapshot_id": snapshot["id"], "wait": true });
    storage.run("delete_snapshot", one).await?;

    let name = context.name(&BACKUP, "contract");
    let arguments = json!({ "volume_id": made["id"], "name": name, "wait": true });
    let backup = storage.run("create_backup", arguments).await?;
    assert!(!storage.run("list_backups", json!({})).await?.as_array().unwrap().is_empty());
    let over = json!({ "backup_id": backup["id"], "volume_id": made["id"], "wait": true });
    assert_eq!(storage.run("restore_backup", over).await?["volume_id"], made["id"]);
    storage.run("delete_backup", json!({ "backup_id": backup["id"], "wait": true })).await?;
    storage.run("delete_volume", volume).await?;
    storage.all_ran();
    Ok(())
}

fn variables(target: &Target) -> Outcome<Vec<(&'static str, String)>> {
    let (id, secret, auth_url) = credential(target)?;
    Ok(vec![
        ("INFOMANIAK_APP_CREDENTIAL_ID", id),
        ("INFOMANIAK_APP_CREDENTIAL_SECRET", secret),
        ("INFOMANIAK_AUTH_URL", auth_url),
        ("INFOMANIAK_REGION", target.region.into()),
    ])
}

fn wrong_variables(target: &Target) -> Outcome<Vec<(&'static str, String)>> {
    let mut variables = variables(target)?;
    variables[1].1 = "wrong-and-not-for-the-log".into();
    Ok(variables)
}

async fn client_succeeds(context: &Context) -> Outcome {
    let client = Client::from_env()?;
    assert!(client.validate_connection().await);
    let name = context.name(&VOLUME, "client");
    let made = client.create_volume(1, &name).await.unwrap();
    assert_eq!((made.name.as_str(), made.size), (name.as_str(), 1));
    assert_eq!(client.get_volume(&made.id).await.unwrap().name, name);
    assert!(client.list_volumes().await.iter().any(|other| other.id == made.id));
    assert!(client.delete_volume(&made.id).wait(true).await);
    assert!(client.delete_volume(&made.id).await, "gone already is deleted");
    assert!(client.last_error().is_none());
    client.close();
    Ok(())
}

async fn wrong_secret(_: &Context) -> Outcome {
    let client = Client::from_env()?;
    let failed = |method: &str| {
        let error = client.last_error().unwrap();
        assert_eq!((error.kind(), error.operation()), (Kind::Unauthenticated, Some(method)));
    };
    macro_rules! bad {
        ($($sentinel:ident $method:ident($($argument:expr),*);)*) => {$(
            assert!(client.$method($($argument),*).await.$sentinel(), stringify!($method));
            failed(stringify!($method));
        )*};
    }
    bad! {
        is_empty list_volumes();
        is_none get_volume("x");
        is_none create_volume(1, "x");
        is_empty list_backups();
        is_none create_backup("x", "x");
        is_none restore_backup("x");
        is_empty list_snapshots();
        is_none create_snapshot("x", "x");
    }
    macro_rules! fails {
        ($($method:ident($($argument:expr),*);)*) => {$(
            assert!(!client.$method($($argument),*).await, stringify!($method));
            failed(stringify!($method));
        )*};
    }
    fails! {
        delete_volume("x");
        extend_volume("x", 2);
        attach_volume("x", "x");
        detach_volume("x", "x");
        delete_backup("x");
        delete_snapshot("x");
    }
    Ok(())
}
