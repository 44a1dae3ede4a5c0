//! Who wrote a `user` record: the developer, or the program around the agent.

use crate::model::TurnKind;

use super::text::{Act, IMAGE, injected, slash_command, text_acts};
use super::wire::{Attachment, Block, Record, blocks};

/// Tells who wrote the texts of a `user` record.
pub(super) fn acts(
    record: &Record,
    texts: Vec<String>,
    images: usize,
    beside_result: bool,
) -> Vec<Act> {
    if record.is_compact_summary == Some(true) || record.is_visible_in_transcript_only == Some(true)
    {
        return vec![Act::Summary(texts.join("\n"))];
    }
    if let Some(name) = injector(record) {
        return texts
            .into_iter()
            .filter_map(|text| injected(name, text))
            .collect();
    }
    if record.plan_content.is_some() {
        return vec![Act::Plan(texts.join("\n"))];
    }
    let shut_down = record.interrupted_by_shutdown == Some(true);
    let kind = if beside_result {
        TurnKind::Steering
    } else {
        TurnKind::Prompt
    };
    let mut acts = Vec::new();
    for text in texts {
        text_acts(text, kind, &mut acts);
    }
    acts.retain(|act| !(shut_down && *act == Act::Interrupted));
    with_images(join_words(acts), images, kind)
}

/// Tells who wrote the words of a `queued_command` attachment.
pub(super) fn queued_acts(record: &Record, attachment: &Attachment) -> Vec<Act> {
    let (mut texts, mut images) = (Vec::new(), 0);
    for block in blocks(attachment.prompt.as_deref()) {
        match block {
            Block::Text(text) => texts.push(text),
            Block::Image => images += 1,
            _ => (),
        }
    }
    let foreign = attachment
        .origin
        .as_ref()
        .is_some_and(|origin| origin.kind != "human");
    if foreign || attachment.is_meta == Some(true) || record.is_meta == Some(true) {
        return texts
            .into_iter()
            .filter_map(|text| injected("queued message", text))
            .collect();
    }
    match attachment.command_mode.as_deref() {
        Some("bash") => return texts.into_iter().map(Act::Shell).collect(),
        Some("task-notification") => {
            return texts
                .into_iter()
                .filter_map(|text| injected("task notification", text))
                .collect();
        }
        _ => (),
    }
    let mut acts = Vec::new();
    for text in texts {
        match slash_command(&text) {
            Some(command) => acts.push(Act::Command(command.to_owned())),
            None => text_acts(text, TurnKind::Steering, &mut acts),
        }
    }
    with_images(join_words(acts), images, TurnKind::Steering)
}

/// Tells what a command did that ran outside the conversation.
pub(super) fn local_acts(text: String) -> Vec<Act> {
    let mut acts = Vec::new();
    text_acts(text, TurnKind::Prompt, &mut acts);
    acts.retain(|act| !matches!(act, Act::Words(TurnKind::Prompt, _)));
    acts
}

/// Names the program that wrote the record, where its marks say that nobody typed it.
fn injector(record: &Record) -> Option<&'static str> {
    if record.is_meta == Some(true) {
        return Some("instructions");
    }
    let origin = record.origin.as_ref().map(|origin| origin.kind.as_str());
    match (origin, record.prompt_source.as_deref()) {
        (Some("human"), _) => None,
        (Some("task-notification"), _) => Some("task notification"),
        (Some("auto-continuation"), _) => Some("continuation"),
        (Some("coordinator" | "peer"), _) => Some("teammate"),
        (Some(_), _) | (None, Some("system")) => Some("instructions"),
        (None, _) => None,
    }
}

/// Joins the words of one record, which the developer sent as one message.
fn join_words(acts: Vec<Act>) -> Vec<Act> {
    let mut joined: Vec<Act> = Vec::new();
    let mut words: Option<usize> = None;
    for act in acts {
        match (act, words) {
            (Act::Words(_, more), Some(at)) => {
                if let Act::Words(_, text) = &mut joined[at] {
                    text.push('\n');
                    text.push_str(&more);
                }
            }
            (act, _) => {
                if matches!(act, Act::Words(..)) {
                    words = Some(joined.len());
                }
                joined.push(act);
            }
        }
    }
    joined
}

/// Puts a placeholder for pictures that the words do not name themselves.
fn with_images(mut acts: Vec<Act>, images: usize, kind: TurnKind) -> Vec<Act> {
    if images == 0 {
        return acts;
    }
    let marks = vec![IMAGE; images].join("\n");
    let words = acts.iter_mut().find_map(|act| match act {
        Act::Words(_, text) => Some(text),
        _ => None,
    });
    match words {
        Some(text) if text.contains("[Image") => (),
        Some(text) => {
            text.push('\n');
            text.push_str(&marks);
        }
        None => acts.push(Act::Words(kind, marks)),
    }
    acts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Act {
        Act::Words(TurnKind::Prompt, text.to_owned())
    }

    #[test]
    fn marks_of_a_record_are_stronger_than_its_text() {
        let check = |record: Record, expected: &[Act]| {
            assert_eq!(acts(&record, vec!["go on".into()], 0, false), expected);
        };
        let injected = |name| Act::Injected(name, "go on".into());
        check(
            Record {
                is_meta: Some(true),
                ..Record::default()
            },
            &[injected("instructions")],
        );
        check(
            Record {
                prompt_source: Some("system".into()),
                ..Record::default()
            },
            &[injected("instructions")],
        );
        check(
            Record {
                prompt_source: Some("queued".into()),
                ..Record::default()
            },
            &[words("go on")],
        );
        check(
            Record {
                is_compact_summary: Some(true),
                ..Record::default()
            },
            &[Act::Summary("go on".into())],
        );
        check(
            Record {
                plan_content: Some("go on".into()),
                ..Record::default()
            },
            &[Act::Plan("go on".into())],
        );
    }
}
