//! What every write of the registry leaves behind: an audit row, a higher generation, an event.

use base::{Action, Id, Scope, noun};
use platform::bus::Event;
use platform::db::{DbError, ReadTx, WriteTx};
use platform::{Audit, Ctx, args};
use serde_json::{Value, json};

use crate::device::Device;

platform::statements! {
    /// Makes the generation one higher.
    BUMP = "UPDATE registry_generation SET generation = generation + 1 WHERE id = 'registry'";
    /// The generation that stands.
    GENERATION = "SELECT generation FROM registry_generation WHERE id = 'registry'";
}

/// One change of one thing.
pub(crate) struct Change {
    /// Noun and verb: `device.create`.
    pub(crate) action: &'static str,
    /// The noun: `device`.
    pub(crate) noun: &'static str,
    /// Which one.
    pub(crate) id: String,
    /// Whom it belongs to.
    pub(crate) scope: Scope,
    /// Old and new values; no secrets, no personal data.
    pub(crate) detail: Value,
}

impl Change {
    /// A change of a device, or of something that belongs to it.
    pub(crate) fn of_device(action: &'static str, device: &Device, detail: Value) -> Self {
        Self { action, noun: "device", id: device.id.to_string(), scope: device.scope(), detail }
    }
}

/// Writes the audit row of a change. Whoever uses this in bulk must [`announce`] once before commit.
pub(crate) async fn audit(tx: &mut WriteTx, ctx: &Ctx, change: Change) -> Result<(), DbError> {
    let audit = Audit {
        action: change.action,
        subject: format!("{}:{}", change.noun, change.id),
        complex: change.scope.complex(),
        detail: change.detail,
    };
    tx.audit(ctx, audit).await
}

/// Writes the audit row of a change and tells the consoles after the commit.
pub(crate) async fn record(tx: &mut WriteTx, ctx: &Ctx, change: Change) -> Result<(), DbError> {
    let (scope, body) = (change.scope, json!({ "noun": change.noun, "id": change.id }));
    audit(tx, ctx, change).await?;
    announce(tx, scope, &body).await
}

/// Bumps the generation and tells the consoles after the commit, without an audit row of its own.
pub(crate) async fn announce(tx: &mut WriteTx, scope: Scope, body: &Value) -> Result<(), DbError> {
    tx.run(BUMP, args![]).await?;
    tx.notify(Event {
        kind: "registry.changed",
        scope,
        action: Action::ReadRegistry,
        body: body.clone(),
    });
    Ok(())
}

/// The generation that stands.
pub(crate) async fn generation(tx: &mut ReadTx) -> Result<i64, DbError> {
    match tx.one(GENERATION, args![]).await? {
        Some(row) => row.get("generation"),
        None => Ok(0),
    }
}

/// The scope of a thing that may belong to no complex.
pub(crate) fn complex_or_system(complex: Option<Id<noun::Complex>>) -> Scope {
    complex.map_or(Scope::System, Scope::Complex)
}
