//! What can be wrong with tariff data.

use base::{Coded, ErrorKind};

/// A tariff or a table of adders that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TariffFault {
    /// It is not the JSON that is expected.
    #[error("the tariff cannot be read: {0}; compare it with a shipped one")]
    Json(String),
    /// It can be read but not billed by.
    #[error("tariff '{id}', {at}: {what}")]
    Content {
        /// The id of the tariff, or `adders`.
        id: String,
        /// The part, such as `options.hv-a-1.summer`.
        at: String,
        /// What is wrong and what to give instead.
        what: String,
    },
}

impl Coded for TariffFault {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "tariff.unreadable",
            Self::Content { .. } => "tariff.invalid",
        }
    }
}
