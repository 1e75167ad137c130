//! Tokens on disk. They are private, any damage to them costs one login and nothing else, and they
//! are never used for somebody else, whoever writes at the same time.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use infomaniak_cloud::{Cloud, Config};

use crate::child::{outcomes, process};
use crate::record;
use crate::sample::demo;
use crate::server::{ID, Received, Reply, SECRET, Server, TOKEN, login};

const LIST: &str = "GET /compute/v2.1/servers/detail";

async fn list(cloud: Cloud) {
    assert_eq!(cloud.compute().list_instances().await.unwrap().len(), 1);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn only_file(folder: &Path) -> PathBuf {
    let files = files(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[tokio::test]
async fn the_file_is_the_users_alone_and_so_is_its_folder() {
    let server = Server::start(demo).await;
    let folder = record::folder().unwrap();
    let (new, old) = (folder.path().join("a/new"), folder.path().join("old"));
    fs::create_dir(&old).unwrap();
    fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
    for folder in [&new, &old] {
        list(server.cloud_with_cache(folder)).await;
        assert_eq!((mode(folder), mode(&only_file(folder))), (0o700, 0o600));
    }
}

#[tokio::test]
async fn damage_costs_one_login_and_is_repaired() {
    let server = Server::start(demo).await;
    let folder = record::folder().unwrap();
    list(server.cloud_with_cache(folder.path())).await;
    let file = only_file(folder.path());
    let good = fs::read(&file).unwrap();

    let elsewhere = record::folder().unwrap();
    let other = Config {
        cache: Some(elsewhere.path().into()),
        ..Config::application_credential("somebody else", SECRET.to_string())
    };
    list(Cloud::new(other.with_auth_url(&server.url()).unwrap())).await;
    let others = fs::read(only_file(elsewhere.path())).unwrap();

    let damages: [&[u8]; 6] =
        [b"", &good[..good.len() / 2], b"\x00\xff garbage", b"[]", b"{\"token\": 1}", &others];
    for damage in damages {
        fs::write(&file, damage).unwrap();
        let before = server.logins();
        list(server.cloud_with_cache(folder.path())).await;
        assert_eq!(server.logins(), before + 1, "after {:?}", String::from_utf8_lossy(damage));
        let token = server.received().last().unwrap().header("x-auth-token").unwrap().to_string();
        assert_eq!(token, format!("{TOKEN}{}", before + 1), "the token of the new login is used");

        list(server.cloud_with_cache(folder.path())).await;
        assert_eq!(server.logins(), before + 1, "the file is good again");
        assert_eq!((only_file(folder.path()), mode(&file)), (file.clone(), 0o600));
    }
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_not_used() {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /v3/auth/tokens" => login(request, 1),
        _ => demo(request),
    })
    .await;
    let folder = record::folder().unwrap();
    let cloud = server.cloud_with_cache(folder.path());
    list(cloud.clone()).await;
    list(cloud).await;
    list(server.cloud_with_cache(folder.path())).await;
    assert_eq!((server.logins(), server.count(LIST)), (3, 3));
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_no_failure() {
    let server = Server::start(demo).await;
    let folder = record::folder().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for impossible in [file.join("below a file"), PathBuf::from("/proc/none/of/ours")] {
        list(server.cloud_with_cache(&impossible)).await;
    }
    assert_eq!(server.logins(), 2);
}

#[tokio::test]
async fn ten_sessions_on_a_cold_cache_leave_one_good_file() {
    let server = Server::start(demo).await;
    let folder = record::folder().unwrap();
    let sessions: Vec<_> =
        (0..10).map(|_| tokio::spawn(list(server.cloud_with_cache(folder.path())))).collect();
    for session in sessions {
        session.await.unwrap();
    }
    only_file(folder.path());
    let before = server.logins();
    list(server.cloud_with_cache(folder.path())).await;
    assert_eq!(server.logins(), before);
}

#[tokio::test]
async fn ten_processes_on_a_cold_cache_leave_one_good_file() {
    let server = Server::start(demo).await;
    let home = record::folder().unwrap();
    let address = server.url();
    let variables = [
        ("INFOMANIAK_APP_CREDENTIAL_ID", ID),
        ("INFOMANIAK_APP_CREDENTIAL_SECRET", SECRET),
        ("INFOMANIAK_AUTH_URL", &address),
        ("XDG_CACHE_HOME", home.path().to_str().unwrap()),
    ];
    let list = || process("list instances", &variables);
    assert_eq!(outcomes((0..10).map(|_| list()).collect()).await, ["Ok(1)"; 10]);
    let folder = home.path().join("infomaniak-cloud");
    let file = only_file(&folder);
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));

    let before = server.logins();
    assert_eq!(outcomes(vec![list()]).await, ["Ok(1)"]);
    assert_eq!(server.logins(), before, "the eleventh needs no login");

    fs::remove_dir_all(&folder).unwrap();
    let mut uncached = list();
    uncached.env("IK_NO_CACHE", "1");
    assert_eq!(outcomes(vec![uncached]).await, ["Ok(1)"]);
    assert_eq!(server.logins(), before + 1);
    assert!(!folder.exists(), "IK_NO_CACHE leaves nothing behind");
}

#[tokio::test]
async fn other_identities_and_other_addresses_have_files_of_their_own() {
    // A second Keystone, below another path of the same host.
    let server = Server::start(|request: &Received| match request.what() {
        "POST /identity/v3/auth/tokens" => login(request, 60),
        _ => demo(request),
    })
    .await;
    let folder = record::folder().unwrap();
    let logins = || server.count("POST ");
    let of = |id: &str, secret: &str, path: &str| {
        let config = Config::application_credential(id, secret.to_string());
        let config = config.with_auth_url(&format!("{}{path}", server.url())).unwrap();
        Cloud::new(Config { cache: Some(folder.path().into()), ..config })
    };
    let logins_before_each = [
        (0, of(ID, SECRET, "")),
        (1, of("another id", SECRET, "")),
        (2, of(ID, "another secret", "")),
        (3, of(ID, SECRET, "/identity/v3")),
    ];
    for (before, cloud) in logins_before_each {
        list(cloud).await;
        assert_eq!((logins(), files(folder.path()).len()), (before + 1, before + 1));
    }
    list(of(ID, SECRET, "/v3/")).await;
    assert_eq!(logins(), 4, "the same address, written differently");
}

#[tokio::test]
async fn what_only_the_memory_holds_is_gone_with_the_session() {
    let server = Server::start(|request: &Received| match request.what() {
        LIST => demo(request),
        _ => Reply::Usual,
    })
    .await;
    list(server.cloud()).await;
    list(server.cloud()).await;
    assert_eq!(server.logins(), 2);
}
