//! The vocabulary of Sandan: what every crate may say, without any I/O.
//!
//! Invariants: nothing here reads a clock, draws a random number, opens a file or waits. Time, ids and
//! randomness come in as arguments, through [`Clock`] at the edge.

mod actor;
mod clock;
mod error;
mod geo;
mod grade;
mod hex;
mod id;
mod measure;
mod page;
mod permission;
mod quantity;
mod reading;
mod signal;
mod time;
mod unit;

pub use actor::{Actor, ActorKind, Grant, Role, Scope};
pub use clock::{Clock, FixedClock};
pub use error::{Coded, ErrorKind, FieldError};
pub use geo::{InvalidPosition, Position};
pub use grade::Grade;
pub use hex::hex;
pub use id::{Id, InvalidId};
pub use measure::Measure;
pub use page::{InvalidCursor, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, Page, PageQuery};
pub use permission::{Action, allows, may_grant};
pub use quantity::{QUANTITIES, Quantity, quantity};
pub use reading::{PointKind, Quality, Reading, ReadingBatch, Series, SeriesHasher, SeriesMap};
pub use signal::{Phase, Signal};
pub use time::{Instant, InvalidInstant};
pub use unit::{Conversion, UnitError, conversion};

/// Names of the things that ids point at; each is only a marker for [`Id`].
pub mod noun {
    /// A complex (산업단지).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Complex;
    /// An establishment (사업장): one site of one company.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Establishment;
    /// An organisation that is no tenant: city, programme office, fire station (기관).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Organisation;
    /// A device (장치): sensor, meter, gateway, camera, vehicle.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Device;
    /// A measuring point (측정점) of a device.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Point;
    /// An account (계정): who may sign in.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Account;
    /// A [`crate::Signal`].
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Signal;
}

/// Id of a complex. (OpenAPI schemas need a name without generics: give each noun such an alias and use
/// it in request and response types.)
pub type ComplexId = Id<noun::Complex>;
/// Id of an establishment.
pub type EstablishmentId = Id<noun::Establishment>;
/// Id of an organisation.
pub type OrganisationId = Id<noun::Organisation>;
/// Id of a device.
pub type DeviceId = Id<noun::Device>;
/// Id of a point.
pub type PointId = Id<noun::Point>;
/// Id of an account.
pub type AccountId = Id<noun::Account>;
/// Id of a signal.
pub type SignalId = Id<noun::Signal>;
