//! The volume client's sentinels.

use infomaniak_cloud::contract::InfomaniakVolumeClient;
use serde_json::json;

use super::{all, fails, refusing};
use crate::logs::Logs;
use crate::sample::WEB;
use crate::sample::block_storage::{DATA, MONDAY, WEEKLY};

#[tokio::test]
async fn every_operation_fails_with_its_sentinel_and_one_line() {
    let server = refusing().await;
    let client = InfomaniakVolumeClient::new(server.cloud());
    let logs = Logs::collect();
    let (nothing, none) = (json!([]), json!(null));
    let tried = fails! { client, logs;
        list_volumes() gives nothing;
        get_volume(DATA) gives none;
        create_volume(1, "data") gives none;
        delete_volume(DATA) gives false;
        extend_volume(DATA, 20) gives false;
        attach_volume(DATA, WEB) gives false;
        detach_volume(DATA, WEB) gives false;
        list_backups() gives nothing;
        create_backup(DATA, "weekly") gives none;
        restore_backup(WEEKLY) gives none;
        delete_backup(WEEKLY) gives false;
        list_snapshots() gives nothing;
        create_snapshot(DATA, "monday") gives none;
        delete_snapshot(MONDAY) gives false;
        set_volume(DATA).name("x") gives false;
        unset_volume(DATA).description(true) gives false;
        list_volume_attachments(WEB) gives nothing;
        get_volume_attachment(WEB, DATA) gives none;
        get_snapshot(MONDAY) gives none;
        set_snapshot(MONDAY).name("x") gives false;
        get_backup(WEEKLY) gives none;
        list_volume_types() gives nothing;
        get_volume_type("CEPH_1_perf1") gives none;
        list_volume_zones() gives nothing;
        get_volume_quotas() gives nothing;
        list_volume_transfers() gives nothing;
        get_volume_transfer(DATA) gives none;
        create_volume_transfer(DATA) gives none;
        accept_volume_transfer(DATA, "key") gives none;
        delete_volume_transfer(DATA) gives false;
    };
    assert_eq!(tried, all("block_storage"));
}
