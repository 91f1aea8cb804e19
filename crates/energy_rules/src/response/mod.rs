//! Demand response (수요반응): what a customer would have drawn (고객기준부하, CBL), and whether the
//! customer would pass the market's gate before anything is signed.
//!
//! A baseline of a day is made of the working days before it; Saturdays, Sundays and holidays are
//! neither measured nor used. Methods and exclusions are as reported by electimes in 2019; the
//! window of the same-day adjustment and Mid(8/10) are **unverified** against KPX's rules
//! (전력시장운영규칙), so each is a value that the caller passes and that stands in the result.
//!
//! Absent on purpose: offers, notices and pay, which the domain crate keeps; OpenADR.

mod announced;
mod baseline;
mod exclusion;
mod fitness;
mod history;
mod outcome;
mod used_day;

pub use announced::{
    ANNOUNCED_KW_MAX, AnnouncedSpan, CallHours, Unfit, call_hours, joined, reduction_kw,
};
pub use baseline::{Baseline, baseline};
pub use fitness::{Fitness, GATE_RRMSE, Period, Reason, Verdict, compare, fitness};
pub use history::History;
pub use outcome::{Outcome, outcome};
pub use used_day::{DayUse, UsedDay, used_days};

use base::{Coded, ErrorKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::profiles::LoadFault;

/// How the days before are made into a baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Method {
    /// Of the last 5 days the lowest is dropped; mean of 4.
    #[serde(rename = "max_4_5")]
    Max4Of5,
    /// Of the last 10 days the 2 highest and the 2 lowest are dropped; mean of 6.
    #[serde(rename = "mid_6_10")]
    Mid6Of10,
    /// Of the last 10 days the highest and the lowest are dropped; mean of 8. Unverified.
    #[serde(rename = "mid_8_10")]
    Mid8Of10,
    /// Mean of the last 10 days.
    #[serde(rename = "mean_10")]
    MeanOf10,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Max4Of5, Self::Mid6Of10, Self::Mid8Of10, Self::MeanOf10];

    /// The days that it looks at.
    pub fn days(self) -> usize {
        match self {
            Self::Max4Of5 => 5,
            Self::Mid6Of10 | Self::Mid8Of10 | Self::MeanOf10 => 10,
        }
    }

    /// The name by which tenants and aggregators know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Max4Of5 => "Max(4/5)",
            Self::Mid6Of10 => "Mid(6/10)",
            Self::Mid8Of10 => "Mid(8/10)",
            Self::MeanOf10 => "Mean(10)",
        }
    }

    /// How many of the lowest and of the highest days are dropped.
    fn dropped(self) -> (usize, usize) {
        match self {
            Self::Max4Of5 => (1, 0),
            Self::Mid6Of10 => (2, 2),
            Self::Mid8Of10 => (1, 1),
            Self::MeanOf10 => (0, 0),
        }
    }
}

/// What "highest" and "lowest" are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ranking {
    /// Every hour ranks the days by its own energy.
    ByHour,
    /// The days are ranked once, by their energy from 09 to 20, when reductions are called.
    ByDay,
}

/// Whether the morning of the day itself moves its baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adjustment {
    /// It does not.
    None,
    /// The mean of what was drawn above the baseline in the three hours that end one hour before
    /// the first hour is added (SAA); the result is never below zero. Unverified window.
    SameDay,
}

/// Which of the days before are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusions {
    /// Days of a reduction only.
    Reductions,
    /// Also days below 75 % of the mean of the widest window, twice the days of the method.
    LowDays,
    /// As for [`Exclusions::LowDays`], then days below 75 % or above 125 % of the mean of what is
    /// left: the rule for factories.
    Factory,
}

/// The rules that hold for one customer and one registration year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How days become a baseline.
    pub method: Method,
    /// What days are ranked by.
    pub ranking: Ranking,
    /// The same-day adjustment.
    pub adjustment: Adjustment,
    /// The days left out.
    pub exclusions: Exclusions,
}

/// Whole hours of a day, `first` to before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    first: u8,
    end: u8,
}

impl Hours {
    /// Hours `first` to before `end`, at most to 24.
    pub fn new(first: u8, end: u8) -> Result<Self, ResponseError> {
        if first < end && end <= 24 {
            Ok(Self { first, end })
        } else {
            Err(ResponseError::Hours { first, end })
        }
    }

    /// The hours one by one.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        self.first..self.end
    }

    /// How many.
    pub fn count(self) -> u8 {
        self.end - self.first
    }

    /// The first hour.
    pub fn first(self) -> u8 {
        self.first
    }
}

/// Why there is no baseline or no verdict.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ResponseError {
    /// No such hours.
    #[error("hours {first} to {end} are not hours of a day; pass first < end <= 24")]
    Hours {
        /// The first hour.
        first: u8,
        /// The hour after the last.
        end: u8,
    },
    /// Too few days before.
    #[error(
        "{day} has {found} usable working days before it and {method} needs {needed}; \
         load more history or fill its gaps",
        method = method.name()
    )]
    TooFewDays {
        /// The day of the baseline.
        day: Date,
        /// The method.
        method: Method,
        /// Days that are left.
        found: usize,
        /// Days that are needed.
        needed: usize,
    },
    /// A Saturday, a Sunday or a holiday: no such day is measured.
    #[error(
        "{day} is a Saturday, a Sunday or a holiday, and baselines are made of working days only; \
         choose a working day"
    )]
    NoWorkingDay {
        /// The day.
        day: Date,
    },
    /// The same-day adjustment has nothing to look at.
    #[error(
        "the same-day adjustment of {day} needs hours {from} to {until}, which are not known; \
         import them or use rules without the adjustment"
    )]
    NoMorning {
        /// The day.
        day: Date,
        /// The first hour that is looked at.
        from: i16,
        /// The last hour that is looked at.
        until: i16,
    },
    /// No day of the period could be measured.
    #[error(
        "no working day from {first} to {last} could be measured; \
         the history must cover the period and ten working days before it"
    )]
    NothingMeasured {
        /// The first day.
        first: Date,
        /// The last day.
        last: Date,
    },
    /// The customer drew nothing, so that no ratio exists.
    #[error("the load from {first} to {last} is zero, so that its error cannot be set against it")]
    NoLoad {
        /// The first day.
        first: Date,
        /// The last day.
        last: Date,
    },
    /// The load cannot be read.
    #[error(transparent)]
    Load(#[from] LoadFault),
}

impl Coded for ResponseError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Hours { .. } => "response.hours",
            Self::TooFewDays { .. } => "response.too_few_days",
            Self::NoWorkingDay { .. } => "response.no_working_day",
            Self::NoMorning { .. } => "response.no_morning",
            Self::NothingMeasured { .. } => "response.nothing_measured",
            Self::NoLoad { .. } => "response.no_load",
            Self::Load(_) => "response.load",
        }
    }
}

#[cfg(test)]
mod tests;
