//! Where the bytes of a transcript come from.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git::Tree;

/// How much is read at a time.
const CHUNK: usize = 1 << 20;
/// How much is read of a small file at a time.
const LEAST: usize = 1 << 13;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A transcript that can be read from its beginning as often as an importer needs. What is compressed (gzip,
/// Zstandard; told by its content) is read as what was compressed.
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    /// The file that the path names.
    File,
    /// A file without a name, such as one that keeps what came over a pipe.
    Spool(Arc<File>),
    /// Several that are read one after another, each from the beginning of a line.
    Parts(Arc<[Source]>),
    /// A file of this name on a branch that is not checked out.
    Kept(Arc<Tree>, String),
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
            body: Body::Spool(Arc::new(file)),
        })
    }

    /// Several sources as one: the pieces of a long transcript, or all recordings of a session.
    pub(super) fn parts(path: impl Into<PathBuf>, parts: Vec<Source>) -> Source {
        Source {
            path: path.into(),
            body: Body::Parts(parts.into()),
        }
    }

    /// A file on a branch of a git repository that is not checked out.
    pub(super) fn kept(tree: Arc<Tree>, name: &str) -> Source {
        Source {
            path: tree.path(name),
            body: Body::Kept(tree, name.to_owned()),
        }
    }

    /// Gives the address of the repository on whose branch it is kept.
    pub(super) fn repository(&self) -> Option<&str> {
        match &self.body {
            Body::Kept(tree, _) => tree.repository(),
            _ => None,
        }
    }

    /// Gives how many of its files are kept on a branch that is not checked out.
    pub fn kept_files(&self) -> usize {
        let is_kept = |part: &&Source| matches!(part.body, Body::Kept(..));
        self.each_part().iter().filter(is_kept).count()
    }

    /// Lets go of what it needs to be read: it will not be read again soon.
    pub(super) fn rest(&self) {
        match &self.body {
            Body::Kept(tree, _) => tree.rest(),
            Body::Parts(parts) => parts.iter().for_each(Source::rest),
            Body::File | Body::Spool(_) => (),
        }
    }

    /// Gives the sources that it is made of: itself, where it is one.
    pub(super) fn each_part(&self) -> &[Source] {
        match &self.body {
            Body::Parts(parts) => parts,
            _ => std::slice::from_ref(self),
        }
    }

    /// Gives what lies beside it under a name; `None` where nothing does.
    pub(super) fn beside(&self, name: &str) -> Option<Source> {
        let path = self.path.with_file_name(name);
        match &self.body {
            Body::File => path.is_file().then(|| Source::file(path)),
            Body::Kept(tree, own) => {
                let beside = match own.rsplit_once('/') {
                    Some((folder, _)) => format!("{folder}/{name}"),
                    None => name.to_owned(),
                };
                tree.has(&beside)
                    .then(|| Source::kept(tree.clone(), &beside))
            }
            Body::Spool(_) | Body::Parts(_) => None,
        }
    }

    /// Gives how many files it is made of.
    pub fn files(&self) -> usize {
        self.each_part().len()
    }

    /// Gives its size in bytes, as it is stored; 0 where that is not known.
    pub fn size(&self) -> u64 {
        match &self.body {
            Body::File => std::fs::metadata(&self.path).map_or(0, |meta| meta.len()),
            Body::Spool(file) => file.metadata().map_or(0, |meta| meta.len()),
            Body::Parts(parts) => parts.iter().map(Source::size).sum(),
            Body::Kept(tree, name) => tree.size(name),
        }
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
            Body::File => {
                let file = File::open(&self.path)?;
                // Much memory for each of many small files costs more than to read them.
                let size = file.metadata().map_or(CHUNK as u64, |meta| meta.len());
                let chunk = usize::try_from(size).map_or(CHUNK, |size| size.clamp(LEAST, CHUNK));
                return decompressed(BufReader::with_capacity(chunk, Box::new(file)));
            }
            Body::Spool(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(0))?;
                Box::new(file)
            }
            Body::Kept(tree, name) => Box::new(tree.read(name)?),
            Body::Parts(parts) => {
                let joined = Joined::of(parts.clone());
                return Ok(Box::new(BufReader::with_capacity(CHUNK, joined)));
            }
        };
        decompressed(BufReader::with_capacity(CHUNK, plain))
    }

    /// Opens it as a file that is read from any place: as it lies, or without a name where it is compressed or in no
    /// file.
    ///
    /// # Errors
    ///
    /// [`io::Error`], as [`Source::open`], or where there is no space for it.
    #[cfg(feature = "parquet")]
    pub(super) fn seekable(&self) -> io::Result<File> {
        let plain = match &self.body {
            Body::File => Some(File::open(&self.path)?),
            Body::Spool(file) => Some(file.try_clone()?),
            Body::Parts(_) | Body::Kept(..) => None,
        };
        if let Some(mut file) = plain {
            let mut start = Vec::new();
            file.seek(SeekFrom::Start(0))?;
            (&file).take(ZSTD.len() as u64).read_to_end(&mut start)?;
            if !start.starts_with(&GZIP) && start != ZSTD {
                return Ok(file);
            }
        }
        let mut file = tempfile::tempfile()?;
        io::copy(&mut self.open()?, &mut file)?;
        Ok(file)
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

/// Sources that are read one after another, opened when their time comes.
struct Joined {
    parts: Arc<[Source]>,
    next: usize,
    open: Option<Input>,
    last: u8,
}

impl Joined {
    fn of(parts: Arc<[Source]>) -> Joined {
        Joined {
            parts,
            next: 0,
            open: None,
            last: b'\n',
        }
    }
}

impl Read for Joined {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if self.open.is_none() {
                let Some(part) = self.parts.get(self.next) else {
                    return Ok(0);
                };
                if self.last != b'\n' {
                    (buffer[0], self.last) = (b'\n', b'\n');
                    return Ok(1);
                }
                self.open = Some(part.open()?);
                self.next += 1;
            }
            let count = self.open.as_mut().map_or(Ok(0), |open| open.read(buffer))?;
            if count > 0 {
                self.last = buffer[count - 1];
                return Ok(count);
            }
            self.open = None;
        }
    }
}

fn decompressed(mut plain: BufReader<Box<dyn Read + Send>>) -> io::Result<Input> {
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
    fn parts_begin_on_lines_of_their_own() {
        let spooled = |text: &str| Source::spooled("part", text.as_bytes()).unwrap();
        let parts = ["{}", "", "[]\n", "1"].map(spooled).into();
        let source = Source::parts("whole", parts);
        assert_eq!(read(&source), "{}\n[]\n1");
        assert_eq!((source.files(), source.size()), (4, 6));
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
