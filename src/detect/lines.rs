//! Tells a line that a machine wrote from one that a person typed.
//!
//! Developers paste logs, stack traces and code without a fence. Their words are no words of the developer, so
//! no cue counts there; but an error among them is a sign of its own.

/// Tells whether a line looks like the output of a program, or like code.
pub(super) fn is_machine(line: &str) -> bool {
    let line = line.trim();
    let Some(&first) = line.as_bytes().first() else {
        return false;
    };
    if first.is_ascii_digit() || first == b'[' {
        return begins_with_time(line) || is_symbolic(line);
    }
    is_frame(line) || begins_like_output(line) || names_place(line) || is_symbolic(line)
}

/// Tells whether a line that a machine wrote reports an error.
pub(super) fn reports_error(line: &str) -> bool {
    const LOUD: &[&str] = &[
        "Error",
        "ERROR",
        "error:",
        "error[",
        "error TS",
        "Exception",
        "EXCEPTION",
        "Traceback",
        "FAILED",
        "FAILURE",
        "Failed",
        "failed",
        "FATAL",
        "fatal:",
        "panicked at",
        "ERR!",
        "Uncaught",
        "Segmentation fault",
        "core dumped",
        "not found",
        "No such file",
        "undefined",
        "cannot ",
        "Cannot ",
        "Access denied",
        "ermission denied",
        "timed out",
        "ECONNREFUSED",
        "ERR_",
        "CORS policy",
        " 500 (",
        " 404 (",
        " 403 (",
        " 400 (",
        "AssertionError",
        "❌",
        "✗",
    ];
    LOUD.iter().any(|sign| line.contains(sign))
}

/// Tells whether capital words stand out of a typed line, more than abbreviations do.
pub(super) fn is_shouted(line: &str) -> bool {
    let capitals = |pair: &[u8]| pair.iter().all(u8::is_ascii_uppercase);
    if line.is_ascii() && !line.as_bytes().windows(2).any(capitals) {
        return false;
    }
    let (mut loud, mut row, mut longest) = (0, 0, 0);
    for word in line.split_whitespace() {
        let letters = || word.chars().filter(|c| c.is_alphabetic());
        let is_loud = word.starts_with(char::is_uppercase)
            && letters().count() > 1
            && letters().all(char::is_uppercase)
            && !word.contains(['_', '/', '=', '.', '`', ':', '<']);
        loud += usize::from(is_loud);
        row = if is_loud { row + 1 } else { 0 };
        longest = longest.max(row);
    }
    longest >= 3 || (loud >= 1 && line.contains("!!"))
}

/// Tells whether a line is one of a stack trace.
fn is_frame(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix("at ") {
        let has_place = rest
            .bytes()
            .zip(rest.bytes().skip(1))
            .any(|(colon, digit)| colon == b':' && digit.is_ascii_digit());
        return has_place || (rest.ends_with(')') && !rest.contains(' '));
    }
    line.starts_with("File \"") && line.contains(", line ")
}

fn begins_like_output(line: &str) -> bool {
    const OUTPUT: &[&str] = &[
        "Traceback (most",
        "Caused by:",
        "npm ERR!",
        "npm error",
        "npm WARN",
        "npm warn",
        "error[",
        "error:",
        "error TS",
        "fatal:",
        "warning:",
        "Warning:",
        "ERROR",
        "WARN",
        "INFO",
        "DEBUG",
        "FATAL",
        "TRACE",
        "PS C:\\",
        "$ ",
        ">>> ",
        "➜ ",
        "❯ ",
        "> Task :",
        "diff --git",
        "@@ -",
        "+++ ",
        "--- a/",
        "Uncaught ",
        "Unhandled ",
        "thread '",
        "Exception in ",
        "E  ",
        "e: ",
        "w: ",
        "GET http",
        "POST http",
        "Error:",
        "FAILED ",
        "FAIL ",
        "PASS ",
        "Exit code",
        "C:\\",
    ];
    OUTPUT.iter().any(|start| line.starts_with(start)) || begins_with_error_name(line)
}

/// Tells whether a line begins with the name of an error, `TypeError: ...` or `java.io.IOException: ...`.
fn begins_with_error_name(line: &str) -> bool {
    let end = line
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
        .unwrap_or(line.len());
    let name = &line[..end];
    line[end..].starts_with(':')
        && name.len() > 6
        && (name.ends_with("Error") || name.ends_with("Exception"))
}

/// Tells whether a line begins with a date or a clock time, as logs do.
fn begins_with_time(line: &str) -> bool {
    let head = line.trim_start_matches('[').as_bytes();
    let digits = head.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_separated = |at: usize| {
        matches!(head.get(at), Some(b'-' | b':' | b'/' | b'.'))
            && head.get(at + 1).is_some_and(u8::is_ascii_digit)
            && head.get(at + 2).is_some_and(u8::is_ascii_digit)
    };
    match digits {
        4 => is_separated(4) && matches!(head.get(7), Some(b'-' | b'/' | b'.')),
        2 => is_separated(2) && matches!(head.get(5), Some(b':' | b' ' | b'/' | b'.')),
        _ => false,
    }
}

/// Tells whether a line begins with a place in a file, `api.ts:143 ...`, as consoles write it.
fn names_place(line: &str) -> bool {
    let head = line.split(' ').next().unwrap_or(line);
    let head = head.trim_end_matches([':', ',']);
    let Some((file, number)) = head.rsplit_once(':') else {
        return false;
    };
    !file.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tells whether so much of a line is brackets and operators that it is code or structured output.
fn is_symbolic(line: &str) -> bool {
    let (mut symbols, mut written) = (0, 0);
    for &byte in line.as_bytes() {
        written += usize::from(byte > b' ');
        symbols += usize::from(SYMBOL[usize::from(byte)]);
    }
    written >= 8 && symbols * 6 > written
}

/// The bytes of code that prose seldom has.
const SYMBOL: [bool; 256] = {
    let mut table = [false; 256];
    let symbols = b"{}[]()<>=;|&$\\_+*%^~/\"#@";
    let mut at = 0;
    while at < symbols.len() {
        table[symbols[at] as usize] = true;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_machines_are_told_from_typed_ones() {
        let check = |line: &str, expected: bool| assert_eq!(is_machine(line), expected, "{line}");
        check("    at render (menu.js:12:5)", true);
        check("  File \"shop/cart.py\", line 12, in total", true);
        check("Traceback (most recent call last):", true);
        check("TypeError: 'NoneType' object is not iterable", true);
        check("2025-03-01 10:11:12.000 cart D loading", true);
        check("[12:00:01] loading the cart", true);
        check("cart.js:44 loading the cart", true);
        check("const total = items.map((i) => i.price);", true);
        check("{\"total\": 3, \"items\": []}", true);
        check("$ cargo test", true);
        check("at first it looked fine", false);
        check("the error is still there", false);
        check("2 buttons are missing", false);
        check("1. the list (on the left) is empty", false);
        check("no, that is wrong. use the other one!", false);
        check("нет, не работает", false);
        check("", false);
    }

    #[test]
    fn shouting_is_more_than_abbreviations() {
        let check = |text, expected| assert_eq!(is_shouted(text), expected, "{text}");
        check("I SAID NO MORE FILES", true);
        check("NO!!", true);
        check("НЕТ, НЕ ТУДА", true);
        check("use the JSON API", false);
        check("set MAX_SIZE and MIN_SIZE in HTTP_CONFIG", false);
        check("我说了", false);
        check("", false);
    }
}
