//! Everything that is tested from outside, in one binary, so that it links once.

mod codebooks;
mod demo;
mod detect;
mod import;
mod layers;
