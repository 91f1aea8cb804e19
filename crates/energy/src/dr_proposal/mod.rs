//! A proposed call (발령 제안): what a demand response server (OpenADR) asks of a contract, until a person accepts it or
//! opts out.
//!
//! ```text
//!  event of a followed server ──┐                      ┌─► accepted  ──► a call (dr_event) of the contract
//!  event of the complex's own ──┴─► open ──► a person ─┴─► opted_out
//!                                    ▲   the server changes it: asked anew, an accepted call stands until then
//!                                    └── the server takes it back: withdrawn, and a call that is not over is cancelled
//! ```
//! # Invariants
//! - One event makes one proposal for each stretch of time that asks for one thing; hearing it again changes nothing,
//!   and neither does a server that counts its stretches anew.
//! - Only a person makes a call of it. The server alone changes or takes back what it asked for.
//! - An event that a whole and readable answer no longer holds was taken back; a failed call of the server says
//!   nothing, and what a person decided on goes only once a second reading misses it too. What is over stays as it
//!   was decided.
//! - Proposals of a contract are seen and decided by whoever sees and manages that contract, and the signal in the
//!   control centre is about the contract's own meter, so that it is hidden from others.

pub(crate) mod api;
mod own;
pub(crate) mod rules;
pub(crate) mod store;
pub(crate) mod take;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use base::noun::Complex;
use base::{Coded, ErrorKind, Id, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dr_event::DrEvent;
use crate::electricity_contract::ElectricityContract;
use crate::vtn_connection::VtnConnection;

/// Proposals of one contract and source at most, those apart that ended over a year ago.
pub const PROPOSALS_PER_SOURCE_MAX: usize = 5_000;
/// How long a proposal counts after its end, days.
pub const COUNTED_DAYS: u64 = 366;
/// Proposals that one answer of a server may make.
pub const OFFERS_MAX: usize = 200;
/// How far ahead an event may lie, days.
pub const AHEAD_DAYS_MAX: i64 = 366;
/// Who sends the signals.
pub const SOURCE: &str = "energy.dr_proposal";
/// A server asks for a reduction, and nobody has decided yet.
pub const DR_PROPOSED: &str = "dr_proposed";

/// Where an event came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProposalSource {
    /// The complex's own server.
    Own,
    /// A server that the contract follows.
    Connection(Id<VtnConnection>),
}

impl fmt::Display for ProposalSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => out.write_str("own"),
            Self::Connection(id) => write!(out, "{id}"),
        }
    }
}

impl FromStr for ProposalSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "own" {
            return Ok(Self::Own);
        }
        let id = text.parse().map_err(|_| format!("'{text}' is no source of proposals"))?;
        Ok(Self::Connection(id))
    }
}

impl Serialize for ProposalSource {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProposalSource {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What a server asks for in one stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DrOffer {
    /// The server's id of the event.
    pub event_id: String,
    /// Which stretch of the event, from 0.
    pub number: u32,
    /// What the server calls the event.
    pub event_name: String,
    /// The program that it belongs to.
    pub program: String,
    /// When the server changed it last, as it wrote it.
    pub modified: String,
    /// When it begins.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
    /// By how much less is to be drawn, kW; absent where the server does not say it in kW.
    pub requested_kw: Option<u32>,
    /// What it sent, as it is: `DISPATCH_SETPOINT_RELATIVE -50 KW`.
    pub signal: String,
    /// Reports that it asks for: `USAGE`, `BASELINE`, `OPERATING_STATE`, and others that are not sent.
    pub asks_reports: Vec<String>,
}

/// A proposal at its present version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrProposal {
    /// Its id.
    pub id: Id<DrProposal>,
    /// The contract whose load is to be reduced.
    pub contract_id: Id<ElectricityContract>,
    /// The complex.
    pub complex_id: Id<Complex>,
    /// Where it came from.
    pub source: ProposalSource,
    /// The name of the connection when it came.
    pub source_name: String,
    /// What is asked for.
    pub offer: DrOffer,
    /// What a person decided on what is asked for now.
    pub decision: DrDecision,
    /// The call that was made of it, or of what it asked for before; it may stand or not.
    pub call: Option<Id<DrEvent>>,
    /// The server took it back.
    pub withdrawn: bool,
    /// The server changed it since a person decided.
    pub changed: bool,
    /// The control centre holds a signal of it.
    pub told: bool,
    /// Reports that were sent.
    pub reported: Vec<String>,
    /// Reports that the server refused for good.
    #[serde(default)]
    pub refused: Vec<String>,
    /// Who decided, if somebody did.
    pub decided_by: Option<String>,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
}

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrDecision {
    /// Nothing yet.
    Open,
    /// To take part: a call was made of it.
    Accepted,
    /// Not to take part.
    OptedOut,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrProposalState {
    /// It waits for a person.
    Open,
    /// A person takes part.
    Accepted,
    /// A person does not take part.
    OptedOut,
    /// The server took it back.
    Withdrawn,
    /// It ended before anybody decided.
    Expired,
}

/// Why an operation on a proposal was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrProposalError {
    /// No such proposal of this contract.
    #[error("there is no proposal {0} of this contract: read the list again")]
    NotFound(Id<DrProposal>),
    /// It was changed in between.
    #[error(
        "you decided on version {given} of this proposal, but it is at {current}: the server may have \
             changed it; load it again"
    )]
    Stale {
        /// What the decider had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// It is over, taken back, or decided.
    #[error("this proposal is over, was taken back or is decided: it stays as it is")]
    Closed,
    /// No call can be made of it.
    #[error(
        "no call can be made of this proposal ({0}): baselines are of whole hours of one working day; \
             enter a call by hand if you take part, and opt out here or leave it"
    )]
    Unfit(&'static str),
    /// It does not say how much.
    #[error("the server does not say in kW how much less is to be drawn: give requested_kw")]
    NoKw,
}

impl Coded for DrProposalError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Stale { .. } | Self::Closed | Self::Unfit(_) => ErrorKind::Conflict,
            Self::NoKw => ErrorKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "dr_proposal.not_found",
            Self::Stale { .. } => "dr_proposal.stale",
            Self::Closed => "dr_proposal.closed",
            Self::Unfit(_) => "dr_proposal.unfit",
            Self::NoKw => "dr_proposal.no_kw",
        }
    }
}
