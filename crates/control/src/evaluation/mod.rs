//! The evaluation turns readings and time into raised and returned alarms.
//!
//! One pure state machine ([`rules::step`]) for each pair of rule and point; a memory of all of them
//! with one heap of deadlines ([`engine`]); one loop that owns both and writes what changed ([`work`]).
//!
//! ```text
//!           beyond limit            on_delay over             good            off_delay over
//!  Idle ───────────────► Pending ─────────────────► Active ─────────► Clearing ───────────► Idle
//!    ▲                      │            raise        ▲                  │          clear
//!    └──────────────────────┘                         └──────────────────┘
//!       good again, or unknown                          beyond limit again
//! ```
//!
//! # Invariants
//! - Time drives deadlines, messages do not: silence raises its alarm without any message.
//! - Deadlines are absolute instants; a deadline that was missed while the process was down fires at
//!   the next start *with its own time*, marked `late_fire`.
//! - A reading that arrives at the very instant of a deadline counts first.
//! - Late readings prove that the point lives; they never raise or return an alarm.
//! - A reading of doubtful quality is *unknown*: it raises nothing and returns nothing.
//! - A file that somebody imports touches no state. What it shows beyond a limit becomes a *finding*
//!   ([`findings`]): one alarm for each rule and point, raised and returned at the time of the worst
//!   reading. A later file tells again only what is worse than all that was told.
//! - The state is persisted at each change of phase, in the transaction of the alarm's transition.
//!
//! Sketch: 10,000 points with 3 rules are 30,000 states of about 100 bytes. 30,000 readings a second
//! touch 90,000 states a second, each in well under a microsecond; only transitions are written.

pub(crate) mod engine;
pub mod findings;
#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod path_tests;
pub mod rules;
pub(crate) mod store;
mod target;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use base::Instant;

/// The state of one rule for one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleState {
    /// Where it stands.
    pub phase: Phase,
    /// The next instant at which it must be looked at, if any.
    pub deadline: Option<Instant>,
    /// When a reading last arrived; before the first one, when rule and point were commissioned.
    pub last_arrival: Instant,
    /// When the last reading that counted was measured, milliseconds UTC.
    pub last_at_ms: Option<i64>,
    /// Its value; none when unknown.
    pub value: Option<f64>,
}

/// Where a state stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing to tell.
    Idle,
    /// The condition holds, but not long enough yet.
    Pending {
        /// Since then.
        since: Instant,
        /// When it has held long enough.
        due: Instant,
    },
    /// The alarm is raised.
    Active {
        /// Since then.
        since: Instant,
    },
    /// The condition has gone, but not long enough yet.
    Clearing {
        /// Since when the alarm is raised.
        since: Instant,
        /// When it has been gone long enough.
        due: Instant,
    },
}

impl Phase {
    /// The stable word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Pending { .. } => "pending",
            Self::Active { .. } => "active",
            Self::Clearing { .. } => "clearing",
        }
    }

    /// When it began, and when its delay is over: the columns beside the word.
    pub const fn instants(self) -> (Option<Instant>, Option<Instant>) {
        match self {
            Self::Idle => (None, None),
            Self::Active { since } => (Some(since), None),
            Self::Pending { since, due } | Self::Clearing { since, due } => {
                (Some(since), Some(due))
            }
        }
    }

    /// The phase that was written as a word and two instants; `None` when they do not fit together.
    pub fn read(word: &str, since: Option<Instant>, due: Option<Instant>) -> Option<Self> {
        match (word, since, due) {
            ("idle", None, None) => Some(Self::Idle),
            ("active", Some(since), None) => Some(Self::Active { since }),
            ("pending", Some(since), Some(due)) => Some(Self::Pending { since, due }),
            ("clearing", Some(since), Some(due)) => Some(Self::Clearing { since, due }),
            _ => None,
        }
    }

    /// Whether the alarm is raised.
    pub const fn is_raised(self) -> bool {
        matches!(self, Self::Active { .. } | Self::Clearing { .. })
    }
}

/// What happens to a state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// A reading arrived.
    Sample(Sample),
    /// The clock came to `now`.
    Timer,
    /// Rule or point changed: look again with what is known.
    Wake,
}

/// A reading, as the rules see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// When it arrived.
    pub arrived: Instant,
    /// When it was measured, milliseconds UTC.
    pub at_ms: i64,
    /// Its value; none when its quality says not to believe it.
    pub value: Option<f64>,
    /// Too late for live rules, or from a file.
    pub late: bool,
}

/// What a step tells the alarm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Raise or clear.
    pub kind: EffectKind,
    /// When it took effect.
    pub at: Instant,
    /// The value that decided; none for silence.
    pub value: Option<f64>,
    /// Whether a timer fired more than a second after its deadline.
    pub late_fire: bool,
}

/// Raise or clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectKind {
    /// The condition holds.
    Raise,
    /// The condition has gone.
    Clear,
}
