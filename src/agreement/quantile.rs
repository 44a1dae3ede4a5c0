//! Quantiles of the normal and of Student's distribution.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The share of the standard normal distribution below a value.
pub(super) fn normal_share(value: f64) -> f64 {
    Normal::standard().cdf(value)
}

/// The value below which a share of the standard normal distribution lies; infinite for 0 and 1.
pub(super) fn normal_quantile(share: f64) -> f64 {
    if share >= 1.0 {
        f64::INFINITY
    } else if share.is_nan() || share <= 0.0 {
        f64::NEG_INFINITY
    } else {
        Normal::standard().inverse_cdf(share)
    }
}

/// The value below which a share of Student's distribution lies; `None` where it does not exist.
pub(super) fn student_quantile(share: f64, freedom: f64) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, freedom).ok()?;
    (share > 0.0 && share < 1.0).then(|| distribution.inverse_cdf(share))
}
