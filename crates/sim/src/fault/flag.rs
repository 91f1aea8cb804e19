//! The fault as a person writes it.

use std::fmt;
use std::str::FromStr;

/// The sorts of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The device sends nothing.
    Silence,
    /// Every seventh reading jumps to eight times its value.
    Spike,
    /// Readings are sent five minutes late.
    Late,
    /// Readings are sent twice.
    Duplicate,
    /// Dust, smell, noise, water or leakage rises until rules must see it.
    Episode,
}

impl FaultKind {
    /// All sorts.
    pub const ALL: [Self; 5] =
        [Self::Silence, Self::Spike, Self::Late, Self::Duplicate, Self::Episode];

    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::Spike => "spike",
            Self::Late => "late",
            Self::Duplicate => "duplicate",
            Self::Episode => "episode",
        }
    }
}

/// One fault of one device for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// Key of the device.
    pub device: String,
    /// Milliseconds from the start of the run.
    pub from_ms: i64,
    /// Milliseconds that it lasts.
    pub for_ms: i64,
}

/// The text is no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault(String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = FaultKind::ALL.map(FaultKind::as_str).join(", ");
        write!(
            f,
            "'{}' is no fault: give KIND:DEVICE:FROM:FOR, such as silence:jj1-air-01:30s:10m, with one \
             of {kinds}, and times in s, m or h",
            self.0
        )
    }
}

impl std::error::Error for InvalidFault {}

impl FromStr for Fault {
    type Err = InvalidFault;
    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let wrong = || InvalidFault(text.to_owned());
        let parts = text.split(':').collect::<Vec<_>>();
        let [kind, device, from, lasting] = parts[..] else { return Err(wrong()) };
        let kind = FaultKind::ALL.into_iter().find(|k| k.as_str() == kind).ok_or_else(wrong)?;
        let from_ms = duration_ms(from).ok_or_else(wrong)?;
        let for_ms = duration_ms(lasting).filter(|ms| *ms > 0).ok_or_else(wrong)?;
        if device.is_empty() {
            return Err(wrong());
        }
        Ok(Self { kind, device: device.to_owned(), from_ms, for_ms })
    }
}

/// `90s`, `5m`, `2h`.
fn duration_ms(text: &str) -> Option<i64> {
    let (number, scale) = match text.chars().last()? {
        's' => (text.strip_suffix('s')?, 1_000),
        'm' => (text.strip_suffix('m')?, 60_000),
        'h' => (text.strip_suffix('h')?, 3_600_000),
        _ => return None,
    };
    number.parse::<u32>().ok().map(|n| i64::from(n) * scale)
}
