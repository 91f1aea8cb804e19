//! Writes the binary inputs with which the corpus begins; the others are text and were written by hand.
#![allow(clippy::print_stdout)] // A command line talks to its caller.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, RecordBatch, TimestampMillisecondArray,
};
use arrow::datatypes::Int32Type;
use arrow_ipc::writer::StreamWriter;
use base::{Instant, Quality, Reading, Series};
use telemetry::ingress::columns;
use telemetry::log::frame;
use telemetry::segment;

const START_MS: i64 = 1_795_478_400_000; // 2026-11-24T00:00:00Z

fn main() -> anyhow::Result<()> {
    write("readings_columns", "stream", &stream()?)?;
    let readings: Vec<Reading> = (0..200)
        .map(|n| Reading {
            series: Series(1 + n / 100),
            at_ms: START_MS + i64::from(n % 100) * 900_000,
            value: f64::from(n) * 0.25,
            quality: Quality::GOOD,
        })
        .collect();
    write("segment_file", "segment", &segment::encode(&readings)?)?;
    let mut log = Vec::new();
    for batch in 1..=4_u32 {
        let arrived = Instant::from_millis(START_MS)?;
        frame::encode(&mut log, batch.into(), arrived, &readings[..batch as usize * 3]);
    }
    write("log_frames", "log", &log)?;
    let mut latest = b"SDNLAST1".to_vec();
    for reading in &readings[..5] {
        latest.extend_from_slice(&reading.series.0.to_le_bytes());
        latest.extend_from_slice(&reading.at_ms.to_le_bytes());
        latest.extend_from_slice(&reading.value.to_le_bytes());
        latest.extend_from_slice(&reading.quality.0.to_le_bytes());
        latest.extend_from_slice(&(START_MS * 1_000).to_le_bytes());
    }
    // The target appends the checksum itself.
    write("latest_file", "rows", &latest)
}

fn stream() -> anyhow::Result<Vec<u8>> {
    let key = |text: &str| -> ArrayRef {
        Arc::new(DictionaryArray::<Int32Type>::from_iter([text, text, text]))
    };
    let at = TimestampMillisecondArray::from_iter_values((0..3).map(|n| START_MS + n * 1_000));
    let value = Float64Array::from(vec![1.5, 2.5, -1.0]);
    let fields: Vec<ArrayRef> = vec![key("meter-1"), key("v"), Arc::new(at), Arc::new(value)];
    let batch = RecordBatch::try_new(columns::schema(), fields)?;
    let mut writer = StreamWriter::try_new(Vec::new(), &columns::schema())?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

fn write(target: &str, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = fuzz::corpus::folder(target);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(name), bytes)?;
    println!("{target}/{name}: {} bytes", bytes.len());
    Ok(())
}
