//! stub
use crate::store::Transaction;
use crate::time::Moment;
pub(crate) fn seed(_: &Transaction<'_>, _: Moment) -> rusqlite::Result<()> {
    Ok(())
}
pub(crate) async fn stream(
    _: crate::service::Stream,
    _: &crate::http::Asked<'_>,
    _: axum::body::Body,
) -> Result<axum::response::Response, crate::call::Refusal> {
    Err(crate::call::Refusal::not_found("x"))
}

/// The image of this id, if the caller may boot it.
pub(crate) fn find_for_boot(
    call: &crate::call::Call<'_>,
    id: &str,
) -> Result<Option<crate::store::Document>, crate::call::Refusal> {
    Ok(call.transaction.find("image", id)?)
}
