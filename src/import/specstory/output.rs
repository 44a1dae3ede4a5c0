//! Parts what a tool was given from what it gave back.

use super::lines::{FenceEnds, fence, join, trim_blank};

/// Where the input of a body ends, and the output after it.
pub(super) struct Split {
    /// How many lines the input has.
    pub(super) input: usize,
    /// The output; `None` where the body shows none.
    pub(super) output: Option<String>,
    /// Whether the writer marked the output as an error.
    pub(super) failed: bool,
}

impl Split {
    /// Finds the output: below a mark, in the first fence of the right kind, or from a table or an answer on.
    pub(super) fn of(body: &[String], prints_input: bool) -> Split {
        let mut ends = FenceEnds::new();
        let mut plain = None;
        let mut at = 0;
        while at < body.len() {
            if let Some((failed, output)) = marked(body, at) {
                let (input, output) = (at, Some(output));
                return Split {
                    input,
                    output,
                    failed,
                };
            }
            if let Some((length, language)) = fence(&body[at]) {
                if language == "text" || (language.is_empty() && !prints_input) {
                    return Split::fenced(body, at);
                }
                plain = if language.is_empty() { Some(at) } else { plain };
                at = ends.find(body, at, length).unwrap_or(at);
            }
            at += 1;
        }
        match plain {
            Some(at) => Split::fenced(body, at),
            None => Split {
                input: body.len(),
                output: None,
                failed: false,
            },
        }
    }

    fn fenced(body: &[String], open: usize) -> Split {
        Split {
            input: open,
            output: Some(unfenced(&body[open..])),
            failed: false,
        }
    }
}

/// Reads the output below a mark at this line, and whether the mark says that it is an error.
fn marked(body: &[String], at: usize) -> Option<(bool, String)> {
    let line = body[at].trim_end();
    let below = || unfenced(trim_blank(&body[at + 1..]));
    match line {
        "Result:" | "**Result:**" | "*Result*:" => return Some((false, below())),
        "Error:" | "**Error:**" => return Some((true, below())),
        "Cancelled" if body.len() == 1 => return Some((false, line.to_owned())),
        _ => (),
    }
    if let Some(first) = line.strip_prefix("Result: ") {
        let rest = join(&body[at + 1..]);
        return Some((false, format!("{first}\n{rest}").trim_end().to_owned()));
    }
    let starts = ["**Answer:**", "Status: **", "| "];
    let is_output = starts.iter().any(|start| line.starts_with(start));
    is_output.then(|| (false, join(&body[at..])))
}

/// Gives what stands inside the fence that opens these lines. What a tool printed may hold fences of its own,
/// so it goes on to the last line that closes one.
fn unfenced(lines: &[String]) -> String {
    let Some((length, _)) = lines.first().and_then(|line| fence(line)) else {
        return join(lines);
    };
    let closes =
        |line: &String| fence(line).is_some_and(|(own, rest)| own >= length && rest.is_empty());
    let end = lines.iter().rposition(closes).filter(|&end| end > 0);
    join(&lines[1..end.unwrap_or(lines.len())])
}
