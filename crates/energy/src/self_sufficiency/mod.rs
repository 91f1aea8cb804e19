//! Energy self-sufficiency (에너지 자급률) of a complex: three figures with three names, beside what netting
//! would claim. Made from the complex's own meters alone: the tenants' stay theirs, and are not in it.

pub(crate) mod api;
mod source;

use base::{Coded, ErrorKind};

/// Why there is no self-sufficiency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelfSufficiencyRefusal {
    /// Nothing to measure the complex by.
    #[error(
        "the complex has no main meter of its own in the meter tree: enter one (kind main, without an \
         establishment) first"
    )]
    NoMainMeter,
    /// Nothing is known.
    #[error(
        "the complex's main meter counted nothing in these days: choose others, or import its readings"
    )]
    NoConsumption,
    /// Where the modelled plant stands.
    #[error(
        "the main meter's device has no position: enter it in the registry to model a plant there"
    )]
    NoPosition,
}

impl Coded for SelfSufficiencyRefusal {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoMainMeter => ErrorKind::NotFound,
            Self::NoConsumption | Self::NoPosition => ErrorKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoMainMeter => "self_sufficiency.no_main_meter",
            Self::NoConsumption => "self_sufficiency.no_consumption",
            Self::NoPosition => "self_sufficiency.no_position",
        }
    }
}
