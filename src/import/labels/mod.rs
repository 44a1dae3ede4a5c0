//! Labels from elsewhere: JSON lines or arrays to [`LabelRecord`]s, and back.
//!
//! The form is the program's own, and takes in the shapes in which other programs write the same: aliases of the
//! codebook, codes as texts, lists or objects, groups of fields, one key for each code. Nothing is held to the
//! rules of the codebook here; that is for whoever stores the labels.

mod keys;
mod objects;
mod record;
mod values;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::Skip;
use crate::model::{Codebook, LabelRecord};

use keys::Keys;

pub use write::{LabelLine, lines};

/// What a label file held.
#[derive(Debug, Default)]
pub struct LabelFile {
    /// The records, in the order of the file.
    pub records: Vec<LabelRecord>,
    /// What could not be read as a record, and why.
    pub skipped: Vec<Skip>,
    /// Keys that mean nothing here, each once, in alphabetical order.
    pub ignored: Vec<String>,
}

/// Reads labels in the words of a codebook: objects one a line, glued, pretty-printed, or in arrays.
///
/// # Errors
///
/// What the system says where the input cannot be read.
pub fn read_labels(mut input: impl Read, codebook: &Codebook) -> io::Result<LabelFile> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let keys = Keys::of(codebook);
    let mut file = LabelFile::default();
    let mut ignored = BTreeSet::new();
    let take = |line, object| match record::read(&keys, line, &object, &mut ignored) {
        Ok(record) => file.records.push(record),
        Err(why) => file.skipped.push(Skip::at_line(line, why)),
    };
    let broken = objects::each_object(&bytes, take);
    file.skipped.extend(broken);
    file.skipped.sort_by_key(|skip| skip.line);
    file.ignored = ignored.into_iter().collect();
    Ok(file)
}
