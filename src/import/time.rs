//! Reads the times that transcripts hold.

use jiff::civil::DateTime;

use crate::model::Timestamp;

/// Reads a time as transcripts write it: RFC 3339, or a date and a time with `T`, `_` or a blank between them,
/// to the minute or finer, `:` or `-` in the time, with `Z`, an offset like `+0200`, or nothing (taken as UTC).
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(time.as_millisecond()));
    }
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    let (clock, offset) = split_offset(rest);
    let clock = clock.replacen('-', ":", 2);
    let civil: DateTime = format!("{date}T{clock}").parse().ok()?;
    let utc = civil
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()?
        .timestamp()
        .as_millisecond();
    Some(Timestamp(utc - offset? * 60_000))
}

/// Splits the offset off a clock time and gives it in minutes; `None` where it is not one.
fn split_offset(rest: &str) -> (&str, Option<i64>) {
    if let Some(clock) = rest.strip_suffix('Z') {
        return (clock, Some(0));
    }
    // "22-41-03" has hyphens of its own: an offset is a sign and four digits, with or without a colon.
    let Some(at) = rest.rfind(['+', '-']).filter(|&at| at >= 5) else {
        return (rest, Some(0));
    };
    let digits: String = rest[at + 1..].chars().filter(|&c| c != ':').collect();
    if digits.len() != 4 {
        return (rest, Some(0));
    }
    let minutes = digits
        .parse::<i64>()
        .ok()
        .map(|number| number / 100 * 60 + number % 100);
    let sign = if rest[at..].starts_with('-') { -1 } else { 1 };
    (&rest[..at], minutes.map(|minutes| sign * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(moment(text).map(|time| time.0), expected, "{text}");
        };
        let noon = 1_763_640_000_000;
        check("2025-11-20T12:00:00Z", Some(noon));
        check("2025-11-20T12:00:00.250Z", Some(noon + 250));
        check("2025-11-20 12:00:00Z", Some(noon));
        check("2025-11-20 12:00Z", Some(noon));
        check("2025-11-20 12:00", Some(noon));
        check("2025-11-20 14:00+0200", Some(noon));
        check("2025-11-20 05:00:00-0700", Some(noon));
        check("2025-11-20_12-00-00Z", Some(noon));
        check("2025-11-20_12-00", Some(noon));
        check("2025-11-20_05-00-00-0700", Some(noon));
        check("yesterday", None);
        check("", None);
        check("2025-99-20 12:00", None);
    }
}
