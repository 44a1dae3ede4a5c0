//! Hermes: sessions as its gateway keeps them, an object with messages in OpenAI's form.

use std::io;

use crate::model::{Session, Surface};

use super::chat::Chat;
use super::head::Head;
use super::lenient;
use super::pieces::{Object, Piece, each_root};
use super::source::Source;
use super::{Format, Reading, Skip, no_companion};

pub(super) const FORMAT: Format = Format {
    id: "hermes",
    name: "Hermes",
    files: "sessions (JSON with session_id, session_start and messages)",
    page: PAGE,
    recognise,
    companion: no_companion,
    read,
};

const PAGE: &str = "\
Files: an object with session_id, session_start, platform, model and messages.

Developer turns: messages of the role user.

Left out: the system prompt and the list of tools. Interruptions and refusals are not recorded in
this form.

Known by: session_id. Each turn keeps its place in the file.";

fn recognise(head: &Head) -> bool {
    let document = &head.document;
    document["session_id"].is_string()
        && document["session_start"].is_string()
        && document["messages"].is_array()
}

fn read(source: &Source) -> io::Result<Reading> {
    let path = source.path().to_string_lossy();
    each_root(source, |root, reading| {
        reading.take(read_session(&root.object(), &path));
    })
}

fn read_session(object: &Object, path: &str) -> (Option<Session>, Vec<Skip>) {
    let mut chat = Chat::new(path, FORMAT.id, "Hermes");
    chat.builder
        .model(&object.text("model").unwrap_or_default());
    let config = object.value("model_config");
    let session = &mut chat.builder.session;
    session.key = object.text("session_id").unwrap_or_default();
    session.folder = object
        .text("cwd")
        .or_else(|| config["cwd"].as_str().map(str::to_owned));
    session.surface = object.text("platform").map(|platform| {
        if platform == "cli" {
            Surface::Cli
        } else {
            Surface::App
        }
    });
    session.started = lenient::moment(&object.value("session_start"));
    session.ended = lenient::moment(&object.value("last_updated"));
    for piece in object.get("messages").map(Piece::items).unwrap_or_default() {
        chat.piece(piece);
    }
    chat.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_recognised_by_what_is_told_of_them() {
        let check = |text: &str, expected: bool| {
            assert_eq!(recognise(&Head::of(text.as_bytes())), expected, "{text}");
        };
        check(
            r#"{"session_id":"s","session_start":"t","messages":[]}"#,
            true,
        );
        check(r#"{"session_id":"s","messages":[]}"#, false);
        check(r#"{"session_id":"s","session_start":"t"}"#, false);
    }
}
