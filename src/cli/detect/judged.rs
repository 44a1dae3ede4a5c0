//! Judged turns from a file of JSON lines, each with what came before it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::failure::Failure;
use crate::detect::{Detector, Example, language};
use crate::import;
use crate::model::{Event, EventKind, Role, Session, Turn};

/// How many characters of a turn tell it from the others of its transcript.
const TOLD: usize = 80;

/// What agents write where the developer interrupts them; an event to every importer, and no words of the developer.
const NOTICE: &str = "[Request interrupted by user";

/// One line.
#[derive(Deserialize)]
struct Line {
    text: String,
    pushback: bool,
    #[serde(default)]
    previous_developer_turn: String,
    #[serde(default)]
    agent_tail: String,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    file: String,
    repository: Option<String>,
}

/// A judged turn.
pub(super) struct Judged {
    pub(super) example: Example,
    /// The sorts of pushback that the judges saw.
    pub(super) kinds: Vec<String>,
    pub(super) language: Option<&'static str>,
}

/// All turns of a file.
pub(super) struct Turns {
    pub(super) judged: Vec<Judged>,
    /// How many of them were found in their transcripts, with all that happened before.
    pub(super) found: usize,
    /// How many lines hold no words of a developer.
    pub(super) notices: usize,
}

/// Reads judged turns. Where the folder of the transcripts is given, each turn is looked up in its own, and seen with all
/// that happened before it; else it is seen with the two texts of its line.
pub(super) fn read(
    path: &Path,
    transcripts: Option<&Path>,
    detector: &Detector,
) -> Result<Turns, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display()), ""))?;
    let mut reader = Reader {
        transcripts: transcripts.map(Path::to_owned),
        detector,
        known: HashMap::new(),
    };
    let mut turns = Turns {
        judged: Vec::new(),
        found: 0,
        notices: 0,
    };
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(line).map_err(|error| wrong(path, number, &error))?;
        if line.text.starts_with(NOTICE) {
            turns.notices += 1;
            continue;
        }
        let (example, is_found) = reader.example(&line);
        turns.found += usize::from(is_found);
        turns.judged.push(Judged {
            example,
            language: language(&line.text),
            kinds: line.kinds,
        });
    }
    Ok(turns)
}

fn wrong(path: &Path, line: usize, error: &serde_json::Error) -> Failure {
    Failure::failed(
        format!("{}:{line}: {error}", path.display()),
        "each line is a JSON object with text and pushback (true or false), and may have previous_developer_turn, \
         agent_tail, kinds, repository and file",
    )
}

struct Reader<'a> {
    transcripts: Option<PathBuf>,
    detector: &'a Detector,
    /// By file: for each developer turn but the first of a session the start of its words and of those before it.
    known: HashMap<String, HashMap<(String, String), Example>>,
}

impl Reader<'_> {
    /// Gives the example of a line, and whether it was found in its transcript.
    fn example(&mut self, line: &Line) -> (Example, bool) {
        let named = line.repository.as_deref();
        let group = named.unwrap_or_else(|| group(&line.file)).to_owned();
        let key = (start(&line.text), start(&line.previous_developer_turn));
        if let Some(found) = self.transcript(&line.file).get(&key) {
            let mut found = found.clone();
            found.pushback = line.pushback;
            found.group = group;
            return (found, true);
        }
        let mut agent = Turn::said(Role::Agent, &line.agent_tail);
        if line.previous_developer_turn.starts_with(NOTICE) {
            agent.events.push(Event {
                kind: EventKind::Interrupted,
                detail: String::new(),
                at: 0,
            });
        }
        let before = Turn::said(Role::Developer, &line.previous_developer_turn);
        let own = Turn::said(Role::Developer, &line.text);
        let session = Session::of("judged", vec![before, agent, own]);
        let judged = |turn: u32| (turn == 2).then_some(line.pushback);
        let mut examples = self.detector.examples(&session, &group, judged);
        (examples.swap_remove(0).1, false)
    }

    fn transcript(&mut self, file: &str) -> &HashMap<(String, String), Example> {
        let Reader {
            transcripts,
            detector,
            known,
        } = self;
        known.entry(file.to_owned()).or_insert_with(|| {
            let path = transcripts.as_ref().filter(|_| !file.is_empty());
            let reading = path.and_then(|root| import::read(&root.join(file), None).ok());
            let sessions = reading.map_or_else(Vec::new, |reading| reading.sessions);
            // The first of two that look alike, as a reader would take it.
            let sessions = sessions.iter().rev();
            sessions.flat_map(|own| turns_of(own, detector)).collect()
        })
    }
}

/// Gives the developer turns of a session but for the first, by their words and those before.
fn turns_of(session: &Session, detector: &Detector) -> Vec<((String, String), Example)> {
    let words: Vec<&str> = session
        .developer_turns()
        .map(|(_, turn)| turn.text.as_str())
        .collect();
    let examples = detector.examples(session, "", |_| Some(false)).into_iter();
    let pairs = words.windows(2).zip(examples.skip(1));
    pairs
        .map(|(pair, (_, example))| ((start(pair[1]), start(pair[0])), example))
        .rev()
        .collect()
}

fn start(text: &str) -> String {
    text.trim().chars().take(TOLD).collect()
}

/// Gives the repository of a file in a collection that is sorted by format and repository: its second folder.
fn group(file: &str) -> &str {
    let mut folders = file.split('/');
    let first = folders.next().unwrap_or_default();
    folders.next().unwrap_or(first)
}
