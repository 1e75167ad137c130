//! Looking at many things at once.
//!
//! A wait looks at one thing. When many waits of a session look at things of one kind, a listing
//! serves them all: waiting for fifty instances costs about as many requests as waiting for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Resource;
use crate::cloud::Cloud;
use crate::error::Result;

/// From so many waits on, one listing is cheaper than a look at each.
const MANY: usize = 4;
/// How long a listing may serve.
const FRESH: Duration = Duration::from_millis(500);

/// One wait's looks at one thing. Those that exist at the same time share their listings.
pub(crate) struct Watch<T> {
    shared: Arc<Shared<T>>,
    begun: Instant,
}

struct Shared<T> {
    watches: AtomicUsize,
    latest: Mutex<Option<Listing<T>>>,
}

struct Listing<T> {
    begun: Instant,
    items: Vec<T>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Shared { watches: AtomicUsize::new(0), latest: Mutex::new(None) }
    }
}

impl<T: Resource + Clone> Watch<T> {
    /// Begins to watch. To be called after the change that is waited for was accepted: what was
    /// listed before says nothing about it.
    pub(crate) fn begin(cloud: &Cloud) -> Self {
        let shared = cloud.shared::<Shared<T>>();
        shared.watches.fetch_add(1, Ordering::Relaxed);
        Watch { shared, begun: Instant::now() }
    }

    /// The thing with this id as it is now.
    pub(crate) async fn look(&self, cloud: &Cloud, id: &str) -> Result<T> {
        if self.shared.watches.load(Ordering::Relaxed) < MANY {
            return T::get(cloud, id).await;
        }
        match self.look_in_listing(cloud, id).await? {
            Some(found) => Ok(found),
            // Gone, or not listed: only the service can tell which.
            None => T::get(cloud, id).await,
        }
    }

    async fn look_in_listing(&self, cloud: &Cloud, id: &str) -> Result<Option<T>> {
        let mut latest = self.shared.latest.lock().await;
        let now = Instant::now();
        let usable = |listing: &Listing<T>| {
            listing.begun >= self.begun && now.duration_since(listing.begun) <= FRESH
        };
        if !latest.as_ref().is_some_and(usable) {
            *latest = Some(Listing { begun: now, items: T::list(cloud).all().await? });
        }
        let items = latest.as_ref().map(|listing| listing.items.as_slice()).unwrap_or_default();
        Ok(items.iter().find(|item| item.id() == id).cloned())
    }
}

impl<T> Drop for Watch<T> {
    fn drop(&mut self) {
        self.shared.watches.fetch_sub(1, Ordering::Relaxed);
    }
}
