//! What the operations on images and the filters of lists say on the wire.

/// As `SAID` in the module above.
pub(super) const SAID: &[(&str, &str, &str)] = &[
    (
        "list_instances",
        r#"{"name": "^web", "status": "ACTIVE", "flavor": "f1",
            "image": "22222222-2222-4222-8222-222222222222", "ip": "10.1", "key_name": "ann",
            "tags": ["a", "b"], "not_tags_any": ["c"], "changes_since": "2026-11-21T08:00:00Z",
            "all_projects": true, "limit": 1, "marker": "{web}"}"#,
        "GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         GET /compute/v2.1/servers/detail?name=%5Eweb&status=ACTIVE&flavor=f1&image=22222222-2222-4222-8222-222222222222&ip=10.1&key_name=ann&changes-since=2026-11-21T08%3A00%3A00Z&marker={web}&tags=a%2Cb&not-tags-any=c&all_tenants=True&limit=1
         openstack-api-version: compute 2.91
         GET /image/v2/images/22222222-2222-4222-8222-222222222222",
    ),
    (
        "list_images",
        r#"{"name": "a b", "status": "active", "visibility": "all", "property": {"os": "x"},
            "tags": ["t", "u"], "hidden": true, "limit": 2}"#,
        "GET /image/v2/images?name=a+b&status=active&visibility=all&os=x&tag=t&tag=u&os_hidden=true&limit=2",
    ),
    (
        "list_flavors",
        r#"{"min_ram": 4096, "min_disk": 20, "limit": 5, "marker": "f1"}"#,
        "GET /compute/v2.1/flavors/detail?is_public=None&minRam=4096&minDisk=20&marker=f1&limit=5
         openstack-api-version: compute 2.91",
    ),
    (
        "set_image",
        r#"{"image_id": "22222222-2222-4222-8222-222222222222", "name": "n", "min_disk": 2,
            "visibility": "community", "protected": false, "property": {"a/b~": 1}, "tags": ["hot"]}"#,
        r#"GET /image/v2/images/22222222-2222-4222-8222-222222222222
         PATCH /image/v2/images/22222222-2222-4222-8222-222222222222
         content-type: application/openstack-images-v2.1-json-patch
         [{"op":"replace","path":"/name","value":"n"},{"op":"replace","path":"/min_disk","value":2},{"op":"replace","path":"/visibility","value":"community"},{"op":"replace","path":"/protected","value":false},{"op":"add","path":"/a~1b~0","value":"1"}]
         PUT /image/v2/images/22222222-2222-4222-8222-222222222222/tags/hot"#,
    ),
    (
        "unset_image",
        r#"{"image_id": "22222222-2222-4222-8222-222222222222", "properties": ["a"], "tags": ["hot"]}"#,
        r#"GET /image/v2/images/22222222-2222-4222-8222-222222222222
         PATCH /image/v2/images/22222222-2222-4222-8222-222222222222
         content-type: application/openstack-images-v2.1-json-patch
         [{"op":"remove","path":"/a"}]
         DELETE /image/v2/images/22222222-2222-4222-8222-222222222222/tags/hot"#,
    ),
    (
        "delete_image",
        r#"{"image_id": "22222222-2222-4222-8222-222222222222"}"#,
        "DELETE /image/v2/images/22222222-2222-4222-8222-222222222222",
    ),
];

/// Operations with data, whose requests are in `images.rs`.
pub(super) const ELSEWHERE: &[&str] = &["create_image", "save_image"];
