//! The bytes of a column, as the `parquet` crate asks for them: it is given no page that would cost more than is there
//! for it.

use std::fs::File;
use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length, SerializedPageReader};

use super::bounds::{self, Unfit};

/// How many bytes the pages may take that are open at one time. Writers make pages of one megabyte, some of a hundred.
const MOST: u64 = 120 << 20;
/// How long the head of a page mostly is, and how long it may be: it can quote values.
const HEADS: [u64; 2] = [4 << 10, 4 << 20];
/// How many values the list may have that a column's values are taken from.
const MOST_ENTRIES: u32 = 2 << 20;

/// What the open pages take together.
pub(super) type Budget = Arc<AtomicU64>;

/// A column's pages in a group of rows.
pub(super) struct Pages {
    pages: SerializedPageReader<Bytes>,
    is_optional: bool,
}

impl Pages {
    pub(super) fn of(
        file: &Arc<File>,
        chunk: &ColumnChunkMetaData,
        rows: usize,
        budget: &Budget,
    ) -> Result<Pages> {
        let bytes = Bytes {
            file: file.clone(),
            budget: budget.clone(),
            largest: AtomicU64::new(0),
        };
        Ok(Pages {
            pages: SerializedPageReader::new(Arc::new(bytes), chunk, rows, None)?,
            is_optional: chunk.column_descr().max_def_level() > 0,
        })
    }

    /// Refuses a page whose content promises more values than its head: the room for them is made at once.
    fn checked(&self, page: Page) -> Result<Page> {
        match &page {
            Page::DictionaryPage {
                num_values, buf, ..
            } if *num_values > MOST_ENTRIES || *num_values as usize > buf.len().max(1) => {
                Err(refused("a list of values is too long"))
            }
            Page::DataPage {
                buf,
                num_values,
                encoding,
                ..
            } => {
                let levels = self.is_optional.then(|| length_of_levels(buf));
                delta(*encoding, buf, levels.unwrap_or(Some(0)), *num_values).map(|()| page)
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                let levels = def_levels_byte_len.checked_add(*rep_levels_byte_len);
                let levels = levels.map(|levels| levels as usize);
                delta(*encoding, buf, levels, *num_values).map(|()| page)
            }
            Page::DictionaryPage { .. } => Ok(page),
        }
    }
}

fn refused(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

/// Gives how many bytes stand before the values: four that tell the length, and what they tell.
fn length_of_levels(buf: &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(*buf.first_chunk()?);
    (length as usize).checked_add(4)
}

/// Checks how many values are promised where each is told by its difference from the one before.
fn delta(encoding: Encoding, buf: &[u8], levels: Option<usize>, values: u32) -> Result<()> {
    match encoding {
        Encoding::DELTA_BINARY_PACKED | Encoding::DELTA_LENGTH_BYTE_ARRAY => {
            let start = levels.and_then(|levels| buf.get(levels..));
            let promised = start.and_then(promised);
            match promised {
                Some(promised) if promised <= u64::from(values) => Ok(()),
                _ => Err(refused("a page promises more values than it has")),
            }
        }
        // A few bytes of it can stand for any number of long texts.
        Encoding::DELTA_BYTE_ARRAY => Err(refused(
            "it is encoded as DELTA_BYTE_ARRAY, which is not read: write the file again with another encoding",
        )),
        _ => Ok(()),
    }
}

/// Reads the third of the lengths at the start of a delta encoding: how many values there are.
fn promised(bytes: &[u8]) -> Option<u64> {
    let mut bytes = bytes.iter();
    let mut length = || {
        let mut length = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = *bytes.next()?;
            length |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(length);
            }
        }
        None
    };
    length()?;
    length()?;
    length()
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.map(|page| self.checked(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

/// The bytes of a file, for one column.
struct Bytes {
    file: Arc<File>,
    budget: Budget,
    /// The largest page so far: its room is kept for the next one.
    largest: AtomicU64,
}

impl Bytes {
    /// Takes room for the page that begins here.
    fn make_room(&self, start: u64) -> Result<()> {
        let mut told = Err(Unfit::Cut);
        for length in HEADS {
            let mut head = Vec::new();
            self.file
                .get_read(start)?
                .take(length)
                .read_to_end(&mut head)?;
            told = bounds::page(&head);
            if told != Err(Unfit::Cut) {
                break;
            }
        }
        let size = told.map_err(|_| refused("the head of a page makes no sense"))?;
        let known = self.largest.fetch_max(size, Ordering::Relaxed);
        let more = size.saturating_sub(known);
        let open = self.budget.fetch_add(more, Ordering::Relaxed);
        if open.saturating_add(more) > MOST {
            return Err(refused("its pages are too large to be unpacked"));
        }
        Ok(())
    }
}

impl Length for Bytes {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Bytes {
    type T = BufReader<File>;

    /// The crate asks for this where the head of a page stands.
    fn get_read(&self, start: u64) -> Result<BufReader<File>> {
        self.make_room(start)?;
        self.file.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.file.len()) {
            return Err(refused("a page lies behind the end of the file"));
        }
        self.file.get_bytes(start, length)
    }
}
