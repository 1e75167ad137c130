//! The network client's sentinels.

use infomaniak_cloud::contract::InfomaniakNetworkClient;
use serde_json::json;

use super::{all, fails, refusing};
use crate::logs::Logs;
use crate::sample::NET;

#[tokio::test]
async fn every_operation_fails_with_its_sentinel_and_one_line() {
    let server = refusing().await;
    let client = InfomaniakNetworkClient::new(server.cloud());
    let logs = Logs::collect();
    let (nothing, none) = (json!([]), json!(null));
    let tried = fails! { client, logs;
        list_networks() gives nothing;
        get_network(NET) gives none;
    };
    assert_eq!(tried, all("network"));
}
