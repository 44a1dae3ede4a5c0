//! Where the bytes of a transcript come from.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How much is read at a time.
const CHUNK: usize = 1 << 20;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A transcript that can be read from its beginning as often as an importer needs. What is compressed (gzip,
/// Zstandard; told by its content) is read as what was compressed.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    body: Body,
}

#[derive(Debug)]
enum Body {
    /// The file that the path names.
    File,
    /// A file without a name, such as one that keeps what came over a pipe.
    Spool(File),
}

impl Source {
    /// A file.
    pub fn file(path: impl Into<PathBuf>) -> Source {
        Source {
            path: path.into(),
            body: Body::File,
        }
    }

    /// What a pipe gives, kept in a file without a name; `path` is what it is called.
    ///
    /// # Errors
    ///
    /// [`io::Error`] where the pipe cannot be read, or there is no space for what it gives.
    pub fn spooled(path: impl Into<PathBuf>, mut input: impl Read) -> io::Result<Source> {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut input, &mut file)?;
        Ok(Source {
            path: path.into(),
            body: Body::Spool(file),
        })
    }

    /// What it is called: for messages, for names that say something, and for what lies beside it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells whether it is a file by this path, with what may lie beside it.
    pub(super) fn is_plain_file(&self) -> bool {
        matches!(self.body, Body::File)
    }

    /// Opens it at its beginning.
    ///
    /// # Errors
    ///
    /// [`io::Error`] of the file, or of what was to be decompressed.
    pub(super) fn open(&self) -> io::Result<Input> {
        let plain: Box<dyn Read + Send> = match &self.body {
            Body::File => Box::new(File::open(&self.path)?),
            Body::Spool(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(0))?;
                Box::new(file)
            }
        };
        decompressed(plain)
    }

    /// Reads all of it.
    ///
    /// # Errors
    ///
    /// [`io::Error`], as [`Source::open`].
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// An open source.
pub(super) type Input = Box<dyn BufRead + Send>;

fn decompressed(plain: Box<dyn Read + Send>) -> io::Result<Input> {
    let mut plain = BufReader::with_capacity(CHUNK, plain);
    let start = plain.fill_buf()?;
    if start.starts_with(&GZIP) {
        let inner = flate2::bufread::MultiGzDecoder::new(plain);
        return Ok(Box::new(BufReader::with_capacity(CHUNK, inner)));
    }
    if start.starts_with(&ZSTD) {
        let inner = zstd::Decoder::with_buffer(plain)?;
        return Ok(Box::new(BufReader::with_capacity(CHUNK, inner)));
    }
    Ok(Box::new(plain))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(source: &Source) -> String {
        // Twice, since some importers read twice.
        let first = source.read().unwrap();
        assert_eq!(source.read().unwrap(), first);
        String::from_utf8(first).unwrap()
    }

    #[test]
    fn what_was_compressed_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(b"woven\n").unwrap();
        // Two members, as a log that was appended to has.
        let gzip = [gzip.finish().unwrap(), {
            let mut more = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            more.write_all(b"knit\n").unwrap();
            more.finish().unwrap()
        }]
        .concat();
        std::fs::write(path("a.gz"), &gzip).unwrap();
        assert_eq!(read(&Source::file(path("a.gz"))), "woven\nknit\n");
        let zstd = zstd::encode_all(&b"felted"[..], 3).unwrap();
        assert_eq!(
            read(&Source::spooled("a.zst", &zstd[..]).unwrap()),
            "felted"
        );
        std::fs::write(path("cut.gz"), &gzip[..12]).unwrap();
        assert!(Source::file(path("cut.gz")).read().is_err());
    }
}
