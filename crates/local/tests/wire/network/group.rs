//! Security groups and their rules.

use serde_json::{Value, json};

use super::{ask, delete, id, look, make, names};
use crate::common::cloud;

#[tokio::test]
async fn every_project_has_one_default_group_however_many_look_first() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let looks = (0..10).map(|_| look(&login, "/security-groups", "security_groups"));
    for groups in futures_util::future::join_all(looks).await {
        assert_eq!(names(&groups), ["default"]);
    }
    let group = &look(&login, "/security-groups", "security_groups").await[0];
    let mut rules: Vec<_> = group["security_group_rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| (rule["direction"].as_str().unwrap(), rule["ethertype"].as_str().unwrap()))
        .collect();
    rules.sort_unstable();
    let all = [("egress", "IPv4"), ("egress", "IPv6"), ("ingress", "IPv4"), ("ingress", "IPv6")];
    assert_eq!(rules, all);
    let path = format!("/security-groups/{}", id(group));
    let kept = delete(&login, &path).await;
    assert_eq!(kept, Err((409, json!("SecurityGroupCannotRemoveDefault"))));
}

#[tokio::test]
async fn a_rule_is_there_once_and_goes_with_its_group() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let group = make(&login, "security_group", json!({ "name": "web" })).await;
    assert_eq!(group["security_group_rules"].as_array().unwrap().len(), 2);
    let ssh = json!({
        "security_group_id": group["id"], "direction": "ingress", "protocol": "tcp",
        "port_range_min": 22, "port_range_max": 22,
    });
    let rule = id(&make(&login, "security_group_rule", ssh.clone()).await);
    let mut same = ssh;
    same["protocol"] = json!("6");
    same["remote_ip_prefix"] = json!("0.0.0.0/0");
    let path = "/security-group-rules";
    let again = ask(&login, "POST", path, "security_group_rule", same).await;
    assert_eq!(again, Err((409, json!("SecurityGroupRuleExists"))));
    // A rule of another group that lets this one's members through goes, too.
    let other = make(&login, "security_group", json!({ "name": "other" })).await;
    let wishes = json!({
        "security_group_id": other["id"], "direction": "ingress", "remote_group_id": group["id"],
    });
    let remote = id(&make(&login, "security_group_rule", wishes).await);
    delete(&login, &format!("/security-groups/{}", id(&group))).await.unwrap();
    for rule in [rule, remote] {
        let gone = delete(&login, &format!("{path}/{rule}")).await;
        assert_eq!(gone, Err((404, json!("SecurityGroupRuleNotFound"))));
    }
}

#[tokio::test]
async fn a_group_that_a_port_has_stays() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let group = id(&make(&login, "security_group", json!({ "name": "web" })).await);
    let network = id(&make(&login, "network", json!({ "name": "n" })).await);
    let wishes = json!({ "network_id": network, "security_groups": [group] });
    let port = id(&make(&login, "port", wishes).await);
    let path = format!("/security-groups/{group}");
    assert_eq!(delete(&login, &path).await, Err((409, json!("SecurityGroupInUse"))));
    let wishes = json!({ "security_groups": Value::Null });
    let port = ask(&login, "PUT", &format!("/ports/{port}"), "port", wishes).await.unwrap();
    assert_eq!(port["security_groups"], json!([]));
    delete(&login, &path).await.unwrap();
}
