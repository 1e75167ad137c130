//! What `ik` cannot do it says on standard error, with an exit code for each kind of reason.

use std::process::Command;

use infomaniak_cloud::Kind;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::IMAGE as GLANCE;
use serde_json::json;

use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::record;
use crate::things::{IMAGE, INSTANCE, KEYPAIR};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a wrong command line, with 2 and nothing sent", usage)
            .refuses(Kind::Invalid, &["get_instance"]),
        Case::new("what is not there, with 3", not_found).refuses(
            Kind::NotFound,
            &["get_instance", "get_image", "start_instance", "create_instance"],
        ),
        Case::new("a name of two, with 4 and both ids", ambiguous)
            .refuses(Kind::Ambiguous, &["get_image"]),
        Case::new("what is there already, with 5", conflict)
            .refuses(Kind::Conflict, &["create_keypair"]),
        Case::new("what the member may not do, with 6", denied)
            .refuses(Kind::Denied, &["create_instance"]),
        Case::new("a wrong secret, with 7 and never a word of it", unauthenticated)
            .refuses(Kind::Unauthenticated, &["list_instances"]),
        Case::new("a configuration that is wrong or missing, with 8 and what there is", config)
            .refuses(Kind::Config, &["list_instances"]),
        Case::new("more than the quota allows, with 9", quota)
            .refuses(Kind::Quota, &["create_keypair"])
            .proves(&["create_keypair"]),
        Case::new("what takes longer than --timeout, with 12", timed_out)
            .refuses(Kind::TimedOut, &["create_instance"]),
        Case::new("a cloud that is not there, with 14 and its address", unreachable)
            .refuses(Kind::Transport, &["list_instances"]),
    ]
}

async fn usage(context: &Context) -> Outcome {
    for (arguments, word) in [
        (&["server", "list", "--no-such-flag"][..], "--no-such-flag"),
        (&["server", "fly"], "fly"),
        (&["server", "create", "x"], "--flavor"),
        (&["server", "reboot"], "INSTANCE"),
        (&["server", "list", "-c", "colour"], "colour"),
        (&["server", "list", "--sort", "colour"], "colour"),
        (&["server", "reboot", "x", "--reboot-type", "medium"], "medium"),
        (&["server", "list", "--timeout", "soon"], "soon"),
        (&["server", "show", ""], "empty"),
    ] {
        let message = context.ik(&[arguments, &["--timing"]].concat())?.refused(Kind::Invalid)?;
        assert!(message.contains(word), "{arguments:?}: {message}");
        assert!(!message.contains("http://"), "{arguments:?} was sent: {message}");
    }
    Ok(())
}

async fn not_found(context: &Context) -> Outcome {
    let t = &context.target;
    let (flavor, image, network) = (t.flavor, t.image, "no-such-net");
    let create =
        ["server", "create", "x", "--flavor", flavor, "--image", image, "--network", network];
    for (arguments, name) in [
        (&["server", "show", "behaviour-none"][..], "behaviour-none"),
        (&["image", "show", "behaviour-none"], "behaviour-none"),
        (&["server", "start", "a\u{1b}[31mb"], "a\\u{1b}[31mb"),
        (&create, "no-such-net"),
    ] {
        let message = context.ik(arguments)?.refused(Kind::NotFound)?;
        assert!(message.contains(&format!("`{name}`")), "{message}");
        assert!(message.contains("hint: "), "{message}");
        assert!(!message.contains('\u{1b}'), "{message}");
    }
    Ok(())
}

async fn ambiguous(context: &Context) -> Outcome {
    let name = context.name(&IMAGE, "twin");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let image = Request::post(&GLANCE, &["images"], json!({ "name": name }));
        ids.push(context.cloud()?.send(image).await?.field::<String>("id")?);
    }
    let message = context.ik(&["image", "show", &name])?.refused(Kind::Ambiguous)?;
    assert!(ids.iter().all(|id| message.contains(id)), "{message}");
    Ok(())
}

async fn conflict(context: &Context) -> Outcome {
    let taken = context.target.keypair;
    let message = context.ik(&["keypair", "create", taken])?.refused(Kind::Conflict)?;
    assert!(message.contains(taken) && message.contains("req-"), "{message}");
    Ok(())
}

async fn denied(context: &Context) -> Outcome {
    let t = &context.target;
    let (flavor, image, network) = (t.flavor, t.image, t.network);
    let zone = format!("{}:compute1", t.zone);
    let mut create =
        vec!["server", "create", "x", "--flavor", flavor, "--image", image, "--network", network];
    create.extend(["--availability-zone", &zone]);
    let message = context.ik(&create)?.refused(Kind::Denied)?;
    assert!(message.contains("hint: the roles in this project"), "{message}");
    Ok(())
}

/// `INFOMANIAK_*` as a user sets them.
fn infomaniak<'a>(command: &'a mut Command, auth_url: &str, secret: &str) -> &'a mut Command {
    command
        .env("INFOMANIAK_APP_CREDENTIAL_ID", "0123456789abcdef0123456789abcdef")
        .env("INFOMANIAK_APP_CREDENTIAL_SECRET", secret)
        .env("INFOMANIAK_AUTH_URL", auth_url)
}

async fn unauthenticated(context: &Context) -> Outcome {
    let auth_url = context.fresh_config(context.target.member)?.auth_url.to_string();
    let secret = "never-to-be-shown";
    record::secret(secret);
    let list = ["server", "list", "--debug", "--timing"];
    let done = context.ik_by(&list, |command| infomaniak(command, &auth_url, secret))?;
    let message = done.refused(Kind::Unauthenticated)?;
    assert!(message.contains("INFOMANIAK_* variables"), "{message}");
    assert!(!message.contains(secret), "{message}");
    Ok(())
}

async fn config(context: &Context) -> Outcome {
    let member = context.target.member;
    let list = ["server", "list"];
    let unknown = context.ik(&[&list[..], &["--cloud", "demmo"]].concat())?;
    let message = unknown.refused(Kind::Config)?;
    assert!(message.contains("`demmo`") && message.contains(&format!("`{member}`")), "{message}");

    let region = context.ik(&[&list[..], &["--region", "atlantis-1"]].concat())?;
    let message = region.refused(Kind::Config)?;
    assert!(message.contains(&format!("`{}`", context.target.region)), "{message}");

    // A home without anything in it.
    let folder = context.path("home");
    std::fs::create_dir(&folder)?;
    let nothing = context.ik_by(&list, |command| {
        command.env_remove("OS_CLIENT_CONFIG_FILE").env_remove("XDG_CONFIG_HOME");
        command.env("HOME", &folder).current_dir(&folder)
    })?;
    let message = nothing.refused(Kind::Config)?;
    assert!(message.contains("OS_CLOUD") && message.contains("INFOMANIAK_"), "{message}");

    let several = context.ik_by(&list, |command| command)?.refused(Kind::Config)?;
    assert!(several.contains("OS_CLOUD") && several.contains(member), "{several}");
    Ok(())
}

async fn quota(context: &Context) -> Outcome {
    let (_, _alone) = context.full_project().await?;
    let full = context.target.full;
    let create = |stem| {
        let name = context.name_at(full, &KEYPAIR, stem);
        context.ik_by(&["keypair", "create", &name, "--cloud", full], |command| command)
    };
    create("first")?.good()?;
    let message = create("second")?.refused(Kind::Quota)?;
    assert!(message.contains("hint: ") && message.contains("quota"), "{message}");
    Ok(())
}

async fn timed_out(context: &Context) -> Outcome {
    let t = &context.target;
    let name = context.name(&INSTANCE, "ik too long");
    let create = [
        "server",
        "create",
        &name,
        "--flavor",
        t.flavor,
        "--image",
        t.image,
        "--network",
        t.network,
        "--timeout",
        "0.1",
    ];
    let message = context.ik(&create)?.refused(Kind::TimedOut)?;
    assert!(message.contains("hint: "), "{message}");
    Ok(())
}

async fn unreachable(context: &Context) -> Outcome {
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?; // closed again at once
    let url = format!("http://{free}/v3");
    let done = context.ik_by(&["server", "list"], |command| infomaniak(command, &url, "x"))?;
    let message = done.refused(Kind::Transport)?;
    assert!(message.contains(&free.to_string()), "{message}");
    Ok(())
}
