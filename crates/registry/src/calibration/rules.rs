//! What makes a good record.

use std::time::Duration;

use base::Instant;

use super::CalibrationCreate;
use crate::error::{Checks, RegistryError};

/// The longest validity: ten years.
const VALID_MAX: Duration = Duration::from_hours(10 * 366 * 24);

/// Refuses a record of the future, one that ends before it begins, and bad texts.
pub(crate) fn check(work: &CalibrationCreate, now: Instant) -> Result<(), RegistryError> {
    let span =
        work.valid_until > work.calibrated_at && work.valid_until <= work.calibrated_at + VALID_MAX;
    Checks::default()
        .that(work.calibrated_at <= now, "/calibrated_at", "give a time that is not in the future")
        .that(span, "/valid_until", "give a time after the calibration, within ten years of it")
        .name("/calibrated_by", &work.calibrated_by)
        .text("/certificate_number", work.certificate_number.as_deref())
        .text("/file_reference", work.file_reference.as_deref())
        .text("/note", work.note.as_deref())
        .done()
}
