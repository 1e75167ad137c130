//! `ik image`: data that comes through a pipe.

use std::io::Write;
use std::process::Stdio;

use infomaniak_cloud::Kind;

use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::things::IMAGE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("an image is made of what a pipe brings", piped)
            .proves(&["create_image", "save_image"])
            .refuses(Kind::Invalid, &["create_image"]),
    ]
}

async fn piped(context: &Context) -> Outcome {
    let name = context.name(&IMAGE, "piped");
    let create = ["image", "create", &name, "--file", "-", "-f", "json"];
    let of_pipe = |data: &[u8]| -> Outcome<_> {
        let mut command = context.ik_command(&create)?;
        command.env("OS_CLOUD", context.target.member).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        child.stdin.take().unwrap().write_all(data)?;
        context.noted(&create, child.wait_with_output()?)
    };
    let data = b"through a pipe ".repeat(100_000);
    let made = of_pipe(&data)?.json()?;
    assert_eq!((&made["status"], &made["size"]), (&"active".into(), &data.len().into()), "{made}");
    let file = context.path("piped.img");
    context.ik(&["image", "save", &name, "--file", &file.display().to_string()])?.good()?;
    assert!(std::fs::read(&file)? == data, "it has other bytes");
    context.ik(&["image", "delete", &name, "--yes"])?.good()?;

    // Of nothing, no image is left.
    of_pipe(b"")?.refused(Kind::Invalid)?;
    let left = context.ik(&["image", "list", "--name", &name, "-f", "json"])?.json()?;
    assert_eq!(left, serde_json::json!([]));
    Ok(())
}
