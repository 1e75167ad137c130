//! `ik catalog`, `ik token`, `ik api`, and `--query`.

use infomaniak_cloud::Kind;
use serde_json::{Value, json};

use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::record;
use crate::things::KEYPAIR;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("the catalog is the one that openstack shows", catalog),
        Case::new("a service is shown by type, other type and name, with its versions", service),
        Case::new("a token is issued on request, and logging in with it works", token),
        Case::new("any call can be made, and what it makes is there", calls)
            .proves(&["get_keypair"]),
        Case::new("a call that cannot be made is refused as everywhere", refused),
        Case::new("--query picks from a result, in every format", query)
            .proves(&["list_instances", "get_instance"]),
        Case::new("--query that is wrong is refused before anything is sent", wrong_query)
            .refuses(Kind::Invalid, &["list_instances"]),
    ]
}

async fn catalog(context: &Context) -> Outcome {
    let ours = context.ik(&["catalog", "list", "-f", "json"])?.json()?;
    let theirs = context.openstack_json(&["catalog", "list"])?;
    let pairs = |list: &Value, name: &str, kind: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let list = list.as_array().unwrap().iter();
        let mut pairs: Vec<_> =
            list.map(|entry| (text(&entry[name]), text(&entry[kind]))).collect();
        pairs.sort();
        pairs
    };
    assert_eq!(pairs(&ours, "name", "type"), pairs(&theirs, "Name", "Type"));
    let endpoints = |service: &Value, key: &str| {
        let mut urls: Vec<_> =
            service[key].as_array().unwrap().iter().map(|e| e["url"].to_string()).collect();
        urls.sort();
        urls
    };
    let find = |list: &Value, key: &str| {
        list.as_array().unwrap().iter().find(|entry| entry[key] == "compute").unwrap().clone()
    };
    let (ours, theirs) = (find(&ours, "type"), find(&theirs, "Type"));
    assert_eq!(endpoints(&ours, "endpoints"), endpoints(&theirs, "Endpoints"));
    assert_eq!(ours["region"], context.target.region);
    Ok(())
}

async fn service(context: &Context) -> Outcome {
    for name in ["compute", "nova"] {
        let shown = context.ik(&["catalog", "show", name, "-f", "json"])?.json()?;
        assert_eq!(shown["type"], "compute");
        let versions = shown["versions"].as_array().unwrap();
        let current = versions.iter().find(|version| version["status"] == "CURRENT").unwrap();
        assert_eq!((&current["id"], &current["min_microversion"]), (&json!("v2.1"), &json!("2.1")));
    }
    let message = context.ik(&["catalog", "show", "comput"])?.refused(Kind::NotFound)?;
    assert!(message.contains("is `compute` meant?"), "{message}");
    Ok(())
}

async fn token(context: &Context) -> Outcome {
    // Not noted: the run is searched for tokens in the end.
    let mut command = context.ik_command(&["token", "issue", "-f", "json"])?;
    let output = command.env("OS_CLOUD", context.target.member).output()?;
    let issued: Value = serde_json::from_slice(&output.stdout)?;
    let token = issued["id"].as_str().unwrap();
    record::secret(token);
    let config = context.fresh_config(context.target.member)?;
    let project = issued["project_id"].as_str().unwrap();
    let named = context.ik_by(&["api", "GET", "identity", "/auth/projects"], |command| {
        command.env_remove("OS_CLIENT_CONFIG_FILE").env("OS_AUTH_TYPE", "token");
        command.env("OS_AUTH_URL", config.auth_url.as_str()).env("OS_TOKEN", token)
    })?;
    assert!(named.good()?.contains(project));
    Ok(())
}

async fn calls(context: &Context) -> Outcome {
    let name = context.name(&KEYPAIR, "api");
    let file = context.path("keypair.json");
    std::fs::write(&file, json!({ "keypair": { "name": name } }).to_string())?;
    let data = format!("@{}", file.display());
    let create = ["api", "POST", "compute", "/os-keypairs", "--data", &data];
    let made = [&create[..], &["--query", "keypair.name", "-f", "value"]].concat();
    assert_eq!(context.ik(&made)?.good()?, format!("{name}\n"));
    assert!(context.ik(&["keypair", "show", &name])?.good()?.contains(&name));
    let again = context.ik(&create)?.refused(Kind::Conflict)?;
    assert!(again.contains(&name) && again.contains("req-"), "{again}");

    let path = format!("/os-keypairs/{}", name.replace(' ', "%20"));
    let delete = ["api", "delete", "nova", &path, "--include"];
    assert!(context.ik(&delete)?.refused(Kind::Invalid)?.contains("--yes"));
    let gone = context.ik(&[&delete[..], &["--yes"]].concat())?.good()?;
    assert!(gone.starts_with("HTTP 20") && gone.contains("\nx-openstack-request-id: "), "{gone}");
    context.ik(&["api", "GET", "compute", &path])?.refused(Kind::NotFound)?;

    let old = ["api", "GET", "compute", "/servers/detail?limit=1", "--microversion", "2.1"];
    let old = context.ik(&[&old[..], &["--query", "servers[0].keys(@)"]].concat())?.json()?;
    assert!(!old.as_array().unwrap().contains(&json!("locked")), "{old}");
    let named = ["api", "GET", "image", "/v2/images", "--param", "name=no such image"];
    assert_eq!(context.ik(&named)?.json()?["images"], json!([]));
    Ok(())
}

async fn refused(context: &Context) -> Outcome {
    for (arguments, kind, word) in [
        (&["GET", "comput", "/"][..], Kind::NotFound, "`compute`"),
        (&["GET", "compute", "/servers/none"], Kind::NotFound, "none"),
        (&["GET", "compute", "/servers/../flavors"], Kind::Invalid, "`..`"),
        (&["GET", "compute", "/", "--microversion", "new"], Kind::Invalid, "2.60"),
        (&["GET", "compute", "/servers", "--microversion", "9.9"], Kind::Unsupported, "9.9"),
        (&["GET", "compute", "/", "--header", "x"], Kind::Invalid, "NAME:VALUE"),
        (&["GET", "compute", "/flavors", "--query", "abs(flavors)"], Kind::Invalid, "character"),
        (&["PUT", "compute", "/", "--data", "{"], Kind::Invalid, "not JSON"),
        (&["PUT", "compute", "/", "--data", "@/nowhere/x"], Kind::Invalid, "/nowhere/x"),
        (&["FETCH", "compute", "/"], Kind::Invalid, "PATCH"),
    ] {
        let message = context.ik(&[&["api"], arguments].concat())?.refused(kind)?;
        assert!(message.contains(word), "{arguments:?}: {message}");
    }
    Ok(())
}

async fn query(context: &Context) -> Outcome {
    let server = context.target.server;
    let named = format!("[?name=='{server}'].{{who: name, state: status}}");
    let list = |format| context.ik(&["server", "list", "--query", &named, "-f", format]);
    assert_eq!(list("json")?.json()?[0]["who"], server);
    let csv = list("csv")?.good()?;
    assert!(csv.starts_with(&format!("\"who\",\"state\"\n\"{server}\",\"")), "{csv}");
    let table = list("table")?.good()?;
    assert!(table.contains("| who ") && table.contains(server), "{table}");
    let bare = ["server", "show", server, "--query", "[name, length(id)]", "-f", "value"];
    assert_eq!(context.ik(&bare)?.good()?, format!("{server}\n36\n"));
    Ok(())
}

async fn wrong_query(context: &Context) -> Outcome {
    let message = context.ik(&["server", "list", "--timing", "--query", "[?name=="])?;
    let message = message.refused(Kind::Invalid)?;
    assert!(message.contains("at character 9") && !message.contains("http://"), "{message}");
    let both = context.ik(&["server", "list", "--query", "[]", "-c", "name"])?;
    both.refused(Kind::Invalid)?;
    Ok(())
}
