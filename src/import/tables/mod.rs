//! Tables in Parquet files, read as what they are: files from somewhere else.
//!
//! Rows come one after another, a few at a time, with the columns that were asked for and no others. What the file
//! promises is checked before room is made for it ([`bounds`], [`pages`]), and a panic of the `parquet` crate over bytes
//! that no writer wrote is an error like any other ([`contained`]).

#[cfg(feature = "parquet")]
mod bounds;
#[cfg(feature = "parquet")]
mod cells;
#[cfg(feature = "parquet")]
mod contained;
#[cfg(feature = "parquet")]
mod pages;
#[cfg(feature = "parquet")]
mod table;
#[cfg(not(feature = "parquet"))]
#[path = "no_table.rs"]
mod table;

use std::io;

pub(super) use table::{Row, Table};

/// The text with which every Parquet file begins and ends.
pub(super) const MAGIC: &str = "PAR1";

/// Why a table cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(
    not(feature = "parquet"),
    expect(dead_code, reason = "a build that reads none finds nothing wrong")
)]
pub(super) enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It is something else.
    #[error("it is no Parquet file")]
    Other,
    /// The end is not there, which says what is where.
    #[error("it is cut off: a Parquet file is read from its end")]
    Cut,
    /// It can be read by those only who have its key.
    #[error("it is encrypted")]
    Encrypted,
    /// Something in it makes no sense.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A column is compressed in a way that is not read.
    #[error(
        "the column {column} is compressed with {codec}: write the file again with snappy or zstd"
    )]
    Codec {
        /// The column's name.
        column: String,
        /// The name of the compression.
        codec: String,
    },
    /// It promises more than a file of its size can hold.
    #[error("it promises more columns, rows or text than such a file holds")]
    Large,
    /// This build does without the `parquet` crate.
    #[cfg(not(feature = "parquet"))]
    #[error("this build of pushback reads no Parquet files: build it with the feature parquet")]
    Without,
}
