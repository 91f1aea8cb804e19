//! What a replacement does: the new device, the points, the old device, the ledger, together.

use base::{Id, Instant, noun};
use platform::Ctx;
use platform::db::{ReadTx, WriteTx};
use serde_json::json;

use super::{DeviceReplacement, MeterReading, store};
use crate::change::{self, Change};
use crate::device::{self, Commissioning, Device, DeviceState};
use crate::error::{Checks, RegistryError};
use crate::point;

/// What is known of the new device.
pub(crate) struct Successor {
    pub(crate) key: String,
    pub(crate) serial: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) at: Instant,
    pub(crate) reason: Option<String>,
    pub(crate) readings: Vec<MeterReading>,
}

/// Puts the new device in the place of the old one and gives it the points.
pub(crate) async fn replace(
    tx: &mut WriteTx,
    ctx: &Ctx,
    old: &Device,
    by: Successor,
) -> Result<(Device, DeviceReplacement), RegistryError> {
    let points = point::store::of_device(tx, old.id).await?;
    check(tx, ctx, old, &by, &points).await?;
    let new = successor(old, &by, ctx);
    // Without the metrics of the profile: the points come from the old device.
    device::register::add(tx, ctx, &new, Vec::new(), ctx.now).await?;
    let x = DeviceReplacement {
        id: ctx.new_id(),
        complex_id: old.complex_id,
        old_device_id: old.id,
        old_key: old.key.clone(),
        new_device_id: new.id,
        new_key: new.key.clone(),
        at: by.at,
        reason: by.reason,
        replaced_by: ctx.actor.name.clone(),
        created_at: ctx.now,
    };
    store::insert(tx, &x).await?;
    point::store::move_to(tx, old.id, new.id, ctx.now).await?;
    for (id, key) in &points {
        let shown = by.readings.iter().find(|reading| reading.point == *key);
        store::insert_point(tx, *id, &x, shown).await?;
    }
    device::store::move_children(tx, old.id, new.id, ctx.now).await?;
    let mut retired = old.clone();
    retired.state = DeviceState::Retired;
    retired.version += 1;
    retired.updated_at = ctx.now;
    device::register::amend(tx, ctx, old, &retired).await?;
    let change = Change {
        action: "device_replacement.create",
        noun: "device",
        id: new.id.to_string(),
        scope: new.scope(),
        detail: json!({ "replacement": x, "readings": by.readings }),
    };
    change::record(tx, ctx, change).await?;
    Ok((new, x))
}

async fn check(
    tx: &mut ReadTx,
    ctx: &Ctx,
    old: &Device,
    by: &Successor,
    points: &[(Id<noun::Point>, String)],
) -> Result<(), RegistryError> {
    if old.state == DeviceState::Retired {
        return Err(RegistryError::Conflict(format!(
            "device {} is retired already: replace the one that is in use",
            old.key
        )));
    }
    let known = |reading: &MeterReading| points.iter().any(|(_, key)| *key == reading.point);
    let finite = |value: Option<f64>| value.is_none_or(f64::is_finite);
    let good = |x: &MeterReading| finite(x.final_value) && finite(x.first_value);
    let before = store::last_of(tx, old.id).await?;
    Checks::default()
        .that(by.at <= ctx.now, "/at", "give a time that is not in the future")
        .that(
            before.is_none_or(|before| by.at > before),
            "/at",
            "give a time after the replacement before this one",
        )
        .text("/reason", by.reason.as_deref())
        .that(
            by.readings.len() <= points.len() && by.readings.iter().all(known),
            "/readings",
            "give one entry for a point that the device has, by its key",
        )
        .that(by.readings.iter().all(good), "/readings", "give finite numbers")
        .done()
}

fn successor(old: &Device, by: &Successor, ctx: &Ctx) -> Device {
    Device {
        id: ctx.new_id(),
        key: by.key.clone(),
        serial: by.serial.clone(),
        manufacturer: by.manufacturer.clone().or_else(|| old.manufacturer.clone()),
        model: by.model.clone().or_else(|| old.model.clone()),
        state: DeviceState::Active,
        commissioning: Commissioning::Installed,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
        ..old.clone()
    }
}
