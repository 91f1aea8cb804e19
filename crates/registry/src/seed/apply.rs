//! Lays a seed down: in the order in which things name each other, in small bulk transactions.

use std::collections::HashMap;

use base::{Actor, Id, Scope, noun};
use platform::db::WriteTx;
use platform::{Ctx, Platform};
use serde_json::json;

use super::known::Known;
use super::{Seed, SeedDevice, SeedEstablishment, SeedReport};
use crate::building::{Building, BuildingCreate};
use crate::company::{Company, CompanyCreate};
use crate::complex::{Complex, ComplexCreate};
use crate::device::credential::{self, SECRET_MAX, SECRET_MIN, SecretHash};
use crate::device::{self, Device, DeviceCreate};
use crate::device_profile::{DeviceProfile, DeviceProfileCreate, Metric};
use crate::error::RegistryError;
use crate::establishment::{Establishment, EstablishmentCreate};
use crate::organisation::{Organisation, OrganisationCreate};
use crate::parcel::{Parcel, ParcelCreate};
use crate::unit::{Unit, UnitCreate};
use crate::{
    building, change, company, complex, device_profile, establishment, organisation, parcel, unit,
};

/// Things laid down in one transaction: small, so that nobody waits long for the writer.
const BATCH: usize = 16;

/// Lays down what of `seed` does not stand yet. Applying it again changes nothing; an interruption is
/// mended by applying it again.
pub async fn apply(
    platform: &Platform,
    actor: &Actor,
    seed: Seed,
) -> Result<SeedReport, RegistryError> {
    let ctx = Ctx::new(actor.clone(), Vec::new(), platform.clock.clone(), "seed".to_owned());
    let known = Known::read(&mut platform.db.read().await?).await?;
    let mut sower = Sower { platform, ctx, demo: seed.demo, known, report: SeedReport::default() };
    sower.places(&seed).await?;
    sower.houses(&seed).await?;
    sower.profiles(&seed).await?;
    sower.devices(&seed.devices).await?;
    Ok(sower.report)
}

struct Sower<'a> {
    platform: &'a Platform,
    ctx: Ctx,
    demo: bool,
    known: Known,
    report: SeedReport,
}

/// Lays `$items` down in batches. For each item `$key` tells its name and the map of those that stand,
/// `$make` makes the thing.
macro_rules! sow {
    ($sower:ident, $items:expr, $map:ident, $key:expr, $noun:ident, $make:expr) => {
        for (batch, items) in $items.chunks(BATCH).enumerate() {
            let mut tx = $sower.platform.db.write_bulk().await?;
            let before = $sower.report.created;
            for (index, item) in items.iter().enumerate() {
                let at = format!("/{}/{}", stringify!($map), batch * BATCH + index);
                let key = $key(&$sower.known, item, &at)?;
                if $sower.known.$map.contains_key(&key) {
                    $sower.report.unchanged += 1;
                    continue;
                }
                let mut x = $make(&$sower.known, &$sower.ctx, item, &at)?;
                x.demo = $sower.demo;
                $noun::api::add(&mut tx, &$sower.ctx, &x).await.map_err(inside(&at))?;
                $sower.known.$map.insert(key, x.id);
                $sower.report.created += 1;
            }
            finish(tx, $sower.report.created - before).await?;
        }
    };
}

impl Sower<'_> {
    /// Complexes, parcels, buildings and units.
    async fn places(&mut self, seed: &Seed) -> Result<(), RegistryError> {
        sow!(
            self,
            seed.complexes,
            complexes,
            |_: &Known, item: &super::SeedComplex, _: &str| plain(&item.code),
            complex,
            |_: &Known, ctx: &Ctx, item: &super::SeedComplex, _: &str| {
                let new = ComplexCreate {
                    code: item.code.clone(),
                    name: item.name.clone(),
                    name_en: item.name_en.clone(),
                    kind: item.kind,
                    boundary: item.boundary.clone(),
                    position: item.position,
                };
                made(Complex::born(new, ctx.new_id(), ctx.now))
            }
        );
        sow!(
            self,
            seed.parcels,
            parcels,
            |_: &Known, item: &super::SeedParcel, _: &str| plain(&item.pnu),
            parcel,
            |known: &Known, ctx: &Ctx, item: &super::SeedParcel, at: &str| {
                let new = ParcelCreate {
                    complex_id: known.complex(&item.complex, at)?,
                    pnu: item.pnu.clone(),
                    area_m2: item.area_m2,
                    lot_address: item.lot_address.clone(),
                };
                made(Parcel::born(new, ctx.new_id(), ctx.now))
            }
        );
        for parcel in &seed.parcels {
            let complex = self.known.complex(&parcel.complex, "/parcels")?;
            self.known.complex_of_parcel.insert(parcel.pnu.clone(), complex);
        }
        sow!(
            self,
            seed.buildings,
            buildings,
            |known: &Known, item: &super::SeedBuilding, at: &str| {
                Ok::<_, RegistryError>((known.parcel(&item.parcel, at)?.1, item.name.clone()))
            },
            building,
            |known: &Known, ctx: &Ctx, item: &super::SeedBuilding, at: &str| {
                let (parcel_id, complex_id) = known.parcel(&item.parcel, at)?;
                let (name, position) = (item.name.clone(), item.position);
                let new = BuildingCreate { complex_id, parcel_id, name, position };
                made(Building::born(new, ctx.new_id(), ctx.now))
            }
        );
        sow!(
            self,
            seed.units,
            units,
            |known: &Known, item: &super::SeedUnit, at: &str| {
                let building = known.building(&item.complex, &item.building, at)?;
                Ok::<_, RegistryError>((building, item.name.clone()))
            },
            unit,
            |known: &Known, ctx: &Ctx, item: &super::SeedUnit, at: &str| {
                let new = UnitCreate {
                    complex_id: known.complex(&item.complex, at)?,
                    building_id: known.building(&item.complex, &item.building, at)?,
                    floor: item.floor.clone(),
                    name: item.name.clone(),
                };
                made(Unit::born(new, ctx.new_id(), ctx.now))
            }
        );
        Ok(())
    }

    /// Companies, establishments and organisations.
    async fn houses(&mut self, seed: &Seed) -> Result<(), RegistryError> {
        sow!(
            self,
            seed.companies,
            companies,
            |_: &Known, item: &super::SeedCompany, _: &str| plain(&item.name),
            company,
            |_: &Known, ctx: &Ctx, item: &super::SeedCompany, _: &str| {
                let name = item.name.clone();
                let registration_number = item.registration_number.clone();
                let new = CompanyCreate { name, registration_number };
                made(Company::born(new, ctx.new_id(), ctx.now))
            }
        );
        sow!(
            self,
            seed.establishments,
            establishments,
            |known: &Known, item: &SeedEstablishment, at: &str| {
                let complex = known.complex(&item.complex, at)?;
                Ok::<_, RegistryError>((complex, item.name.clone()))
            },
            establishment,
            establishment_of
        );
        sow!(
            self,
            seed.organisations,
            organisations,
            |known: &Known, item: &super::SeedOrganisation, at: &str| {
                let complex = item.complex.as_deref().map(|code| known.complex(code, at));
                Ok::<_, RegistryError>((complex.transpose()?, item.name.clone()))
            },
            organisation,
            |known: &Known, ctx: &Ctx, item: &super::SeedOrganisation, at: &str| {
                let complex = item.complex.as_deref().map(|code| known.complex(code, at));
                let new = OrganisationCreate {
                    complex_id: complex.transpose()?,
                    name: item.name.clone(),
                    kind: item.kind,
                    phone: item.phone.clone(),
                };
                made(Organisation::born(new, ctx.new_id(), ctx.now))
            }
        );
        Ok(())
    }

    async fn profiles(&mut self, seed: &Seed) -> Result<(), RegistryError> {
        sow!(
            self,
            seed.profiles,
            profiles,
            |_: &Known, item: &super::SeedProfile, _: &str| plain(&item.code),
            device_profile,
            |_: &Known, ctx: &Ctx, item: &super::SeedProfile, _: &str| {
                let (code, name) = (item.code.clone(), item.name.clone());
                let metrics = item.metrics.clone();
                let (mapping, retention_days) = (None, None);
                let new = DeviceProfileCreate {
                    code,
                    name,
                    metrics,
                    mapping,
                    retention_days,
                    calibration_days: None,
                };
                made(DeviceProfile::born(new, ctx.new_id(), ctx.now))
            }
        );
        Ok(())
    }

    async fn devices(&mut self, items: &[SeedDevice]) -> Result<(), RegistryError> {
        let mut metrics = HashMap::new();
        let mut tx = self.platform.db.read().await?;
        for id in self.known.profiles.values() {
            metrics.insert(*id, device_profile::store::find(&mut tx, *id).await?.metrics);
        }
        drop(tx);
        for (batch, items) in items.chunks(BATCH).enumerate() {
            let mut tx = self.platform.db.write_bulk().await?;
            let before = self.report.created;
            for (index, item) in items.iter().enumerate() {
                let at = format!("/devices/{}", batch * BATCH + index);
                if self.known.devices.contains_key(&item.key) {
                    self.report.unchanged += 1;
                    continue;
                }
                let device = self.device_of(item, &at)?;
                let profile = device.profile_id.and_then(|id| metrics.get(&id));
                let profile = profile.cloned().unwrap_or_default();
                self.device(&mut tx, item, &device, profile).await.map_err(inside(&at))?;
            }
            finish(tx, self.report.created - before).await?;
        }
        Ok(())
    }

    fn device_of(&self, item: &SeedDevice, at: &str) -> Result<Device, RegistryError> {
        let (known, ctx) = (&self.known, &self.ctx);
        let complex_id = known.complex(&item.complex, at)?;
        let profile = item.profile.as_deref().map(|code| known.profile(code, at));
        let house = item.establishment.as_deref();
        let house = house.map(|name| known.establishment(complex_id, name, at));
        let new = DeviceCreate {
            complex_id,
            key: item.key.clone(),
            kind: item.kind,
            profile_id: profile.transpose()?,
            establishment_id: house.transpose()?,
            name: item.name.clone(),
            position: item.position,
            gateway_id: None,
            serial: None,
            manufacturer: None,
            model: None,
        };
        let mut device = Device::born(new, ctx.new_id(), ctx.now);
        device.demo = self.demo;
        Ok(device)
    }

    async fn device(
        &mut self,
        tx: &mut WriteTx,
        item: &SeedDevice,
        device: &Device,
        metrics: Vec<Metric>,
    ) -> Result<(), RegistryError> {
        let from = item.owned_from.unwrap_or(crate::point::owner::SINCE_EVER);
        let points = device::register::add(tx, &self.ctx, device, metrics, from).await?;
        if let Some(secret) = &item.secret {
            if !(SECRET_MIN..=SECRET_MAX).contains(&secret.chars().count()) {
                return Err(RegistryError::field("/secret", "give 16 to 128 characters"));
            }
            credential::save(tx, device.id, SecretHash::of(secret), self.ctx.now).await?;
        }
        self.known.devices.insert(item.key.clone(), device.id);
        self.report.created += 1;
        self.report.points += points.len();
        Ok(())
    }
}

fn establishment_of(
    known: &Known,
    ctx: &Ctx,
    item: &SeedEstablishment,
    at: &str,
) -> Result<Establishment, RegistryError> {
    let unit = item.unit.as_ref();
    let unit = unit.map(|(building, unit)| known.unit(&item.complex, building, unit, at));
    let new = EstablishmentCreate {
        complex_id: known.complex(&item.complex, at)?,
        company_id: known.company(&item.company, at)?,
        name: item.name.clone(),
        unit_id: unit.transpose()?,
        lot_address: item.lot_address.clone(),
        road_address: item.road_address.clone(),
        ksic_code: item.ksic_code.clone(),
        ksic_revision: item.ksic_revision,
        position: item.position,
        opened_on: None,
    };
    Ok(Establishment::born(new, ctx.new_id(), ctx.now))
}

#[expect(clippy::unnecessary_wraps, reason = "the macro takes closures that may fail")]
fn plain(key: &str) -> Result<String, RegistryError> {
    Ok(key.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "the macro takes closures that may fail")]
fn made<T>(thing: T) -> Result<T, RegistryError> {
    Ok(thing)
}

/// Puts the place within the seed before the pointers of bad fields.
fn inside(at: &str) -> impl Fn(RegistryError) -> RegistryError {
    let at = at.to_owned();
    move |error| match error {
        RegistryError::Invalid(mut fields) => {
            for field in &mut fields {
                field.pointer.insert_str(0, &at);
            }
            RegistryError::Invalid(fields)
        }
        error => error,
    }
}

async fn finish(mut tx: WriteTx, count: usize) -> Result<(), RegistryError> {
    if count > 0 {
        let body = json!({ "noun": "seed", "count": count });
        change::announce(&mut tx, Scope::System, &body).await?;
    }
    Ok(tx.commit().await?)
}

/// Identifiers of complexes, as the maps of what stands use them.
pub(super) type ComplexId = Id<noun::Complex>;
