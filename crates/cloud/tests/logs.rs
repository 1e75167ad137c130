//! Collects what the library logs on the present thread.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber, span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::record;

/// Everything logged by this library while it lives, at every level, one text for each event and
/// each span. A test that uses it must run on one thread.
pub(crate) struct Logs {
    lines: Arc<Mutex<Vec<String>>>,
    _guard: DefaultGuard,
}

impl Logs {
    pub(crate) fn collect() -> Logs {
        let lines = Arc::default();
        let collector = Collector(Arc::clone(&lines));
        let subscriber = tracing_subscriber::registry().with(collector).with(record::listener());
        Logs { lines, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// The lines under `target` since the last call, each with level, target and all fields.
    pub(crate) fn take(&self, target: &str) -> Vec<String> {
        let mut taken = std::mem::take(&mut *self.lines.lock().unwrap());
        taken.retain(|line| line.split(' ').nth(1).unwrap().starts_with(target));
        taken
    }
}

struct Collector(Arc<Mutex<Vec<String>>>);

impl Collector {
    fn add(&self, metadata: &tracing::Metadata<'_>, record: impl FnOnce(&mut Line)) {
        if metadata.target().starts_with("infomaniak_cloud") {
            let mut line = Line(format!("{} {}", metadata.level(), metadata.target()));
            record(&mut line);
            self.0.lock().unwrap().push(line.0);
        }
    }
}

impl<S: Subscriber> Layer<S> for Collector {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.add(event.metadata(), |line| event.record(line));
    }

    fn on_new_span(&self, span: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        self.add(span.metadata(), |line| span.record(line));
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }
}
