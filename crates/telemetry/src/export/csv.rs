//! Batches as lines of CSV: instants in ISO 8601, empty for nothing, texts that no spreadsheet runs.

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The first line.
pub(super) fn head(schema: &Schema, bom: bool) -> Result<Vec<u8>, ArrowError> {
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let line = lines(std::iter::once(names.map(str::to_owned).collect()))?;
    Ok(if bom { [BOM, &line].concat() } else { line })
}

/// The lines of a batch.
pub(super) fn body(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let options = FormatOptions::new().with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.f"));
    let columns = batch
        .columns()
        .iter()
        .map(|column| Ok((column, ArrayFormatter::try_new(column.as_ref(), &options)?)))
        .collect::<Result<Vec<_>, ArrowError>>()?;
    lines((0..batch.num_rows()).map(|row| {
        columns
            .iter()
            .map(|(column, shown)| match column.data_type() {
                _ if column.is_null(row) => String::new(),
                DataType::Utf8 => harmless(column.as_string::<i32>().value(row)),
                DataType::LargeUtf8 => harmless(column.as_string::<i64>().value(row)),
                DataType::Utf8View => harmless(column.as_string_view().value(row)),
                _ => shown.value(row).to_string(),
            })
            .collect()
    }))
}

/// A spreadsheet takes a text that begins like this for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn lines(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, ArrowError> {
    let failed = |cause: csv::Error| ArrowError::CsvError(cause.to_string());
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|cause| ArrowError::CsvError(cause.to_string()))
}
