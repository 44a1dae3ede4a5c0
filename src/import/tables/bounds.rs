//! What a Parquet file says of the size of its own parts, looked at before anything believes it.
//!
//! The file's end and the head of each page are written in Thrift's compact protocol. The `parquet` crate makes room for
//! what they promise: a page that unpacks to gigabytes, or a schema so deep that walking it exhausts the stack. This walk
//! makes room for nothing.

/// How deep values may be nested, and columns in columns.
const DEEPEST: usize = 64;
/// How many columns a table may have.
const MOST_COLUMNS: u64 = 10_000;
/// How many pieces of columns a table may have: a thousand rows of forty columns each, for twelve million rows. What is
/// known of one takes about half a kilobyte.
const MOST_PIECES: u64 = 500_000;

/// Types of values that are looked into.
const INT32: u8 = 5;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Why a part cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It goes on after what was looked at.
    Cut,
    /// It is nothing that a writer writes.
    Wrong,
    /// It asks for too much.
    Large,
}

/// Checks the description of a file: its columns, and how many pieces they come in.
pub(super) fn description(bytes: &[u8]) -> Result<(), Unfit> {
    let mut pieces = 0;
    let mut children = Vec::new();
    let mut walk = Walk { bytes };
    walk.fields(DEEPEST, &mut |walk, field, kind| match (field, kind) {
        (2, LIST) => walk.items(DEEPEST, &mut |walk, kind| {
            children.push(0);
            if children.len() as u64 > MOST_COLUMNS {
                return Err(Unfit::Large);
            }
            walk.element(kind, &mut children)
        }),
        (4, LIST) => walk.items(DEEPEST, &mut |walk, kind| walk.group(kind, &mut pieces)),
        _ => walk.pass(kind, DEEPEST),
    })?;
    is_shallow(&children).then_some(()).ok_or(Unfit::Large)
}

/// Gives how many bytes a page unpacks to, from its head.
pub(super) fn page(bytes: &[u8]) -> Result<u64, Unfit> {
    let mut most = 0_u64;
    Walk { bytes }.fields(DEEPEST, &mut |walk, field, kind| {
        if (field, kind) != (2, INT32) {
            return walk.pass(kind, DEEPEST);
        }
        // Where it is said twice, nobody knows which one is believed.
        most = most.max(u64::try_from(walk.number()?).map_err(|_| Unfit::Wrong)?);
        Ok(())
    })?;
    Ok(most)
}

/// Tells whether columns that stand one after another, each with the number of those inside it, are nested a little.
fn is_shallow(children: &[i64]) -> bool {
    let mut open: Vec<i64> = Vec::new();
    for &inside in children {
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if inside > 0 {
            open.push(inside);
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > DEEPEST {
            return false;
        }
    }
    true
}

/// What is left to be walked over.
struct Walk<'a> {
    bytes: &'a [u8],
}

/// What is done with a field, by its number and its type.
type Field<'a, 'b> = &'a mut dyn FnMut(&mut Walk<'b>, i64, u8) -> Result<(), Unfit>;
/// What is done with an item of a list, by its type.
type Item<'a, 'b> = &'a mut dyn FnMut(&mut Walk<'b>, u8) -> Result<(), Unfit>;

impl<'b> Walk<'b> {
    /// Walks over a column's description, and notes how many columns are inside it.
    fn element(&mut self, kind: u8, children: &mut [i64]) -> Result<(), Unfit> {
        if kind != STRUCT {
            return Err(Unfit::Wrong);
        }
        self.fields(DEEPEST, &mut |walk, field, kind| {
            if (field, kind) != (5, INT32) {
                return walk.pass(kind, DEEPEST);
            }
            let inside = walk.number()?;
            if let Some(last) = children.last_mut() {
                *last = inside;
            }
            Ok(())
        })
    }

    /// Walks over a group of rows, and counts the pieces of columns in it.
    fn group(&mut self, kind: u8, pieces: &mut u64) -> Result<(), Unfit> {
        if kind != STRUCT {
            return Err(Unfit::Wrong);
        }
        self.fields(DEEPEST, &mut |walk, field, kind| {
            if (field, kind) != (1, LIST) {
                return walk.pass(kind, DEEPEST);
            }
            walk.items(DEEPEST, &mut |walk, kind| {
                *pieces += 1;
                if *pieces > MOST_PIECES {
                    return Err(Unfit::Large);
                }
                walk.pass(kind, DEEPEST)
            })
        })
    }

    fn byte(&mut self) -> Result<u8, Unfit> {
        let (&first, rest) = self.bytes.split_first().ok_or(Unfit::Cut)?;
        self.bytes = rest;
        Ok(first)
    }

    fn leap(&mut self, length: u64) -> Result<(), Unfit> {
        let length = usize::try_from(length).map_err(|_| Unfit::Cut)?;
        self.bytes = self.bytes.get(length..).ok_or(Unfit::Cut)?;
        Ok(())
    }

    /// Reads a length, seven bits to a byte.
    fn length(&mut self) -> Result<u64, Unfit> {
        let mut length = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            length |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(length);
            }
        }
        Err(Unfit::Wrong)
    }

    /// Reads a whole number, whose lowest bit is its sign.
    fn number(&mut self) -> Result<i64, Unfit> {
        let number = self.length()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// Walks over the fields of a value that has some.
    fn fields(&mut self, depth: usize, each: Field<'_, 'b>) -> Result<(), Unfit> {
        if depth == 0 {
            return Err(Unfit::Large);
        }
        let mut field = 0_i64;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == 0 {
                return Ok(());
            }
            field = match head >> 4 {
                0 => self.number()?,
                further => field.saturating_add(i64::from(further)),
            };
            each(self, field, kind)?;
        }
    }

    /// Walks over the items of a list.
    fn items(&mut self, depth: usize, each: Item<'_, 'b>) -> Result<(), Unfit> {
        if depth == 0 {
            return Err(Unfit::Large);
        }
        let head = self.byte()?;
        let items = match head >> 4 {
            15 => self.length()?,
            few => u64::from(few),
        };
        // Every item takes a byte at least.
        if items > self.bytes.len() as u64 {
            return Err(Unfit::Cut);
        }
        for _ in 0..items {
            each(self, head & 0x0f)?;
        }
        Ok(())
    }

    /// Walks over a value of any type, which stands as a field.
    fn pass(&mut self, kind: u8, depth: usize) -> Result<(), Unfit> {
        match kind {
            // The type of a truth value is its value.
            1 | 2 => Ok(()),
            3 => self.leap(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.leap(8),
            8 => {
                let length = self.length()?;
                self.leap(length)
            }
            LIST | 10 => self.items(depth, &mut |walk, kind| walk.pass_item(kind, depth - 1)),
            11 => self.map(depth),
            STRUCT => self.fields(depth, &mut |walk, _, kind| walk.pass(kind, depth - 1)),
            13 => self.leap(16),
            _ => Err(Unfit::Wrong),
        }
    }

    /// Walks over a value in a list, where a truth value takes a byte.
    fn pass_item(&mut self, kind: u8, depth: usize) -> Result<(), Unfit> {
        match kind {
            1 | 2 => self.leap(1),
            kind => self.pass(kind, depth),
        }
    }

    fn map(&mut self, depth: usize) -> Result<(), Unfit> {
        if depth == 0 {
            return Err(Unfit::Large);
        }
        let pairs = self.length()?;
        if pairs == 0 {
            return Ok(());
        }
        let kinds = self.byte()?;
        if pairs > self.bytes.len() as u64 {
            return Err(Unfit::Cut);
        }
        for _ in 0..pairs {
            self.pass_item(kinds >> 4, depth - 1)?;
            self.pass_item(kinds & 0x0f, depth - 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_page_tells_what_it_unpacks_to() {
        let check = |bytes: &[u8], expected: Result<u64, Unfit>| assert_eq!(page(bytes), expected);
        // A kind of page, 300 bytes, 7 bytes packed.
        check(&[0x15, 0, 0x15, 0xd8, 0x04, 0x15, 0x0e, 0], Ok(300));
        check(&[0x15, 0, 0x15, 0xd8], Err(Unfit::Cut));
        // The size is told once more under its own number.
        check(&[0x25, 2, 0x05, 4, 0x90, 0x4e, 0], Ok(5_000));
        check(&[0x25, 1, 0], Err(Unfit::Wrong));
        check(&[0xff; 40], Err(Unfit::Wrong));
        check(&[0x1c].repeat(1_000), Err(Unfit::Large));
    }

    #[test]
    fn columns_in_columns_end_somewhere() {
        assert!(is_shallow(&[2, 0, 0]));
        assert!(is_shallow(&[vec![9_000], vec![0; 9_000]].concat()));
        assert!(!is_shallow(&vec![1; 9_000]));
        assert!(!is_shallow(&vec![2; 9_000]));
    }
}
