//! Transcripts for these tests, as an agent would have written them.

/// Two sessions in a kitchen: D2, D4 and D5 of the first push back, and D2 of the second.
pub(super) const KITCHEN: [&[&str]; 2] = [
    &[
        "Sort the recipe cards by season. Keep the photos where they are.",
        "Sorted, spring first. The photos moved along with their cards.",
        "No, that's wrong. I said keep the photos where they are.",
        "You are right. The photos are back in `photos/`.",
        "Now list the spring cards in one file.",
        "The list is in `spring.md`.",
        "That's not what I asked for. There are still no soups in it.",
        "The soups are in the list now.",
        "Nein, falsch! Die Crème brûlée 🍮 ist kein Frühlingsgericht.\n\nNo, undo that: 不对, wieder raus damit.",
        "Undone, the dessert is out.",
        "Good. Commit it.",
    ],
    &[
        "Print the labels for the jars.",
        "Printed 40 labels.",
        "No, that's wrong. I asked for 14.",
        "Here are 14.",
    ],
];

/// Writes a session as Claude Code would: a record for each turn.
pub(super) fn transcript(number: usize, turns: &[&str]) -> String {
    let mut lines = String::new();
    let mut parent = serde_json::Value::Null;
    for (at, words) in turns.iter().enumerate() {
        let developer = at % 2 == 0;
        let (kind, id) = (
            if developer { "user" } else { "assistant" },
            format!("{number}-{at}"),
        );
        let content = if developer {
            serde_json::json!(words)
        } else {
            serde_json::json!([{ "type": "text", "text": words }])
        };
        let record = serde_json::json!({
            "parentUuid": parent, "isSidechain": false, "userType": "external", "cwd": "/srv/kiosk",
            "sessionId": format!("cccc{number:04}-0000-4000-8000-000000000001"), "version": "2.1.30",
            "type": kind, "uuid": id, "timestamp": format!("2026-03-{number:02}T09:{at:02}:05.000Z"),
            "message": { "id": format!("msg_{id}"), "type": "message", "role": kind, "content": content },
        });
        lines.push_str(&record.to_string());
        lines.push('\n');
        parent = serde_json::json!(id);
    }
    lines
}
