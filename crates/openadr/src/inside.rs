//! The server as other parts of this process use it: what it announces to an establishment, and what it is to announce.

use std::collections::BTreeMap;

use base::Id;
use base::noun::{Complex, Establishment};
use platform::Ctx;
use platform::db::{DbError, ReadTx, WriteTx};
use platform::http::{ApiResult, Problem};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::rules::{self, Side};
use crate::wire::{self, Event, Program, Received};
use crate::{Kind, OBJECTS_MAX, Object, OpenadrError, api, store};

/// All programs and events of a complex's server.
#[derive(Debug, Clone, Default)]
pub struct Announced {
    complex: Option<Id<Complex>>,
    programs: Vec<Object>,
    events: Vec<Object>,
}

/// An event and its program.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnouncedEvent {
    /// The program that it belongs to.
    pub program: Program,
    /// The event.
    pub event: Received<Event>,
}

impl Announced {
    /// What the server of a complex announces.
    pub async fn read(tx: &mut ReadTx, complex: Id<Complex>) -> Result<Self, DbError> {
        let events = store::all(tx, complex, Kind::Event).await?;
        if events.is_empty() {
            return Ok(Self::default());
        }
        let programs = store::all(tx, complex, Kind::Program).await?;
        Ok(Self { complex: Some(complex), programs, events })
    }

    /// Whether it announces no event.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events that a client of this establishment sees by its establishment alone; targets that were given to
    /// one client of it are that client's.
    pub fn for_establishment(&self, id: Id<Establishment>) -> Vec<AnnouncedEvent> {
        let Some(complex) = self.complex else { return Vec::new() };
        let side = Side::Ven { complex, establishment: id };
        let own = rules::targets(&side, "", &[]);
        let sees = |object: &Object| rules::seen(&side, "", &own, object.clone()).is_some();
        let programs: BTreeMap<Id<Object>, Program> = self
            .programs
            .iter()
            .filter(|object| sees(object))
            .filter_map(|object| Some((object.id, content::<Program>(object)?.content)))
            .collect();
        let announced = |object: &Object| {
            let program = programs.get(&rules::program_of(object)?)?.clone();
            Some(AnnouncedEvent { program, event: content(object)? })
        };
        self.events.iter().filter(|object| sees(object)).filter_map(announced).collect()
    }
}

fn content<T: DeserializeOwned>(object: &Object) -> Option<Received<T>> {
    wire::receive(object.kind, &wire::write(object)).ok()
}

/// Announces an event under the program of this name, which is made where there is none. Whether `ctx` may, the caller
/// has asked.
pub async fn publish(
    tx: &mut WriteTx,
    ctx: &Ctx,
    complex: Id<Complex>,
    program_name: &str,
    mut event: Event,
) -> ApiResult<Id<Object>> {
    let programs = store::all(tx, complex, Kind::Program).await?;
    let named = |program: &&Object| program.body["programName"].as_str() == Some(program_name);
    let program = if let Some(program) = programs.iter().find(named) {
        program.id
    } else {
        let body = json!({ "programName": program_name });
        insert(tx, ctx, (complex, Kind::Program), body).await?
    };
    event.program_id = program.to_string();
    insert(tx, ctx, (complex, Kind::Event), json!(event)).await
}

async fn insert(
    tx: &mut WriteTx,
    ctx: &Ctx,
    (complex, kind): (Id<Complex>, Kind),
    body: serde_json::Value,
) -> ApiResult<Id<Object>> {
    if store::count(tx, (complex, kind)).await? >= OBJECTS_MAX {
        return Err(OpenadrError::TooMany.into());
    }
    let body =
        wire::read(kind, &body).map_err(|wrong| Problem::from(OpenadrError::Invalid(wrong)))?;
    let object = Object {
        establishment_id: None,
        id: ctx.new_id(),
        complex_id: complex,
        kind,
        client_id: ctx.actor.id.clone(),
        body,
        created_at: ctx.now,
        modified_at: ctx.now,
    };
    store::insert(tx, &object).await?;
    api::audit(tx, ctx, "openadr.create", &object).await?;
    Ok(object.id)
}

/// Takes an event back: clients no longer see it. One with reports stays, without anything that it asks for, so that
/// these keep their meaning. An event that is gone already is as good.
pub async fn withdraw(
    tx: &mut WriteTx,
    ctx: &Ctx,
    complex: Id<Complex>,
    event: Id<Object>,
) -> ApiResult<()> {
    let Some(mut object) = store::find(tx, (complex, Kind::Event), event).await? else {
        return Ok(());
    };
    let reports = store::all(tx, complex, Kind::Report).await?;
    let id = event.to_string();
    if reports.iter().any(|report| report.body["eventID"].as_str() == Some(id.as_str())) {
        object.body["intervals"] = json!([]);
        object.modified_at = ctx.now;
        store::update(tx, &object).await?;
    } else {
        store::delete(tx, &object).await?;
    }
    api::audit(tx, ctx, "openadr.withdraw", &object).await
}
