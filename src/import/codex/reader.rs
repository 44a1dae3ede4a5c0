//! The second pass over a rollout: records to turns.

use std::mem;

use serde_json::Value;

use crate::import::Skip;
use crate::import::builder::{Origin, SessionBuilder};
use crate::import::records::Place;
use crate::model::{EventKind, Session, Surface, Timestamp};

use super::FORMAT;
use super::census::Census;
use super::pace::Pace;
use super::wire::Record;
use super::words;

/// A session that is being read.
pub(super) struct Reader<'a> {
    pub(super) census: &'a Census,
    pub(super) builder: SessionBuilder,
    skipped: Vec<Skip>,
    pace: Pace,
    head_seen: bool,
    pub(super) spoken: bool,
    interrupted: bool,
}

impl<'a> Reader<'a> {
    /// Begins to read a file of which the census is known.
    pub(super) fn new(path: &str, census: &'a Census) -> Reader<'a> {
        let mut builder = SessionBuilder::new(path, FORMAT.id);
        "Codex".clone_into(&mut builder.session.agent);
        Reader {
            census,
            builder,
            skipped: Vec::new(),
            pace: Pace::default(),
            head_seen: false,
            spoken: false,
            interrupted: false,
        }
    }

    /// Gives the session, unless nobody spoke in it, and what was left out.
    pub(super) fn finish(mut self) -> (Option<Session>, Vec<Skip>) {
        if self.spoken {
            (Some(self.builder.finish()), self.skipped)
        } else {
            self.skipped
                .push(Skip::whole("the session holds no messages"));
            (None, self.skipped)
        }
    }

    /// Takes the next record.
    pub(super) fn record(&mut self, mut record: Record, place: Place) {
        let origin = Origin {
            native_id: None,
            time: record.time(),
            place: Some(place.offset),
        };
        self.moment(origin.time);
        let payload = record.payload.0.take();
        match (record.kind.as_deref(), payload) {
            (Some("session_meta"), Some(head)) => self.head(*head),
            (Some("turn_context"), Some(context)) => self.context(*context),
            (Some("response_item"), Some(item)) => self.item(*item, origin, place),
            (Some("event_msg"), Some(event)) => self.event(*event, origin, place),
            (Some("compacted"), Some(compaction)) => self.compacted(&compaction.message, origin),
            (_, Some(_)) => (),
            (_, None) if record.is_header() => self.head(record),
            (_, None) => self.item(record, origin, place),
        }
    }

    fn moment(&mut self, time: Option<Timestamp>) {
        let session = &mut self.builder.session;
        session.started = session.started.into_iter().chain(time).min();
        session.ended = session.ended.max(time);
    }

    /// Takes the head of a session. A later one is that of the session that this file was copied from.
    fn head(&mut self, head: Record) {
        let session = &mut self.builder.session;
        if mem::replace(&mut self.head_seen, true) {
            let other = head.session().filter(|id| *id != session.key);
            if session.parent.is_none() {
                session.parent = other.map(str::to_owned);
            }
            return;
        }
        session.key = head.session().unwrap_or_default().to_owned();
        session.surface = surface(head.originator.as_deref(), head.source.as_str());
        session.parent.clone_from(&head.forked_from_id);
        self.moment(head.time());
        let session = &mut self.builder.session;
        session.agent_version = head.cli_version;
        session.folder = head.cwd.or(session.folder.take());
        if let Some(git) = head.git.0 {
            session.branch = git.branch;
            session.repository = git.repository_url;
        }
    }

    fn context(&mut self, context: Record) {
        self.builder
            .model(context.model.as_deref().unwrap_or_default());
        let folder = &mut self.builder.session.folder;
        *folder = folder.take().or(context.cwd);
    }

    fn event(&mut self, event: Record, origin: Origin, place: Place) {
        match event.kind.as_deref().unwrap_or_default() {
            "user_message" => self.user_message(event, origin, place),
            "agent_message" => self.said(event.message.as_str().unwrap_or_default(), origin),
            "agent_reasoning" => self.thought(event.text.as_deref().unwrap_or_default(), origin),
            // A plan stands in no agent message event.
            "item_completed" if self.census.agent_events && event.item["type"] == "Plan" => {
                self.said(event.item["text"].as_str().unwrap_or_default(), origin);
            }
            "task_started" | "turn_started" => {
                self.pace.start();
                self.interrupted = false;
            }
            "task_complete" | "turn_complete" => self.pace.end(),
            "turn_aborted" => self.aborted(event.reason.as_deref(), origin),
            "thread_rolled_back" => {
                let turns = event.num_turns.as_u64().unwrap_or_default();
                self.builder
                    .take_back(usize::try_from(turns).unwrap_or(usize::MAX));
            }
            "context_compacted" if !self.census.compactions => {
                self.compacted(&Value::Null, origin);
            }
            "thread_name_updated" => {
                let name = event.thread_name.filter(|name| !name.trim().is_empty());
                let title = &mut self.builder.session.title;
                *title = name.or(title.take());
            }
            "undo_completed" => self.builder.event(EventKind::Command, "/undo", origin),
            "entered_review_mode" => self.builder.event(EventKind::Command, "/review", origin),
            "error" => self.error(&event, origin),
            _ => (),
        }
    }

    fn user_message(&mut self, event: Record, origin: Origin, place: Place) {
        if event.message_kind.is_some_and(|kind| kind != "plain") {
            return;
        }
        let count = |images: &Value| images.as_array().map_or(0, Vec::len);
        let images = count(&event.images) + count(&event.local_images);
        let text = match event.message {
            Value::String(text) => words::request(text),
            _ => String::new(),
        };
        self.developer(text, images > 0, origin, place.line);
    }

    pub(super) fn developer(&mut self, text: String, image: bool, origin: Origin, line: u64) {
        let text = match (text.trim().is_empty(), image) {
            (false, _) => text,
            (true, true) => "[image]".to_owned(),
            (true, false) => {
                let skip = Skip::at_line(line, "a developer's message without words");
                self.skipped.push(skip);
                return;
            }
        };
        self.spoken = true;
        self.interrupted = false;
        let kind = self.pace.message();
        self.builder.developer(kind, text, origin);
    }

    pub(super) fn said(&mut self, text: &str, origin: Origin) {
        if !text.trim().is_empty() {
            self.spoken = true;
            self.builder.prose(text, origin);
        }
    }

    pub(super) fn thought(&mut self, text: &str, origin: Origin) {
        if !text.trim().is_empty() {
            self.builder.thinking(text, origin);
        }
    }

    /// Notes that the developer stopped the agent: up to three records tell of one stop.
    pub(super) fn interrupt(&mut self, detail: &str, origin: Origin) {
        if !mem::replace(&mut self.interrupted, true) {
            self.builder.event(EventKind::Interrupted, detail, origin);
        }
    }

    fn aborted(&mut self, reason: Option<&str>, origin: Origin) {
        match reason {
            Some("interrupted") => self.interrupt("", origin),
            Some("replaced") => {
                self.interrupt("replaced", origin);
                self.pace.displace();
                return;
            }
            _ => (),
        }
        self.pace.end();
    }

    fn compacted(&mut self, summary: &Value, origin: Origin) {
        self.builder
            .agent_event(EventKind::Compacted, "", origin.clone());
        if let Some(text) = summary.as_str().filter(|text| !text.trim().is_empty()) {
            self.builder.injected("compaction summary", text, origin);
        }
    }

    pub(super) fn error(&mut self, record: &Record, origin: Origin) {
        let said = [&record.message, &record.error["message"], &record.error];
        let text = said.iter().find_map(|value| value.as_str());
        let text = text.or(record.text.as_deref()).unwrap_or_default();
        let line = text.trim().lines().next().unwrap_or_default();
        let detail: String = line.chars().take(200).collect();
        self.builder.agent_event(EventKind::Error, &detail, origin);
    }
}

fn surface(originator: Option<&str>, source: Option<&str>) -> Option<Surface> {
    let named = |name: &str| {
        let name = name.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        if has(&["desktop", "web", "chatgpt"]) {
            Some(Surface::App)
        } else if has(&[
            "exec",
            "sdk",
            "mcp",
            "app-server",
            "appserver",
            "app_server",
        ]) {
            Some(Surface::Sdk)
        } else if has(&["vscode", "jetbrains", "xcode", "zed", "ide"]) {
            Some(Surface::Ide)
        } else if has(&["cli", "tui"]) {
            Some(Surface::Cli)
        } else {
            None
        }
    };
    originator
        .and_then(named)
        .or_else(|| source.and_then(named))
}
