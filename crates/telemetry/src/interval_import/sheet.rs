//! Bytes become rows of text: CSV in the encodings that Korean meters' portals write, or a workbook.

use std::ops::ControlFlow;

use calamine::{Data, ExcelDateTime, Range};
use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use registry::workbook::{self, Limits, WorkbookError};

use super::ParseError;

/// Most cells of a row that are looked at.
pub(super) const CELLS_MAX: usize = 200;
/// What a workbook may hold: a sheet has a million rows, and an export some fifteen columns.
const WORKBOOK_LIMITS: Limits =
    Limits { sheets: 20, unpacked_bytes: 1 << 30, cells: 20_000_000, text_bytes: 256 << 20 };

/// A file in one of the ways in which it can be read.
pub(super) enum Sheet {
    /// Text with a delimiter.
    Text { text: String, delimiter: u8, encoding: &'static str },
    /// One sheet of a workbook.
    Cells(Range<Data>),
}

impl Sheet {
    /// The encoding, for the preview.
    pub(super) fn encoding(&self) -> &'static str {
        match self {
            Self::Text { encoding, .. } => encoding,
            Self::Cells(_) => "XLSX",
        }
    }

    /// Calls `each` with the number (from 1) and the cells of every row that is not blank.
    pub(super) fn rows(&self, mut each: impl FnMut(u64, &[&str]) -> ControlFlow<()>) {
        match self {
            Self::Text { text, delimiter, .. } => text_rows(text, *delimiter, &mut each),
            Self::Cells(range) => {
                let first = range.start().map_or(0, |(row, _)| u64::from(row));
                for (number, row) in (first + 1..).zip(range.rows()) {
                    let cells: Vec<String> = row.iter().take(CELLS_MAX).map(cell_text).collect();
                    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
                    if !is_blank(&cells) && each(number, &cells).is_break() {
                        return;
                    }
                }
            }
        }
    }
}

fn text_rows(text: &str, delimiter: u8, each: &mut impl FnMut(u64, &[&str]) -> ControlFlow<()>) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // The text is UTF-8 and records may have any length, so that a read cannot fail; an error would
    // end the file early, which the preview shows by its count of rows.
    while reader.read_record(&mut record).unwrap_or(false) {
        let number = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().take(CELLS_MAX).map(str::trim).collect();
        if !is_blank(&cells) && each(number, &cells).is_break() {
            return;
        }
    }
}

fn is_blank(cells: &[&str]) -> bool {
    cells.iter().all(|cell| cell.is_empty())
}

/// The ways in which the file can be read, likeliest first. A wrong encoding may decode without a
/// complaint, so the caller takes the first whose columns match.
pub(super) fn candidates(bytes: &[u8]) -> Result<Vec<Sheet>, ParseError> {
    if bytes.is_empty() {
        return Err(ParseError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        // The reader of XLS takes memory for whatever corners the file names, with no limit.
        return Err(ParseError::Workbook("this is an old XLS file, or one with a password".into()));
    }
    let mut sheets = Vec::new();
    for (encoding, name) in encodings(bytes) {
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(strip(bytes))
        else {
            continue;
        };
        // The reader of CSV counts the line of a row wrongly after CR LF.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        for delimiter in delimiters(&text) {
            let text = text.clone();
            sheets.push(Sheet::Text { text, delimiter, encoding: name });
        }
    }
    if sheets.is_empty() { Err(ParseError::NotText) } else { Ok(sheets) }
}

fn encodings(bytes: &[u8]) -> Vec<(&'static Encoding, &'static str)> {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) if encoding == UTF_16LE => vec![(UTF_16LE, "UTF-16")],
        Some((encoding, _)) if encoding == UTF_16BE => vec![(UTF_16BE, "UTF-16")],
        Some(_) => vec![(UTF_8, "UTF-8")],
        // What the web calls EUC-KR is CP949: it holds both.
        None => vec![(UTF_8, "UTF-8"), (EUC_KR, "CP949")],
    }
}

fn strip(bytes: &[u8]) -> &[u8] {
    Encoding::for_bom(bytes).map_or(bytes, |(_, length)| &bytes[length..])
}

/// The delimiters that the first lines hold, the most frequent first.
fn delimiters(text: &str) -> Vec<u8> {
    let head: String = text.lines().take(super::HEADER_ROWS_MAX).collect();
    let count = |delimiter: char| head.matches(delimiter).count();
    let mut found: Vec<(usize, char)> = [',', '\t', ';']
        .into_iter()
        .map(|delimiter| (count(delimiter), delimiter))
        .filter(|(count, _)| *count > 0)
        .collect();
    found.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    found.into_iter().filter_map(|(_, delimiter)| u8::try_from(delimiter).ok()).collect()
}

fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, ParseError> {
    let sheets = workbook::sheets(bytes, &WORKBOOK_LIMITS).map_err(|error| match error {
        WorkbookError::Damaged(cause) | WorkbookError::TooLarge(cause) => {
            ParseError::Workbook(cause)
        }
    })?;
    let sheets: Vec<_> =
        sheets.into_iter().filter(|sheet| !sheet.is_empty()).map(Sheet::Cells).collect();
    if sheets.is_empty() { Err(ParseError::Empty) } else { Ok(sheets) }
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(at) => excel_time(*at),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// A serial number of Excel as text: days since 1899-12-30, the fraction is the time of day. A number
/// below 1 is a time alone, and 1 itself is 24:00.
fn excel_time(at: ExcelDateTime) -> String {
    const EPOCH: jiff::civil::Date = jiff::civil::date(1899, 12, 30);
    let number = at.as_f64();
    #[expect(clippy::cast_possible_truncation, reason = "checked against the range just before")]
    let seconds = if (0.0..3_000_000.0).contains(&number) {
        (number * 86_400.0).round() as i64
    } else {
        return String::new();
    };
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let clock =
        |second: i64| format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    if seconds <= 86_400 {
        return clock(seconds);
    }
    jiff::Span::new()
        .try_days(days)
        .and_then(|span| EPOCH.checked_add(span))
        .map(|date| format!("{date} {}", clock(second)))
        .unwrap_or_default()
}
