//! The map of the house.

pub mod cli;
pub mod detect;
pub mod import;
pub mod model;
pub mod store;
pub mod tui;
