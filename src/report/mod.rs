//! What a study shows: values first, then one way to draw them for each kind of reader.
//!
//! The values come from numbers alone and are complete; [`Page`] is what a person reads of them, and is drawn for a
//! terminal, as Markdown, as LaTeX or as CSV. Nothing here opens a file, and no code of a scheme is named.

pub mod agreement;
mod csv;
mod latex;
mod markdown;
mod page;
mod text;

pub use csv::csv_files;
pub use latex::latex;
pub use markdown::markdown;
pub use page::{Cell, Column, Page, Row, Section, Table};
pub use text::text;
