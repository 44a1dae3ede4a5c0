//! The map of the house.
//!
//! `pushback` is one package: this library and a thin binary. A study is one SQLite file; transcripts go in,
//! coders label the turns in which developers push back, and everything that they do is one append-only history
//! from which the current labels follow.
//!
//! # Floors
//!
//! A room names only lower floors. Rooms of one floor do not know each other; the verb in `cli` introduces them.
//! `tests/layers.rs` holds this up, and says which room keeps which outside crate.
//!
//! ```text
//! 4  cli       arguments -> calls -> output; one file for each verb         clap, directories, anyhow
//! 3  tui       keys -> messages -> state -> frames                          ratatui, crossterm, signal_hook
//! 2  import    bytes -> Session; one file for each format                     rusqlite, to read databases of agents;
//!                                                                         parquet, to read tables
//!    detect    Session -> marks: which developer turns push back, and why   aho_corasick
//!              text -> secrets, and the text without them
//!    report    numbers -> values -> text, Markdown, CSV, LaTeX
//!    store     the study file: rows in, values out                          rusqlite
//!    merge     several studies -> findings, refusals, and their union; coders' labels -> matched units
//! 1  model     the nouns and the rules of the codebook, plain values
//!    agreement numbers only: coefficients of agreement, their uncertainty       statrs
//!    stats     numbers only: which sessions are drawn, how precise agreement can be,    statrs
//!              and how many of a whole a sample speaks for
//! 0  random    a seeded generator, and draws from it
//! ```
//!
//! # Walks
//!
//! *A key.* The loop in [`tui`] takes an event; the table in `tui/keys/table.rs` gives it one meaning for the mode; the
//! app's `update` asks [`model::Ladder`] what the digit stands for and returns an effect; the loop hands the changes
//! to [`store::Study::act`], which checks each against the codebook, writes them to the history and derives the
//! labels, all in one transaction; the answer comes back as a message; the frame is drawn. What the screen shows is
//! on disk.
//!
//! *An import.* `cli/import.rs` lists files; [`import::read`] recognises each and gives sessions and what it skipped;
//! [`detect::Detector::marks`] scores every developer turn; [`store::Study::import`] stores them, a batch in one
//! transaction, without ever moving a label, and leaves out the turns that stand in another session already.
//!
//! *A merge.* `cli/merge.rs` opens each file with [`store::Study::open_untrusted`], a private copy that is checked
//! before a row is read; [`merge::plan`] compares coders, codebooks, sessions and rows, and says what stands in the
//! way; [`store::Study::write_whole`] writes the union under another name, and renames it when it is complete.
//!
//! # You want to
//!
//! | change | place |
//! |---|---|
//! | read another agent's transcripts | a file in `import/`, a row in `import::FORMATS` |
//! | read labels in another form | `import/labels/` |
//! | recognise another way to push back | an entry in `assets/cues.toml`, with its example and near miss |
//! | recognise another kind of key or password | an entry in `assets/secrets.toml`, with its example and near miss |
//! | reword a definition, add a code | `codebook/` only |
//! | add a key | a row in `tui/keys/table.rs`, an arm in `tui/app/update.rs` |
//! | add a pane | a file in `tui/view/`, a rectangle in `tui/layout.rs` |
//! | add a verb | a file in `cli/`, a variant in `cli/mod.rs` |
//! | add a coefficient | a variant in `agreement/coefficient.rs`, its sums in `agreement/prepared.rs` |
//! | report another figure of agreement | a row in `report/agreement/figures.rs`, its sentence in `words.rs` |
//! | store another fact | a migration in `store/schema.rs`, never a change to one that has shipped |
//!
//! # Never
//!
//! * No code of a scheme appears in Rust: codes, rules and digits come from the codebook.
//! * `model`, `tui/app` and `tui/view` meet no clock, file or database.
//! * No text of a transcript reaches a terminal but through [`model::printable`] or the transcript view's brush.
//! * The history is only ever added to; undo and redo are rows.
//! * No network, no telemetry, and no child processes but one: `import/git` lets git read a branch, and nothing that
//!   a repository is set to start is started.

pub mod agreement;
pub mod cli;
pub mod detect;
pub mod import;
pub mod merge;
pub mod model;
pub mod random;
pub mod report;
pub mod stats;
pub mod store;
pub mod tui;
