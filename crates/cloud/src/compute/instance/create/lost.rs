//! Finding again what was created when Nova's answer is lost.

use serde::Deserialize;

use super::super::Instance;
use crate::cloud::Cloud;
use crate::error::{Error, Result};
use crate::page::Pages;
use crate::resource::Resource;
use crate::session::Request;
use crate::session::service::COMPUTE;
use crate::wait::lost::look_again;

/// What Nova answers to a creation, as far as it matters.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: String,
}

/// The instances that carry a mark.
pub(super) fn marked(mark: &str) -> Request {
    Request::get(&COMPUTE, Instance::LIST).query("tags", mark)
}

/// Looks for the instance whose creation was `lost`.
pub(super) async fn find_again(cloud: &Cloud, mark: &str, lost: Error) -> Result<Created> {
    let look = || async {
        let mut found = Pages::<Created>::new(cloud, marked(mark), Instance::MANY).first(1).await?;
        Ok(found.pop().into())
    };
    look_again(cloud, look).await.ok_or_else(|| {
        lost.with_better_hint(format!(
            "it is not known whether the instance was created; if it was, this shows it: \
             ik server list --tag {mark}"
        ))
    })
}
