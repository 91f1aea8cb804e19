//! How sure a figure is.

use serde::{Deserialize, Serialize};

/// How sure a figure is; the order is from sure to unsure, so that the worst of many is their
/// maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read at the source that is named.
    Verified,
    /// Told by others; to be checked at KEPCO.
    Reported,
    /// Assumed or derived (미확인).
    Unverified,
}
