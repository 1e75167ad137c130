//! Listening to the library's events.

use std::fmt::Debug;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::requests::{Exchange, contents};
use super::{State, Talk};
use crate::text;

/// Hears what concerns the person, and no more: what is not heard costs nothing.
pub(super) struct Listener(pub(super) Talk);

impl<S: Subscriber> Layer<S> for Listener {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let talk = &self.0.0;
        match metadata.target() {
            "infomaniak_cloud::wait" | "infomaniak_cloud::note" => true,
            "infomaniak_cloud::http" => talk.debug || talk.timing,
            "infomaniak_cloud::wire" => talk.debug,
            _ => false,
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let talk = &self.0.0;
        Some(match (talk.debug, talk.timing) {
            (true, _) => LevelFilter::TRACE,
            (_, true) => LevelFilter::DEBUG,
            _ => LevelFilter::INFO,
        })
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields(Map::new());
        event.record(&mut fields);
        let fields = fields.0;
        match event.metadata().target() {
            "infomaniak_cloud::wait" => self.waited(&fields),
            "infomaniak_cloud::note" => {
                self.0.say(format_args!("note: {}", text::line(text(&fields, "message"))));
            }
            "infomaniak_cloud::http" => self.exchanged(fields),
            _ => self.0.say(text::lines(&contents(&fields))),
        }
    }
}

impl Listener {
    fn waited(&self, event: &Map<String, Value>) {
        let (subject, status) = (text(event, "subject"), text(event, "status"));
        let line = {
            let State { live, waits, .. } = &mut *self.0.state();
            if event.contains_key("over") {
                waits.remove(subject);
                return;
            }
            let before = waits.insert(subject.to_string(), status.to_string());
            // Without a live line, each change is told; on one, the next tick shows it.
            (live.is_none() && before.as_deref() != Some(status))
                .then(|| format!("{subject}: {status}"))
        };
        if let Some(line) = line {
            self.0.say(text::line(&line));
        }
    }

    fn exchanged(&self, event: Map<String, Value>) {
        let exchange = Exchange::new(event);
        if self.0.0.debug {
            self.0.say(text::line(&exchange.line()));
        }
        self.0.state().exchanges.push(exchange);
    }
}

fn text<'a>(event: &'a Map<String, Value>, field: &str) -> &'a str {
    event.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// An event's fields as JSON.
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().into(), format!("{value:?}").into());
    }
}
