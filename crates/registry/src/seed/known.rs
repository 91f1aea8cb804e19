//! What stands already, by the names that a seed uses.

use std::collections::HashMap;

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row};

use super::apply::ComplexId;
use crate::building::BuildingNoun;
use crate::company::CompanyNoun;
use crate::device_profile::DeviceProfileNoun;
use crate::error::RegistryError;
use crate::parcel::ParcelNoun;
use crate::unit::UnitNoun;

platform::statements! {
    /// Complexes by code.
    COMPLEXES = "SELECT id, code FROM complex ORDER BY id LIMIT 100000";
    /// Companies by name.
    COMPANIES = "SELECT id, name FROM company ORDER BY id LIMIT 1000000";
    /// Parcels by PNU.
    PARCELS = "SELECT id, pnu, complex_id FROM parcel ORDER BY id LIMIT 1000000";
    /// Buildings by complex and name.
    BUILDINGS = "SELECT id, complex_id, name FROM building ORDER BY id LIMIT 1000000";
    /// Units by building and name.
    UNITS = "SELECT id, building_id, name FROM unit ORDER BY id LIMIT 1000000";
    /// Establishments by complex and name.
    ESTABLISHMENTS = "SELECT id, complex_id, name FROM establishment ORDER BY id LIMIT 1000000";
    /// Organisations by complex and name.
    ORGANISATIONS = "SELECT id, complex_id, name FROM organisation ORDER BY id LIMIT 1000000";
    /// Profiles by code.
    PROFILES = "SELECT id, code FROM device_profile ORDER BY id LIMIT 100000";
    /// Devices by key.
    DEVICES = "SELECT id, key FROM device ORDER BY id LIMIT 1000000";
}

/// What stands, by name.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) complexes: HashMap<String, ComplexId>,
    pub(super) companies: HashMap<String, Id<CompanyNoun>>,
    pub(super) parcels: HashMap<String, Id<ParcelNoun>>,
    pub(super) complex_of_parcel: HashMap<String, ComplexId>,
    pub(super) buildings: HashMap<(ComplexId, String), Id<BuildingNoun>>,
    pub(super) units: HashMap<(Id<BuildingNoun>, String), Id<UnitNoun>>,
    pub(super) establishments: HashMap<(ComplexId, String), Id<noun::Establishment>>,
    pub(super) organisations: HashMap<(Option<ComplexId>, String), Id<noun::Organisation>>,
    pub(super) profiles: HashMap<String, Id<DeviceProfileNoun>>,
    pub(super) devices: HashMap<String, Id<noun::Device>>,
}

impl Known {
    /// Reads all names in one view.
    pub(super) async fn read(tx: &mut ReadTx) -> Result<Self, DbError> {
        let mut known = Self {
            complexes: map(tx, COMPLEXES, |row| row.get("code")).await?,
            companies: map(tx, COMPANIES, |row| row.get("name")).await?,
            buildings: map(tx, BUILDINGS, |row| Ok((row.id("complex_id")?, row.get("name")?)))
                .await?,
            units: map(tx, UNITS, |row| Ok((row.id("building_id")?, row.get("name")?))).await?,
            establishments: map(tx, ESTABLISHMENTS, |row| {
                Ok((row.id("complex_id")?, row.get("name")?))
            })
            .await?,
            organisations: map(tx, ORGANISATIONS, |row| {
                Ok((row.opt_id("complex_id")?, row.get("name")?))
            })
            .await?,
            profiles: map(tx, PROFILES, |row| row.get("code")).await?,
            devices: map(tx, DEVICES, |row| row.get("key")).await?,
            ..Self::default()
        };
        for row in tx.all(PARCELS, args![]).await? {
            let pnu = row.get::<String>("pnu")?;
            known.parcels.insert(pnu.clone(), row.id("id")?);
            known.complex_of_parcel.insert(pnu, row.id("complex_id")?);
        }
        Ok(known)
    }

    pub(super) fn complex(&self, code: &str, at: &str) -> Result<ComplexId, RegistryError> {
        find(&self.complexes, code, "complex with code", &format!("{at}/complex"))
    }

    pub(super) fn company(&self, name: &str, at: &str) -> Result<Id<CompanyNoun>, RegistryError> {
        find(&self.companies, name, "company", &format!("{at}/company"))
    }

    pub(super) fn parcel(
        &self,
        pnu: &str,
        at: &str,
    ) -> Result<(Id<ParcelNoun>, ComplexId), RegistryError> {
        let at = format!("{at}/parcel");
        let id = find(&self.parcels, pnu, "parcel with PNU", &at)?;
        Ok((id, find(&self.complex_of_parcel, pnu, "parcel with PNU", &at)?))
    }

    pub(super) fn building(
        &self,
        complex: &str,
        name: &str,
        at: &str,
    ) -> Result<Id<BuildingNoun>, RegistryError> {
        let complex = self.complex(complex, at)?;
        let found = self.buildings.get(&(complex, name.to_owned())).copied();
        found.ok_or_else(|| missing("building", name, &format!("{at}/building")))
    }

    pub(super) fn unit(
        &self,
        complex: &str,
        building: &str,
        name: &str,
        at: &str,
    ) -> Result<Id<UnitNoun>, RegistryError> {
        let building = self.building(complex, building, at)?;
        let found = self.units.get(&(building, name.to_owned())).copied();
        found.ok_or_else(|| missing("unit", name, &format!("{at}/unit")))
    }

    pub(super) fn establishment(
        &self,
        complex: ComplexId,
        name: &str,
        at: &str,
    ) -> Result<Id<noun::Establishment>, RegistryError> {
        let found = self.establishments.get(&(complex, name.to_owned())).copied();
        found.ok_or_else(|| missing("establishment", name, &format!("{at}/establishment")))
    }

    pub(super) fn profile(
        &self,
        code: &str,
        at: &str,
    ) -> Result<Id<DeviceProfileNoun>, RegistryError> {
        find(&self.profiles, code, "profile with code", &format!("{at}/profile"))
    }
}

fn find<T: Copy>(
    map: &HashMap<String, T>,
    name: &str,
    what: &str,
    at: &str,
) -> Result<T, RegistryError> {
    map.get(name).copied().ok_or_else(|| missing(what, name, at))
}

fn missing(what: &str, name: &str, at: &str) -> RegistryError {
    let detail =
        format!("there is no {what} '{name}' in the seed or in the registry: add it first");
    RegistryError::field(at, detail)
}

async fn map<K, T>(
    tx: &mut ReadTx,
    sql: &'static str,
    key: impl Fn(&Row) -> Result<K, DbError>,
) -> Result<HashMap<K, Id<T>>, DbError>
where
    K: std::hash::Hash + Eq,
{
    tx.all(sql, args![]).await?.iter().map(|row| Ok((key(row)?, row.id("id")?))).collect()
}
