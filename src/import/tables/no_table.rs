//! What stands in for tables in a build without the `parquet` crate: none can be opened.

use std::convert::Infallible;

use crate::import::source::Source;
use crate::model::Timestamp;

use super::Error;

/// A table, of which there is none.
pub(in crate::import) struct Table(Infallible);

/// Rows, of which there are none.
pub(in crate::import) struct Rows(Infallible);

/// A row, of which there is none.
pub(in crate::import) struct Row<'a>(&'a Infallible);

impl Table {
    /// Says that this build opens no tables.
    pub(in crate::import) fn open(_: &Source) -> Result<Table, Error> {
        Err(Error::Without)
    }

    pub(in crate::import) fn columns(&self) -> Vec<&str> {
        match self.0 {}
    }

    pub(in crate::import) fn rows(&self, _: &[&str]) -> Rows {
        match self.0 {}
    }
}

impl Rows {
    pub(in crate::import) fn next_row(&mut self) -> Result<Option<Row<'_>>, Error> {
        match self.0 {}
    }
}

impl Row<'_> {
    pub(in crate::import) fn number(&self) -> u64 {
        match *self.0 {}
    }

    pub(in crate::import) fn text(&self, _: usize) -> Option<String> {
        match *self.0 {}
    }

    pub(in crate::import) fn length(&self, _: usize) -> usize {
        match *self.0 {}
    }

    pub(in crate::import) fn whole(&self, _: usize) -> Option<i64> {
        match *self.0 {}
    }

    pub(in crate::import) fn truth(&self, _: usize) -> Option<bool> {
        match *self.0 {}
    }

    pub(in crate::import) fn moment(&self, _: usize) -> Option<Timestamp> {
        match *self.0 {}
    }
}
