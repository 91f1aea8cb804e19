//! An event: some slots, what was drawn in them, and what it cost.

use std::ops::Range;

/// What is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A steady load draws on when nothing is made: something was not switched off.
    BaseLoadOn,
    /// The meter repeats one value longer than it ever did.
    StuckMeter,
    /// Less is drawn than the site ever draws: no power, or no reading.
    Outage,
    /// One slot far above all before.
    Spike,
    /// For hours more is drawn than on any day like it.
    UnusualDay,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::BaseLoadOn, Self::StuckMeter, Self::Outage, Self::Spike, Self::UnusualDay];

    /// Whether it explains why hours were unusual.
    pub(super) fn explains(self) -> bool {
        match self {
            Self::BaseLoadOn | Self::StuckMeter | Self::Outage => true,
            Self::Spike | Self::UnusualDay => false,
        }
    }

    /// The kind of a stored name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name under which it is stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Self::BaseLoadOn => "base_load_on",
            Self::StuckMeter => "stuck_meter",
            Self::Outage => "outage",
            Self::Spike => "spike",
            Self::UnusualDay => "unusual_day",
        }
    }
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What is seen.
    pub kind: Kind,
    /// The slots, counted from the first slot of the load.
    pub slots: Range<usize>,
    /// The slots at whose end it was told, in order: the first raises the alarm.
    pub flags: Vec<usize>,
    /// Energy of the slots, kWh.
    pub actual_kwh: f64,
    /// What days like it draw, kWh.
    pub expected_kwh: f64,
    /// What the difference costs at the prices of the slots, won; `None` where a slot has no price.
    /// Below zero less was drawn than expected: for a stuck meter or an outage that is energy that a
    /// bill may still hold.
    pub cost_won: Option<i64>,
}
