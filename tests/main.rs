//! Everything that is tested from outside, in one binary, so that it links once.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says why it is skipped"
)]

mod agreement;
mod assign;
mod cli;
mod codebooks;
mod demo;
mod detect;
mod fuzz;
mod given;
mod import;
mod labels;
mod layers;
mod merge;
mod store;
mod terminal;
mod tui;
mod unitizing;
