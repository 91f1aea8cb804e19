//! Files that people upload: intervals and the registry, as text and as workbooks.

use telemetry::column_mapping::Mapping;
use telemetry::interval_import::{Parsed, parse};

use super::{Signature, now};
use crate::workbook;

/// The columns of an interval file, as JSON.
pub(super) fn interval_mapping(input: &[u8]) -> u64 {
    match serde_json::from_slice::<Mapping>(input) {
        Ok(mapping) => {
            let wrong = mapping.check();
            let signature = Signature::new("read").count(wrong.len());
            wrong.iter().fold(signature, |s, field| s.text(&field.detail)).value()
        }
        Err(error) => Signature::failed(&error),
    }
}

/// An interval file; before a byte of zero there may be the JSON of a mapping.
pub(super) fn interval_file(input: &[u8]) -> u64 {
    let (mapping, file) = with_mapping(input);
    signature_of_parse(&mapping, file)
}

fn with_mapping(input: &[u8]) -> (Mapping, &[u8]) {
    let zero = input.iter().position(|byte| *byte == 0);
    let own = zero.and_then(|zero| {
        let mapping = serde_json::from_slice::<Mapping>(&input[..zero]).ok()?;
        mapping.check().is_empty().then_some((mapping, &input[zero + 1..]))
    });
    own.unwrap_or_else(|| (Mapping::kepco(), input))
}

/// One sheet of a workbook of intervals.
pub(super) fn interval_workbook(input: &[u8]) -> u64 {
    signature_of_parse(&Mapping::kepco(), &workbook::of_sheet(input))
}

fn signature_of_parse(mapping: &Mapping, file: &[u8]) -> u64 {
    match parse(file, mapping, now()) {
        Ok(parsed) => signature(&parsed),
        Err(error) => Signature::failed(&error),
    }
}

fn signature(parsed: &Parsed) -> u64 {
    for row in &parsed.rows {
        assert!(row.at_ms <= now().as_millis(), "nothing of the future is kept");
        let values = (0..parsed.quantities.len()).filter_map(|place| row.value(place));
        assert!(values.into_iter().all(f64::is_finite), "values are finite");
    }
    let signature = Signature::new("read").count(parsed.rows.len());
    let flags = parsed.flags.iter();
    flags.fold(signature, |s, flag| s.text(&format!("{:?}", flag.code))).value()
}

/// A file of establishments, devices or points.
pub(super) fn registry_table(input: &[u8]) -> u64 {
    match registry::registry_import::read_table(input) {
        Ok(table) => {
            Signature::new(table.encoding).count(table.header.len()).count(table.rows.len()).value()
        }
        Err(error) => Signature::failed(&error),
    }
}

/// One sheet of a workbook of the registry.
pub(super) fn registry_workbook(input: &[u8]) -> u64 {
    registry_table(&workbook::of_sheet(input))
}

/// A seed of the registry, as `sandan import seed` takes it.
pub(super) fn registry_seed(input: &[u8]) -> u64 {
    match serde_json::from_slice::<registry::seed::Seed>(input) {
        Ok(_) => Signature::new("read").value(),
        Err(error) => Signature::failed(&error),
    }
}
