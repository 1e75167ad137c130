//! Uploads: data of any length, received into a file beside, which becomes the image's when it is
//! whole.
//!
//! An upload holds its image by a [`Claim`]. The claim has an end that the uploader keeps moving:
//! if its process is killed, the image is queued again by itself, whichever process looks at it
//! next.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body as HttpBody;
use futures_util::StreamExt;
use md5::Md5;
use serde_json::json;
use sha2::{Digest, Sha512};

use super::kind::IMAGE;
use super::{broken, done, is_owner, wrong_type};
use crate::call::{Call, Refusal, Reply};
use crate::http::{Asked, aside};
use crate::store::{Document, Store, Transaction};
use crate::time::Moment;

/// How long a claim holds after its uploader was last heard of.
const LEASE: Duration = Duration::from_secs(30);
/// How often the uploader says that it is still there.
const RENEWAL: Duration = Duration::from_secs(10);

/// `PUT /images/{id}/file`
pub(super) async fn receive(asked: Asked, body: HttpBody) -> Result<Reply, Refusal> {
    let text = |name: &str| asked.headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text("content-type").unwrap_or("text/plain");
    if kind != "application/octet-stream" {
        return Err(wrong_type(kind));
    }
    if let Some(store) = text("x-image-meta-store").filter(|store| *store != super::store::NAME) {
        return Err(Refusal::bad_request(format!("Store for identifier {store} not found")));
    }
    let claim = aside(move || Claim::take(asked)).await?;
    let (claim, data) = claim.fill(body).await?;
    aside(move || claim.finish(&data)).await?;
    Ok(done())
}

/// What data turned out to be.
#[derive(Clone)]
pub(super) struct Data {
    size: u64,
    md5: Md5,
    sha512: Sha512,
    /// The first bytes, in which disks say how large they are.
    head: Vec<u8>,
}

/// How many bytes of the head are kept.
const HEAD: usize = 32;

impl Data {
    pub(super) fn new() -> Self {
        Data { size: 0, md5: Md5::new(), sha512: Sha512::new(), head: Vec::with_capacity(HEAD) }
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.md5.update(bytes);
        self.sha512.update(bytes);
        let missing = HEAD - self.head.len();
        self.head.extend(&bytes[..missing.min(bytes.len())]);
    }

    /// The fields of an image that has this data.
    pub(super) fn describe(&self, image: &mut Document) {
        image.set("status", "active");
        image.set("size", self.size);
        image.set("virtual_size", self.virtual_size(image));
        image.set("checksum", hex(&self.md5.clone().finalize()));
        image.set("os_hash_algo", "sha512");
        image.set("os_hash_value", hex(&self.sha512.clone().finalize()));
    }

    /// The size of the disk that the data is, where that can be told.
    fn virtual_size(&self, image: &Document) -> Option<u64> {
        if image.text("container_format") != "bare" {
            return None;
        }
        let size = match image.text("disk_format") {
            "raw" => Some(self.size),
            // The magic, the version, where the backing file's name is and its length; the size.
            "qcow2" if self.head.starts_with(b"QFI\xfb") => {
                self.head.get(24..32)?.try_into().ok().map(u64::from_be_bytes)
            }
            _ => None,
        };
        size.filter(|size| *size > 0)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An image that is being uploaded by nobody else. Dropped before it is finished, the image is
/// queued again.
struct Claim {
    store: Arc<Store>,
    image: String,
    /// The id of the upload, which the image remembers as long as it is claimed.
    id: String,
    /// Where the data is until it is whole.
    part: PathBuf,
    renewed: Instant,
    is_finished: bool,
}

/// Marks the image of the path as claimed: its id, and that of the upload.
fn claim(call: &mut Call<'_>) -> Result<(String, String), Refusal> {
    let mut image = IMAGE.find(call, call.segment("id"))?;
    if !is_owner(call, &image) {
        let message = format!("Not allowed to upload image data for image {}", image.id);
        return Err(Refusal::forbidden(message));
    }
    let status = image.text("status");
    if status != "queued" {
        return Err(Refusal::conflict(format!(
            "Image status transition from {status} to saving is not allowed"
        )));
    }
    let mut missing = vec!["disk_format", "container_format"];
    missing.retain(|name| image.text(name).is_empty());
    match missing.as_slice() {
        [] => {}
        [one] => return Err(unset(&format!("Property {one}"))),
        all => return Err(unset(&format!("Properties {}", all.join(", ")))),
    }
    let id = uuid::Uuid::new_v4().simple().to_string();
    hold(&mut image, &id, Moment::now());
    super::action::save(call, &mut image)?;
    sweep(call.transaction, &call.store)?;
    Ok((image.id, id))
}

impl Claim {
    /// Claims the image that is asked for.
    fn take(asked: Asked) -> Result<Self, Refusal> {
        let store = asked.store.clone();
        // A claim ends by a transaction of its own: there is none before this one has.
        let (image, id) = asked.write(claim)?;
        let part = store.image_file(&format!("{image}.{id}"));
        Ok(Claim { store, image, id, part, renewed: Instant::now(), is_finished: false })
    }

    /// Receives the data.
    async fn fill(mut self, body: HttpBody) -> Result<(Self, Data), Refusal> {
        let mut file = File::create(&self.part).map_err(|error| full(&error))?;
        let mut data = Data::new();
        let mut body = body.into_data_stream();
        loop {
            // A client may be slower than the lease.
            let next = tokio::time::timeout(RENEWAL, body.next()).await;
            if self.renewed.elapsed() >= RENEWAL {
                self = aside(|| self.renew()).await?;
            }
            match next {
                Err(_) => {}
                Ok(Some(Ok(bytes))) => {
                    let written = aside(move || {
                        data.add(&bytes);
                        file.write_all(&bytes).map(|()| (file, data))
                    });
                    (file, data) = written.await.map_err(|error| full(&error))?;
                }
                Ok(Some(Err(_))) => return Err(broken()),
                Ok(None) => return Ok((self, data)),
            }
        }
    }

    /// The image, if it is still there and still claimed by this upload.
    fn image(&self, transaction: &Transaction<'_>) -> Result<Option<Document>, Refusal> {
        let image = transaction.find(IMAGE.name, &self.image)?;
        Ok(image.filter(|image| image.text("upload") == self.id))
    }

    fn renew(mut self) -> Result<Self, Refusal> {
        self.renewed = Instant::now();
        let now = Moment::now();
        self.store.write(now, |transaction| {
            let mut image = self.image(transaction)?.ok_or_else(|| self.gone())?;
            hold(&mut image, &self.id, now);
            Ok::<_, Refusal>(transaction.update(&image)?)
        })?;
        Ok(self)
    }

    /// Makes the data the image's.
    fn finish(mut self, data: &Data) -> Result<(), Refusal> {
        let now = Moment::now();
        self.store.write(now, |transaction| {
            let mut image = self.image(transaction)?.ok_or_else(|| self.gone())?;
            data.describe(&mut image);
            image.set("updated_at", now.seconds());
            release(&mut image);
            transaction.update(&image)?;
            // Killed between this and the end of the transaction: a file that nobody reads, and
            // that the next upload replaces.
            fs::rename(&self.part, self.store.image_file(&self.image)).map_err(|error| full(&error))
        })?;
        self.is_finished = true;
        Ok(())
    }

    fn gone(&self) -> Refusal {
        let message = format!(
            "Image {} could not be found after upload. The image may have been deleted during the \
             upload, cleaning up the chunks uploaded.",
            self.image
        );
        Refusal::new(410, message)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        // What cannot be done here is done by the end of the lease, and by the next upload.
        let _ = fs::remove_file(&self.part);
        let _ = self.store.write(Moment::now(), |transaction| {
            if let Some(mut image) = self.image(transaction)? {
                image.set("status", "queued");
                release(&mut image);
                transaction.update(&image)?;
            }
            Ok::<_, Refusal>(())
        });
    }
}

/// Claims the image for an upload; by itself it is queued again.
fn hold(image: &mut Document, id: &str, now: Moment) {
    image.set("status", "saving");
    image.set("upload", id);
    image.later.clear();
    image.set_later(now.after(LEASE), json!({ "status": "queued" }));
}

/// Ends the claim.
fn release(image: &mut Document) {
    image.fields.shift_remove("upload");
    image.later.clear();
}

fn unset(properties: &str) -> Refusal {
    Refusal::bad_request(format!("{properties} must be set prior to saving data."))
}

fn full(error: &std::io::Error) -> Refusal {
    Refusal::new(413, format!("Image storage media is full: {error}"))
}

/// Removes files that belong to no image any more: their process was killed.
fn sweep(transaction: &Transaction<'_>, store: &Store) -> Result<(), Refusal> {
    let folder = store.image_file("");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let (image, upload) = match name.split_once('.') {
            Some((image, upload)) => (image, Some(upload)),
            None => (name.as_str(), None),
        };
        let image = transaction.find(IMAGE.name, image)?;
        let belongs = image.is_some_and(|image| match upload {
            Some(upload) => image.text("status") == "saving" && image.text("upload") == upload,
            None => true,
        });
        if !belongs {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(disk_format: &str) -> Document {
        let fields = json!({ "disk_format": disk_format, "container_format": "bare" });
        Document::of(IMAGE.name, "", "x", fields)
    }

    #[test]
    fn data_is_described_whatever_pieces_it_came_in() {
        let mut data = Data::new();
        data.add(b"0123");
        data.add(b"");
        data.add(b"456789");
        let mut image = image("raw");
        data.describe(&mut image);
        assert_eq!(image.get("size"), 10);
        assert_eq!(image.get("virtual_size"), 10);
        assert_eq!(image.text("checksum"), "781e5e245d69b566979b86e28d23f2c7");
        assert!(
            image.text("os_hash_value").starts_with("bb96c2fc40d2d54617d6f276febe571f623a8dad")
        );
    }

    #[test]
    fn a_qcow2_disk_says_how_large_it_is() {
        let mut disk = b"QFI\xfb\0\0\0\x03".to_vec();
        disk.extend([0; 16]);
        disk.extend((7_u64 << 30).to_be_bytes());
        let mut data = Data::new();
        disk.chunks(5).for_each(|bytes| data.add(bytes));
        assert_eq!(data.virtual_size(&image("qcow2")), Some(7 << 30));
        assert_eq!(data.virtual_size(&image("raw")), Some(32));
        assert_eq!(data.virtual_size(&image("vmdk")), None);
        assert_eq!(Data::new().virtual_size(&image("raw")), None);
    }

    #[test]
    fn a_killed_upload_leaves_a_queued_image_and_its_file_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), |_| Ok(())).unwrap();
        let now = Moment::now();
        let mut document = image("raw");
        hold(&mut document, "killed", now);
        store.write(now, |transaction| transaction.insert(&document)).unwrap();
        let (part, stray) = (store.image_file("x.killed"), store.image_file("deleted"));
        fs::write(&part, "0123").unwrap();
        fs::write(&stray, "0123").unwrap();

        let look = |at: Moment| {
            store.read(at, |transaction| {
                sweep(transaction, &store)?;
                let image = transaction.find(IMAGE.name, "x")?;
                Ok::<_, Refusal>(image.unwrap().text("status").to_string())
            })
        };
        assert_eq!(look(now.after(LEASE / 2)).unwrap(), "saving");
        assert!(part.exists() && !stray.exists());
        assert_eq!(look(now.after(LEASE)).unwrap(), "queued");
        assert!(!part.exists());
    }

    #[test]
    fn an_upload_that_lost_its_claim_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path(), |_| Ok(())).unwrap());
        let now = Moment::now();
        let mut document = image("raw");
        hold(&mut document, "later", now);
        store.write(now, |transaction| transaction.insert(&document)).unwrap();
        let part = store.image_file("x.earlier");
        fs::write(&part, "0123").unwrap();
        let earlier = Claim {
            store: store.clone(),
            image: "x".into(),
            id: "earlier".into(),
            part: part.clone(),
            renewed: Instant::now(),
            is_finished: false,
        };
        assert_eq!(earlier.finish(&Data::new()).unwrap_err().status, 410);
        assert!(!part.exists() && !store.image_file("x").exists());
        let image = store.read(now, |transaction| transaction.find(IMAGE.name, "x")).unwrap();
        let image = image.unwrap();
        assert_eq!((image.text("status"), image.text("upload")), ("saving", "later"));
    }
}
