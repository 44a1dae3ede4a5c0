//! The program on the screen, through its real loop: keys in, frames and a study file out.
//!
//! A [`Desk`] is a study in a folder of its own, and a terminal in memory. Keys are written as they are typed:
//! `"36121<Enter>"`. Every [`Desk::press`] is a start of the program and everything up to the last key, so that two
//! of them have a restart in between. After each, the study is checked as `pushback check` does it.

mod audit;
mod books;
mod episodes;
mod evidence;
mod footer;
mod hostile;
mod keys;
mod labels;
mod ladder;
mod lists;
mod notes;
mod random;
mod read_only;
mod reading;
mod resume;
mod screens;
mod secrets;
mod settling;
mod shown;
mod transcripts;
mod turns;
mod undo;
mod walks;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pushback::detect::Detector;
use pushback::import;
use pushback::model::{Codebook, Coder, CoderKind, Cursor, Decision};
use pushback::store::Study;
use pushback::tui::{self, Input, KeyMap, Looks};
use ratatui::Terminal;
use tempfile::TempDir;
use uuid::Uuid;

use keys::{Step, script};
use labels::outline;
use shown::{Glass, Shown};
use transcripts::{KITCHEN, transcript};

const OWNER: &str = "anna on node7";
const CODER: &str = "anna";

/// A study, and how it is looked at.
struct Desk {
    _folder: TempDir,
    path: PathBuf,
    size: (u16, u16),
    looks: Looks,
    read_only: Option<String>,
    /// Whether it is opened to settle what its coders differ on.
    settles: bool,
}

/// Presses keys over the sessions in the kitchen, on the smallest terminal that is usual.
fn after(keys: &str) -> (Shown, Desk) {
    let desk = Desk::kitchen();
    let shown = desk.press(keys);
    (shown, desk)
}

impl Desk {
    /// The demo sessions with the codebook of the four axes.
    fn demo() -> Desk {
        static STUDY: OnceLock<Vec<u8>> = OnceLock::new();
        Desk::copy_of(&STUDY, || {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
            let files = fs::read_dir(folder).unwrap();
            let mut paths: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
            paths.retain(|path| path.extension().is_some_and(|end| end != "toml"));
            paths.sort();
            Desk::of_files(&paths, "misalignment")
        })
    }

    fn kitchen() -> Desk {
        static STUDY: OnceLock<Vec<u8>> = OnceLock::new();
        Desk::copy_of(&STUDY, || Desk::of(&KITCHEN, "misalignment")).sized(80, 24)
    }

    /// A copy of a study that is made once.
    fn copy_of(study: &OnceLock<Vec<u8>>, make: impl FnOnce() -> Desk) -> Desk {
        let study = study.get_or_init(|| fs::read(make().path).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.db");
        fs::write(&path, study).unwrap();
        Desk::at(folder, path)
    }

    /// Sessions of these words, developer and agent in turn, labelled with one of the codebooks that we ship.
    fn of(sessions: &[&[&str]], book: &str) -> Desk {
        let texts = (1..)
            .zip(sessions)
            .map(|(number, turns)| transcript(number, turns));
        Desk::of_bytes(texts.map(String::into_bytes), book)
    }

    /// Sessions from the bytes of their transcripts.
    fn of_bytes(transcripts: impl IntoIterator<Item = Vec<u8>>, book: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (1..)
            .zip(transcripts)
            .map(|(number, bytes)| {
                let path = folder.path().join(format!("{number}.jsonl"));
                fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
                path
            })
            .collect();
        Desk::of_files(&paths, book)
    }

    fn of_files(paths: &[PathBuf], book: &str) -> Desk {
        let detector = Detector::standard();
        let mut sessions = Vec::new();
        for path in paths {
            for session in import::read(path, None).unwrap().sessions {
                let marks = detector.marks(&session);
                sessions.push((session, marks));
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.db");
        let mut study = Study::create(&path, &codebook(book), OWNER).unwrap();
        study.import(&sessions, detector.version()).unwrap();
        study
            .coder(CODER, CoderKind::Human, Uuid::now_v7())
            .unwrap();
        Desk::at(folder, path)
    }

    fn at(folder: TempDir, path: PathBuf) -> Desk {
        let looks = Looks {
            theme: "mono".to_owned(),
            ascii: false,
            keys: KeyMap::standard(),
        };
        Desk {
            _folder: folder,
            path,
            size: (120, 40),
            looks,
            read_only: None,
            settles: false,
        }
    }

    fn sized(self, width: u16, height: u16) -> Desk {
        let size = (width, height);
        Desk { size, ..self }
    }

    fn themed(mut self, theme: &str) -> Desk {
        theme.clone_into(&mut self.looks.theme);
        self
    }

    fn ascii(mut self) -> Desk {
        self.looks.ascii = true;
        self
    }

    /// Starts the program, presses the keys, and gives what is on the screen then.
    fn press(&self, keys: &str) -> Shown {
        self.watch(&script(keys), |_| ())
    }

    /// Runs the real loop over steps, with a look at the screen before each of them.
    fn watch(&self, steps: &[Step], mut look: impl FnMut(&Shown)) -> Shown {
        let mut study = match self.read_only {
            Some(_) if !self.settles => Study::open_to_read(&self.path).unwrap(),
            _ => Study::open_to_write(&self.path, OWNER).unwrap(),
        };
        let glass = Glass::new(self.size);
        let mut terminal = Terminal::new(glass.clone()).unwrap();
        let mut steps = steps.iter();
        let (mut suspended, mut quit) = (false, true);
        let next = |pause: Option<tui::Pause>| {
            look(&glass.shown());
            if pause.is_some() {
                suspended = true;
                return Some(Ok(Input::Resumed));
            }
            let Some(step) = steps.next() else {
                quit = false;
                return None;
            };
            if let Step::Resize(width, height) = *step {
                glass.resize(width, height);
            }
            Some(Ok(step.input()))
        };
        if self.settles {
            settling::run(self, &mut study, &mut terminal, next);
        } else {
            let (coder, why) = (coder(&study), self.read_only.clone());
            tui::run(&mut study, &coder, why, &self.looks, &mut terminal, next).unwrap();
        }
        assert_eq!(study.check().unwrap(), []);
        Shown {
            suspended,
            quit,
            ..glass.shown()
        }
    }

    fn study(&self) -> Study {
        Study::open_to_read(&self.path).unwrap()
    }

    /// Gives every decision of the coder, by session (from 1) and developer turn.
    fn decisions(&self) -> BTreeMap<(usize, u32), Decision> {
        let study = self.study();
        let coder = coder(&study);
        let rows = study.sessions(Some(coder.id)).unwrap();
        let mut decisions = BTreeMap::new();
        for (number, row) in (1..).zip(&rows) {
            let open = study.open_session(row, Some(coder.id)).unwrap();
            decisions.extend(
                open.decisions
                    .into_iter()
                    .map(|(turn, own)| ((number, turn), own)),
            );
        }
        decisions
    }

    /// Gives what is stored about a developer turn: `S3 C6:direct DS1 RS1 RV2; committed`.
    fn label(&self, session: usize, turn: u32) -> String {
        let book = self.study().codebook().clone();
        let decision = self.decisions().remove(&(session, turn));
        outline(&book, &decision.unwrap_or_default())
    }

    /// Counts a session's pushback turns: decided, put off, all.
    fn counts(&self, session: usize) -> (u32, u32, u32) {
        let study = self.study();
        let rows = study.sessions(Some(coder(&study).id)).unwrap();
        let row = &rows[session - 1];
        (row.decided, row.deferred, row.candidates)
    }

    /// Gives where the coder stands, as it is stored.
    fn cursor(&self) -> Option<Cursor> {
        let study = self.study();
        study.cursor(coder(&study).id).unwrap()
    }

    /// Counts the rows of the history.
    fn rows(&self) -> usize {
        let study = self.study();
        study.history(coder(&study).id).unwrap().len()
    }
}

fn coder(study: &Study) -> Coder {
    study.known_coder(CODER).unwrap().unwrap()
}

fn codebook(name: &str) -> Codebook {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("codebook");
    let text = fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
    Codebook::parse(&text, name).unwrap()
}
