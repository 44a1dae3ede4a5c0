//! What is stored about a turn, in one line.

use pushback::model::{Codebook, Decision, Episode, Verdict};

/// Gives a decision in codes and words, in the order of the codebook.
pub(super) fn outline(book: &Codebook, decision: &Decision) -> String {
    let mut pieces = Vec::new();
    let marked = decision
        .marked
        .map(|own| if own { "marked" } else { "unmarked" });
    pieces.extend(marked.map(str::to_owned));
    pieces.extend(decision.episodes.iter().map(|own| episode(book, own)));
    match &decision.verdict {
        Some(Verdict::Episodes) => pieces.push("committed".to_owned()),
        Some(Verdict::NotEpisode { reason, text }) => {
            let text = text
                .as_ref()
                .map_or(String::new(), |text| format!(" ({text})"));
            pieces.push(format!("not an episode: {reason}{text}"));
        }
        None => (),
    }
    pieces.extend(decision.deferred.then(|| "put off".to_owned()));
    pieces.extend(
        decision
            .certainty
            .map(|own| format!("certainty {}", own.name())),
    );
    pieces.extend((!decision.memo.is_empty()).then(|| format!("memo {:?}", decision.memo)));
    pieces.join("; ")
}

fn episode(book: &Codebook, episode: &Episode) -> String {
    let choices = book.fields().flat_map(|field| episode.choices(&field.id));
    let mut codes: Vec<String> = choices
        .map(|own| {
            let parts = [Some(&own.code), own.attribute.as_ref(), own.text.as_ref()];
            parts
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(":")
        })
        .collect();
    codes.extend(
        episode
            .extras
            .iter()
            .map(|(id, value)| format!("{id}={value}")),
    );
    codes.extend(episode.evidence.iter().map(|own| {
        format!(
            "{}[{}..{}]{:?}",
            own.turn, own.span.start, own.span.end, own.text
        )
    }));
    if codes.is_empty() {
        "no code".to_owned()
    } else {
        codes.join(" ")
    }
}
