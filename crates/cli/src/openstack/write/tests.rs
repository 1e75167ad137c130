use serde_json::json;

use super::super::view::{Column, Look, Names, same};
use super::*;

const COLUMNS: &[Column] =
    &[same("Name"), same("Size"), same("Tags").look(Look::List), same("Note")];

fn style(format: &str) -> Style {
    Style {
        format: format.into(),
        columns: Vec::new(),
        indented: true,
        quote: "nonnumeric".into(),
        prefix: String::new(),
        width: None,
        print_empty: false,
        sort: Vec::new(),
        descending: false,
    }
}

fn cells(thing: &Value) -> Vec<Cell> {
    COLUMNS.iter().filter_map(|column| column.cell(thing, &Names::new())).collect()
}

fn names() -> Vec<&'static str> {
    COLUMNS.iter().map(|column| column.name).collect()
}

fn list() -> Rows {
    let things = [
        json!({"Name": "web \"1\"", "Size": 20, "Tags": ["b", "a"], "Note": null}),
        json!({"Name": "db", "Size": 3, "Tags": [], "Note": true}),
    ];
    Rows { names: names(), rows: things.iter().map(cells).collect() }
}

#[test]
fn tables_are_those_of_the_client() {
    let table = "\
+---------+------+------+------+
| Name    | Size | Tags | Note |
+---------+------+------+------+
| web \"1\" |   20 | a, b | None |
| db      |    3 |      | True |
+---------+------+------+------+
";
    assert_eq!(style("table").list(list()).unwrap(), table);
    let empty = || Rows { names: names(), rows: Vec::new() };
    assert_eq!(style("table").list(empty()).unwrap(), "\n");
    let drawn = Style { print_empty: true, ..style("table") }.list(empty()).unwrap();
    assert_eq!(drawn.lines().count(), 4, "{drawn}");
}

#[test]
fn a_narrow_table_wraps() {
    let thing = json!({"Name": "a rather long name of a thing", "Size": 1});
    let narrow = Style { width: Some(32), ..style("table") };
    let table = narrow.one(&names()[..2], &cells(&thing)[..2]).unwrap();
    assert!(table.lines().all(|line| line.len() <= 32), "{table}");
    assert!(table.contains("| a rather long name"), "{table}");
}

#[test]
fn flat_formats_have_values_as_python_writes_them() {
    assert_eq!(
        style("value").list(list()).unwrap(),
        "web \"1\" 20 ['b', 'a'] None\ndb 3 [] True\n"
    );
    let csv = "\"Name\",\"Size\",\"Tags\",\"Note\"\n\"web \"\"1\"\"\",20,\"['b', 'a']\",\"\"\n\"db\",3,\"[]\",True\n";
    assert_eq!(style("csv").list(list()).unwrap(), csv);
    let thing = json!({"Name": "web \"1\"", "Size": 20, "Tags": ["b"], "Note": null});
    let shell = Style { prefix: "x_".into(), ..style("shell") };
    let lines = "x_name=\"web \\\"1\\\"\"\nx_size=\"20\"\nx_tags=\"['b']\"\nx_note=\"None\"\n";
    assert_eq!(shell.one(&names(), &cells(&thing)).unwrap(), lines);
}

#[test]
fn columns_are_chosen_and_rows_sorted_by_any_spelling() {
    let chosen = Style { columns: vec!["name".into()], ..style("value") };
    let sorted = Style { sort: vec!["size".into(), "nowhere".into()], ..chosen };
    assert_eq!(sorted.list(list()).unwrap(), "db\nweb \"1\"\n");
    let descending = Style { descending: true, ..sorted };
    assert_eq!(descending.list(list()).unwrap(), "web \"1\"\ndb\n");
    let unknown = Style { columns: vec!["nowhere".into()], ..style("json") };
    assert!(unknown.list(list()).unwrap_err().contains("Name, Size"));
}

#[test]
fn yaml_has_its_keys_sorted() {
    let yaml = style("yaml").list(list()).unwrap();
    assert!(yaml.find("Name").unwrap() < yaml.find("Note").unwrap(), "{yaml}");
}
