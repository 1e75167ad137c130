//! An image's data to a file: whole and as Glance has it, or not at all. Or to a stream.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ring::digest;
use serde_json::Value;

use super::{Compute, Image};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource};
use crate::session::Request;
use crate::session::service::IMAGE;
use crate::session::upload::{hex, told, told_over};

operation! {
    /// Saves an image's data to a file.
    ///
    /// It is written beside the file, compared with Glance's digest, and takes the file's place only
    /// when it is whole. What was there before stays if anything goes wrong. To standard output, a pipe
    /// or a device it is written as it comes, and compared all the same.
    ///
    /// Glance: `GET /v2/images/{id}`, then `GET /v2/images/{id}/file`.
    ///
    /// ```sh
    /// ik image save "Debian 12 bookworm" --file debian.img
    /// ik image save "Debian 12 bookworm" --file - | sha512sum
    /// ```
    Compute::save_image as SaveImage, "image save", Effect::Reads,
    (
        /// The image, by name or id.
        image_id: Named<Image>,
        /// The file to write; `-` is standard output.
        file: String,
    )
    {}
}

/// How often it is told how far it has got.
const TOLD: Duration = Duration::from_millis(400);

impl Operation for SaveImage {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let image = self.image_id.find(cloud).await?;
        let about: Value =
            cloud.send(Request::get(&IMAGE, &[Image::PATH, &image.id])).await?.json()?;
        let mut target = Target::open(&self.file)?;
        let subject = format!("image `{}` ({})", image.name, image.id);
        let fetched = fetch(cloud, &image, &about, &subject, &mut target).await;
        told_over(&subject);
        fetched.map_err(|error| error.with_resource(&image.id))?;
        target.finish()
    }
}

/// Writes the data and compares it with what Glance says of it.
async fn fetch(
    cloud: &Cloud,
    image: &Image,
    about: &Value,
    subject: &str,
    target: &mut Target,
) -> Result<()> {
    let algorithm = match about["os_hash_algo"].as_str() {
        Some("sha256") => &digest::SHA256,
        Some("sha384") => &digest::SHA384,
        _ => &digest::SHA512,
    };
    let expected = match about["os_hash_algo"].as_str() {
        Some("sha256" | "sha384" | "sha512") => about["os_hash_value"].as_str(),
        _ => None,
    };
    let mut response = cloud.open(Request::get(&IMAGE, &[Image::PATH, &image.id, "file"])).await?;
    if response.status() == 204 {
        return Err(Error::new(Kind::Conflict, "the image has no data")
            .with_hint(format!("it is {}", image.status)));
    }
    let (mut digest, mut bytes) = (digest::Context::new(algorithm), 0);
    let started = Instant::now();
    let mut last = started;
    while let Some(piece) = response.chunk().await? {
        digest.update(&piece);
        target.write(&piece)?;
        bytes += piece.len() as u64;
        if last.elapsed() >= TOLD {
            last = Instant::now();
            told(subject, bytes, image.size, "received", started);
        }
    }
    let got = hex(digest.finish().as_ref());
    let differs = expected.is_some_and(|expected| expected != got);
    if differs || image.size.is_some_and(|size| size != bytes) {
        return Err(Error::new(
            Kind::Failed,
            format!("what came is not what Glance says it has: {bytes} bytes, {got}"),
        )
        .with_hint(format!(
            "{}; try again, and tell the cloud's operator if it comes back",
            target.after_failure()
        )));
    }
    Ok(())
}

/// Where the data goes.
enum Target {
    File(Part),
    /// What cannot be taken back: standard output, a pipe, a device.
    Stream(Box<dyn Write + Send>),
}

impl Target {
    fn open(file: &str) -> Result<Target> {
        if file == "-" {
            return Ok(Target::Stream(Box::new(std::io::stdout())));
        }
        let path = Path::new(file);
        let is_stream = path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir());
        if !is_stream {
            return Part::create(path).map(Target::File);
        }
        let opened = OpenOptions::new().write(true).open(path);
        opened
            .map(|stream| Target::Stream(Box::new(stream)))
            .map_err(|error| Error::new(Kind::Invalid, format!("cannot write `{file}`: {error}")))
    }

    fn write(&mut self, piece: &[u8]) -> Result<()> {
        match self {
            Target::File(part) => part.write(piece),
            Target::Stream(stream) => stream.write_all(piece).map_err(|error| broken(&error)),
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Target::File(part) => part.finish(),
            Target::Stream(mut stream) => stream.flush().map_err(|error| broken(&error)),
        }
    }

    /// What is there when something has gone wrong.
    fn after_failure(&self) -> &'static str {
        match self {
            Target::File(_) => "nothing was kept",
            Target::Stream(_) => "what was written cannot be used",
        }
    }
}

fn broken(error: &std::io::Error) -> Error {
    Error::new(Kind::Failed, format!("the data cannot be written: {error}"))
        .with_hint("what was written is not all of it")
}

/// The file being written, under another name. Removed again unless it is finished.
struct Part {
    file: File,
    path: PathBuf,
    target: PathBuf,
    finished: bool,
}

impl Part {
    fn create(target: &Path) -> Result<Part> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let created = if target.is_dir() {
            Err(std::io::Error::from(std::io::ErrorKind::IsADirectory))
        } else {
            File::create(&path)
        };
        let file = created.map_err(|error| {
            Error::new(Kind::Invalid, format!("cannot write `{}`: {error}", target.display()))
                .with_hint("name a file in a folder that exists")
        })?;
        Ok(Part { file, path, target: target.to_path_buf(), finished: false })
    }

    fn failed(&self, error: &std::io::Error) -> Error {
        Error::new(Kind::Failed, format!("cannot write `{}`: {error}", self.target.display()))
            .with_hint("nothing was kept; what was there before is as it was")
    }

    fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.file.write_all(piece).map_err(|error| self.failed(&error))
    }

    /// Puts it in its place.
    fn finish(mut self) -> Result<()> {
        let placed = self.file.sync_all().and_then(|()| std::fs::rename(&self.path, &self.target));
        placed.map_err(|error| self.failed(&error))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
