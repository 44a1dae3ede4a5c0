//! Changes of lines, which many transcripts take for records.

use pushback::random::Pcg64;

use super::{one, part, pick};

/// Changes lines of a file, with some of another at hand.
pub(super) fn of_lines(bytes: &[u8], other: &[u8], random: &mut Pcg64) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    let others: Vec<&[u8]> = other.split(|&byte| byte == b'\n').collect();
    let (at, to) = (pick(random, lines.len()), pick(random, lines.len()));
    let range = part(random, lines.len());
    let blanks = vec![b' '; 300_000];
    let mut ending: &[u8] = b"\n";
    match random.below(12) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(to, lines[at]),
        2 => lines.swap(at, to),
        3 => random.shuffle(&mut lines[range]),
        4 => drop(lines.drain(range)),
        5 => lines.truncate(at + 1),
        6 => {
            let taken = &others[part(random, others.len())];
            lines.splice(at..at, taken.iter().copied());
        }
        7 => lines[at] = &lines[at][..pick(random, lines[at].len() + 1)],
        8 => {
            let times = *one(random, &[2, 50, 2_000]);
            // A line that is repeated must not outgrow everything.
            let times = times.min(200_000 / (lines[at].len() + 1)).max(1);
            let again = vec![lines[at]; times];
            lines.splice(at..at, again);
        }
        9 => lines.insert(at, &blanks[..*one(random, &[0, 1, 300_000])]),
        10 => ending = *one(random, &[&b"\r\n"[..], b"\r", b"", b"\n\n", b"\0"]),
        _ => lines.reverse(),
    }
    lines.join(ending)
}
