//! Numbers only: which sessions are drawn, how precise that lets agreement be, how many of a whole a sample speaks for,
//! and how weights are fitted to what was observed. This room knows no session, no coder and no file; it is given sizes
//! and gives places and figures.

mod difference;
mod finite;
mod logistic;
mod precision;
mod ranking;
mod sample;

pub use difference::{Difference, Paired, RESAMPLES, difference};
pub use finite::Drawn;
pub use logistic::{Prior, Row, fit, logistic, predictor};
pub use precision::{ac1_variance, design_effect, half_width, kappa_variance};
pub use ranking::{Cut, Scored, at_recall, average_precision, best_f1, calibration_error, cuts};
pub use sample::{Sample, allocate, lot, order, overlap_size, sample};
