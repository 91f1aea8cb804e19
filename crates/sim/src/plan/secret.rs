//! Secrets of simulated devices.

use crate::dice::hash;

/// The MQTT password of the simulated device `key`: 32 hexadecimal digits grown from the seed, so that
/// publisher and server know it without talking. **Anyone who reads this code knows it too: it is only
/// good for invented devices on a demonstration machine, never for a real one.**
///
/// ```
/// let secret = sim::plan::secret(1, "jj1-air-01");
/// assert_eq!(secret.len(), 32);
/// assert_ne!(secret, sim::plan::secret(1, "jj1-air-02"));
/// ```
pub fn secret(seed: u64, key: &str) -> String {
    let (high, low) = (format!("demo secret {key}"), format!("{key} demo secret"));
    format!("{:016x}{:016x}", hash(seed, &high), hash(seed, &low))
}
