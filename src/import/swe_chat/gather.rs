//! The rows of each session together, wherever they stand in the file.
//!
//! A first look counts the rows of each session, so that the second one knows when a session is complete: where its rows
//! stand together, it is the only one that is held. Where they are spread, rows that wait are put into a file without a
//! name as soon as they take much memory, and fetched when the last one has come.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use super::rows::{Common, Row};

/// How much memory the rows that wait may take.
const WAITING: usize = 48 << 20;
/// How much the rows of one session may take: that is more than anybody reads.
const LONGEST: usize = 64 << 20;
/// How many models are noted of a session.
const MODELS: usize = 50;

/// The rows of a session.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) id: String,
    pub(super) rows: Vec<Row>,
    pub(super) agent: Option<String>,
    pub(super) repository: Option<String>,
    /// The models that answered, in the order of the file.
    pub(super) models: Vec<String>,
    /// How many rows were left out, for there is no room for more.
    pub(super) too_many: u64,
    /// How many rows came so far, and how much they take.
    came: u64,
    size: usize,
    /// Where rows lie in the file, each with its length in bytes.
    put: Vec<(u64, u64)>,
}

/// Sessions whose rows have not all come.
pub(super) struct Gather {
    /// How many rows each session has.
    expected: HashMap<String, u64>,
    open: HashMap<String, Gathered>,
    /// How much memory the rows of all open sessions take.
    waiting: usize,
    most: usize,
    file: Option<File>,
}

impl Gather {
    /// Begins, with the number of rows of each session.
    pub(super) fn of(expected: HashMap<String, u64>) -> Gather {
        Gather {
            expected,
            open: HashMap::new(),
            waiting: 0,
            most: WAITING,
            file: None,
        }
    }

    /// Tells whether a session has rows.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.expected.contains_key(id)
    }

    /// Adds a row, `None` where there is no room for what it says; gives the session if it was the last one.
    ///
    /// # Errors
    ///
    /// [`io::Error`] of the file in which rows wait.
    pub(super) fn add(
        &mut self,
        id: &str,
        row: Option<(Row, Common)>,
    ) -> io::Result<Option<Gathered>> {
        let last = self.expected.get(id).copied().unwrap_or(u64::MAX);
        let session = match self.open.get_mut(id) {
            Some(open) => open,
            None => self.open.entry(id.to_owned()).or_insert_with(|| Gathered {
                id: id.to_owned(),
                ..Gathered::default()
            }),
        };
        self.waiting += session.take(row);
        if session.came >= last {
            return self.close(id);
        }
        if self.waiting > self.most {
            self.put_aside()?;
        }
        Ok(None)
    }

    /// Gives a session that is not complete, as far as it came: where a file ends before its time.
    pub(super) fn rest(&mut self) -> io::Result<Option<Gathered>> {
        let first = self
            .open
            .values()
            .map(|session| (session.place(), &session.id));
        match first.min().map(|(_, id)| id.clone()) {
            Some(id) => self.close(&id),
            None => Ok(None),
        }
    }

    fn close(&mut self, id: &str) -> io::Result<Option<Gathered>> {
        let Some(mut session) = self.open.remove(id) else {
            return Ok(None);
        };
        self.waiting -= session.rows.iter().map(Row::size).sum::<usize>();
        if let Some(file) = &mut self.file {
            let rows = std::mem::take(&mut session.rows);
            for (start, length) in std::mem::take(&mut session.put) {
                session.rows.append(&mut fetched(file, start, length)?);
            }
            session.rows.extend(rows);
        }
        session.in_order();
        Ok(Some(session))
    }

    /// Puts all rows that wait into the file.
    fn put_aside(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let mut start = file.seek(SeekFrom::End(0))?;
        let mut file = BufWriter::new(file);
        for session in self.open.values_mut() {
            if session.rows.is_empty() {
                continue;
            }
            let rows = std::mem::take(&mut session.rows);
            let bytes = serde_json::to_vec(&rows)?;
            file.write_all(&bytes)?;
            session.put.push((start, bytes.len() as u64));
            start += bytes.len() as u64;
        }
        self.waiting = 0;
        file.flush()
    }
}

fn fetched(file: &mut File, start: u64, length: u64) -> io::Result<Vec<Row>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

impl Gathered {
    /// Takes a row; gives how much memory it takes.
    fn take(&mut self, row: Option<(Row, Common)>) -> usize {
        self.came += 1;
        let Some((row, common)) = row else {
            self.too_many += 1;
            return 0;
        };
        self.agent = self.agent.take().or(common.agent);
        self.repository = self.repository.take().or(common.repository);
        if let Some(model) = common.model
            && self.models.len() < MODELS
            && !self.models.contains(&model)
        {
            self.models.push(model);
        }
        let size = row.size();
        if self.size + size > LONGEST {
            self.too_many += 1;
            return 0;
        }
        self.size += size;
        self.rows.push(row);
        size
    }

    /// Gives the place of the first row that is at hand.
    fn place(&self) -> u64 {
        self.rows.first().map_or(0, |row| row.place)
    }

    /// Puts the rows in the order of their numbers; one without a number stays behind the one before it.
    fn in_order(&mut self) {
        let mut last = i64::MIN;
        let numbered = std::mem::take(&mut self.rows).into_iter().map(|row| {
            last = row.turn.unwrap_or(last);
            (last, row)
        });
        let mut numbered: Vec<(i64, Row)> = numbered.collect();
        numbered.sort_by_key(|(turn, _)| *turn);
        self.rows = numbered.into_iter().map(|(_, row)| row).collect();
        self.rows.dedup_by(|row, before| row.repeats(before));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::swe_chat::rows::Kind;

    fn row(place: u64, turn: Option<i64>) -> (Row, Common) {
        let row = serde_json::json!({
            "place": place, "turn": turn, "kind": Kind::Prompt, "content": format!("row {place}"),
        });
        (serde_json::from_value(row).unwrap(), Common::default())
    }

    fn places(session: &Gathered) -> Vec<u64> {
        session.rows.iter().map(|row| row.place).collect()
    }

    #[test]
    fn rows_that_are_spread_come_together_and_do_not_stay_in_memory() {
        for most in [0, 600, usize::MAX] {
            let sessions = 7_u64;
            let rows = 11_u64;
            let expected = (0..sessions).map(|id| (id.to_string(), rows)).collect();
            let mut gather = Gather::of(expected);
            gather.most = most;
            let mut done = Vec::new();
            for place in 0..sessions * rows {
                let id = (place % sessions).to_string();
                let turn = i64::try_from(rows - place / sessions).unwrap();
                let closed = gather.add(&id, Some(row(place, Some(turn)))).unwrap();
                assert!(gather.waiting <= most.saturating_add(2_000));
                done.extend(closed);
            }
            assert_eq!(done.len(), 7);
            for (id, session) in done.iter().enumerate() {
                let own = (0..rows).rev().map(|turn| turn * sessions + id as u64);
                assert_eq!(places(session), own.collect::<Vec<_>>());
            }
            assert!(gather.rest().unwrap().is_none());
        }
    }

    #[test]
    fn what_has_no_number_stays_where_it_is_and_what_repeats_goes() {
        let mut gather = Gather::of(HashMap::from([("a".to_owned(), 5)]));
        let mut last = None;
        for (place, turn) in [
            (0, Some(2)),
            (1, None),
            (2, Some(1)),
            (2, Some(1)),
            (3, None),
        ] {
            last = gather.add("a", Some(row(place, turn))).unwrap();
        }
        assert_eq!(places(&last.unwrap()), [2, 3, 0, 1]);
    }

    #[test]
    fn a_session_that_does_not_end_is_given_as_far_as_it_came() {
        let mut gather = Gather::of(HashMap::from([("a".to_owned(), 5)]));
        assert!(gather.add("a", Some(row(0, None))).unwrap().is_none());
        assert_eq!(places(&gather.rest().unwrap().unwrap()), [0]);
        assert!(gather.rest().unwrap().is_none());
    }
}
