//! Cells of an answer as JSON.

use arrow::array::{Array, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::Value;

/// The type of a column, in a word that the console knows.
pub(super) fn kind(of: &DataType) -> &'static str {
    match of {
        DataType::Boolean => "boolean",
        DataType::Timestamp(..) => "instant",
        of if of.is_numeric() => "number",
        _ => "text",
    }
}

/// The rows of a batch.
pub(super) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<Value>>, ArrowError> {
    let columns = batch.columns().iter().map(|column| cells(column));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok((0..batch.num_rows())
        .map(|row| columns.iter().map(|column| column[row].clone()).collect())
        .collect())
}

fn cells(column: &dyn Array) -> Result<Vec<Value>, ArrowError> {
    let each = |of: &dyn Fn(usize) -> Value| {
        (0..column.len())
            .map(|row| if column.is_null(row) { Value::Null } else { of(row) })
            .collect()
    };
    let cast = |to: &DataType| arrow::compute::cast(column, to);
    Ok(match column.data_type() {
        DataType::Boolean => {
            let values = column.as_boolean();
            each(&|row| values.value(row).into())
        }
        of if of.is_integer() && *of != DataType::UInt64 => {
            let values = cast(&DataType::Int64)?;
            let values = values.as_primitive::<Int64Type>();
            each(&|row| values.value(row).into())
        }
        of if of.is_numeric() => {
            let values = cast(&DataType::Float64)?;
            let values = values.as_primitive::<Float64Type>();
            // What is no number has no place in JSON.
            each(&|row| values.value(row).into())
        }
        DataType::Timestamp(..) => {
            let values = cast(&DataType::Timestamp(TimeUnit::Microsecond, None))?;
            let values = values.as_primitive::<TimestampMicrosecondType>();
            each(&|row| base::Instant::from_micros(values.value(row)).to_string().into())
        }
        _ => {
            let options = FormatOptions::new();
            let shown = ArrayFormatter::try_new(column, &options)?;
            each(&|row| shown.value(row).to_string().into())
        }
    })
}
