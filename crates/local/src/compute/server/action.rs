//! `POST /servers/{id}/action`: what can be done with an instance.
//!
//! Each action is described in [`ACTIONS`]: in which states it is allowed, what it does at once, and
//! the steps that follow by themselves.

use serde_json::{Value, json};

use super::{SERVER, console, event, plan, shape, state};
use crate::call::{Call, Refusal, Reply, Version};
use crate::check::{FOREVER, Member, NAME, Shape, TEXT};
use crate::compute::{name, policy};
use crate::store::Document;

mod special;

/// Something that can be done with an instance.
pub(super) struct Action {
    /// The key of the body: `os-stop`.
    name: &'static str,
    /// What Nova calls it: `stop`.
    verb: &'static str,
    /// What the key's value has to be.
    body: Shape,
    /// The `vm_state`s it is allowed in; empty: any.
    from: &'static [&'static str],
    /// Whether something else may be going on.
    even_busy: bool,
    /// What an unprivileged user is told, if it is for administrators.
    policy: Option<&'static str>,
    /// The first version that does not know it any more.
    until: Version,
    what: What,
}

/// What an action does.
enum What {
    /// The `task_state` at once, and the state it ends in: `vm_state` and `power_state`.
    Change(&'static str, &'static str, i64),
    /// Nothing that takes time.
    Special(fn(&mut Call<'_>, &mut Document, &Value) -> Result<Reply, Refusal>),
}

const ANY: &[&str] = &[];

/// Those that are not told among what was done with an instance.
const UNNOTED: &[&str] = &[
    "os-getVNCConsole",
    "os-getConsoleOutput",
    "os-resetState",
    "forceDelete",
    "addSecurityGroup",
    "removeSecurityGroup",
];

const BODY: Shape = Shape::Any;

const ACTIONS: &[Action] = &[
    action("os-stop", "stop", &["active", "error"], What::Change("powering-off", "stopped", 4)),
    action("os-start", "start", &["stopped"], What::Change("powering-on", "active", 1)),
    action("pause", "pause", &["active"], What::Change("pausing", "paused", 3)),
    action("unpause", "unpause", &["paused"], What::Change("unpausing", "active", 1)),
    action("suspend", "suspend", &["active"], What::Change("suspending", "suspended", 4)),
    action("resume", "resume", &["suspended"], What::Change("resuming", "active", 1)),
    Action {
        body: Shape::Object(&[Member::new("type", REBOOT_TYPE).required()]),
        even_busy: true,
        ..action("reboot", "reboot", ANY, What::Special(special::reboot))
    },
    Action {
        body: Shape::Types(&[
            Shape::Null,
            Shape::Object(&[
                Member::new("adminPass", TEXT),
                Member::new("rescue_image_ref", Shape::Id),
            ]),
        ]),
        ..action(
            "rescue",
            "rescue",
            &["active", "stopped", "error"],
            What::Special(special::rescue),
        )
    },
    action("unrescue", "unrescue", &["rescued"], What::Change("unrescuing", "active", 1)),
    action(
        "shelve",
        "shelve",
        &["active", "stopped", "paused", "suspended"],
        What::Special(special::shelve),
    ),
    action(
        "unshelve",
        "unshelve",
        &["shelved", "shelved_offloaded"],
        What::Special(special::unshelve),
    ),
    Action {
        body: Shape::Object(&[
            Member::new("flavorRef", shape::REFERENCE).required(),
            Member::new("OS-DCF:diskConfig", Shape::Words(&["AUTO", "MANUAL"])),
        ]),
        ..action("resize", "resize", &["active", "stopped"], What::Special(special::resize))
    },
    action("confirmResize", "confirmResize", &["resized"], What::Special(special::confirm_resize)),
    action("revertResize", "revertResize", &["resized"], What::Special(special::revert_resize)),
    Action {
        body: special::REBUILD,
        ..action(
            "rebuild",
            "rebuild",
            &["active", "stopped", "error"],
            What::Special(special::rebuild),
        )
    },
    Action {
        body: Shape::Types(&[
            Shape::Null,
            Shape::Object(&[Member::new("locked_reason", NAME).since(2, 73)]),
        ]),
        even_busy: true,
        ..action("lock", "lock", ANY, What::Special(special::lock))
    },
    Action { even_busy: true, ..action("unlock", "unlock", ANY, What::Special(special::unlock)) },
    Action {
        even_busy: true,
        ..action("forceDelete", "forceDelete", ANY, What::Special(special::force_delete))
    },
    Action {
        body: Shape::Object(&[Member::new(
            "length",
            Shape::Types(&[
                Shape::Integer { min: -1, max: i64::MAX },
                Shape::Pattern {
                    pattern: "^-?[0-9]+$",
                    fits: |text| text.parse::<i64>().is_ok(),
                    min: 0,
                    max: 20,
                },
                Shape::Null,
            ]),
        )]),
        even_busy: true,
        ..action("os-getConsoleOutput", "consoleOutput", ANY, What::Special(special::console))
    },
    Action {
        body: Shape::Object(&[
            Member::new("name", NAME).required(),
            Member::new("metadata", shape::METADATA),
        ]),
        ..action(
            "createImage",
            "createImage",
            &["active", "stopped", "paused", "suspended"],
            What::Special(special::create_image),
        )
    },
    Action {
        even_busy: true,
        ..action("addSecurityGroup", "addSecurityGroup", ANY, What::Special(special::add_group))
    },
    Action {
        even_busy: true,
        ..action(
            "removeSecurityGroup",
            "removeSecurityGroup",
            ANY,
            What::Special(special::remove_group),
        )
    },
    Action {
        policy: Some("os-admin-actions:reset_state"),
        body: Shape::Object(&[Member::new("state", Shape::Words(&["active", "error"])).required()]),
        even_busy: true,
        ..action("os-resetState", "resetState", ANY, What::Special(special::reset_state))
    },
    Action {
        body: console::OLDER,
        even_busy: true,
        until: (2, 6),
        ..action("os-getVNCConsole", "vncConsole", ANY, What::Special(console::open_older))
    },
    Action {
        policy: Some("os-migrate-server:migrate_live"),
        ..action("os-migrateLive", "live-migrate", ANY, What::Special(special::no_other_host))
    },
    Action {
        policy: Some("os-migrate-server:migrate"),
        ..action(
            "migrate",
            "migrate",
            &["active", "stopped"],
            What::Special(special::no_other_host),
        )
    },
];

const REBOOT_TYPE: Shape = Shape::Words(&["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]);

const fn action(
    name: &'static str,
    verb: &'static str,
    from: &'static [&'static str],
    what: What,
) -> Action {
    Action { name, verb, body: BODY, from, even_busy: false, policy: None, until: FOREVER, what }
}

pub(super) fn act(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = std::mem::take(&mut call.body);
    let Some(wish) = body.as_object().filter(|body| body.len() == 1) else {
        return Err(name::malformed());
    };
    let Some((name, argument)) = wish.iter().next() else { return Err(name::malformed()) };
    let Some(action) = ACTIONS.iter().find(|action| action.name == name) else {
        return Err(Refusal::bad_request(format!("There is no such action: {name}")));
    };
    if call.version >= action.until {
        return Err(Refusal::not_found("The resource could not be found."));
    }
    check_body(call, action, argument)?;
    let id = call.segment("id");
    let mut server = SERVER.find(call, id).map_err(|missing| match name.as_str() {
        // These ask where the instance is before they ask whose it is.
        "os-start" | "os-stop" if !is_anywhere(call, id) => nowhere(id),
        _ => missing,
    })?;
    check_allowed(call, action, &server)?;
    if !UNNOTED.contains(&action.name) {
        event::note(call, &server.id, action.verb)?;
    }
    match action.what {
        What::Change(task, vm_state, power_state) => {
            begin(call, &mut server, task);
            let end = json!({
                "task_state": null, "vm_state": vm_state, "power_state": power_state,
            });
            plan(call, &mut server, &[json!({}), end]);
            call.transaction.update(&server)?;
            Ok(Reply::empty(202))
        }
        What::Special(function) => function(call, &mut server, argument),
    }
}

fn is_anywhere(call: &Call<'_>, id: &str) -> bool {
    call.transaction.find(SERVER.name, id).is_ok_and(|found| found.is_some())
}

/// The refusal of what asks where an instance is.
pub(super) fn nowhere(id: &str) -> Refusal {
    Refusal::not_found(format!("Instance {id} has no mapping to a cell."))
}

/// Notes what is being done with an instance.
fn begin(call: &Call<'_>, server: &mut Document, task: &str) {
    server.set("task_state", task);
    server.set("updated", call.now.seconds());
}

/// Checks the body under the action's name, as Nova's schema has it.
fn check_body(call: &Call<'_>, action: &Action, argument: &Value) -> Result<(), Refusal> {
    action.body.check(argument, call.version).map_err(|mut violation| {
        if violation.path.is_empty() {
            violation.path.push(action.name.to_string());
        }
        Refusal::bad_request(violation.message())
    })
}

fn check_allowed(call: &Call<'_>, action: &Action, server: &Document) -> Result<(), Refusal> {
    if let Some(rule) = action.policy.filter(|_| !call.who.is_admin()) {
        return Err(policy::disallowed(rule));
    }
    if !matches!(action.name, "lock" | "unlock" | "os-getConsoleOutput") {
        check_lock(call, server)?;
    }
    // These need the host before they look at the state.
    let needs_host = matches!(action.name, "os-start" | "os-stop" | "os-getConsoleOutput");
    if needs_host && server.get("host").is_null() {
        return Err(Refusal::conflict(format!("Instance {} is not ready", server.id)));
    }
    if !action.from.is_empty() && !action.from.contains(&state(server, "vm_state")) {
        return Err(not_while(action.verb, server, "vm_state"));
    }
    if !action.even_busy && !state(server, "task_state").is_empty() {
        return Err(not_while(action.verb, server, "task_state"));
    }
    Ok(())
}

/// Refuses to touch what is locked; an administrator may.
pub(super) fn check_lock(call: &Call<'_>, server: &Document) -> Result<(), Refusal> {
    if server.get("locked") == true && !call.who.is_admin() {
        return Err(Refusal::conflict(format!("Instance {} is locked", server.id)));
    }
    Ok(())
}

pub(super) fn not_while(verb: &str, server: &Document, field: &str) -> Refusal {
    Refusal::conflict(format!(
        "Cannot '{verb}' instance {} while it is in {field} {}",
        server.id,
        state(server, field)
    ))
}
