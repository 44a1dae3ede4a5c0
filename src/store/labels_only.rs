//! A copy of a study for sharing, without the transcripts.

use std::path::Path;

use super::copy::Texts;
use super::error::Error;
use super::open::Study;
use super::whole::Whole;

impl Study {
    /// Writes a copy without transcripts: coders, histories, codebooks and marks stand in it, and of each turn its
    /// place and the hash of its text.
    ///
    /// Everything works on such a copy but reading: the words of both sides are gone, and so are titles, folders,
    /// branches and the paths of files. What coders wrote or quoted is theirs and stays. An import of the same
    /// transcripts brings the words back.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where a file is in the way; [`Error`] where this study cannot be read or the copy cannot
    /// be written, of which nothing is left behind then.
    pub fn write_labels_only(&self, into: &Path) -> Result<(), Error> {
        let mut codebooks = self.codebooks()?;
        let current = &self.codebook().hash;
        codebooks.sort_by_key(|codebook| codebook.hash == *current);
        let rows = self.sessions(None)?;
        let whole = Whole {
            codebooks: codebooks.iter().collect(),
            coders: &self.coders()?,
            sessions: rows.iter().map(|row| (self, row.key.as_str())).collect(),
            history: &self.whole_history()?,
            audit: self.audit()?,
            texts: Texts::Withheld,
        };
        Study::write_whole(into, &whole)
    }
}
