//! The nouns of the study as plain values: codebook, session and turn, label and history.
//!
//! Nothing here reads a file, a clock or a database. The rules that hold for every label stand in
//! [`rules`](crate::model::check_change), so that a key press, an import and a merge pass the same ones.

mod codebook;
mod codebook_file;
mod cue;
mod gather;
mod history;
mod label;
mod ladder;
mod printable;
mod quotation;
mod reading;
mod record;
mod recording;
mod rules;
mod session;
mod text;
mod towards;
mod wording;

pub use codebook::{
    Applies, Attribute, AttributeValue, Axis, Code, Codebook, Confusion, Extra, ExtraKind, Field,
    Reason, ReasonGroup, Select, ShortText,
};
pub use codebook_file::CodebookError;
pub use cue::{Cue, CueKind, Mark};
pub use gather::{Gathered, HeldTo, gather};
pub use history::{ActKind, Entry, Slot, apply, derive, undo_of};
pub use label::{
    Certainty, Change, Choice, Coder, CoderKind, Decision, Difference, Episode, How, Quote,
    Settled, Settlement, Unit, Verdict,
};
pub use ladder::{Answer, Ladder, Offer, Refusal, Step};
pub use printable::{Glyph, Glyphs, glyphs, has_hidden, printable};
pub use quotation::{Standing, find_quotation};
pub use reading::{Cursor, Found, Hit, OpenSession, Saved, SessionRow, Stop, TurnHead};
pub use record::{LabelRecord, RecordEpisode, RecordQuote, RecordUnit, RecordVerdict};
pub use recording::Recording;
pub use rules::{Missing, Violation, check_change, missing, violations};
pub use session::{
    Event, EventKind, Part, PartKind, Role, Session, Source, Surface, Timestamp, Tool, ToolStatus,
    Turn, TurnKind, TurnRef,
};
pub use text::{CharSpan, byte_range, char_span, find_words, text_hash};
pub use towards::changes_towards;
pub use wording::{and_more, count, first};
