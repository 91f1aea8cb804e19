//! Why a bill cannot be made out.

use base::{Coded, ErrorKind};
use jiff::civil::Date;

use super::BillMonth;

/// Why a bill cannot be made out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// A contract has no row, or far too many.
    #[error("the contract has {rows} rows: give 1 to {max}")]
    ContractRows {
        /// How many.
        rows: usize,
        /// The most.
        max: usize,
    },
    /// A reading day that no month has.
    #[error("the reading day (검침일) {day} is none: give 0 to 31, 0 being the last day")]
    ReadingDay {
        /// The day.
        day: u8,
    },
    /// Two rows hold on one day.
    #[error("two rows of the contract hold on {from}: end the earlier one the day before")]
    ContractOverlap {
        /// The first such day.
        from: Date,
    },
    /// No row holds between two that do.
    #[error("no row of the contract holds on {day}: lengthen the row before or after it")]
    ContractHole {
        /// The first such day.
        day: Date,
    },
    /// No row holds in the month.
    #[error("no row of the contract holds in {month}: add one")]
    NoContract {
        /// The month.
        month: BillMonth,
    },
    /// A contract power that is none.
    #[error("a contract of {w} W is none: give 0.001 kW to 10 GW")]
    ContractKw {
        /// W.
        w: i64,
    },
    /// A row ends before it begins.
    #[error("a row of the contract ends on {to}, before its first day, {from}")]
    RowEndsBeforeItBegins {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// The version of the tariff is not known.
    #[error("the tariff '{version}' is not known: choose one of {}", known.join(", "))]
    UnknownTariff {
        /// The id.
        version: String,
        /// Those of the class.
        known: Vec<String>,
    },
    /// The tariff is for another class.
    #[error("the tariff '{version}' is for {class}, the contract is {row}: change one of them")]
    ClassMismatch {
        /// The id.
        version: String,
        /// The class of the tariff.
        class: &'static str,
        /// The class of the row.
        row: &'static str,
    },
    /// The tariff has no such option.
    #[error("the tariff '{version}' has no option '{option}': choose one of {}", known.join(", "))]
    UnknownOption {
        /// The id.
        version: String,
        /// The option.
        option: String,
        /// Those of the tariff.
        known: Vec<String>,
    },
    /// No row of an adder holds on a day.
    #[error("no {adder} is known for {date}: add a row, or bill with the rules of another day")]
    NoAdder {
        /// Which one.
        adder: &'static str,
        /// The day.
        date: Date,
    },
    /// A tariff with time of use needs the load.
    #[error("the tariff '{version}' has bands of hours: a bill by it needs 15-minute values")]
    NeedsIntervals {
        /// The id.
        version: String,
    },
    /// The load covers nothing of the month.
    #[error("the load has no value in {month}: import it, or choose a month from {first} on")]
    NoLoad {
        /// The month.
        month: BillMonth,
        /// The first day of the load.
        first: Date,
    },
    /// More than one comparison takes.
    #[error("{asked} {what} are too many: give at most {max}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        asked: usize,
        /// The most.
        max: usize,
    },
    /// A shift of load that cannot be.
    #[error("the shift of load is not possible: {0}")]
    Shift(&'static str),
}

impl Coded for BillError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoLoad { .. } => ErrorKind::NotFound,
            Self::TooMany { .. } => ErrorKind::TooLarge,
            Self::ContractRows { .. }
            | Self::ReadingDay { .. }
            | Self::ContractOverlap { .. }
            | Self::ContractHole { .. }
            | Self::NoContract { .. }
            | Self::ContractKw { .. }
            | Self::RowEndsBeforeItBegins { .. }
            | Self::UnknownTariff { .. }
            | Self::ClassMismatch { .. }
            | Self::UnknownOption { .. }
            | Self::NoAdder { .. }
            | Self::NeedsIntervals { .. }
            | Self::Shift(_) => ErrorKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::ContractRows { .. } => "bill.contract_rows",
            Self::ReadingDay { .. } => "bill.reading_day",
            Self::ContractOverlap { .. } => "bill.contract_overlap",
            Self::ContractHole { .. } => "bill.contract_hole",
            Self::NoContract { .. } => "bill.no_contract",
            Self::ContractKw { .. } => "bill.contract_kw",
            Self::RowEndsBeforeItBegins { .. } => "bill.row_ends_before_it_begins",
            Self::UnknownTariff { .. } => "bill.unknown_tariff",
            Self::ClassMismatch { .. } => "bill.class_mismatch",
            Self::UnknownOption { .. } => "bill.unknown_option",
            Self::NoAdder { .. } => "bill.no_adder",
            Self::NeedsIntervals { .. } => "bill.needs_intervals",
            Self::NoLoad { .. } => "bill.no_load",
            Self::TooMany { .. } => "bill.too_many",
            Self::Shift(_) => "bill.shift",
        }
    }
}
