//! The terminal program's rooms.

mod theme;
mod transcript;
