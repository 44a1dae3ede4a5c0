//! The study file: the only room that writes SQLite. Rows in, values out; nothing is decided here.
//!
//! One file holds the sessions, the detector's marks, the codebook and every coder's history. The current
//! labels are derived from the history in the transaction that writes it, so that a file never disagrees
//! with itself. A rollback journal, never a write-ahead log: home directories lie on network filesystems,
//! and a file that is mailed must be whole by itself.

mod audit;
mod check;
mod codebooks;
mod coders;
mod compare;
mod constraints;
mod copies;
mod copy;
mod derived;
mod error;
mod filesystem;
mod history;
mod joining;
mod labels_only;
mod lock;
mod marks;
mod migrate;
mod open;
mod place;
mod private;
mod progress;
mod queue;
mod recordings;
mod runs;
mod schema;
mod search;
mod sessions;
mod share;
mod transcript;
mod untrusted;
mod whole;
mod wire;

pub use audit::{Audit, AuditTally, NoDraw, Turns};
pub use check::Finding;
pub use copy::Texts;
pub use error::Error;
pub use joining::{Joined, What};
pub use open::{Blocked, Opened, Study};
pub use private::PrivateFolder;
pub use runs::SessionRun;
pub use sessions::{Added, Imported};
pub use share::{Drawable, Facet};
pub use whole::Whole;
