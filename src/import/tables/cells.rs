//! The values of one column, whatever type a writer gave them.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;

use crate::import::lenient;
use crate::import::time;
use crate::model::Timestamp;

use super::pages::Pages;

/// Days between the beginning of the Julian calendar and that of 1970.
const JULIAN: i64 = 2_440_588;
const DAY: i64 = 86_400_000;

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Null,
    Truth(bool),
    Whole(i64),
    Real(f64),
    Moment(Timestamp),
    /// Not copied before somebody wants it: a small file can repeat a long text very often.
    Text(ByteArray),
}

impl Cell {
    /// Gives it as a text that is not empty; a number is a text where it stands for an id.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Cell::Text(bytes) if !bytes.is_empty() => {
                Some(String::from_utf8_lossy(bytes.data()).into_owned())
            }
            Cell::Whole(_) | Cell::Real(_) => self.whole().map(|number| number.to_string()),
            _ => None,
        }
    }

    /// Gives how many bytes it has as a text.
    pub(super) fn length(&self) -> usize {
        match self {
            Cell::Text(bytes) => bytes.len(),
            _ => 0,
        }
    }

    /// Gives it as a whole number. Writers turn numbers that may be absent into fractions.
    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Cell::Whole(number) => Some(*number),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the bound keeps it far below 2^63"
            )]
            Cell::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Some(*number as i64)
            }
            Cell::Text(bytes) => std::str::from_utf8(bytes.data()).ok()?.trim().parse().ok(),
            _ => None,
        }
    }

    /// Gives it as a truth value.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Cell::Truth(truth) => Some(*truth),
            Cell::Text(bytes) => match bytes.data() {
                b"true" | b"True" | b"TRUE" | b"1" => Some(true),
                b"false" | b"False" | b"FALSE" | b"0" => Some(false),
                _ => None,
            },
            other => other.whole().map(|number| number != 0),
        }
    }

    /// Gives it as a moment: a text, or a number of any unit since 1970.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        /// Milliseconds stay below it until the year 5138, and microseconds are above it since 1973.
        const FINER: i64 = 100_000_000_000_000;
        match self {
            Cell::Moment(moment) => Some(*moment),
            Cell::Text(bytes) => time::moment(std::str::from_utf8(bytes.data()).ok()?),
            other => {
                let mut number = other.whole()?;
                while number >= FINER {
                    number /= 1_000;
                }
                lenient::moment(&number.into())
            }
        }
    }
}

/// How many milliseconds a number stands for, as the column says.
#[derive(Debug, Clone, Copy)]
enum Unit {
    /// It is no time.
    None,
    Days,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Unit {
    fn of(column: &ColumnDescriptor) -> Unit {
        match column.logical_type_ref() {
            Some(LogicalType::Date) => return Unit::Days,
            Some(LogicalType::Timestamp(told)) => {
                return match told.unit {
                    TimeUnit::MILLIS => Unit::Milliseconds,
                    TimeUnit::MICROS => Unit::Microseconds,
                    TimeUnit::NANOS => Unit::Nanoseconds,
                };
            }
            _ => (),
        }
        match column.converted_type() {
            ConvertedType::DATE => Unit::Days,
            ConvertedType::TIMESTAMP_MILLIS => Unit::Milliseconds,
            ConvertedType::TIMESTAMP_MICROS => Unit::Microseconds,
            _ => Unit::None,
        }
    }

    fn cell(self, number: i64) -> Cell {
        let moment = |milliseconds| Cell::Moment(Timestamp(milliseconds));
        match self {
            Unit::None => Cell::Whole(number),
            Unit::Days => moment(number.saturating_mul(DAY)),
            Unit::Milliseconds => moment(number),
            Unit::Microseconds => moment(number.div_euclid(1_000)),
            Unit::Nanoseconds => moment(number.div_euclid(1_000_000)),
        }
    }
}

/// A column that is being read, in one group of rows.
pub(super) struct Column {
    reader: ColumnReader,
    unit: Unit,
    /// The level of a value that is there.
    there: i16,
}

impl Column {
    pub(super) fn of(pages: Pages, column: &parquet::schema::types::ColumnDescPtr) -> Column {
        Column {
            unit: Unit::of(column),
            there: column.max_def_level(),
            reader: get_column_reader(column.clone(), Box::new(pages)),
        }
    }

    /// Gives the next values, `rows` of them unless the column ends before.
    pub(super) fn read(&mut self, rows: usize) -> Result<Vec<Cell>> {
        let (there, unit) = (self.there, self.unit);
        match &mut self.reader {
            ColumnReader::BoolColumnReader(own) => cells(own, rows, there, Cell::Truth),
            ColumnReader::Int32ColumnReader(own) => {
                cells(own, rows, there, |number| unit.cell(i64::from(number)))
            }
            ColumnReader::Int64ColumnReader(own) => {
                cells(own, rows, there, |number| unit.cell(number))
            }
            ColumnReader::Int96ColumnReader(own) => cells(own, rows, there, |time| moment(&time)),
            ColumnReader::FloatColumnReader(own) => {
                cells(own, rows, there, |number| Cell::Real(f64::from(number)))
            }
            ColumnReader::DoubleColumnReader(own) => cells(own, rows, there, Cell::Real),
            ColumnReader::ByteArrayColumnReader(own) => cells(own, rows, there, Cell::Text),
            ColumnReader::FixedLenByteArrayColumnReader(own) => {
                cells(own, rows, there, |bytes| Cell::Text(bytes.into()))
            }
        }
    }
}

fn cells<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    there: i16,
    cell: impl Fn(T::T) -> Cell,
) -> Result<Vec<Cell>> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    let mut values = values.into_iter().map(cell);
    if there == 0 {
        return Ok(values.collect());
    }
    let levels = levels.into_iter();
    let value = |level| {
        let value = if level == there { values.next() } else { None };
        value.unwrap_or(Cell::Null)
    };
    Ok(levels.map(value).collect())
}

/// Reads the time of older writers: nanoseconds of a day, and the day.
fn moment(time: &Int96) -> Cell {
    let &[low, high, day] = time.data() else {
        return Cell::Null;
    };
    let nanoseconds = i64::from(low) | i64::from(high) << 32;
    let days = i64::from(day) - JULIAN;
    Cell::Moment(Timestamp(days * DAY + nanoseconds / 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.into())
    }

    #[test]
    fn a_value_is_what_it_is_wanted_as() {
        assert_eq!(Cell::Real(7.0).whole(), Some(7));
        assert_eq!(Cell::Real(f64::NAN).whole(), None);
        assert_eq!(Cell::Real(0.5).whole(), None);
        assert_eq!(text(" 7 ").whole(), Some(7));
        assert_eq!(Cell::Whole(7).text().as_deref(), Some("7"));
        assert_eq!(text("").text(), None);
        assert_eq!(text("True").truth(), Some(true));
        assert_eq!(Cell::Real(0.0).truth(), Some(false));
        assert_eq!(Cell::Null.truth(), None);
    }

    #[test]
    fn a_moment_is_a_text_or_a_number_of_any_unit() {
        let noon = Some(Timestamp(1_763_640_000_000));
        for cell in [
            text("2025-11-20T12:00:00+00:00"),
            text("2025-11-20 12:00:00"),
            Cell::Whole(1_763_640_000),
            Cell::Real(1_763_640_000_000.0),
            Cell::Whole(1_763_640_000_000_000),
            Cell::Whole(1_763_640_000_000_000_000),
            Unit::Milliseconds.cell(1_763_640_000_000),
            Unit::Nanoseconds.cell(1_763_640_000_000_000_000),
        ] {
            assert_eq!(cell.moment(), noon, "{cell:?}");
        }
        assert_eq!(text("soon").moment(), None);
        assert_eq!(Cell::Null.moment(), None);
    }
}
