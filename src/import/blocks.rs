//! Messages made of blocks, as the services of several makers define them and some agents keep them: text,
//! reasoning, tool calls and their results.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::builder::{Origin, SessionBuilder};
use super::calls::Shown;
use super::lenient::{nested, truth, value, word};

/// A block of a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Block {
    #[serde(rename = "type", deserialize_with = "word")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) text: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) thinking: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) name: Option<String>,
    /// A call's input, under the name that one half of the agents give it.
    pub(super) input: Value,
    /// A call's input, under the other name.
    pub(super) arguments: Value,
    #[serde(deserialize_with = "word")]
    tool_use_id: Option<String>,
    #[serde(rename = "toolUseID", deserialize_with = "word")]
    tool_use_name: Option<String>,
    /// A result.
    pub(super) content: Value,
    #[serde(deserialize_with = "truth")]
    pub(super) is_error: bool,
    #[serde(deserialize_with = "nested")]
    pub(super) run: Run,
}

/// How a call ended, where the result keeps it beside the text (Amp).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Run {
    #[serde(deserialize_with = "word")]
    pub(super) status: Option<String>,
    pub(super) result: Value,
    pub(super) error: Value,
    pub(super) reason: Value,
}

impl Block {
    /// Adds what an agent's block says or calls; a result is for the importer.
    pub(super) fn tell(&self, builder: &mut SessionBuilder, origin: &Origin) {
        let text = self.text.as_deref().unwrap_or_default();
        let thinking = self.thinking.as_deref().unwrap_or_default();
        match self.kind.as_deref() {
            Some("text") if !text.trim().is_empty() => builder.prose(text, origin.clone()),
            Some("thinking") if !thinking.trim().is_empty() => {
                builder.thinking(thinking, origin.clone());
            }
            Some("tool_use") => {
                let id = self.id.as_deref().unwrap_or_default();
                let name = self.name.as_deref().unwrap_or("tool");
                // A call without a name says in a text what it does (Amp).
                let shown = match self.name {
                    None if !text.is_empty() => Shown::text(text),
                    _ => Shown::of(self.input()),
                };
                builder.call(id, name, &shown.target, shown.input, origin.clone());
            }
            _ => (),
        }
    }

    /// Gives the id of the call that a result belongs to; empty where there is none.
    pub(super) fn call(&self) -> &str {
        let id = self.tool_use_id.as_deref();
        id.or(self.tool_use_name.as_deref()).unwrap_or_default()
    }

    /// Gives the input of a call.
    pub(super) fn input(&self) -> &Value {
        if self.input.is_null() {
            &self.arguments
        } else {
            &self.input
        }
    }

    /// Tells whether the block is a picture.
    pub(super) fn is_image(&self) -> bool {
        matches!(
            self.kind.as_deref(),
            Some("image" | "image_url" | "input_image")
        )
    }
}

/// Reads a message's content: a list of blocks, or a text, which is a block of its own.
pub(super) fn blocks<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Block>, D::Error> {
    let raw = Box::<RawValue>::deserialize(input)?;
    Ok(match raw.get().as_bytes().first() {
        Some(b'"') => vec![Block {
            kind: Some("text".to_owned()),
            text: value(raw.get()),
            ..Block::default()
        }],
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = value(raw.get()).unwrap_or_default();
            items.iter().filter_map(|item| value(item.get())).collect()
        }
        _ => Vec::new(),
    })
}

/// Gives a tool's result as a text: a text, the texts of blocks, the field of an object that holds it, or JSON.
pub(super) fn plain(result: &Value) -> String {
    match result {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(item).collect();
            texts.join("\n")
        }
        other => item(other),
    }
}

fn item(block: &Value) -> String {
    if let Value::String(text) = block {
        return text.clone();
    }
    if matches!(block["type"].as_str(), Some("image")) {
        return "[image]".to_owned();
    }
    ["text", "content", "output", "stdout", "message"]
        .iter()
        .find_map(|key| block[*key].as_str())
        .map_or_else(|| block.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    struct Message {
        #[serde(deserialize_with = "blocks")]
        content: Vec<Block>,
    }

    fn read(json: &str) -> Vec<Block> {
        value::<Message>(json).unwrap().content
    }

    #[test]
    fn a_text_is_a_block_and_what_is_none_is_left_out() {
        assert_eq!(read(r#"{"content":"hi"}"#)[0].text.as_deref(), Some("hi"));
        assert!(read(r#"{"content":7}"#).is_empty());
        let found =
            read(r#"{"content":[1,{"type":"tool_use","id":"c","name":"Run","input":{"a":1}}]}"#);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].input(), &json!({"a": 1}));
    }

    #[test]
    fn results_of_every_shape_are_texts() {
        let check = |result: Value, expected: &str| assert_eq!(plain(&result), expected);
        check(json!("a"), "a");
        check(json!([{"type": "text", "text": "a"}, "b"]), "a\nb");
        check(json!({"stdout": "out", "exitCode": 0}), "out");
        check(json!([{"type": "image", "data": "AAAA"}]), "[image]");
        check(json!({"n": 1}), r#"{"n":1}"#);
        check(Value::Null, "");
    }
}
