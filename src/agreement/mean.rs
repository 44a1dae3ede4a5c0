//! A mean that says how many of its parts existed.

use super::Undefined;

/// The mean of the figures that exist, with how many did: a mean over codes or pairs says `7 of 8`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean of the figures that exist.
    pub value: f64,
    /// How many existed; above 0.
    pub defined: usize,
    /// How many were asked for.
    pub of: usize,
}

impl Mean {
    /// Gives the mean of the figures that exist.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoUnits`] where none exists.
    pub fn of(
        figures: impl IntoIterator<Item = Result<f64, Undefined>>,
    ) -> Result<Self, Undefined> {
        let (mut sum, mut defined, mut of) = (0.0, 0, 0);
        for figure in figures {
            of += 1;
            if let Ok(figure) = figure {
                sum += figure;
                defined += 1;
            }
        }
        if defined == 0 {
            return Err(Undefined::NoUnits);
        }
        Ok(Self {
            value: sum / defined as f64,
            defined,
            of,
        })
    }
}

/// Gives `part / whole`.
pub(super) fn share(part: u64, whole: u64) -> Result<f64, Undefined> {
    if whole == 0 {
        return Err(Undefined::NoUnits);
    }
    Ok(part as f64 / whole as f64)
}
