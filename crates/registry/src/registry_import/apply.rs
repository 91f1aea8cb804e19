//! Judges the rows of an import and writes them, a few in each transaction.

use std::collections::{HashMap, HashSet};

use base::{Id, Scope, noun};
use platform::Ctx;
use platform::db::WriteTx;
use serde_json::json;

use super::input::{Cells, DeviceInput, EstablishmentInput, PointInput};
use super::known::{FACTORY_NO, Known};
use super::plan::{self, DeviceVerdict, PointVerdict, StandingDevice, StandingDevices, Verdict};
use super::{ImportCounts, ImportKind, ImportRow, RegistryImport, RowAction, RowError, store};
use crate::change;
use crate::company::{Company, CompanyCreate};
use crate::device::{Device, DeviceCreate, DeviceKind};
use crate::error::RegistryError;
use crate::establishment::{Establishment, EstablishmentCreate};
use crate::external_code::{ExternalCode, ExternalCodeCreate, SubjectKind};
use crate::{Registry, company, device, establishment, external_code, point, review_item};

/// Rows written in one transaction: small, so that nobody waits long for the writer.
const BATCH: usize = 16;
/// Rows read at once.
const READ: i64 = 1_000;

/// What a good row says and means.
enum Work {
    Establishment(Box<EstablishmentInput>, Verdict),
    Device(Box<DeviceInput>, DeviceVerdict),
    Point(Box<PointInput>, PointVerdict),
}

/// Judges one file in the order of its rows.
pub(super) struct Judge<'a> {
    import: &'a RegistryImport,
    pub(super) known: Known,
    /// Line of the first row with each identity.
    seen: HashMap<String, i64>,
    /// Gateways that good rows so far bring.
    gateways_above: HashSet<String>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(import: &'a RegistryImport, known: Known) -> Self {
        Self { import, known, seen: HashMap::new(), gateways_above: HashSet::new() }
    }

    /// Decides what happens to a row, and says so in it.
    pub(super) fn judge(&mut self, row: &mut ImportRow) {
        let _ = self.work(row);
    }

    fn work(&mut self, row: &mut ImportRow) -> Option<Work> {
        let values = row.values.clone();
        let mut cells = Cells::new(&values, &self.import.columns);
        let work = match self.import.kind {
            ImportKind::Establishments => cells.establishment().map(|input| {
                let verdict = self.known.establishments.judge(&input);
                Work::Establishment(Box::new(input), verdict)
            }),
            ImportKind::Devices => cells.device().and_then(|input| {
                let known = &self.known;
                let complex = self.import.complex_id;
                let verdict = plan::judge_device(
                    &input,
                    complex,
                    StandingDevices {
                        devices: &known.devices,
                        gateways_above: &self.gateways_above,
                    },
                    &known.profiles,
                    &known.establishments,
                );
                said(&mut cells, verdict).map(|verdict| Work::Device(Box::new(input), verdict))
            }),
            ImportKind::Points => cells.point().and_then(|input| {
                let known = &self.known;
                let complex = self.import.complex_id;
                let verdict = plan::judge_point(&input, complex, &known.devices, &known.points);
                said(&mut cells, verdict).map(|verdict| Work::Point(Box::new(input), verdict))
            }),
        };
        row.errors = cells.errors();
        if let Some(work) = &work {
            self.refuse_repeat(work, row);
        }
        let work = work.filter(|_| row.errors.is_empty());
        if let Some(Work::Device(input, DeviceVerdict::Create { kind, .. })) = &work
            && *kind == DeviceKind::Gateway
        {
            self.gateways_above.insert(input.key.clone());
        }
        describe(work.as_ref(), row);
        work
    }

    /// The second row of a file that says the same thing is an error.
    fn refuse_repeat(&mut self, work: &Work, row: &mut ImportRow) {
        let key = match work {
            Work::Establishment(input, _) => plan::file_key(input),
            Work::Device(input, _) => input.key.clone(),
            Work::Point(input, _) => format!("{}/{}", input.device_key, input.metric.key),
        };
        let first = *self.seen.entry(key).or_insert(row.line);
        if first != row.line {
            row.errors.push(RowError {
                column: "-".to_owned(),
                detail: format!("line {first} says the same: keep one of the two"),
            });
        }
    }
}

fn said<T>(cells: &mut Cells<'_>, verdict: Result<T, Vec<(&'static str, String)>>) -> Option<T> {
    match verdict {
        Ok(verdict) => Some(verdict),
        Err(wrong) => {
            for (field, detail) in wrong {
                cells.complain(field, detail);
            }
            None
        }
    }
}

fn describe(work: Option<&Work>, row: &mut ImportRow) {
    row.candidates = Vec::new();
    row.target_id = None;
    row.action = match work {
        None => RowAction::Error,
        Some(Work::Establishment(_, verdict)) => {
            match verdict {
                Verdict::Create => {}
                Verdict::Update(id) => row.target_id = Some(id.uuid()),
                Verdict::Review(candidates) => row.candidates.clone_from(candidates),
            }
            verdict.action()
        }
        Some(
            Work::Device(_, DeviceVerdict::Create { .. }) | Work::Point(_, PointVerdict::Create(_)),
        ) => RowAction::Create,
        Some(Work::Device(_, DeviceVerdict::Update(id))) => {
            row.target_id = Some(id.uuid());
            RowAction::Update
        }
        Some(Work::Point(_, PointVerdict::Update(id))) => {
            row.target_id = Some(id.uuid());
            RowAction::Update
        }
    };
}

/// Writes an import. Rows that were written before are skipped, so that it may be repeated.
pub(super) async fn commit(
    registry: &Registry,
    ctx: &Ctx,
    import: &RegistryImport,
) -> Result<ImportCounts, RegistryError> {
    let db = &registry.platform().db;
    let mut tx = db.read().await?;
    let known = Known::read(&mut tx, import.kind, import.complex_id).await?;
    let mut rows = Vec::new();
    let mut after = i64::MIN;
    loop {
        let page = store::rows(&mut tx, import.id, after, None, READ).await?;
        let Some(last) = page.last() else { break };
        after = last.line;
        rows.extend(page);
    }
    drop(tx);
    let mut judge = Judge::new(import, known);
    let mut counts = ImportCounts::default();
    for batch in rows.chunks_mut(BATCH) {
        let mut tx = db.write_bulk().await?;
        tx.turn(crate::TURN, "").await?;
        let mut written = 0;
        for row in batch {
            if !row.applied {
                let work = judge.work(row);
                if let Some(work) = work {
                    write(&mut tx, ctx, &mut judge, work, row).await.map_err(on_line(row.line))?;
                }
                if store::apply(&mut tx, import.id, row).await? {
                    written += 1;
                }
            }
            counts.add(row.action);
        }
        if written > 0 {
            let body = json!({ "noun": "registry_import", "id": import.id, "count": written });
            change::announce(&mut tx, Scope::Complex(import.complex_id), &body).await?;
        }
        tx.commit().await?;
    }
    Ok(counts)
}

/// A failure while writing says at which line it was.
fn on_line(line: i64) -> impl Fn(RegistryError) -> RegistryError {
    move |error| match error {
        RegistryError::Db(error) => RegistryError::Db(error),
        error => RegistryError::Conflict(format!(
            "line {line} could not be written ({error}); the lines before it are: mend the file, then \
             commit again or upload it anew"
        )),
    }
}

async fn write(
    tx: &mut WriteTx,
    ctx: &Ctx,
    judge: &mut Judge<'_>,
    work: Work,
    row: &mut ImportRow,
) -> Result<(), RegistryError> {
    let import = judge.import;
    match work {
        Work::Establishment(input, Verdict::Create) => {
            let number = input.registration_number.as_ref();
            let company =
                number.and_then(|number| judge.known.establishments.companies.get(number));
            let source = &import.file_name;
            let company = company.copied();
            let made =
                create_establishment(tx, ctx, import.complex_id, &input, company, source).await?;
            row.target_id = Some(made.id.uuid());
            remember(judge, &input, &made);
        }
        Work::Establishment(input, Verdict::Update(id)) => {
            update_establishment(tx, ctx, id, &input, &import.file_name).await?;
        }
        Work::Establishment(_, Verdict::Review(_)) => {
            review_item::store::insert(tx, ctx.new_id(), import, row, ctx.now).await?;
        }
        Work::Device(input, verdict) => write_device(tx, ctx, judge, *input, verdict, row).await?,
        Work::Point(input, PointVerdict::Create(id)) => {
            let device = device::store::find(tx, id).await?;
            let point = point::store::add_quietly(tx, ctx, &device, input.metric, None).await?;
            row.target_id = Some(point.id.uuid());
        }
        Work::Point(input, PointVerdict::Update(id)) => {
            point::store::bring_up_to_date(tx, ctx, id, &input.metric).await?;
        }
    }
    Ok(())
}

async fn write_device(
    tx: &mut WriteTx,
    ctx: &Ctx,
    judge: &mut Judge<'_>,
    input: DeviceInput,
    verdict: DeviceVerdict,
    row: &mut ImportRow,
) -> Result<(), RegistryError> {
    let gateway = input.gateway.as_ref().and_then(|key| judge.known.devices.get(key));
    let gateway = gateway.map(|gateway| gateway.id);
    match verdict {
        DeviceVerdict::Create { profile, establishment, kind } => {
            let complex_id = judge.import.complex_id;
            let new = DeviceCreate {
                complex_id,
                name: input.name.unwrap_or_else(|| input.key.clone()),
                key: input.key,
                kind,
                profile_id: profile,
                establishment_id: establishment,
                gateway_id: gateway,
                serial: input.serial,
                manufacturer: input.manufacturer,
                model: input.model,
                position: input.position,
            };
            let device = Device::born(new, ctx.new_id(), ctx.now);
            let metrics = profile.and_then(|id| judge.known.metrics.get(&id)).cloned();
            let metrics = metrics.unwrap_or_default();
            device::register::add(tx, ctx, &device, metrics, point::owner::SINCE_EVER).await?;
            row.target_id = Some(device.id.uuid());
            let standing = StandingDevice { id: device.id, complex: complex_id, kind };
            judge.known.devices.insert(device.key, standing);
        }
        DeviceVerdict::Update(id) => {
            let before = device::store::find(tx, id).await?;
            let mut after = before.clone();
            after.name = input.name.unwrap_or(after.name);
            after.position = input.position.or(after.position);
            after.gateway_id = gateway.or(after.gateway_id);
            after.serial = input.serial.or(after.serial);
            after.manufacturer = input.manufacturer.or(after.manufacturer);
            after.model = input.model.or(after.model);
            if after != before {
                after.version += 1;
                after.updated_at = ctx.now;
                device::register::amend(tx, ctx, &before, &after).await?;
            }
        }
    }
    Ok(())
}

/// What was made by a row is known to the rows after it.
fn remember(judge: &mut Judge<'_>, input: &EstablishmentInput, made: &Establishment) {
    let known = &mut judge.known.establishments;
    if let Some(number) = &input.registration_number {
        known.companies.insert(number.clone(), made.company_id);
    }
    // It is not added to the establishments: rows of one file are compared by `file_key` only, so that
    // a firm with two sites in one file becomes two sites.
}

/// Registers an establishment of a file, and its company unless that is known by its number.
pub(crate) async fn create_establishment(
    tx: &mut WriteTx,
    ctx: &Ctx,
    complex_id: Id<noun::Complex>,
    input: &EstablishmentInput,
    company: Option<Id<company::CompanyNoun>>,
    source: &str,
) -> Result<Establishment, RegistryError> {
    let company_id = if let Some(id) = company {
        id
    } else {
        let name = input.company.clone();
        let registration_number = input.registration_number.clone();
        let company =
            Company::born(CompanyCreate { name, registration_number }, ctx.new_id(), ctx.now);
        company::api::add(tx, ctx, &company).await?;
        company.id
    };
    let new = EstablishmentCreate {
        complex_id,
        company_id,
        name: input.name.clone(),
        unit_id: None,
        lot_address: input.lot_address.clone(),
        road_address: input.road_address.clone(),
        ksic_code: input.ksic.as_ref().map(|(code, _)| code.clone()),
        ksic_revision: input.ksic.as_ref().map(|(_, revision)| *revision),
        position: input.position,
        opened_on: None,
    };
    let made = Establishment::born(new, ctx.new_id(), ctx.now);
    establishment::api::add(tx, ctx, &made).await?;
    add_factory_no(tx, ctx, &made, input, source).await?;
    Ok(made)
}

/// Brings an establishment up to date: cells that are empty change nothing.
pub(crate) async fn update_establishment(
    tx: &mut WriteTx,
    ctx: &Ctx,
    id: Id<noun::Establishment>,
    input: &EstablishmentInput,
    source: &str,
) -> Result<(), RegistryError> {
    let before = establishment::store::find(tx, id).await?;
    let mut after = before.clone();
    after.lot_address = input.lot_address.clone().or(after.lot_address);
    after.road_address = input.road_address.clone().or(after.road_address);
    after.position = input.position.or(after.position);
    if let Some((code, revision)) = &input.ksic {
        (after.ksic_code, after.ksic_revision) = (Some(code.clone()), Some(*revision));
    }
    if after != before {
        after.version += 1;
        after.updated_at = ctx.now;
        establishment::api::amend(tx, ctx, &before, &after).await?;
    }
    let owner = company::store::find(tx, after.company_id).await?;
    if owner.registration_number.is_none() && input.registration_number.is_some() {
        let mut next = owner.clone();
        next.registration_number.clone_from(&input.registration_number);
        next.version += 1;
        next.updated_at = ctx.now;
        company::api::amend(tx, ctx, &owner, &next).await?;
    }
    add_factory_no(tx, ctx, &after, input, source).await
}

/// Keeps the factory management number of a file as an external code of the establishment.
async fn add_factory_no(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Establishment,
    input: &EstablishmentInput,
    source: &str,
) -> Result<(), RegistryError> {
    let Some(number) = &input.factory_no else { return Ok(()) };
    let standing = external_code::store::same_code(tx, FACTORY_NO, number).await?;
    if standing.iter().any(|code| code.subject_id == x.id.uuid()) {
        return Ok(());
    }
    let new = ExternalCodeCreate {
        subject_kind: SubjectKind::Establishment,
        subject_id: x.id.uuid(),
        code_system: FACTORY_NO.to_owned(),
        code: number.clone(),
        valid_from: None,
        valid_until: None,
        source: Some(source.to_owned()),
    };
    let code = ExternalCode::born(new, ctx.new_id(), ctx.now);
    external_code::api::add(tx, ctx, &code, establishment::api::scope(x)).await
}
