//! The four grades of an alarm: 주의, 경고, 위험, 긴급 (as in the Namdong control centre).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How bad it is. Ordered: emergency is the greatest.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 주의
    Caution,
    /// 경고
    Warning,
    /// 위험: from here the tenant is told.
    Danger,
    /// 긴급
    Emergency,
}

impl Grade {
    /// All grades, the mildest first.
    pub const ALL: [Self; 4] = [Self::Caution, Self::Warning, Self::Danger, Self::Emergency];

    /// The stable word in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caution => "caution",
            Self::Warning => "warning",
            Self::Danger => "danger",
            Self::Emergency => "emergency",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Grade {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|grade| grade.as_str() == text).ok_or_else(|| {
            format!("'{text}' is no grade: use caution, warning, danger or emergency")
        })
    }
}
