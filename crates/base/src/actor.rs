//! Who acts, and for what part of the world they may act.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::noun::{Complex, Establishment, Organisation};

/// Who did it, as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Actor {
    /// What sort of actor.
    pub kind: ActorKind,
    /// Account id, token id, device id or task name.
    pub id: String,
    /// The name to show, as it was then.
    pub name: String,
}

/// The sorts of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person with an account.
    Person,
    /// A program with an API token.
    Token,
    /// A device with its credential.
    Device,
    /// The platform itself: a task, a rule, the command line.
    System,
}

impl ActorKind {
    /// The stable word in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Token => "token",
            Self::Device => "device",
            Self::System => "system",
        }
    }
}

impl Actor {
    /// The platform itself, doing `task`.
    pub fn system(task: &str) -> Self {
        Self { kind: ActorKind::System, id: task.to_owned(), name: task.to_owned() }
    }

    /// The device with this key.
    pub fn device(key: &str) -> Self {
        Self { kind: ActorKind::Device, id: key.to_owned(), name: key.to_owned() }
    }
}

/// The roles that stand today; each maps to actions in [`crate::allows`].
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 관제요원: sees and handles alarms.
    Operator,
    /// 환경담당: sees the environment, handles its alarms.
    Environment,
    /// 에너지 관리자 of one tenant: its own meters and imports.
    EnergyManager,
    /// 산단 에너지 담당: metering health of a complex.
    EnergyOffice,
    /// 설비담당: registers devices and points.
    Engineer,
    /// 사업단 PM.
    ProgrammeManager,
    /// 감사: reads ledgers, changes nothing.
    Auditor,
    /// 관리자: people, roles, tokens and everything of its scope.
    Administrator,
    /// A gateway or program that may only send readings.
    Ingest,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 9] = [
        Self::Operator,
        Self::Environment,
        Self::EnergyManager,
        Self::EnergyOffice,
        Self::Engineer,
        Self::ProgrammeManager,
        Self::Auditor,
        Self::Administrator,
        Self::Ingest,
    ];

    /// The stable word in tables, JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Environment => "environment",
            Self::EnergyManager => "energy_manager",
            Self::EnergyOffice => "energy_office",
            Self::Engineer => "engineer",
            Self::ProgrammeManager => "programme_manager",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Ingest => "ingest",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("'{text}' is no role: use one of {known}")
        })
    }
}

/// The part of the world that a role, or a thing, belongs to. Text: `system`, `complex:ID`,
/// `establishment:ID@COMPLEX`, `organisation:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything.
    System,
    /// One complex and what it runs itself; tenants' values only where granted.
    Complex(Id<Complex>),
    /// One tenant's site, within its complex.
    Establishment {
        /// The site.
        id: Id<Establishment>,
        /// The complex that it lies in.
        complex: Id<Complex>,
    },
    /// One organisation that is no tenant.
    Organisation(Id<Organisation>),
}

impl Scope {
    /// Whether a grant for `self` reaches a thing that belongs to `thing`. A complex reaches the
    /// establishments in it; whether tenant *values* may be seen is asked with
    /// [`crate::Action::ReadTenantValues`].
    pub fn covers(self, thing: Self) -> bool {
        match (self, thing) {
            (Self::System, _) => true,
            (Self::Complex(own), Self::Complex(complex) | Self::Establishment { complex, .. }) => {
                own == complex
            }
            (Self::Establishment { id: own, .. }, Self::Establishment { id, .. }) => own == id,
            (Self::Organisation(own), Self::Organisation(id)) => own == id,
            (Self::Complex(_) | Self::Establishment { .. } | Self::Organisation(_), _) => false,
        }
    }

    /// The complex that this lies in, if one.
    pub const fn complex(self) -> Option<Id<Complex>> {
        match self {
            Self::Complex(complex) | Self::Establishment { complex, .. } => Some(complex),
            Self::System | Self::Organisation(_) => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Complex(id) => write!(f, "complex:{id}"),
            Self::Establishment { id, complex } => write!(f, "establishment:{id}@{complex}"),
            Self::Organisation(id) => write!(f, "organisation:{id}"),
        }
    }
}

impl FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "'{text}' is no scope: use system, complex:ID, establishment:ID@COMPLEX or organisation:ID"
            )
        };
        if text == "system" {
            return Ok(Self::System);
        }
        let (kind, rest) = text.split_once(':').ok_or_else(wrong)?;
        match kind {
            "complex" => rest.parse().map(Self::Complex).map_err(|_| wrong()),
            "organisation" => rest.parse().map(Self::Organisation).map_err(|_| wrong()),
            "establishment" => {
                let (id, complex) = rest.split_once('@').ok_or_else(wrong)?;
                let id = id.parse().map_err(|_| wrong())?;
                let complex = complex.parse().map_err(|_| wrong())?;
                Ok(Self::Establishment { id, complex })
            }
            _ => Err(wrong()),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

impl utoipa::ToSchema for Scope {
    fn name() -> std::borrow::Cow<'static, str> {
        "Scope".into()
    }
}

/// One role for one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// What it reaches.
    pub scope: Scope,
}
