//! A file of intervals becomes rows, flags and sums: pure.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use base::{Coded, ErrorKind, Instant, Quality};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::label::{DAY_S, RowTime, midnights_that_end_their_day, read_clock, read_date};
use super::sheet::{Sheet, candidates};
use super::{HEADER_ROWS_MAX, ROWS_MAX};
use crate::column_mapping::{Label, Mapping, VALUES_MAX, normalise};
use crate::ingress::decode::check_at;

/// Examples that a flag keeps.
const EXAMPLES_MAX: usize = 5;
/// Gaps that are listed one by one; all are counted.
const GAPS_MAX: usize = 1_000;
/// Digits of a KEPCO customer number (고객번호).
const CUSTOMER_NUMBER_DIGITS: usize = 10;

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing in it.
    #[error("the file is empty: export it again")]
    Empty,
    /// Neither text nor a workbook.
    #[error(
        "the file is neither text (UTF-8, CP949) nor an Excel workbook: export it as CSV or XLSX"
    )]
    NotText,
    /// A workbook that cannot be opened.
    #[error(
        "the workbook cannot be read ({0}): save it again as XLSX without a password, or as CSV"
    )]
    Workbook(String),
    /// No row within the first ones has the columns.
    #[error(
        "no row among the first {HEADER_ROWS_MAX} holds the needed columns: looked for {wanted}, \
         the file has {found}; choose another mapping or add the spelling to it"
    )]
    NoColumns {
        /// What was looked for.
        wanted: String,
        /// The widest row that was found.
        found: String,
    },
    /// More rows than the limit.
    #[error("the file has more than {ROWS_MAX} rows: split it by year")]
    TooManyRows,
    /// The mapping itself cannot be used.
    #[error("the mapping cannot be used: {0}")]
    Mapping(String),
}

impl Coded for ParseError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooManyRows => ErrorKind::TooLarge,
            Self::Empty
            | Self::NotText
            | Self::Workbook(_)
            | Self::NoColumns { .. }
            | Self::Mapping(_) => ErrorKind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "interval_import.empty",
            Self::NotText => "interval_import.not_text",
            Self::Workbook(_) => "interval_import.workbook",
            Self::NoColumns { .. } => "interval_import.no_columns",
            Self::TooManyRows => "interval_import.too_many_rows",
            Self::Mapping(_) => "interval_import.mapping",
        }
    }
}

/// What was noticed in a file. Nothing of it was repaired.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FlagCode {
    /// The row is off the grid of intervals: counts in sums, not in demand.
    Partial,
    /// A value below zero: kept, marked out of range, not summed.
    Negative,
    /// A value that is no number: not taken.
    UnreadableValue,
    /// A cell without value: not taken.
    MissingValue,
    /// A time that cannot be read: the row was not taken.
    UnreadableTime,
    /// The same interval with the same values stands earlier: not taken twice.
    Duplicate,
    /// The same interval with other values stands earlier: the later row was taken.
    Conflict,
    /// Intervals without a row.
    Gap,
    /// A time before 2000 or after 2200: the row was not taken.
    TimeOutOfRange,
    /// A time in the future: the row was not taken.
    Future,
}

/// One sort of remark on the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Flag {
    /// Which.
    pub code: FlagCode,
    /// How often.
    pub count: u64,
    /// The first few.
    pub examples: Vec<FlagExample>,
}

/// Where a remark belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FlagExample {
    /// Line in the file, from 1.
    pub line: u64,
    /// What stands there.
    pub text: String,
}

/// A header of the file and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ColumnUse {
    /// As it stands in the file.
    pub header: String,
    /// `time`, `clock`, the code of a quantity, or nothing when the column is not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_as: Option<String>,
}

/// Intervals that the file skips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Gap {
    /// Start of the first that is missing.
    pub from: Instant,
    /// Start of the next that is there.
    pub until: Instant,
    /// How many are missing.
    pub intervals: u64,
}

/// Sum of one quantity over the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuantitySum {
    /// Code of the quantity.
    pub quantity: String,
    /// Sum of its values, negative ones left out.
    pub sum: f64,
    /// Values found.
    pub count: u64,
}

/// The highest mean power of one full interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Peak {
    /// kWh times intervals per hour.
    pub kw: f64,
    /// Start of the interval.
    pub at: Instant,
}

/// One row that was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    /// Start of the interval, milliseconds UTC. A row off the grid stands one second before its END
    /// label, so that it falls into its own interval and never takes the place of a full row.
    pub at_ms: i64,
    /// Off the grid.
    pub partial: bool,
    values: [f64; VALUES_MAX],
}

impl Row {
    /// The value of the quantity at `place` of [`Parsed::quantities`], if the file has one.
    pub fn value(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().filter(|value| !value.is_nan())
    }

    /// What is to be said against a value of this row.
    pub fn quality(&self, value: f64) -> Quality {
        let partial = if self.partial { Quality::PARTIAL } else { Quality::GOOD };
        let range = if value < 0.0 { Quality::OUT_OF_RANGE } else { Quality::GOOD };
        Quality::IMPORTED.with(partial).with(range)
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// How it is written.
    pub encoding: &'static str,
    /// Every header and its use.
    pub columns: Vec<ColumnUse>,
    /// Codes of the quantities that the file has, in the order of [`Row::value`].
    pub quantities: Vec<String>,
    /// Length of an interval.
    pub interval_s: u32,
    /// The rows, by time, each time once.
    pub rows: Vec<Row>,
    /// Rows below the header, taken or not.
    pub rows_total: u64,
    /// Remarks, by code.
    pub flags: Vec<Flag>,
    /// The first gaps, by time.
    pub gaps: Vec<Gap>,
    /// Sums, one per quantity.
    pub sums: Vec<QuantitySum>,
    /// Highest demand of active energy over full intervals.
    pub peak: Option<Peak>,
    /// Line with what looks like a customer number (고객번호), which should not be passed on.
    pub customer_number_line: Option<u64>,
}

/// Reads a file by a mapping. `now` bounds what is future.
pub fn parse(bytes: &[u8], mapping: &Mapping, now: Instant) -> Result<Parsed, ParseError> {
    if let Some(wrong) = mapping.check().first() {
        return Err(ParseError::Mapping(format!("{}: {}", wrong.pointer, wrong.detail)));
    }
    let zone = TimeZone::get(&mapping.zone).map_err(|e| ParseError::Mapping(e.to_string()))?;
    let sheets = candidates(bytes)?;
    let (sheet, header) = sheets
        .iter()
        .find_map(|sheet| Header::find(sheet, mapping).map(|header| (sheet, header)))
        .ok_or_else(|| no_columns(&sheets, mapping))?;

    let mut reading =
        Reading { mapping, header: &header, flags: Flags::default(), lines: Vec::new() };
    let (rows_total, customer_number_line) = reading.read(sheet)?;
    let Reading { mut flags, lines, .. } = reading;

    let rows = place_in_time(lines, mapping, &zone, now, &mut flags);
    let rows = drop_duplicates(rows, &mut flags);
    let gaps = gaps(&rows, mapping.interval_s, &mut flags);
    let quantities: Vec<String> = header.values.iter().map(|(code, _)| code.clone()).collect();
    Ok(Parsed {
        encoding: sheet.encoding(),
        sums: sums(&rows, &quantities),
        peak: peak(&rows, &quantities, mapping.interval_s),
        columns: header.columns,
        quantities,
        interval_s: mapping.interval_s,
        rows,
        rows_total,
        flags: flags.finish(),
        gaps,
        customer_number_line,
    })
}

/// Where the columns stand.
struct Header {
    line: u64,
    time: usize,
    clock: Option<usize>,
    values: Vec<(String, usize)>,
    columns: Vec<ColumnUse>,
}

impl Header {
    fn find(sheet: &Sheet, mapping: &Mapping) -> Option<Self> {
        let mut found = None;
        let mut looked_at = 0;
        sheet.rows(|line, cells| {
            found = Self::read(line, cells, mapping);
            looked_at += 1;
            if found.is_some() || looked_at == HEADER_ROWS_MAX {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        found
    }

    fn read(line: u64, cells: &[&str], mapping: &Mapping) -> Option<Self> {
        let headers: Vec<String> = cells.iter().map(|cell| normalise(cell)).collect();
        // The order of the spellings is the order of preference.
        let place = |spellings: &[String]| {
            spellings.iter().map(|text| normalise(text)).find_map(|wanted| {
                headers.iter().position(|header| !header.is_empty() && *header == wanted)
            })
        };
        let time = place(&mapping.time)?;
        let clock = place(&mapping.clock).filter(|&column| column != time);
        let mut values = Vec::new();
        for value in &mapping.values {
            match place(&value.columns) {
                Some(column) => values.push((value.quantity.clone(), column)),
                None if value.required => return None,
                None => {}
            }
        }
        if values.is_empty() {
            return None;
        }
        let used_as = |column: usize| match column {
            _ if column == time => Some("time".to_owned()),
            _ if Some(column) == clock => Some("clock".to_owned()),
            _ => values.iter().find(|(_, at)| *at == column).map(|(code, _)| code.clone()),
        };
        let columns = cells
            .iter()
            .enumerate()
            .map(|(place, cell)| ColumnUse { header: short(cell), used_as: used_as(place) })
            .collect();
        Some(Self { line, time, clock, values, columns })
    }
}

fn no_columns(sheets: &[Sheet], mapping: &Mapping) -> ParseError {
    let mut widest: Vec<String> = Vec::new();
    let mut looked_at = 0;
    if let Some(sheet) = sheets.first() {
        sheet.rows(|_, cells| {
            if cells.len() > widest.len() {
                widest = cells.iter().take(20).map(|cell| short(cell)).collect();
            }
            looked_at += 1;
            if looked_at == HEADER_ROWS_MAX {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    }
    let required = mapping.values.iter().filter(|value| value.required);
    let wanted = std::iter::once(mapping.time.first())
        .chain(required.map(|value| value.columns.first()))
        .flatten()
        .map(|name| format!("'{name}'"))
        .collect::<Vec<_>>()
        .join(" and ");
    ParseError::NoColumns { wanted, found: widest.join(", ") }
}

/// A row before it has its place in time.
struct Line {
    number: u64,
    time: RowTime,
    values: [f64; VALUES_MAX],
}

struct Reading<'a> {
    mapping: &'a Mapping,
    header: &'a Header,
    flags: Flags,
    lines: Vec<Line>,
}

impl Reading<'_> {
    fn read(&mut self, sheet: &Sheet) -> Result<(u64, Option<u64>), ParseError> {
        let mut total = 0;
        let mut customer_number_line = None;
        let mut too_many = false;
        sheet.rows(|line, cells| {
            if customer_number_line.is_none() && self.has_customer_number(line, cells) {
                customer_number_line = Some(line);
            }
            if line <= self.header.line {
                return ControlFlow::Continue(());
            }
            total += 1;
            if self.lines.len() == ROWS_MAX {
                too_many = true;
                return ControlFlow::Break(());
            }
            self.read_row(line, cells);
            ControlFlow::Continue(())
        });
        if too_many { Err(ParseError::TooManyRows) } else { Ok((total, customer_number_line)) }
    }

    fn read_row(&mut self, line: u64, cells: &[&str]) {
        let cell = |column: usize| cells.get(column).copied().unwrap_or("");
        let Some(time) = self.read_time(&cell) else {
            self.flags.add(FlagCode::UnreadableTime, line, cell(self.header.time));
            return;
        };
        let mut values = [f64::NAN; VALUES_MAX];
        for (value, (_, column)) in values.iter_mut().zip(&self.header.values) {
            let text = cell(*column);
            if matches!(text, "" | "-" | "--") {
                self.flags.add(FlagCode::MissingValue, line, text);
                continue;
            }
            match read_number(text) {
                Some(number) => {
                    if number < 0.0 {
                        self.flags.add(FlagCode::Negative, line, text);
                    }
                    *value = number;
                }
                None => self.flags.add(FlagCode::UnreadableValue, line, text),
            }
        }
        self.lines.push(Line { number: line, time, values });
    }

    fn read_time<'c>(&self, cell: &impl Fn(usize) -> &'c str) -> Option<RowTime> {
        let (date, second) = read_date(cell(self.header.time), self.mapping.date_order)?;
        let second = match self.header.clock {
            Some(column) => read_clock(cell(column)),
            None => second,
        };
        second.map(|second| RowTime { date, second })
    }

    /// Looks outside the columns that are read: numbers of ten digits are usual in those.
    fn has_customer_number(&self, line: u64, cells: &[&str]) -> bool {
        let read = |column: usize| {
            line > self.header.line
                && (column == self.header.time
                    || Some(column) == self.header.clock
                    || self.header.values.iter().any(|(_, at)| *at == column))
        };
        cells.iter().enumerate().any(|(column, cell)| !read(column) && holds_customer_number(cell))
    }
}

/// Whether ten digits stand alone in the text, hyphens between them allowed.
fn holds_customer_number(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_digit() || c == '-'))
        .any(|run| run.bytes().filter(u8::is_ascii_digit).count() == CUSTOMER_NUMBER_DIGITS)
}

/// A number as people write it: thousands commas, full-width digits, spaces.
fn read_number(text: &str) -> Option<f64> {
    use unicode_normalization::UnicodeNormalization;
    let number: Option<f64> = text.parse().ok();
    let number = number.or_else(|| {
        let bare: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
        if !bare.contains(',') {
            return bare.parse().ok();
        }
        thousands(&bare)?.parse().ok()
    });
    number.filter(|number| number.is_finite())
}

/// The text without commas, when they part thousands: `1,234.5`, never `1,2`.
fn thousands(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let head = groups.next()?.trim_start_matches('-');
    let right = (1..=3).contains(&head.len()) && groups.all(|group| group.len() == 3);
    (right && !fraction.contains(',')).then(|| text.replace(',', ""))
}

fn place_in_time(
    mut lines: Vec<Line>,
    mapping: &Mapping,
    zone: &TimeZone,
    now: Instant,
    flags: &mut Flags,
) -> Vec<Row> {
    if is_newest_first(&lines) {
        lines.reverse();
    }
    let times: Vec<RowTime> = lines.iter().map(|line| line.time).collect();
    let moved = midnights_that_end_their_day(&times, mapping.label);
    let mut rows = Vec::with_capacity(lines.len());
    for (line, moved) in lines.into_iter().zip(moved) {
        let text = || format!("{} {}", line.time.date, clock_text(line.time.second));
        let Some(label_ms) = label_ms(line.time, moved, zone) else {
            flags.add(FlagCode::TimeOutOfRange, line.number, &text());
            continue;
        };
        let partial = line.time.second % mapping.interval_s != 0;
        let at_ms = match mapping.label {
            Label::Start => label_ms,
            Label::End if partial => label_ms - 1_000,
            Label::End => label_ms - i64::from(mapping.interval_s) * 1_000,
        };
        match check_at(at_ms, now) {
            Ok(()) => {}
            Err((crate::reject::RejectCode::ClockAhead, _)) => {
                flags.add(FlagCode::Future, line.number, &text());
                continue;
            }
            Err(_) => {
                flags.add(FlagCode::TimeOutOfRange, line.number, &text());
                continue;
            }
        }
        if partial {
            flags.add(FlagCode::Partial, line.number, &text());
        }
        rows.push(Row { line: line.number, at_ms, partial, values: line.values });
    }
    rows
}

/// Whether most neighbouring rows go back in time; dates alone decide first, as midnight may lie.
fn is_newest_first(lines: &[Line]) -> bool {
    let key = |line: &Line| (line.time.date, line.time.second);
    let back = lines.windows(2).filter(|pair| key(&pair[1]) < key(&pair[0])).count();
    let on = lines.windows(2).filter(|pair| key(&pair[1]) > key(&pair[0])).count();
    back > on
}

fn label_ms(time: RowTime, moved: bool, zone: &TimeZone) -> Option<i64> {
    let whole_days = time.second / DAY_S + u32::from(moved);
    let days = jiff::Span::new().try_days(whole_days).ok()?;
    let date = time.date.checked_add(days).ok()?;
    let second = time.second % DAY_S;
    let part = |number: u32| i8::try_from(number).ok();
    let at = date.at(part(second / 3_600)?, part(second / 60 % 60)?, part(second % 60)?, 0);
    let at = zone.to_ambiguous_timestamp(at).compatible().ok()?;
    Some(at.as_millisecond())
}

fn drop_duplicates(mut rows: Vec<Row>, flags: &mut Flags) -> Vec<Row> {
    rows.sort_by_key(|row| row.at_ms); // stable: of one time the later row of the file comes last
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        match kept.last_mut() {
            Some(last) if last.at_ms == row.at_ms => {
                let text = Instant::from_millis(row.at_ms)
                    .map_or_else(|_| String::new(), |at| at.to_string());
                if same_values(last, &row) {
                    flags.add(FlagCode::Duplicate, row.line, &text);
                } else {
                    flags.add(FlagCode::Conflict, row.line, &text);
                    *last = row;
                }
            }
            _ => kept.push(row),
        }
    }
    kept
}

fn same_values(a: &Row, b: &Row) -> bool {
    a.values.iter().zip(&b.values).all(|(a, b)| a.to_bits() == b.to_bits())
}

fn gaps(rows: &[Row], interval_s: u32, flags: &mut Flags) -> Vec<Gap> {
    let interval_ms = i64::from(interval_s) * 1_000;
    let mut gaps = Vec::new();
    let mut before: Option<&Row> = None;
    for row in rows.iter().filter(|row| !row.partial) {
        if let Some(before) = before {
            let missing = (row.at_ms - before.at_ms) / interval_ms - 1;
            let bounds =
                (Instant::from_millis(before.at_ms + interval_ms), Instant::from_millis(row.at_ms));
            if let (1.., (Ok(from), Ok(until))) = (missing, bounds) {
                let intervals = missing.unsigned_abs();
                flags.add_many(FlagCode::Gap, row.line, &format!("{from}/{until}"), intervals);
                if gaps.len() < GAPS_MAX {
                    gaps.push(Gap { from, until, intervals });
                }
            }
        }
        before = Some(row);
    }
    gaps
}

fn sums(rows: &[Row], quantities: &[String]) -> Vec<QuantitySum> {
    let sum = |(place, quantity): (usize, &String)| {
        let values = rows.iter().filter_map(|row| row.value(place));
        let (sum, count) = values.fold((0.0, 0), |(sum, count), value| {
            (if value < 0.0 { sum } else { sum + value }, count + 1)
        });
        QuantitySum { quantity: quantity.clone(), sum, count }
    };
    quantities.iter().enumerate().map(sum).collect()
}

fn peak(rows: &[Row], quantities: &[String], interval_s: u32) -> Option<Peak> {
    let energy = quantities.iter().position(|code| code == "active_energy")?;
    let per_hour = 3_600.0 / f64::from(interval_s);
    rows.iter()
        .filter(|row| !row.partial)
        .filter_map(|row| Some((row.value(energy)? * per_hour, row.at_ms)))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        .and_then(|(kw, at_ms)| Some(Peak { kw, at: Instant::from_millis(at_ms).ok()? }))
}

fn clock_text(second: u32) -> String {
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

fn short(text: &str) -> String {
    crate::reject::cut(text, 80)
}

#[derive(Default)]
struct Flags(BTreeMap<FlagCode, Flag>);

impl Flags {
    fn add(&mut self, code: FlagCode, line: u64, text: &str) {
        self.add_many(code, line, text, 1);
    }

    fn add_many(&mut self, code: FlagCode, line: u64, text: &str, count: u64) {
        let flag =
            self.0.entry(code).or_insert_with(|| Flag { code, count: 0, examples: Vec::new() });
        flag.count += count;
        if flag.examples.len() < EXAMPLES_MAX {
            flag.examples.push(FlagExample { line, text: short(text) });
        }
    }

    fn finish(self) -> Vec<Flag> {
        self.0.into_values().collect()
    }
}
