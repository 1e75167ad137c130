use infomaniak_cloud::operations;
use serde_json::json;

use super::*;
use crate::command;

/// What `ik WORDS` would show for `data`, as a list if it is an array.
fn shown(words: &str, data: Value) -> String {
    let words: Vec<_> = words.split(' ').collect();
    let (description, matches) = command::parse_operation(&words);
    let presentation = Presentation::new(description, &matches).unwrap();
    let mut data = match data {
        Value::Array(records) => Data::Many(records),
        record => Data::One(record),
    };
    if let Data::Many(records) = &mut data {
        presentation.sort(records);
    }
    let mut text = Vec::new();
    presentation.write(description, &data, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn servers() -> Value {
    json!([
        {"id": "2", "name": "web", "status": "ACTIVE", "flavor": "a1", "image": null,
         "addresses": {"net": [{"version": 4, "addr": "10.0.0.2"}, {"version": 6, "addr": "::2"}]},
         "availability_zone": "az", "security_groups": ["default", "ssh"]},
        {"id": "1", "name": "d\u{1b}[31mb", "status": "SHUTOFF", "flavor": "a2", "image": "i",
         "addresses": {}, "availability_zone": null, "security_groups": []},
    ])
}

#[test]
fn a_table_has_the_usual_columns_and_shows_addresses_shortly() {
    assert_eq!(
        shown("ik server list --sort id", servers()),
        r"
+----+--------------+---------+-------------------+--------+-------------------+
| id | name         | status  | addresses         | flavor | availability_zone |
+----+--------------+---------+-------------------+--------+-------------------+
| 1  | d\u{1b}[31mb | SHUTOFF |                   | a2     |                   |
| 2  | web          | ACTIVE  | net=10.0.0.2, ::2 | a1     | az                |
+----+--------------+---------+-------------------+--------+-------------------+
"
        .trim_start()
    );
}

#[test]
fn columns_order_and_direction_are_the_callers() {
    assert_eq!(
        shown("ik server list -f value -c name -c id --sort name:desc", servers()),
        "web 2\nd\\u{1b}[31mb 1\n"
    );
    assert_eq!(
        shown("ik server list -f csv -c ID,Availability-Zone --sort id --no-header", servers()),
        "1,\"\"\n2,\"az\"\n"
    );
}

#[test]
fn json_and_yaml_keep_every_field_and_its_type() {
    let json = shown("ik server list -f json", servers());
    assert!(!json.contains('\u{1b}'), "{json}");
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), servers());
    let yaml = shown("ik server list -o yaml", servers());
    assert!(!yaml.contains('\u{1b}'), "{yaml}");
    assert_eq!(serde_saphyr::from_str::<Value>(&yaml).unwrap(), servers());
}

#[test]
fn one_record_is_a_line_per_field() {
    let keypair = json!({"name": "k", "fingerprint": "aa:bb", "public_key": "ssh-rsa A"});
    assert_eq!(shown("ik keypair create k -f value -c fingerprint -c name", keypair), "aa:bb\nk\n");
}

#[test]
fn numbers_sort_as_numbers() {
    let flavors = json!([{"name": "b", "ram": 16384}, {"name": "a", "ram": 2048}]);
    assert_eq!(shown("ik flavor list -f value -c name --sort ram", flavors), "a\nb\n");
}

#[test]
fn an_unknown_field_is_refused_before_anything_is_sent() {
    let words = ["ik", "flavor", "list", "-c", "size"];
    let (description, matches) = command::parse_operation(&words);
    let refusal = Presentation::new(description, &matches).err().unwrap();
    assert!(refusal.contains("`size`") && refusal.contains("vcpus"), "{refusal}");
}

#[test]
fn the_usual_columns_of_every_list_are_fields_of_it() {
    for operation in operations() {
        let fields = fields(operation);
        for column in operation.columns {
            assert!(fields.iter().any(|field| field == column), "{} {column}", operation.method);
        }
    }
}
