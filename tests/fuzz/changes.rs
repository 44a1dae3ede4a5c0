//! Changes of bytes, and the choice among all kinds of changes.

use pushback::random::Pcg64;

use super::{Seed, lines, one, part, pick, tables, values};

/// How long an input may become.
const MOST: usize = 4 << 20;

/// Bytes that readers trip over: ends of values, halves of characters, marks of byte order, packed files.
const ODD: [&[u8]; 22] = [
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"\"",
    b"\\",
    b"\\ud83d",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\n",
    b"\r",
    b"\xe2\x80\xa8",
    b"```",
];

/// Changes one of some seeds, once or a few times.
pub(crate) fn changed(seeds: &[Seed], at: usize, random: &mut Pcg64) -> Vec<u8> {
    let mut bytes = seeds[at].bytes.clone();
    for _ in 0..=random.below(4) {
        let other = &one(random, seeds).bytes;
        bytes = change(bytes, other, random);
        bytes.truncate(MOST);
    }
    bytes
}

fn change(bytes: Vec<u8>, other: &[u8], random: &mut Pcg64) -> Vec<u8> {
    if tables::is_database(&bytes) {
        return match random.below(8) {
            0 => of_bytes(bytes, other, random),
            1..4 => tables::of_pages(bytes, random),
            _ => tables::of_cells(bytes, other, random),
        };
    }
    match random.below(10) {
        0..3 => of_bytes(bytes, other, random),
        3..6 => lines::of_lines(&bytes, other, random),
        _ => values::of_values(&bytes, other, random),
    }
}

fn of_bytes(mut bytes: Vec<u8>, other: &[u8], random: &mut Pcg64) -> Vec<u8> {
    let range = part(random, bytes.len());
    match random.below(9) {
        0 => {
            for _ in 0..=random.below(20) {
                if !bytes.is_empty() {
                    let at = pick(random, bytes.len());
                    bytes[at] ^= 1 << random.below(8);
                }
            }
        }
        1 => bytes.truncate(range.start),
        2 => drop(bytes.drain(range)),
        3 => {
            let odd = one(random, &ODD);
            let times = if random.below(8) == 0 { 5_000 } else { 1 };
            bytes.splice(range.start..range.start, odd.repeat(times));
        }
        4 => {
            let again = bytes[range.clone()].to_vec();
            let times = if random.below(8) == 0 { 300 } else { 1 };
            bytes.splice(range.start..range.start, again.repeat(times));
        }
        5 => {
            let taken = &other[part(random, other.len())];
            bytes.splice(range, taken.iter().copied());
        }
        6 => {
            // Two files in one: the beginning of this, the end of another.
            bytes.truncate(range.start);
            bytes.extend_from_slice(&other[pick(random, other.len() + 1)..]);
        }
        7 => bytes[range].fill_with(|| random.bits().to_le_bytes()[0]),
        _ => {
            for byte in &mut bytes[range] {
                *byte = *one(random, b"{}[]\",:0-9eE.\\\n\t ");
            }
        }
    }
    bytes
}
