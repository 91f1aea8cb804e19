//! From bytes to a table of texts: CSV in UTF-8, UTF-16 or CP949, or the first sheet of an XLSX file.

use encoding_rs::{EUC_KR, Encoding, UTF_8};

use super::{ROWS_MAX, UPLOAD_MAX};
use crate::error::RegistryError;
use crate::workbook::{self, Limits, WorkbookError};

/// What an XLSX file (a ZIP file) starts with.
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// What an XLS file (an OLE file) starts with.
const OLE_MAGIC: &[u8] = b"\xD0\xCF\x11\xE0";

/// What a workbook may hold: lines of 200 cells, as long as a file of text may be.
const WORKBOOK_LIMITS: Limits =
    Limits { sheets: 1, unpacked_bytes: 128 << 20, cells: 10_000_000, text_bytes: 64 << 20 };

/// The texts of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// How it was read.
    pub encoding: &'static str,
    /// The first line that is not empty.
    pub header: Vec<String>,
    /// The lines after it that are not empty, with their numbers in the file.
    pub rows: Vec<(i64, Vec<String>)>,
}

/// Reads a file; it fails only as a whole.
pub fn read(bytes: &[u8]) -> Result<Table, RegistryError> {
    if bytes.len() > UPLOAD_MAX {
        return Err(RegistryError::TooLarge(format!(
            "the file has {} bytes, more than the 10 MiB that an import takes: split it",
            bytes.len()
        )));
    }
    let (encoding, lines) = if bytes.starts_with(ZIP_MAGIC) {
        ("xlsx", xlsx(bytes)?)
    } else if bytes.starts_with(OLE_MAGIC) {
        return Err(file("this is an old XLS file: save it as XLSX or CSV and upload that"));
    } else {
        text(bytes)?
    };
    let mut lines = lines.into_iter().filter(|(_, cells)| cells.iter().any(|c| !c.is_empty()));
    let (_, header) = lines.next().ok_or_else(|| {
        file("the file has no line with text: give a header line and a line for each entry")
    })?;
    let rows: Vec<_> = lines.take(ROWS_MAX + 1).collect();
    if rows.len() > ROWS_MAX {
        return Err(RegistryError::TooLarge(format!(
            "the file has more than the {ROWS_MAX} rows that an import takes: split it"
        )));
    }
    if rows.is_empty() {
        return Err(file("the file has a header line only: add a line for each entry"));
    }
    Ok(Table { encoding, header, rows })
}

fn file(detail: &str) -> RegistryError {
    RegistryError::field("/file", detail)
}

type Lines = Vec<(i64, Vec<String>)>;

fn xlsx(bytes: &[u8]) -> Result<Lines, RegistryError> {
    let sheets = workbook::sheets(bytes, &WORKBOOK_LIMITS).map_err(|error| match error {
        WorkbookError::Damaged(cause) => file(&format!(
            "the XLSX file cannot be read ({cause}): open it, save it again and upload that"
        )),
        WorkbookError::TooLarge(cause) => RegistryError::TooLarge(format!(
            "the XLSX file is too large for an import ({cause}): remove what lies far from the \
             table, or save it as CSV"
        )),
    })?;
    let sheet = sheets.first().ok_or_else(|| file("the XLSX file has no sheet"))?;
    let first = i64::from(sheet.start().map_or(0, |(row, _)| row)) + 1;
    let rows = sheet.rows().take(ROWS_MAX + 2).zip(first..);
    Ok(rows
        .map(|(cells, line)| (line, cells.iter().map(|c| trim(&c.to_string())).collect()))
        .collect())
}

fn text(bytes: &[u8]) -> Result<(&'static str, Lines), RegistryError> {
    let (encoding, name) = match Encoding::for_bom(bytes) {
        Some((marked, _)) if marked == UTF_8 => (UTF_8, "utf-8"),
        Some((marked, _)) => (marked, "utf-16"),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, "utf-8"),
        // Files of Korean portals and offices: CP949, which the label EUC-KR covers.
        None => (EUC_KR, "cp949"),
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken || text.contains('\0') {
        return Err(file(
            "the file is neither UTF-8 nor CP949 text nor XLSX: save it as \"CSV UTF-8\" and upload that",
        ));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut numbers = LineNumbers { bytes: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let record =
            record.map_err(|error| file(&format!("the CSV file cannot be read: {error}")))?;
        let byte = record.position().map_or(0, csv::Position::byte);
        lines.push((numbers.of(byte), record.iter().map(trim).collect()));
        if lines.len() > ROWS_MAX + 1 {
            break;
        }
    }
    Ok((name, lines))
}

/// Counts lines up to a record. The reader's own count is one short where lines end in CR LF.
struct LineNumbers<'a> {
    bytes: &'a [u8],
    at: usize,
    line: i64,
}

impl LineNumbers<'_> {
    /// The line of the record that starts at `byte`, after the empty lines there.
    fn of(&mut self, byte: u64) -> i64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.bytes.get(byte..).unwrap_or_default();
        let start = byte + rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.at..start).unwrap_or_default();
        self.line += passed.iter().map(|b| i64::from(*b == b'\n')).sum::<i64>();
        self.at = start;
        self.line
    }
}

/// Comma, tab or semicolon: whichever stands most often in the first line with text.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |byte: u8| line.bytes().filter(|b| *b == byte).count();
    let most = [b',', b'\t', b';'].into_iter().rev().max_by_key(|byte| count(*byte));
    most.unwrap_or(b',')
}

fn trim(text: &str) -> String {
    text.trim().to_owned()
}
