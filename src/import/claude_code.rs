//! Stub.
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use super::{Format, Reading};

pub(super) const FORMAT: Format = Format {
    id: "claude-code",
    name: "claude-code",
    recognise: |_| false,
    read,
};

fn read(_path: &Path, _file: BufReader<File>) -> io::Result<Reading> {
    Ok(Reading::default())
}
