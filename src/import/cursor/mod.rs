//! Cursor: the transcripts of its agent, its exported chats, and the databases of the editor and of the terminal
//! program.
//!
//! Each has a form of its own; [`words`] knows what all of them put into a developer's message, and [`telling`]
//! puts messages made of blocks into order.

mod editor;
mod export;
mod plain;
mod store;
mod telling;
mod transcript;
mod words;

pub(super) use editor::FORMAT as EDITOR;
pub(super) use export::FORMAT as EXPORT;
pub(super) use store::FORMAT as STORE;
pub(super) use transcript::FORMAT as TRANSCRIPT;
