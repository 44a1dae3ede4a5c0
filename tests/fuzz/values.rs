//! Changes of JSON values, whether they stand one after another or a line each.

use pushback::random::Pcg64;
use serde_json::{Value, json};

use super::{one, pick};

/// Changes a value of a file; where no JSON is in it, it stays.
pub(super) fn of_values(bytes: &[u8], other: &[u8], random: &mut Pcg64) -> Vec<u8> {
    let mut values = values(bytes);
    if values.is_empty() {
        return bytes.to_vec();
    }
    let at = pick(random, values.len());
    let changed = change(&mut values[at], other, random);
    if random.below(12) == 0 {
        let to = pick(random, values.len());
        values.swap(at, to);
    }
    written(&values, &changed, random)
}

/// What stands in a text where a value was, since no value can say it.
struct Raw {
    mark: String,
    text: String,
}

/// Changes something in a value.
fn change(value: &mut Value, other: &[u8], random: &mut Pcg64) -> Vec<Raw> {
    let all = pointers(value);
    let pointer = one(random, &all).clone();
    let from = one(random, &all).clone();
    let taken = value.pointer(&from).cloned().unwrap_or_default();
    let Some(place) = value.pointer_mut(&pointer) else {
        return Vec::new();
    };
    match random.below(12) {
        0..3 => *place = odd(random),
        3 => return raw(place, random),
        // Ids that lead to each other, texts where ids were.
        4 | 5 => *place = taken,
        6 => {
            let others = values(other);
            if let Some(whole) = others.get(pick(random, others.len() + 1)) {
                let inner = pointers(whole);
                *place = whole
                    .pointer(one::<String>(random, &inner))
                    .cloned()
                    .unwrap_or_default();
            }
        }
        7 => *place = json!([place.take()]),
        8 => *place = json!({ "text": place.take() }),
        _ => member(place, taken, random),
    }
    Vec::new()
}

/// Changes a member of a list or an object.
fn member(place: &mut Value, taken: Value, random: &mut Pcg64) {
    match place {
        Value::Array(items) if !items.is_empty() => {
            let (at, to) = (pick(random, items.len()), pick(random, items.len()));
            match random.below(4) {
                0 => drop(items.remove(at)),
                1 => items.swap(at, to),
                2 => items.insert(to, taken),
                _ => {
                    let length = items[at].to_string().len();
                    let again = vec![items[at].clone(); (50_000 / (length + 1)).clamp(1, 500)];
                    items.splice(at..at, again);
                }
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let key = one(random, &keys);
            match random.below(3) {
                0 => drop(fields.remove(key)),
                1 => drop(fields.insert(key.clone(), taken)),
                _ => {
                    let value = fields.remove(key).unwrap_or_default();
                    fields.insert(one(random, &keys).clone(), value);
                }
            }
        }
        Value::String(text) => {
            let at = pick(random, text.chars().count() + 1);
            let start: String = text.chars().take(at).collect();
            let odd = odd(random);
            *text = start + odd.as_str().unwrap_or("\u{202e}<task>");
        }
        _ => *place = odd(random),
    }
}

/// Gives a value that fits nowhere.
fn odd(random: &mut Pcg64) -> Value {
    let numbers = [
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(1e308),
        json!(-0.5),
        json!(1_785_578_403),
        json!(1_785_578_403_000_000_i64),
        json!(253_402_300_800_000_i64),
        json!(1_u64 << 53),
    ];
    let texts = [
        "",
        " ",
        "\n",
        "\0",
        "\u{feff}",
        "\u{1f600}",
        "e\u{301}",
        "\u{202e}",
        "../../x",
        "/",
        "0",
        "null",
        "{}",
        "[{",
        "\"",
        "\\",
        "<",
        "<user_query>",
        "</user_query>",
        "<task>",
        "user",
        "assistant",
        "tool",
        "system",
        "text",
        "tool_use",
        "tool_result",
        "2026-08-01T10:00:00Z",
        "9999-99-99T99:99:99",
        "-9999-01-01T00:00:00Z",
        "+999999-12-31T23:59:59+99:99",
        "[Request interrupted by user]",
        "\r\n\r\n",
        "```",
        "D1",
        "a\u{0}b",
    ];
    match random.below(6) {
        0 => one(
            random,
            &[
                Value::Null,
                json!(true),
                json!(false),
                json!([]),
                json!({}),
                json!([[]]),
            ],
        )
        .clone(),
        1 | 2 => one(random, &numbers).clone(),
        3 => {
            let length = *one(random, &[100, 5_000, 70_000]);
            json!(one(random, &texts).repeat(length / 4))
        }
        _ => json!(one(random, &texts)),
    }
}

/// Puts a mark in the place of a value, and says what the text has there.
fn raw(place: &mut Value, random: &mut Pcg64) -> Vec<Raw> {
    let depth = *one(random, &[3, 120, 128, 20_000]);
    let text = match random.below(8) {
        0 => "[".repeat(depth) + &"]".repeat(depth),
        1 => "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth),
        2 => "[".repeat(depth),
        3 => "1e999999".to_owned(),
        4 => "9".repeat(depth),
        5 => "\"\\ud83d\"".to_owned(),
        6 => "\"\\udc00 \\ud83d\\u0041 \\x\"".to_owned(),
        _ => format!("{place},\"type\":\"user\",\"type\":\"x\""),
    };
    let mark = "@raw@".to_owned();
    *place = json!(mark);
    vec![Raw { mark, text }]
}

fn written(values: &[Value], raws: &[Raw], random: &mut Pcg64) -> Vec<u8> {
    let write: fn(&Value) -> String = match random.below(5) {
        0 => |value| format!("{value:#}"),
        _ => Value::to_string,
    };
    let between = *one(random, &["\n", "\n", "\n", "", "\n\n", "\r\n"]);
    let texts: Vec<String> = values.iter().map(write).collect();
    let mut text = texts.join(between);
    for raw in raws {
        text = text.replacen(&format!("{:?}", raw.mark), &raw.text, 1);
    }
    text.into_bytes()
}

/// Gives the values that stand in a file; of one that is damaged, those of its lines.
fn values(bytes: &[u8]) -> Vec<Value> {
    let whole = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    let whole: Result<Vec<Value>, _> = whole.collect();
    whole.unwrap_or_else(|_| {
        let lines = bytes.split(|&byte| byte == b'\n');
        lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    })
}

/// Gives the JSON pointers to everything in a value, and to itself.
fn pointers(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    open.push((format!("{path}/{key}"), value));
                }
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(at, value)| (format!("{path}/{at}"), value)));
            }
            _ => (),
        }
        found.push(path);
    }
    found
}
