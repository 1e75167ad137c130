//! What an instance shows on its screen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Compute, Instance};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, plain_settings};
use crate::resource::{Named, Record, Resource};
use crate::session::service::COMPUTE;
use crate::session::{Microversion, Request};

/// The text on an instance's console.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ConsoleLog {
    /// The lines, as they are.
    pub output: String,
}

impl Record for ConsoleLog {
    const NOUN: &'static str = "console log";
    const COLUMNS: &'static [&'static str] = &["output"];

    fn identifier(&self) -> &'static str {
        ""
    }
}

operation! {
    /// Shows what an instance wrote on its console.
    ///
    /// Nova: `POST /servers/{id}/action` with `os-getConsoleOutput`.
    ///
    /// ```sh
    /// ik console log show web -f value
    /// ik console log show web --lines 20 -f value
    /// ```
    Compute::get_console_log as GetConsoleLog, "console log show", Effect::Reads,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// How many lines, from the end; all of them if not given.
        lines: Option<u32> = None,
    }
}

impl Operation for GetConsoleLog {
    type Output = ConsoleLog;

    async fn run(&self, cloud: &Cloud) -> Result<ConsoleLog> {
        let mut wish = json!({});
        if let Some(lines) = self.lines {
            wish["length"] = lines.into();
        }
        let body = &json!({ "os-getConsoleOutput": wish });
        let look = |id: String| async move {
            // It changes nothing, whatever its method.
            let request = Request::post(&COMPUTE, &[Instance::PATH, &id, "action"], body.clone());
            cloud.send(request.only_looks()).await?.json()
        };
        self.instance_id.apply(cloud, look).await
    }
}

/// Kinds of consoles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(extend("x-switches" = true))]
pub enum ConsoleKind {
    /// VNC in a browser.
    NoVnc,
    /// SPICE in a browser.
    Spice,
    /// A serial line, by web socket.
    Serial,
}

plain_settings!(ConsoleKind);

impl ConsoleKind {
    /// Nova's protocol and type.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            ConsoleKind::NoVnc => ("vnc", "novnc"),
            ConsoleKind::Spice => ("spice", "spice-html5"),
            ConsoleKind::Serial => ("serial", "serial"),
        }
    }
}

/// Where a console can be opened.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ConsoleUrl {
    /// `vnc`, `spice` or `serial`.
    pub protocol: String,
    /// The kind: `novnc`.
    pub r#type: String,
    /// The address. Whoever has it can use the console until it expires.
    pub url: String,
}

impl Record for ConsoleUrl {
    const NOUN: &'static str = "console";
    const COLUMNS: &'static [&'static str] = &["protocol", "type", "url"];

    fn identifier(&self) -> &str {
        &self.r#type
    }
}

operation! {
    /// Gives an address at which an instance's console can be opened in a browser.
    ///
    /// Nova: `POST /servers/{id}/remote-consoles`.
    ///
    /// ```sh
    /// ik console url show web
    /// ik console url show web -c url -f value
    /// ```
    Compute::get_console_url as GetConsoleUrl, "console url show", Effect::Reads,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Which console.
        kind: ConsoleKind = ConsoleKind::NoVnc,
    }
}

impl Operation for GetConsoleUrl {
    type Output = ConsoleUrl;

    async fn run(&self, cloud: &Cloud) -> Result<ConsoleUrl> {
        let (protocol, kind) = self.kind.names();
        let body = &json!({ "remote_console": { "protocol": protocol, "type": kind } });
        let open = |id: String| async move {
            let path = [Instance::PATH, &id, "remote-consoles"];
            let request = Request::post(&COMPUTE, &path, body.clone())
                .needs(Microversion(2, 6), "remote consoles");
            cloud.send(request.only_looks()).await?.field("remote_console")
        };
        self.instance_id.apply(cloud, open).await
    }
}
