//! Downloads: the data of an image, or a part of it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use axum::body::Body as HttpBody;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::kind::{IMAGE, has_data};
use super::range::{self, Range};
use super::{broken, without_body};
use crate::call::Refusal;
use crate::http::{Asked, aside};

/// How much is read at a time.
pub(super) const PIECE: usize = 64 << 10;

/// `GET /images/{id}/file`
pub(super) fn send(asked: Asked) -> Result<Response, Refusal> {
    let (store, range) = (asked.store.clone(), asked.headers.get("range").cloned());
    let image = asked.read(|call| {
        without_body(call)?;
        let image = IMAGE.find(call, call.segment("id"))?;
        if image.text("status") == "deactivated" && !call.who.is_admin() {
            return Err(Refusal::forbidden(
                "The requested image has been deactivated. Image data download is forbidden.",
            ));
        }
        Ok(image)
    })?;
    if !has_data(&image) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    // Opened, it can be read even if the image is deleted meanwhile.
    let Ok(mut file) = File::open(store.image_file(&image.id)) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let size = image.get("size").as_u64().unwrap_or_default();
    let range = range.as_ref().and_then(|range| range.to_str().ok());
    let range = range.map(|range| range::parse(range, size)).transpose()?;
    let Range { start, length } = range.unwrap_or(Range { start: 0, length: size });
    file.seek(SeekFrom::Start(start)).map_err(|_| broken())?;
    let mut response = HttpBody::from_stream(pieces(file, length)).into_response();
    let mut insert = |name: &'static str, value: String| {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    };
    insert("content-type", "application/octet-stream".into());
    insert("content-length", length.to_string());
    insert("content-md5", image.text("checksum").into());
    if range.is_some() {
        insert("content-range", format!("bytes {start}-{}/{size}", start + length - 1));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// So many bytes of a file, piece by piece.
fn pieces(
    file: File,
    length: u64,
) -> impl stream::Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    stream::try_unfold(file.take(length), |mut file| {
        aside(move || {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece)?;
            piece.truncate(read);
            Ok((read > 0).then_some((piece, file)))
        })
    })
}
