//! Puts a session together from the records of a transcript, in file order.
//!
//! Importers say what each record is; this file knows how records become turns: agent records without a
//! developer between them are one turn, results find their calls, events find their place.

use std::collections::HashMap;

use crate::model::{
    Event, EventKind, Part, PartKind, Role, Session, Source, Timestamp, Tool, ToolStatus, Turn,
    TurnKind, text_hash,
};

/// Where a record stands and when it was written.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// The agent's own id of the record.
    pub(super) native_id: Option<String>,
    /// The record's time.
    pub(super) time: Option<Timestamp>,
    /// Byte offset of the record in the file, or the number of its row in a table.
    pub(super) place: Option<u64>,
}

/// A session that is being read.
pub(super) struct SessionBuilder {
    /// What is known of the session besides its turns; importers fill it in as they find it.
    pub(super) session: Session,
    drafts: Vec<Draft>,
    calls: HashMap<String, (usize, usize)>,
    /// Developer turns that can still be taken back, so that many rollbacks don't walk all turns each.
    standing: Vec<usize>,
}

struct Draft {
    role: Role,
    kind: TurnKind,
    origin: Origin,
    pieces: Vec<Piece>,
    events: Vec<(EventKind, String, usize)>,
}

enum Piece {
    Prose(String),
    Thinking(String),
    Injected(String, String),
    Call(Call),
}

struct Call {
    name: String,
    target: String,
    input: String,
    output: Option<String>,
    status: Option<ToolStatus>,
}

impl SessionBuilder {
    /// Begins a session of the given format.
    pub(super) fn new(path: &str, format: &str) -> SessionBuilder {
        SessionBuilder {
            session: Session {
                key: String::new(),
                source: Source {
                    path: path.to_owned(),
                    format: format.to_owned(),
                },
                agent: "Unknown".to_owned(),
                agent_version: None,
                models: Vec::new(),
                surface: None,
                repository: None,
                folder: None,
                branch: None,
                started: None,
                ended: None,
                title: None,
                parent: None,
                turns: Vec::new(),
            },
            drafts: Vec::new(),
            calls: HashMap::new(),
            standing: Vec::new(),
        }
    }

    /// Adds a turn of the developer's: the words exactly as typed.
    pub(super) fn developer(&mut self, kind: TurnKind, text: impl Into<String>, origin: Origin) {
        self.moment(origin.time);
        let pieces = vec![Piece::Prose(text.into())];
        self.standing.push(self.drafts.len());
        self.drafts.push(Draft {
            role: Role::Developer,
            kind,
            origin,
            pieces,
            events: Vec::new(),
        });
    }

    /// Adds text that the agent wrote to the developer.
    pub(super) fn prose(&mut self, text: impl Into<String>, origin: Origin) {
        self.piece(Piece::Prose(text.into()), origin);
    }

    /// Adds reasoning of the agent's.
    pub(super) fn thinking(&mut self, text: impl Into<String>, origin: Origin) {
        self.piece(Piece::Thinking(text.into()), origin);
    }

    /// Adds text that nobody typed; `name` says what it is, for example `reminder`.
    pub(super) fn injected(&mut self, name: &str, text: impl Into<String>, origin: Origin) {
        self.piece(Piece::Injected(name.to_owned(), text.into()), origin);
    }

    /// Adds a tool call; `id` is what its result will name, empty where results have no ids.
    pub(super) fn call(
        &mut self,
        id: &str,
        name: &str,
        target: &str,
        input: impl Into<String>,
        origin: Origin,
    ) {
        let target = target
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
            .trim()
            .to_owned();
        let call = Call {
            name: name.to_owned(),
            target,
            input: input.into(),
            output: None,
            status: None,
        };
        let (draft, piece) = self.piece(Piece::Call(call), origin);
        if !id.is_empty() {
            self.calls.insert(id.to_owned(), (draft, piece));
        }
    }

    /// Adds the result of a call. A result whose call is not known stands as injected text.
    pub(super) fn result(
        &mut self,
        id: &str,
        output: &str,
        status: Option<ToolStatus>,
        origin: Origin,
    ) {
        self.moment(origin.time);
        let Some(&(draft, piece)) = self.calls.get(id) else {
            self.injected("tool result", output, origin);
            return;
        };
        if let Piece::Call(call) = &mut self.drafts[draft].pieces[piece] {
            match &mut call.output {
                Some(text) => {
                    text.push('\n');
                    text.push_str(output);
                }
                None => call.output = Some(output.to_owned()),
            }
            call.status = status.or(call.status);
        }
    }

    /// Gives the name of the tool that was called under this id.
    pub(super) fn call_name(&self, id: &str) -> Option<&str> {
        let &(draft, piece) = self.calls.get(id)?;
        match &self.drafts[draft].pieces[piece] {
            Piece::Call(call) => Some(&call.name),
            _ => None,
        }
    }

    /// Notes an event at the place that the file has reached: in the agent's turn where one is open, else in
    /// the developer's last turn, whose answer had not begun.
    pub(super) fn event(&mut self, kind: EventKind, detail: &str, origin: Origin) {
        self.moment(origin.time);
        if self.drafts.is_empty() {
            self.open_agent(origin);
        }
        if let Some(draft) = self.drafts.last_mut() {
            draft
                .events
                .push((kind, detail.to_owned(), draft.pieces.len()));
        }
    }

    /// Notes an event in the agent's turn, and opens one where the developer spoke last.
    pub(super) fn agent_event(&mut self, kind: EventKind, detail: &str, origin: Origin) {
        self.open_agent(origin.clone());
        self.event(kind, detail, origin);
    }

    /// Notes an event right after the call of this id, in the turn that holds it, however much was said since;
    /// in the agent's turn where the call is not known.
    pub(super) fn call_event(&mut self, id: &str, kind: EventKind, detail: &str, origin: Origin) {
        let Some(&(draft, piece)) = self.calls.get(id) else {
            self.agent_event(kind, detail, origin);
            return;
        };
        self.moment(origin.time);
        self.drafts[draft]
            .events
            .push((kind, detail.to_owned(), piece + 1));
    }

    /// Marks the last `count` developer turns that are not marked yet as taken back.
    pub(super) fn take_back(&mut self, count: usize) {
        let mut left = count;
        while left > 0
            && let Some(at) = self.standing.pop()
        {
            let draft = &mut self.drafts[at];
            if !draft.is_taken_back() {
                draft.take_back();
                left -= 1;
            }
        }
    }

    /// Notes a model that answered; placeholders are for the importer to leave out.
    pub(super) fn model(&mut self, name: &str) {
        if !name.is_empty() && !self.session.models.iter().any(|model| model == name) {
            self.session.models.push(name.to_owned());
        }
    }

    /// Tells whether anything was said so far.
    pub(super) fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }

    /// Ends the session. A session without an id of its own is known by its turns.
    pub(super) fn finish(mut self) -> Session {
        self.session.turns = self.drafts.into_iter().map(Draft::finish).collect();
        if self.session.key.is_empty() {
            let words: Vec<&str> = self
                .session
                .developer_turns()
                .map(|(_, turn)| turn.text.as_str())
                .collect();
            self.session.key = format!("text:{}", text_hash(&words.join("\n")));
        }
        self.session
    }

    fn moment(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        self.session.started = Some(self.session.started.map_or(time, |known| known.min(time)));
        self.session.ended = Some(self.session.ended.map_or(time, |known| known.max(time)));
    }

    fn open_agent(&mut self, origin: Origin) {
        if self
            .drafts
            .last()
            .is_none_or(|draft| draft.role != Role::Agent)
        {
            let (pieces, events) = (Vec::new(), Vec::new());
            self.drafts.push(Draft {
                role: Role::Agent,
                kind: TurnKind::Prompt,
                origin,
                pieces,
                events,
            });
        }
    }

    fn piece(&mut self, piece: Piece, origin: Origin) -> (usize, usize) {
        self.moment(origin.time);
        self.open_agent(origin);
        let draft = self.drafts.len() - 1;
        self.drafts[draft].pieces.push(piece);
        (draft, self.drafts[draft].pieces.len() - 1)
    }
}

impl Draft {
    fn is_taken_back(&self) -> bool {
        self.events
            .iter()
            .any(|(kind, ..)| *kind == EventKind::TakenBack)
    }

    fn take_back(&mut self) {
        self.events
            .push((EventKind::TakenBack, String::new(), self.pieces.len()));
    }

    fn finish(self) -> Turn {
        let mut text = String::new();
        let mut parts = Vec::new();
        let mut starts = Vec::new();
        for piece in self.pieces {
            if !text.is_empty() {
                text.push('\n');
            }
            starts.push(text.len());
            let part = piece.append(&mut text);
            if part.end > part.start || matches!(part.kind, PartKind::Tool(_)) {
                parts.push(part);
            }
        }
        let events = self
            .events
            .into_iter()
            .map(|(kind, detail, piece)| Event {
                kind,
                detail,
                at: starts.get(piece).copied().unwrap_or(text.len()),
            })
            .collect();
        if self.role == Role::Developer {
            parts.clear();
        }
        let Origin {
            native_id,
            time,
            place,
        } = self.origin;
        Turn {
            role: self.role,
            kind: self.kind,
            text,
            parts,
            events,
            time,
            native_id,
            place,
        }
    }
}

impl Piece {
    fn append(self, text: &mut String) -> Part {
        let start = text.len();
        let kind = match self {
            Piece::Prose(words) => {
                text.push_str(&words);
                PartKind::Prose
            }
            Piece::Thinking(words) => {
                text.push_str(&words);
                PartKind::Thinking
            }
            Piece::Injected(name, words) => {
                text.push_str(&words);
                PartKind::Injected(name)
            }
            Piece::Call(call) => {
                text.push_str(&call.input);
                let mut output = text.len();
                if let Some(words) = &call.output {
                    if output > start {
                        text.push('\n');
                        output = text.len();
                    }
                    text.push_str(words);
                }
                PartKind::Tool(Tool {
                    name: call.name,
                    target: call.target,
                    status: call.status,
                    output,
                })
            }
        };
        Part {
            kind,
            start,
            end: text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> SessionBuilder {
        SessionBuilder::new("a.jsonl", "test")
    }

    #[test]
    fn agent_records_without_a_developer_between_them_are_one_turn() {
        let mut session = builder();
        session.developer(TurnKind::Prompt, "do it", Origin::default());
        session.prose("first", Origin::default());
        session.call("1", "Bash", "ls", "ls -l", Origin::default());
        session.prose("then", Origin::default());
        session.result("1", "a\nb", Some(ToolStatus::Exit(0)), Origin::default());
        let session = session.finish();
        assert_eq!(session.turns.len(), 2);
        let turn = &session.turns[1];
        assert_eq!(turn.text, "first\nls -l\na\nb\nthen");
        let texts: Vec<&str> = turn
            .parts
            .iter()
            .map(|part| &turn.text[part.start..part.end])
            .collect();
        assert_eq!(texts, ["first", "ls -l\na\nb", "then"]);
    }

    #[test]
    fn a_result_finds_its_call_across_a_steering_message() {
        let mut session = builder();
        session.call("1", "Bash", "sleep", "sleep 9", Origin::default());
        session.developer(TurnKind::Steering, "stop", Origin::default());
        session.result("1", "done", None, Origin::default());
        let session = session.finish();
        assert_eq!(session.turns[0].text, "sleep 9\ndone");
        assert_eq!(session.turns.len(), 2);
    }

    #[test]
    fn a_refusal_stands_after_its_call_across_a_steering_message() {
        let mut session = builder();
        session.call("1", "Bash", "rm", "rm -r x", Origin::default());
        session.prose("and", Origin::default());
        session.developer(TurnKind::Steering, "stop", Origin::default());
        session.call_event("1", EventKind::Refused, "Bash", Origin::default());
        let session = session.finish();
        assert_eq!(session.turns.len(), 2);
        assert_eq!(session.turns[0].events[0].at, "rm -r x\n".len());
    }

    #[test]
    fn an_interruption_before_any_answer_stands_on_the_developer_turn() {
        let mut session = builder();
        session.developer(TurnKind::Prompt, "go", Origin::default());
        session.event(EventKind::Interrupted, "", Origin::default());
        assert!(session.finish().turns[0].has(EventKind::Interrupted));
    }

    #[test]
    fn each_rollback_takes_back_turns_that_still_stood() {
        let mut session = builder();
        for text in ["one", "two", "three"] {
            session.developer(TurnKind::Prompt, text, Origin::default());
        }
        session.take_back(1);
        session.take_back(1);
        let turns = session.finish().turns;
        let taken = turns.iter().map(|turn| turn.has(EventKind::TakenBack));
        assert_eq!(taken.collect::<Vec<_>>(), [false, true, true]);
    }

    #[test]
    fn a_session_without_an_id_is_known_by_its_turns() {
        let key = |text: &str| {
            let mut session = builder();
            session.developer(TurnKind::Prompt, text, Origin::default());
            session.finish().key
        };
        assert_eq!(key("one  two"), key("one two\n"));
        assert_ne!(key("one two"), key("two one"));
    }
}
