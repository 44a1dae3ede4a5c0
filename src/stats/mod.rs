//! Numbers only: which sessions are drawn, and how precise that lets agreement be. This room knows no session, no coder
//! and no file; it is given sizes and gives places and figures.

mod precision;
mod sample;

pub use precision::{ac1_variance, design_effect, half_width, kappa_variance};
pub use sample::{Sample, allocate, order, overlap_size, sample};
