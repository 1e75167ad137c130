//! Answers that a fault spoils on their way out.

use std::io::Write;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, stream};

use crate::fault::Fault;

/// The answer as the fault leaves it. Faults that are not about an answer's body leave it alone.
pub(crate) async fn spoil(response: Response, fault: &Fault) -> Response {
    match fault {
        Fault::Cut(bytes) => cut(response, *bytes).await,
        Fault::Gzip(bytes) => {
            let mut response =
                with_body(response, |whole| first(gzip(&whole).into(), *bytes)).await;
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }
        Fault::Rewrite { find, replace } => {
            let rewrite = |whole: Bytes| match std::str::from_utf8(&whole) {
                Ok(text) => text.replace(find, replace).into(),
                Err(_) => whole,
            };
            with_body(response, rewrite).await
        }
        _ => response,
    }
}

/// The answer, broken off after so many bytes.
async fn cut(response: Response, bytes: usize) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, whole.len().into());
    // What is there goes out while the rest has to be waited for.
    let broken = async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut on demand"))
    };
    let part = stream::iter([Ok(first(whole, bytes))]);
    Response::from_parts(head, Body::from_stream(part.chain(stream::once(broken))))
}

async fn with_body(response: Response, change: impl FnOnce(Bytes) -> Bytes) -> Response {
    let (mut head, body) = response.into_parts();
    let body = change(to_bytes(body, usize::MAX).await.unwrap_or_default());
    head.headers.insert(CONTENT_LENGTH, body.len().into());
    Response::from_parts(head, Body::from(body))
}

fn first(whole: Bytes, bytes: usize) -> Bytes {
    whole.slice(..bytes.min(whole.len()))
}

fn gzip(whole: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    encoder.write_all(whole).and_then(|()| encoder.finish()).unwrap_or_default()
}
