//! Who is which side, and what it may see and write. Pure.

use base::noun::{Complex, Establishment};
use base::{Action, Grant, Id, Role, Scope, allows};
use serde_json::{Value, json};

use crate::{Kind, OWN_OBJECTS_MAX, OWN_VENS_MAX, Object, OpenadrError};

/// The side that a client is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    /// Business logic (BL): writes programs, events and VENs of a complex.
    Business(Id<Complex>),
    /// A client (VEN) of an establishment.
    Ven { complex: Id<Complex>, establishment: Id<Establishment> },
}

impl Side {
    /// The side of a client with these grants: a token has one, which must be of one complex. The business logic
    /// is the energy office alone: a role from above was granted nothing of what tenants report.
    pub(crate) fn of(grants: &[Grant]) -> Result<Self, OpenadrError> {
        let side = |grant: &Grant| {
            let may = |action| allows(std::slice::from_ref(grant), action, grant.scope);
            match grant.scope {
                Scope::Complex(id) if grant.role == Role::EnergyOffice => Some(Self::Business(id)),
                Scope::Establishment { id, complex } if may(Action::ReadTenantValues) => {
                    Some(Self::Ven { complex, establishment: id })
                }
                Scope::System
                | Scope::Complex(_)
                | Scope::Organisation(_)
                | Scope::Establishment { .. } => None,
            }
        };
        grants.iter().find_map(side).ok_or(OpenadrError::NoSide)
    }

    /// The establishment whose client it is.
    pub(crate) fn establishment(&self) -> Option<Id<Establishment>> {
        match self {
            Self::Business(_) => None,
            Self::Ven { establishment, .. } => Some(*establishment),
        }
    }

    /// The complex whose server the client reaches.
    pub(crate) fn complex(&self) -> Id<Complex> {
        match self {
            Self::Business(complex) | Self::Ven { complex, .. } => *complex,
        }
    }

    /// The word of the protocol.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Business(_) => "BL",
            Self::Ven { .. } => "VEN",
        }
    }

    /// How many objects of a kind one client of this side may have; `None` where only the complex has a limit.
    pub(crate) fn own_max(&self, kind: Kind) -> Option<usize> {
        match (self, kind) {
            (Self::Business(_), _) => None,
            (Self::Ven { .. }, Kind::Ven) => Some(OWN_VENS_MAX),
            (Self::Ven { .. }, Kind::Program | Kind::Event | Kind::Report) => Some(OWN_OBJECTS_MAX),
        }
    }

    /// Refuses what the side never writes: reports are a VEN's, all else is the business logic's.
    pub(crate) fn may_write(&self, kind: Kind) -> Result<(), OpenadrError> {
        let good = match self {
            Self::Business(_) => kind != Kind::Report,
            Self::Ven { .. } => matches!(kind, Kind::Report | Kind::Ven),
        };
        let (side, what) = (self.name(), kind.collection());
        if good { Ok(()) } else { Err(OpenadrError::Side { side, what }) }
    }
}

/// The targets that a client belongs to: those that the business logic gave it, and its establishment.
pub(crate) fn targets(side: &Side, client: &str, vens: &[Object]) -> Vec<String> {
    let Side::Ven { establishment, .. } = side else { return Vec::new() };
    let own = vens.iter().filter(|ven| ven.client_id == client);
    let given = own.flat_map(|ven| names(&ven.body)).collect::<Vec<_>>();
    given.into_iter().chain([establishment.to_string()]).collect()
}

/// What a client sees of an object; nothing when it may not know of it.
pub(crate) fn seen(side: &Side, client: &str, own: &[String], object: Object) -> Option<Object> {
    match (side, object.kind) {
        (Side::Business(_), _) => Some(object),
        (Side::Ven { .. }, Kind::Report | Kind::Ven) => {
            (object.client_id == client).then_some(object)
        }
        (Side::Ven { .. }, Kind::Program | Kind::Event) => {
            let all = names(&object.body);
            let mine: Vec<_> = all.iter().filter(|name| own.contains(name)).collect();
            if !all.is_empty() && mine.is_empty() {
                return None;
            }
            // Whom else it is for is not told.
            let mine = json!(mine);
            let mut object = object;
            object.body["targets"] = mine;
            Some(object)
        }
    }
}

/// The program that an event belongs to.
pub(crate) fn program_of(event: &Object) -> Option<Id<Object>> {
    event.body["programID"].as_str()?.parse().ok()
}

fn names(body: &Value) -> Vec<String> {
    let all = body["targets"].as_array().into_iter().flatten();
    all.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Whether an object fits what a list was asked for.
pub(crate) fn fits(object: &Object, query: &[(String, String)]) -> bool {
    let given = |name: &'static str| query.iter().filter(move |(key, _)| key == name);
    let is = |name: &'static str, field: &str| {
        given(name).all(|(_, value)| object.body[field].as_str() == Some(value.as_str()))
    };
    let asked: Vec<_> = given("targets").map(|(_, value)| value.clone()).collect();
    let all = names(&object.body);
    // A report names its event alone: which are of a programme, the list looks up.
    (object.kind == Kind::Report || is("programID", "programID"))
        && is("eventID", "eventID")
        && is("clientName", "clientName")
        && is("venName", "venName")
        && (asked.is_empty() || asked.iter().any(|target| all.contains(target)))
}
