//! The tables of somebody's questions, from the directory: what they may see, and nothing else.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt32Array};
use arrow::error::ArrowError;
use base::{Action, Scope};
use platform::Ctx;
use registry::directory::{DeviceInfo, PointInfo, Snapshot};

use crate::query::sql::Claim;
use crate::reading::access;

/// The readings that `ctx` may see.
pub(super) fn claims(ctx: &Ctx, directory: &Snapshot) -> Vec<Claim> {
    let may = |action, scope| ctx.may(action, scope);
    let of_point = |point: &PointInfo| {
        let stretches = access::claims(point, may);
        let device = directory.device(point.device).map_or("", |device| &device.key);
        let complex = code_of(directory, point);
        let claim = |(owner, span): (Option<_>, access::Span)| Claim {
            series: point.series,
            from_ms: span.from_ms,
            until_ms: span.until_ms,
            point_id: point.id.to_string(),
            point_key: point.key.to_string(),
            device_key: device.to_owned(),
            quantity: point.quantity.to_string(),
            unit: point.unit.to_string(),
            establishment_id: owner.map(|owner: base::Id<_>| owner.to_string()),
            complex: complex.to_owned(),
        };
        stretches.into_iter().map(claim).collect::<Vec<_>>()
    };
    directory.points().iter().flat_map(of_point).collect()
}

/// A point with its device.
type Row<'a> = (&'a PointInfo, &'a DeviceInfo);

/// The table `points`.
pub(super) fn points(ctx: &Ctx, directory: &Snapshot) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<Row<'_>> = directory
        .points()
        .iter()
        .filter_map(|point| Some((point, directory.device(point.device)?)))
        .filter(|(_, device)| sees(ctx, device))
        .collect();
    let text = |of: &dyn Fn(&Row<'_>) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let seconds = |of: fn(&PointInfo) -> Option<u32>| -> ArrayRef {
        Arc::new(rows.iter().map(|(point, _)| of(point)).collect::<UInt32Array>())
    };
    RecordBatch::try_from_iter_with_nullable([
        ("point_id", text(&|(point, _)| Some(point.id.to_string())), true),
        ("point_key", text(&|(point, _)| Some(point.key.to_string())), true),
        ("name", text(&|(point, _)| Some(point.name.to_string())), true),
        ("device_key", text(&|(_, device)| Some(device.key.to_string())), true),
        ("quantity", text(&|(point, _)| Some(point.quantity.to_string())), true),
        ("unit", text(&|(point, _)| Some(point.unit.to_string())), true),
        ("kind", text(&|(point, _)| Some(point.kind.as_str().to_owned())), true),
        ("interval_s", seconds(|point| point.interval_s), true),
        ("expected_interval_s", seconds(|point| Some(point.expected_interval_s)), true),
        ("establishment_id", text(&|(point, _)| owner(point, ctx)), true),
        ("complex", text(&|(point, _)| Some(code_of(directory, point).to_owned())), true),
    ])
}

/// The table `devices`.
pub(super) fn devices(ctx: &Ctx, directory: &Snapshot) -> Result<RecordBatch, ArrowError> {
    let mut rows: Vec<&DeviceInfo> =
        directory.devices().filter(|device| sees(ctx, device)).collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let text = |of: &dyn Fn(&&DeviceInfo) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let complex = |device: &DeviceInfo| {
        let found = directory.complexes().iter().find(|complex| complex.id == device.complex);
        found.map(|complex| complex.code.to_string())
    };
    let kind =
        |device: &DeviceInfo| serde_json::to_value(device.kind).ok()?.as_str().map(str::to_owned);
    RecordBatch::try_from_iter_with_nullable([
        ("device_id", text(&|device| Some(device.id.to_string())), true),
        ("device_key", text(&|device| Some(device.key.to_string())), true),
        ("name", text(&|device| Some(device.name.to_string())), true),
        ("kind", text(&|device| kind(device)), true),
        ("establishment_id", text(&|device| device.establishment.map(|id| id.to_string())), true),
        ("complex", text(&|device| complex(device)), true),
    ])
}

/// Whether `ctx` may know of the device: as the registry's own lists have it.
fn sees(ctx: &Ctx, device: &DeviceInfo) -> bool {
    let scope = match device.establishment {
        Some(id) => Scope::Establishment { id, complex: device.complex },
        None => Scope::Complex(device.complex),
    };
    ctx.may(Action::ReadRegistry, scope)
}

fn owner(point: &PointInfo, ctx: &Ctx) -> Option<String> {
    point.owner_at(ctx.now).map(|id| id.to_string())
}

fn code_of<'a>(directory: &'a Snapshot, point: &PointInfo) -> &'a str {
    let found = directory.complexes().iter().find(|complex| complex.id == point.complex);
    found.map_or("", |complex| &complex.code)
}
