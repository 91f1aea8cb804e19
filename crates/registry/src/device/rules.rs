//! What makes a good device.

use super::Device;
use crate::error::{Checks, RegistryError};

/// Refuses a device with a bad key, name or position.
pub(crate) fn check(device: &Device) -> Result<(), RegistryError> {
    Checks::default()
        .that(
            is_device_key(&device.key),
            "/key",
            "give 2 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, such as air-001",
        )
        .name("/name", &device.name)
        .position(device.position)
        .text("/serial", device.serial.as_deref())
        .text("/manufacturer", device.manufacturer.as_deref())
        .text("/model", device.model.as_deref())
        .that(
            device.gateway_id != Some(device.id),
            "/gateway_id",
            "a device is not its own gateway: give another, or null",
        )
        .done()
}

/// Whether this can be the key of a device: `[a-z0-9][a-z0-9._-]{1,63}`.
///
/// ```
/// assert!(registry::device::is_device_key("air-001"));
/// assert!(!registry::device::is_device_key("AIR 001"));
/// ```
pub fn is_device_key(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (2..=64).contains(&text.len())
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|b| plain(b) || b"._-".contains(&b))
}
