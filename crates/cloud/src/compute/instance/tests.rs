use serde_json::json;

use super::*;

/// A server as Nova 2.91 sends it, shortened.
fn server() -> Value {
    json!({
        "id": "e2f5f8b0-bb9b-475f-bc1b-9caad6ff32d4", "name": "web", "status": "ACTIVE",
        "image": {"id": "36022111-d458-48c5-b948-d5be21ea2f91", "links": []},
        "flavor": {"vcpus": 4, "original_name": "a4-ram8-disk50-perf1"},
        "created": "2026-11-21T03:55:55Z", "updated": "2026-11-21T03:55:56Z",
        "addresses": {"demo-net": [{"version": 4, "addr": "10.11.0.88", "OS-EXT-IPS:type": "fixed"}]},
        "OS-EXT-AZ:availability_zone": "dc3-a-04", "key_name": null,
        "OS-EXT-STS:task_state": null,
        "security_groups": [{"name": "default"}, {"name": "default"}]
    })
}

#[test]
fn a_server_becomes_the_contracts_record() {
    let instance: Instance = serde_json::from_value(server()).unwrap();
    let record = serde_json::to_value(&instance).unwrap();
    assert_eq!(
        record,
        json!({
            "id": "e2f5f8b0-bb9b-475f-bc1b-9caad6ff32d4", "name": "web", "status": "ACTIVE",
            "flavor": "a4-ram8-disk50-perf1", "image": "36022111-d458-48c5-b948-d5be21ea2f91",
            "addresses": {"demo-net": [{"version": 4, "addr": "10.11.0.88", "OS-EXT-IPS:type": "fixed"}]},
            "key_name": null, "created_at": "2026-11-21T03:55:55Z",
            "updated_at": "2026-11-21T03:55:56Z", "availability_zone": "dc3-a-04",
            "security_groups": ["default"]
        })
    );
    let again: Instance = serde_json::from_value(record).unwrap();
    assert_eq!(again.flavor, instance.flavor);
}

#[test]
fn an_instance_from_a_volume_has_no_image() {
    let mut server = server();
    server["image"] = "".into();
    assert_eq!(serde_json::from_value::<Instance>(server).unwrap().image, None);
}

#[test]
fn any_name_becomes_a_harmless_pattern() {
    let pattern = |name: &str| format!("{:?}", Instance::called(name));
    assert!(pattern("web-1").contains("^web-1$"));
    assert!(pattern("a.b*(c").contains("^a.+b.+c$"));
    assert!(pattern("café/été").contains("^caf.+t.+$"));
}
