//! An open table, and its rows.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
    RowGroupMetaData,
};
use parquet::schema::types::ColumnDescPtr;

use crate::import::source::Source;
use crate::model::Timestamp;

use super::cells::{Cell, Column};
use super::contained::contained;
use super::pages::{Budget, Pages};
use super::{Error, MAGIC, bounds};

/// The bytes after the description of a file: its length, and the mark.
const TAIL: u64 = 8;
/// How long the description may be; that of twelve million rows in groups of a thousand has 90 megabytes, that of the
/// same rows in groups of a usual size a hundred kilobytes.
const DESCRIPTION: u64 = 96 << 20;
/// How many rows are decoded at a time.
const BATCH: usize = 256;
/// How many rows a file may have, whatever its size, and how many more for each of its bytes: some bytes can stand for
/// any number of rows that say nothing.
const MOST_ROWS: (u64, u64) = (1 << 20, 16);

/// A Parquet file that was opened.
pub(in crate::import) struct Table {
    file: Arc<File>,
    about: Arc<ParquetMetaData>,
}

impl Table {
    /// Opens a file and reads its description.
    pub(in crate::import) fn open(source: &Source) -> Result<Table, Error> {
        let mut file = source.seekable()?;
        let description = description(&mut file)?;
        bounds::description(&description).map_err(|unfit| match unfit {
            bounds::Unfit::Large => Error::Large,
            _ => Error::Damaged("its description makes no sense".to_owned()),
        })?;
        let about = contained(|| {
            let mut options = ParquetMetaDataOptions::new();
            let none = || ParquetStatisticsPolicy::SkipAll;
            options.set_column_stats_policy(none());
            options.set_encoding_stats_policy(none());
            options.set_size_stats_policy(none());
            let told =
                ParquetMetaDataReader::decode_metadata_with_options(&description, Some(&options));
            told.map_err(damaged)
        })?;
        let rows = about.row_groups().iter().map(RowGroupMetaData::num_rows);
        let rows = rows.map(|rows| u64::try_from(rows).map_err(|_| Error::Large));
        let rows = rows.sum::<Result<u64, Error>>()?;
        let (some, each) = MOST_ROWS;
        if rows > some + file.metadata()?.len().saturating_mul(each) {
            return Err(Error::Large);
        }
        Ok(Table {
            file: Arc::new(file),
            about: Arc::new(about),
        })
    }

    /// Gives the names of the columns.
    pub(in crate::import) fn columns(&self) -> Vec<&str> {
        let schema = self.about.file_metadata().schema();
        schema
            .get_fields()
            .iter()
            .map(|field| field.name())
            .collect()
    }

    /// Gives the rows with these columns; a column that is not there, or whose values are lists or records, has no
    /// values.
    pub(in crate::import) fn rows(&self, columns: &[&str]) -> Rows {
        let all = self.about.file_metadata().schema_descr().columns();
        let plain = |column: &ColumnDescPtr, name: &str| {
            column.max_rep_level() == 0 && matches!(column.path().parts(), [own] if own == name)
        };
        let place = |name: &&str| all.iter().position(|column| plain(column, name));
        Rows {
            file: self.file.clone(),
            about: self.about.clone(),
            places: columns.iter().map(place).collect(),
            group: 0,
            left: 0,
            columns: Vec::new(),
            batch: Vec::new(),
            at: 0,
            next: 0,
        }
    }
}

/// Reads what a file says of itself, at its end.
fn description(file: &mut File) -> Result<Vec<u8>, Error> {
    let mut mark = [0; MAGIC.len()];
    let length = file.seek(SeekFrom::End(0))?;
    if length < TAIL + MAGIC.len() as u64 {
        return Err(Error::Cut);
    }
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut mark)?;
    match &mark {
        b"PAR1" => (),
        b"PARE" => return Err(Error::Encrypted),
        _ => return Err(Error::Other),
    }
    let mut tail = [0; 8];
    file.seek(SeekFrom::Start(length - TAIL))?;
    file.read_exact(&mut tail)?;
    let [a, b, c, d, end @ ..] = tail;
    if end != mark {
        return Err(Error::Cut);
    }
    let own = u64::from(u32::from_le_bytes([a, b, c, d]));
    if own > DESCRIPTION {
        return Err(Error::Large);
    }
    let start = (length - TAIL).checked_sub(own);
    let start = start.ok_or_else(|| Error::Damaged("its description is too long".to_owned()))?;
    file.seek(SeekFrom::Start(start))?;
    let mut description = Vec::new();
    file.take(own).read_to_end(&mut description)?;
    Ok(description)
}

fn damaged(error: ParquetError) -> Error {
    match error {
        ParquetError::General(what) | ParquetError::EOF(what) | ParquetError::NYI(what) => {
            Error::Damaged(what)
        }
        other => Error::Damaged(other.to_string()),
    }
}

/// The rows of a table, in the order of the file.
pub(in crate::import) struct Rows {
    file: Arc<File>,
    about: Arc<ParquetMetaData>,
    /// Where each column that was asked for stands among those of the file.
    places: Vec<Option<usize>>,
    /// The next group of rows.
    group: usize,
    /// How many rows of the open group are not decoded yet.
    left: usize,
    columns: Vec<Option<Column>>,
    /// What is decoded: the values of each column.
    batch: Vec<Vec<Cell>>,
    /// The next row of the batch, and of the file.
    at: usize,
    next: u64,
}

impl Rows {
    /// Gives the next row.
    ///
    /// # Errors
    ///
    /// [`Error`] where the file cannot be read on; there is no row after it.
    pub(in crate::import) fn next_row(&mut self) -> Result<Option<Row<'_>>, Error> {
        if self.at == self.batch.iter().map(Vec::len).max().unwrap_or(0) {
            let decoded = contained(|| self.decode());
            if !matches!(decoded, Ok(true)) {
                self.end();
            }
            if !decoded? {
                return Ok(None);
            }
        }
        self.at += 1;
        self.next += 1;
        Ok(Some(Row {
            number: self.next - 1,
            batch: &self.batch,
            at: self.at - 1,
        }))
    }

    fn end(&mut self) {
        self.group = usize::MAX;
        self.left = 0;
        self.at = 0;
        self.columns.clear();
        self.batch.clear();
    }

    /// Decodes the next rows; tells whether there are any.
    fn decode(&mut self) -> Result<bool, Error> {
        while self.left == 0 {
            if self.group >= self.about.num_row_groups() {
                return Ok(false);
            }
            self.open()?;
        }
        let rows = self.left.min(BATCH);
        self.at = 0;
        self.batch.clear();
        for column in &mut self.columns {
            let values = match column {
                Some(column) => column.read(rows).map_err(damaged)?,
                None => vec![Cell::Null; rows],
            };
            if values.len() != rows {
                return Err(Error::Damaged("a column ends before the others".to_owned()));
            }
            self.batch.push(values);
        }
        self.left -= rows;
        Ok(!self.batch.is_empty())
    }

    /// Opens the next group of rows.
    fn open(&mut self) -> Result<(), Error> {
        // What the group before took is given back first.
        self.columns.clear();
        let group = self.about.row_group(self.group);
        let rows = usize::try_from(group.num_rows()).map_err(|_| Error::Large)?;
        let budget = Budget::default();
        let open = |place: &Option<usize>| {
            place
                .map(|place| column(&self.file, group, place, rows, &budget))
                .transpose()
        };
        let columns = self.places.iter().map(open).collect::<Result<_, _>>()?;
        self.columns = columns;
        self.left = rows;
        self.group += 1;
        Ok(())
    }
}

fn column(
    file: &Arc<File>,
    group: &RowGroupMetaData,
    place: usize,
    rows: usize,
    budget: &Budget,
) -> Result<Column, Error> {
    let chunk = group.column(place);
    if chunk.file_path().is_some() {
        return Err(Error::Damaged("its rows lie in other files".to_owned()));
    }
    let pages = Pages::of(file, chunk, rows, budget).map_err(|error| match error {
        ParquetError::NYI(_) | ParquetError::General(_) => Error::Codec {
            column: chunk.column_path().string(),
            codec: named(&chunk.compression().to_string()),
        },
        other => damaged(other),
    })?;
    Ok(Column::of(pages, &chunk.column_descr_ptr()))
}

/// Gives the name of a compression without its level.
fn named(codec: &str) -> String {
    codec.split('(').next().unwrap_or(codec).to_owned()
}

/// A row.
pub(in crate::import) struct Row<'a> {
    number: u64,
    batch: &'a [Vec<Cell>],
    at: usize,
}

impl Row<'_> {
    /// Gives its place in the file, counted from 0.
    pub(in crate::import) fn number(&self) -> u64 {
        self.number
    }

    /// Gives a column's value as a text that is not empty.
    pub(in crate::import) fn text(&self, column: usize) -> Option<String> {
        self.cell(column)?.text()
    }

    /// Gives how many bytes a column's text has.
    pub(in crate::import) fn length(&self, column: usize) -> usize {
        self.cell(column).map_or(0, Cell::length)
    }

    /// Gives a column's value as a whole number.
    pub(in crate::import) fn whole(&self, column: usize) -> Option<i64> {
        self.cell(column)?.whole()
    }

    /// Gives a column's value as a truth value.
    pub(in crate::import) fn truth(&self, column: usize) -> Option<bool> {
        self.cell(column)?.truth()
    }

    /// Gives a column's value as a moment.
    pub(in crate::import) fn moment(&self, column: usize) -> Option<Timestamp> {
        self.cell(column)?.moment()
    }

    fn cell(&self, column: usize) -> Option<&Cell> {
        self.batch.get(column)?.get(self.at)
    }
}
