//! A section as coded stretches and the gaps between them, for the coefficients that compare whole continua.

use std::collections::BTreeMap;

use super::{Span, Undefined};

/// Turns that a coder gives a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodedSpan {
    /// The turns; an empty span counts for nothing.
    pub span: Span,
    /// The code, as its place among the codes.
    pub code: usize,
}

/// One session with the coded spans of each coder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodedSection {
    /// How many turns it has; spans that reach further lengthen it.
    pub turns: u32,
    /// Each coder's spans; `None` where the coder did not open the section.
    pub coders: Vec<Option<Vec<CodedSpan>>>,
}

impl CodedSection {
    /// Gives how many turns the section has.
    pub(super) fn length(&self) -> u32 {
        let ends = self
            .coders
            .iter()
            .flatten()
            .flatten()
            .map(|own| own.span.end);
        ends.fold(self.turns, u32::max)
    }

    /// Gives the spans of the coders who opened the section, each coder's in order and without empty ones.
    pub(super) fn opened(&self) -> Vec<Vec<CodedSpan>> {
        let coders = self.coders.iter().flatten().map(|spans| {
            let mut spans: Vec<CodedSpan> = spans
                .iter()
                .copied()
                .filter(|own| own.span.turns() > 0)
                .collect();
            spans.sort_unstable();
            spans
        });
        coders.collect()
    }
}

/// A stretch of one coder's continuum: a coded span, or a gap where there is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) span: Span,
    pub(super) code: Option<usize>,
}

/// Lays out a coder's sorted spans without hole from 0 to `length`.
pub(super) fn partition(spans: &[CodedSpan], length: u32) -> Result<Vec<Stretch>, Undefined> {
    let mut stretches = Vec::with_capacity(2 * spans.len() + 1);
    let mut at = 0;
    for CodedSpan { span, code } in spans {
        if span.start < at {
            return Err(Undefined::OverlappingSpans);
        }
        if span.start > at {
            stretches.push(Stretch {
                span: Span {
                    start: at,
                    end: span.start,
                },
                code: None,
            });
        }
        stretches.push(Stretch {
            span: *span,
            code: Some(*code),
        });
        at = span.end;
    }
    if at < length {
        stretches.push(Stretch {
            span: Span {
                start: at,
                end: length,
            },
            code: None,
        });
    }
    Ok(stretches)
}

/// Gives every pair of stretches of two coders that share a turn; both lists cover the same turns without hole.
pub(super) fn meetings<'a>(
    one: &'a [Stretch],
    other: &'a [Stretch],
) -> impl Iterator<Item = (&'a Stretch, &'a Stretch)> {
    let (mut here, mut there) = (0, 0);
    std::iter::from_fn(move || {
        let pair = (one.get(here)?, other.get(there)?);
        let (end, other_end) = (pair.0.span.end, pair.1.span.end);
        here += usize::from(end <= other_end);
        there += usize::from(other_end <= end);
        Some(pair)
    })
}

/// Sorts spans by code.
pub(super) fn by_code(spans: &[CodedSpan]) -> BTreeMap<usize, Vec<CodedSpan>> {
    let mut codes: BTreeMap<usize, Vec<CodedSpan>> = BTreeMap::new();
    for own in spans {
        codes.entry(own.code).or_default().push(*own);
    }
    codes
}
