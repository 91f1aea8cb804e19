//! Readings as columns: an Arrow IPC stream with `device`, `point`, `at`, `value`. Pure; never a panic.
//!
//! For gateways and loaders that bring very many readings at once: keys come as dictionaries, so that
//! each pair of device and point is looked up once and not once a row; JSON costs ten times the time.
//!
//! A stream is either readable, or refused whole with words that say where; of a readable one, one bad
//! row never costs its neighbours. Compressed bodies are refused, so that a small body stays small.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, DictionaryArray, Float64Array, RecordBatch, StringArray};
use arrow::buffer::Buffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type, TimeUnit, TimestampMillisecondType};
use arrow_ipc::reader::StreamDecoder;
use base::{Instant, Reading, SeriesHasher};
use registry::directory::PointInfo;

use super::accept;
use super::decode::check_at;
use crate::reject::{KEY_CHARS_MAX, Reject, RejectCode, cut};

/// Most rows of one stream.
pub const ROWS_MAX: usize = 1_000_000;
/// Most different texts in a column of keys.
pub const KEYS_MAX: usize = 100_000;
/// Most different refusals that an answer lists.
const REFUSALS_MAX: usize = 1_000;

/// What a key of device and point stands for.
pub enum Known<'a> {
    /// A point that the sender may write to.
    Point(&'a PointInfo),
    /// Nothing that it may write to, and why.
    Refused(RejectCode, String),
}

/// Refusals of one point for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Key of the device.
    pub device: String,
    /// What was refused, how often, and why.
    pub reject: Reject,
}

/// What a stream became.
#[derive(Debug, Default)]
pub struct Decoded {
    /// Readings to be kept.
    pub readings: Vec<Reading>,
    /// What was not taken, by device, point and reason.
    pub refused: Vec<Refusal>,
}

/// Reads a stream; `look_up` finds the point of a device. An error is a stream that nothing was read of.
pub fn decode<'a>(
    bytes: &[u8],
    arrived: Instant,
    look_up: impl FnMut(&str, &str) -> Known<'a>,
) -> Result<Decoded, String> {
    // The reader of Arrow trusts some parts of a schema to be there, and panics where they are not.
    let read = std::panic::AssertUnwindSafe(|| read(bytes, arrived, look_up));
    std::panic::catch_unwind(read)
        .unwrap_or_else(|_| Err(unreadable(&"a part of it is not what a stream holds")))
}

fn read<'a>(
    bytes: &[u8],
    arrived: Instant,
    mut look_up: impl FnMut(&str, &str) -> Known<'a>,
) -> Result<Decoded, String> {
    let mut decoder = StreamDecoder::new();
    let mut buffer = Buffer::from(bytes);
    let mut taker = Taker { arrived, decoded: Decoded::default(), counts: HashMap::new() };
    let mut rows = 0;
    while !buffer.is_empty() {
        let batch = decoder.decode(&mut buffer).map_err(|error| unreadable(&error))?;
        let Some(batch) = batch else { continue };
        rows += batch.num_rows();
        if rows > ROWS_MAX {
            return Err(format!(
                "a stream may hold {ROWS_MAX} rows, this one holds more: send the rest in another one"
            ));
        }
        taker.take(&Columns::of(&batch)?, &mut look_up);
    }
    decoder.finish().map_err(|error| unreadable(&error))?;
    if decoder.schema().is_none() {
        return Err("the body is empty: send an Arrow IPC stream".to_owned());
    }
    Ok(taker.done())
}

fn unreadable(error: &dyn std::fmt::Display) -> String {
    format!("the body is no readable Arrow IPC stream without compression: {error}")
}

/// The four columns of one batch, in the types that are read.
struct Columns {
    device: Keys,
    point: Keys,
    at: arrow::array::PrimitiveArray<TimestampMillisecondType>,
    value: Float64Array,
}

/// A column of texts.
struct Keys {
    rows: DictionaryArray<Int32Type>,
    texts: StringArray,
}

impl Columns {
    fn of(batch: &RecordBatch) -> Result<Self, String> {
        let at = column(batch, "at")?;
        let at = match at.data_type() {
            DataType::Int64 | DataType::Timestamp(..) => {
                to(at, "at", &DataType::Timestamp(TimeUnit::Millisecond, None))?
            }
            other => {
                return Err(format!(
                    "column 'at' is {other}: give a timestamp, or milliseconds since 1970 as int64"
                ));
            }
        };
        let value = column(batch, "value")?;
        if !value.data_type().is_numeric() {
            return Err(format!("column 'value' is {}: give numbers", value.data_type()));
        }
        Ok(Self {
            device: Keys::of(batch, "device")?,
            point: Keys::of(batch, "point")?,
            at: at.as_primitive::<TimestampMillisecondType>().clone(),
            value: to(value, "value", &DataType::Float64)?.as_primitive::<Float64Type>().clone(),
        })
    }
}

impl Keys {
    fn of(batch: &RecordBatch, name: &str) -> Result<Self, String> {
        let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let rows = to(column(batch, name)?, name, &kind)?;
        let rows = rows.as_dictionary::<Int32Type>().clone();
        let texts = rows.values().as_string::<i32>().clone();
        if texts.len() > KEYS_MAX {
            return Err(format!("column '{name}' has more than {KEYS_MAX} different texts"));
        }
        Ok(Self { rows, texts })
    }

    /// Number of the text of a row; `None` where there is none.
    fn at(&self, row: usize) -> Option<u32> {
        let key = self.rows.key(row)?;
        (!self.texts.is_null(key)).then(|| u32::try_from(key).ok()).flatten()
    }

    fn text(&self, key: Option<u32>) -> &str {
        key.map_or("", |key| self.texts.value(key as usize))
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array, String> {
    let column = batch.column_by_name(name);
    column.map(AsRef::as_ref).ok_or_else(|| {
        let schema = batch.schema();
        let there: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let there = cut(&there.join(", "), 200);
        format!("column '{name}' is missing (there are: {there}); give device, point, at, value")
    })
}

fn to(array: &dyn Array, name: &str, kind: &DataType) -> Result<arrow::array::ArrayRef, String> {
    cast(array, kind).map_err(|error| format!("column '{name}' cannot be read as {kind}: {error}"))
}

/// Device, point and reason: what refusals are counted by.
type Reason = (String, String, RejectCode);

struct Taker {
    arrived: Instant,
    decoded: Decoded,
    /// Where in `decoded.refused` a reason is counted.
    counts: HashMap<Reason, usize>,
}

impl Taker {
    fn take<'a>(&mut self, columns: &Columns, look_up: &mut impl FnMut(&str, &str) -> Known<'a>) {
        let mut known: HashMap<u64, Known<'a>, std::hash::BuildHasherDefault<PairHasher>> =
            HashMap::default();
        let rows = columns.value.len();
        self.decoded.readings.reserve(rows);
        for row in 0..rows {
            let (device, point) = (columns.device.at(row), columns.point.at(row));
            let pair = u64::from(device.map_or(0, |key| key + 1)) << 32
                | u64::from(point.map_or(0, |key| key + 1));
            let (device, point) = (columns.device.text(device), columns.point.text(point));
            let found = known.entry(pair).or_insert_with(|| look_up(device, point));
            match self.row(columns, row, found) {
                Ok(reading) => self.decoded.readings.push(reading),
                Err((code, detail)) => self.refuse(device, point, code, &detail),
            }
        }
    }

    fn row(
        &self,
        columns: &Columns,
        row: usize,
        known: &Known<'_>,
    ) -> Result<Reading, (RejectCode, String)> {
        let point = match known {
            Known::Point(point) => point,
            Known::Refused(code, detail) => return Err((*code, detail.clone())),
        };
        if columns.at.is_null(row) {
            return Err((RejectCode::TimeUnreadable, "`at` is missing".to_owned()));
        }
        let at_ms = columns.at.value(row);
        check_at(at_ms, self.arrived)?;
        let value = columns.value.value(row);
        if columns.value.is_null(row) || !value.is_finite() {
            return Err((RejectCode::NotANumber, "`value` is missing or not finite".to_owned()));
        }
        Ok(accept::judged(at_ms, value, point, self.arrived))
    }

    fn refuse(&mut self, device: &str, point: &str, code: RejectCode, detail: &str) {
        let reason = (device.to_owned(), point.to_owned(), code);
        if let Some(place) = self.counts.get(&reason) {
            self.decoded.refused[*place].reject.count += 1;
            return;
        }
        // Beyond the limit only the code tells them apart: nothing goes uncounted.
        let full = self.counts.len() >= REFUSALS_MAX;
        let (device, point) = if full { ("", "") } else { (device, point) };
        let reason = (device.to_owned(), point.to_owned(), code);
        let refused = &mut self.decoded.refused;
        let place = *self.counts.entry(reason).or_insert_with(|| {
            let reject = Reject::body(code, detail, b"");
            let point = (!point.is_empty()).then(|| cut(point, KEY_CHARS_MAX));
            refused.push(Refusal {
                device: cut(device, KEY_CHARS_MAX),
                reject: Reject { point, count: 0, ..reject },
            });
            refused.len() - 1
        });
        refused[place].reject.count += 1;
    }

    fn done(self) -> Decoded {
        self.decoded
    }
}

/// Spreads a pair of small numbers.
#[derive(Default)]
struct PairHasher(SeriesHasher);

impl std::hash::Hasher for PairHasher {
    fn finish(&self) -> u64 {
        self.0.finish()
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }
    fn write_u64(&mut self, pair: u64) {
        #[expect(clippy::cast_possible_truncation, reason = "the two halves are hashed one by one")]
        for half in [pair as u32, (pair >> 32) as u32] {
            self.0.write_u32(half);
        }
    }
}

/// The columns of a stream, for those who write one.
pub fn schema() -> arrow::datatypes::SchemaRef {
    use arrow::datatypes::{Field, Schema};
    let key = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let at = DataType::Timestamp(TimeUnit::Millisecond, None);
    std::sync::Arc::new(Schema::new(vec![
        Field::new("device", key(), false),
        Field::new("point", key(), false),
        Field::new("at", at, false),
        Field::new("value", DataType::Float64, false),
    ]))
}
