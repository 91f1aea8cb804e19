//! Workbooks (XLSX) from outside, within limits: a file of a few kilobytes may claim to hold more than
//! memory does, packed well, by one cell at the far corner of its sheet, or by one long text in each cell.

use std::io::{Cursor, Read as _};

use calamine::{Cell, Data, DataRef, Range, Reader as _, Xlsx};

/// What a workbook may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Sheets that are read, the first ones.
    pub sheets: usize,
    /// Bytes of all its parts, unpacked.
    pub unpacked_bytes: u64,
    /// Cells of a sheet, the empty ones between its corners included.
    pub cells: u64,
    /// Bytes of the texts of a sheet.
    pub text_bytes: usize,
}

/// Why a workbook is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookError {
    /// It is none, or it is damaged.
    #[error("{0}")]
    Damaged(String),
    /// It holds more than a limit allows.
    #[error("{0}")]
    TooLarge(String),
}

/// The first sheets of a workbook. The reader behind it may panic over numbers that no workbook has: that
/// is damage like any other.
pub fn sheets(bytes: &[u8], limits: &Limits) -> Result<Vec<Range<Data>>, WorkbookError> {
    check_unpacked(bytes, limits.unpacked_bytes)?;
    std::panic::catch_unwind(|| read(bytes, limits)).unwrap_or_else(|_| {
        Err(WorkbookError::Damaged("a part of it is not what a workbook holds".to_owned()))
    })
}

fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Range<Data>>, WorkbookError> {
    let damaged = |error: calamine::XlsxError| WorkbookError::Damaged(error.to_string());
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    names.iter().take(limits.sheets).map(|name| sheet(&mut book, name, limits)).collect()
}

fn sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    limits: &Limits,
) -> Result<Range<Data>, WorkbookError> {
    let damaged = |error: calamine::XlsxError| WorkbookError::Damaged(error.to_string());
    let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
    let (mut cells, mut text_bytes, mut corners) = (Vec::new(), 0, Corners::default());
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let value = cell.get_value();
        if *value == DataRef::Empty {
            continue;
        }
        text_bytes += text_length(value);
        if text_bytes > limits.text_bytes {
            return Err(too_large(limits.text_bytes as u64, "bytes of text in one sheet"));
        }
        let at = cell.get_position();
        corners.take(at);
        if corners.cells() > limits.cells {
            return Err(too_large(limits.cells, "cells in one sheet, empty ones included"));
        }
        cells.push(Cell::new(at, Data::from(value.clone())));
    }
    Ok(Range::from_sparse(cells))
}

fn too_large(limit: u64, what: &str) -> WorkbookError {
    WorkbookError::TooLarge(format!("it holds more than {limit} {what}"))
}

fn text_length(value: &DataRef<'_>) -> usize {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.len()
        }
        DataRef::SharedString(text) => text.len(),
        _ => 0,
    }
}

/// The rectangle that holds every cell.
#[derive(Default)]
struct Corners {
    first_last: Option<((u32, u32), (u32, u32))>,
}

impl Corners {
    fn take(&mut self, (row, column): (u32, u32)) {
        let (first, last) = self.first_last.unwrap_or(((row, column), (row, column)));
        let first = (first.0.min(row), first.1.min(column));
        self.first_last = Some((first, (last.0.max(row), last.1.max(column))));
    }

    fn cells(&self) -> u64 {
        self.first_last.map_or(0, |(first, last)| {
            u64::from(last.0 - first.0 + 1) * u64::from(last.1 - first.1 + 1)
        })
    }
}

/// Sums what the parts of a ZIP archive declare and what they really unpack to (APPNOTE 6.3.10, 4.3.7
/// and 4.3.12). An archive that is not laid out plainly, so that readers may differ over it, is refused.
fn check_unpacked(bytes: &[u8], limit: u64) -> Result<(), WorkbookError> {
    let odd = || WorkbookError::Damaged("it is no plain ZIP archive".to_owned());
    let parts = parts(bytes).ok_or_else(odd)?;
    let declared = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.declared));
    let mut left = limit.checked_sub(declared).map(|_| limit);
    for part in &parts {
        let packed = part.packed(bytes).ok_or_else(odd)?;
        let Some(room) = left else { break };
        let real = match part.method {
            0 => packed.len() as u64,
            // What cannot be unpacked to its end is the reader's to complain of.
            8 => inflated(packed, room),
            _ => return Err(odd()),
        };
        left = room.checked_sub(real);
    }
    match left {
        Some(_) => Ok(()),
        None => {
            Err(WorkbookError::TooLarge(format!("it unfolds to more than {} MiB", limit >> 20)))
        }
    }
}

/// Bytes that `packed` unpacks to, counted up to just above `limit`.
fn inflated(packed: &[u8], limit: u64) -> u64 {
    let mut reader = flate2::read::DeflateDecoder::new(packed).take(limit.saturating_add(1));
    let (mut sum, mut buffer) = (0, [0; 8_192]);
    while let Ok(read) = reader.read(&mut buffer)
        && read > 0
    {
        sum += read as u64;
    }
    sum
}

/// An entry of the directory of an archive.
struct Part {
    method: u16,
    packed: usize,
    declared: u64,
    header: usize,
}

impl Part {
    const HEADER: &[u8] = b"PK\x03\x04";
    const HEADER_BYTES: usize = 30;

    fn packed<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let header = bytes.get(self.header..)?;
        let names = usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        let body =
            header.strip_prefix(Self::HEADER).and(header.get(Self::HEADER_BYTES + names..))?;
        body.get(..self.packed)
    }
}

/// The entries of the directory, which must end where the archive's last record begins.
fn parts(bytes: &[u8]) -> Option<Vec<Part>> {
    const END: &[u8] = b"PK\x05\x06";
    const ENTRY: &[u8] = b"PK\x01\x02";
    const ENTRY_BYTES: usize = 46;
    let end = bytes.windows(END.len()).rposition(|four| four == END)?;
    let (size, start) = (u32_at(bytes, end + 12)? as usize, u32_at(bytes, end + 16)? as usize);
    if start.checked_add(size)? != end {
        return None;
    }
    let (mut parts, mut at) = (Vec::new(), start);
    while at < end {
        let entry = bytes.get(at..end)?;
        entry.strip_prefix(ENTRY)?;
        parts.push(Part {
            method: u16_at(entry, 10)?,
            packed: u32_at(entry, 20)? as usize,
            declared: u64::from(u32_at(entry, 24)?),
            header: u32_at(entry, 42)? as usize,
        });
        let lengths = [28, 30, 32].map(|field| u16_at(entry, field));
        let [Some(name), Some(extra), Some(comment)] = lengths else { return None };
        at += ENTRY_BYTES + usize::from(name) + usize::from(extra) + usize::from(comment);
    }
    Some(parts)
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    const LIMITS: Limits =
        Limits { sheets: 1, unpacked_bytes: 1 << 20, cells: 1_000, text_bytes: 10_000 };

    fn book(cells: &[(u32, u16, &str)]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, column, text) in cells {
            sheet.write_string(*row, *column, *text).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn a_plain_workbook_is_read() {
        let sheets = sheets(&book(&[(0, 0, "a"), (1, 1, "b")]), &LIMITS).unwrap();
        assert_eq!(sheets.len(), 1);
        assert_eq!(sheets[0].get_size(), (2, 2));
    }

    #[test]
    fn one_cell_at_the_far_corner_is_no_sheet_of_17_billion_cells() {
        let bytes = book(&[(0, 0, "a"), (1_048_575, 16_383, "b")]);
        let error = sheets(&bytes, &LIMITS).unwrap_err().to_string();
        assert!(error.contains("1000 cells"), "{error}");
    }

    #[test]
    fn a_long_text_that_every_cell_repeats_is_refused() {
        let text = "x".repeat(1_000);
        let cells: Vec<_> = (0..20).map(|row| (row, 0, text.as_str())).collect();
        let error = sheets(&book(&cells), &LIMITS).unwrap_err().to_string();
        assert!(error.contains("10000 bytes of text"), "{error}");
    }

    #[test]
    fn a_workbook_that_unfolds_too_far_is_refused_also_when_it_lies_about_it() {
        let text = "x".repeat(30_000);
        // Rich cells are written inline one by one, and pack a thousandfold.
        let owned: Vec<String> = (0..100).map(|n| format!("{text}{n}")).collect();
        let cells: Vec<_> =
            (0..100).zip(&owned).map(|(row, text)| (row, 0, text.as_str())).collect();
        let mut bytes = book(&cells);
        assert!(bytes.len() < 1 << 18, "it packs well: {} bytes", bytes.len());
        let refused = |bytes: &[u8]| sheets(bytes, &LIMITS).unwrap_err().to_string();
        assert!(refused(&bytes).contains("more than 1 MiB"), "{}", refused(&bytes));
        // Every entry of the directory now declares one byte.
        let entries: Vec<usize> =
            (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
        for at in entries {
            bytes[at + 24..at + 28].copy_from_slice(&1_u32.to_le_bytes());
        }
        assert!(refused(&bytes).contains("more than 1 MiB"), "{}", refused(&bytes));
    }

    #[test]
    fn noise_is_damaged_and_never_a_panic() {
        let whole = book(&[(0, 0, "a")]);
        for cut in 0..whole.len() {
            assert!(sheets(&whole[..cut], &LIMITS).is_err(), "cut at {cut}");
        }
    }
}
