//! Sessions that nobody had, in the shape in which agents store theirs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

/// Some sessions of one size.
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) files: usize,
    /// How many turns of the developer a session has.
    turns: usize,
    /// How many lines of output a tool gives.
    lines: usize,
}

/// Gives many small sessions, some of 2 MB, and one of 200 MB; `part` divides how many, or how long.
pub(crate) fn corpora(part: usize) -> [Corpus; 3] {
    let corpus = |what: &str, files: usize, turns: usize, lines: usize| Corpus {
        name: format!("{files} {what}"),
        files,
        turns,
        lines,
    };
    [
        corpus("small ones", (10_000 / part).max(1), 4, 20),
        corpus("of 2 MB", (500 / part).max(1), 40, 550),
        corpus("of 200 MB", 1, (4_000 / part).max(1), 550),
    ]
}

impl Corpus {
    /// Writes the sessions, a file each, and gives how many bytes they have.
    pub(crate) fn write(&self, folder: &Path) -> u64 {
        let mut bytes = 0;
        for at in 0..self.files {
            let id = format!("{at:08x}-0000-4000-8000-000000000000");
            let path = folder.join(format!("{id}.jsonl"));
            let mut file = BufWriter::new(File::create(&path).unwrap());
            self.session(&id, &mut file);
            file.flush().unwrap();
            bytes += path.metadata().unwrap().len();
        }
        bytes
    }

    fn session(&self, id: &str, file: &mut impl Write) {
        let mut parent: Option<String> = None;
        let mut record = |mut own: Value, turn: usize, step: char| {
            let uuid = format!("{}-{turn:04x}-4000-8000-00000000000{step}", &id[..8]);
            let time = format!("2026-03-01T{:02}:{:02}:00.000Z", turn / 60 % 24, turn % 60);
            let fields = own.as_object_mut().unwrap();
            for (name, value) in [
                ("parentUuid", json!(parent)),
                ("isSidechain", json!(false)),
                ("userType", json!("external")),
                ("cwd", json!("/home/ada/bakery")),
                ("sessionId", json!(id)),
                ("version", json!("2.0.64")),
                ("gitBranch", json!("main")),
                ("uuid", json!(uuid)),
                ("timestamp", json!(time)),
            ] {
                fields.insert(name.to_owned(), value);
            }
            parent = Some(uuid);
            serde_json::to_writer(&mut *file, &own).unwrap();
            file.write_all(b"\n").unwrap();
        };
        for turn in 0..self.turns {
            record(developer(turn), turn, 'a');
            record(
                agent(turn, &json!({"type": "text", "text": ANSWER})),
                turn,
                'b',
            );
            let call = json!({
                "type": "tool_use", "id": format!("toolu_{turn:06}"), "name": "Bash",
                "input": {"command": format!("make loaf-{turn}"), "description": "Bakes a loaf"},
            });
            record(agent(turn, &call), turn, 'c');
            record(self.result(turn), turn, 'd');
        }
    }

    fn result(&self, turn: usize) -> Value {
        let line = |at| {
            format!(
                "oven {at:05}: crumb even, crust \"golden\"\tat {} degrees\n",
                180 + at % 60
            )
        };
        let output: String = (0..self.lines).map(line).collect();
        json!({"type": "user", "message": {"role": "user", "content": [{
            "type": "tool_result", "tool_use_id": format!("toolu_{turn:06}"), "content": output,
        }]}})
    }
}

const ANSWER: &str =
    "I weighed the flour again and moved the scale. All loaves rise now, and the tests pass.";

fn developer(turn: usize) -> Value {
    let words = [
        "Bake the rye loaf and log the crumb.",
        "No, that is wrong: I said rye, not spelt.",
        "The oven still burns the crust. Why did you change the timer?",
        "Thanks. Now the list of flours.",
    ];
    json!({"type": "user", "message": {"role": "user", "content": words[turn % words.len()]}})
}

fn agent(turn: usize, block: &Value) -> Value {
    json!({"type": "assistant", "message": {
        "id": format!("msg_{turn:06}"), "type": "message", "role": "assistant", "model": "invented-1",
        "content": [block], "stop_reason": null, "usage": {"input_tokens": 10, "output_tokens": 20},
    }})
}
