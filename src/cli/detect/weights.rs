//! Which weights are in use: those that are named, those that a study keeps, or those inside the program.

use std::path::Path;

use crate::cli::console::count;
use crate::cli::failure::Failure;
use crate::detect::{Detector, Weights};
use crate::store::Study;

/// The word that stands for the weights inside the program.
const STANDARD: &str = "standard";

/// Gives the detector with these weights.
pub(in crate::cli) fn detector(weights: &Weights) -> Detector {
    Detector::unfitted().with(weights)
}

/// Gives the weights that the turns of a study are marked with.
pub(in crate::cli) fn of(study: Option<&Study>) -> Result<Weights, Failure> {
    let own = study.map(Study::detector_weights).transpose()?.flatten();
    let (Some(study), Some(text)) = (study, own) else {
        return Ok(Weights::standard());
    };
    let place = format!("the weights in {}", study.path().display());
    Weights::parse(&text, &place).map_err(|error| {
        let path = study.path().display();
        Failure::failed(
            error.to_string(),
            format!("`pushback detect --mark {path} --weights standard` puts those of the program in their place"),
        )
    })
}

/// Gives the weights in a file, or else those of a study, or else those inside the program; with the threshold that finds
/// so much of the pushback, where that is asked for.
pub(super) fn chosen(
    file: Option<&Path>,
    recall: Option<f64>,
    study: Option<&Study>,
) -> Result<Weights, Failure> {
    let mut weights = match file {
        Some(path) if path == Path::new(STANDARD) => Weights::standard(),
        Some(path) => read(path)?,
        None => of(study)?,
    };
    if let Some(recall) = recall {
        weights.threshold = weights.threshold_for(recall).ok_or_else(|| {
            let known: Vec<&str> = weights.recall.keys().map(String::as_str).collect();
            Failure::failed(
                format!("no threshold is known that finds {recall} of the pushback"),
                format!("known are {}", known.join(", ")),
            )
        })?;
    }
    Ok(weights)
}

fn read(path: &Path) -> Result<Weights, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display()), ""))?;
    Weights::parse(&text, &path.display().to_string()).map_err(|error| {
        Failure::failed(
            error.to_string(),
            "`pushback detect --fit` writes such a file",
        )
    })
}

/// Says how many turns of a study were marked by other versions of the detector than this; `None` where none was, and
/// where the study has no transcripts, so that nothing can be done about it.
pub(in crate::cli) fn others(
    study: &Study,
    detector: &Detector,
) -> Result<Option<String>, Failure> {
    let mut others = study.marked_by()?;
    others.remove(detector.version());
    if others.is_empty() || study.withheld_sessions()? > 0 {
        return Ok(None);
    }
    let told = others
        .iter()
        .map(|(version, turns)| format!("{} by detector {version}", count(*turns, "turn")));
    let told: Vec<String> = told.collect();
    Ok(Some(format!(
        "marked {}, while the study's is {}",
        told.join(", "),
        detector.version()
    )))
}

/// Says what to do about marks of another version.
pub(in crate::cli) fn remedy(study: &Study) -> String {
    format!(
        "`pushback detect --mark {}` marks them anew and keeps every decision",
        study.path().display()
    )
}
