//! What stands, loaded once for each preview and each commit.

use std::collections::HashMap;

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx};

use super::ImportKind;
use super::plan::{Establishments, Standing, StandingDevice, StandingPoint};
use crate::device_profile::{self, DeviceProfileNoun, Metric};
use crate::identity::name_key;

/// The code system of factory management numbers.
pub(crate) const FACTORY_NO: &str = "factory_management_no";

platform::statements! {
    /// The establishments of a complex with their companies.
    ESTABLISHMENTS = "SELECT establishment.id, establishment.name, establishment.name_key, lot_address,
        lot_key, company.name AS company_name, registration_number
      FROM establishment
      JOIN company ON company.id = establishment.company_id
      WHERE complex_id = $1
      ORDER BY establishment.id LIMIT 1000000";
    /// The factory management numbers of a complex that are not ended.
    FACTORY_NOS = "SELECT subject_id, code FROM external_code
      WHERE complex_id = $1 AND subject_kind = 'establishment' AND code_system = $2
        AND valid_until IS NULL
      ORDER BY id LIMIT 1000000";
    /// Companies with a registration number.
    COMPANIES = "SELECT id, registration_number FROM company WHERE registration_number IS NOT NULL
      ORDER BY id LIMIT 1000000";
    /// All devices: a key is unique in the whole system.
    DEVICES = "SELECT id, complex_id, key, kind FROM device ORDER BY id LIMIT 1000000";
    /// The points of a complex.
    POINTS = "SELECT id, device_id, key, name, quantity, unit, kind, interval_s, expected_interval_s,
        range_min, range_max
      FROM point WHERE complex_id = $1 ORDER BY id LIMIT 1000000";
    /// All profiles.
    PROFILES = "SELECT * FROM device_profile ORDER BY id LIMIT 100000";
}

/// What stands, as far as a kind of import needs it.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) establishments: Establishments,
    pub(super) devices: HashMap<String, StandingDevice>,
    pub(super) points: HashMap<(Id<noun::Device>, String), StandingPoint>,
    pub(super) profiles: HashMap<String, Id<DeviceProfileNoun>>,
    pub(super) metrics: HashMap<Id<DeviceProfileNoun>, Vec<Metric>>,
}

impl Known {
    pub(super) async fn read(
        tx: &mut ReadTx,
        kind: ImportKind,
        complex: Id<noun::Complex>,
    ) -> Result<Self, DbError> {
        let mut known = Self::default();
        match kind {
            ImportKind::Establishments => {
                known.establishments = establishments(tx, complex).await?;
            }
            ImportKind::Devices => {
                known.establishments = establishments(tx, complex).await?;
                known.devices = devices(tx).await?;
                for row in tx.all(PROFILES, args![]).await? {
                    let profile = device_profile::store::read(&row)?;
                    known.profiles.insert(profile.code, profile.id);
                    known.metrics.insert(profile.id, profile.metrics);
                }
            }
            ImportKind::Points => {
                known.devices = devices(tx).await?;
                known.points = points(tx, complex).await?;
            }
        }
        Ok(known)
    }
}

/// The establishments of a complex, findable by what identifies them.
pub(super) async fn establishments(
    tx: &mut ReadTx,
    complex: Id<noun::Complex>,
) -> Result<Establishments, DbError> {
    let mut establishments = Establishments::default();
    for row in tx.all(ESTABLISHMENTS, args![complex]).await? {
        establishments.add(Standing {
            id: row.id("id")?,
            name: row.get("name")?,
            name_key: row.get("name_key")?,
            company_key: name_key(&row.get::<String>("company_name")?),
            lot_address: row.get("lot_address")?,
            lot_key: row.get("lot_key")?,
            registration_number: row.get("registration_number")?,
        });
    }
    for row in tx.all(FACTORY_NOS, args![complex, FACTORY_NO]).await? {
        establishments.add_factory_no(row.get("code")?, row.id("subject_id")?);
    }
    for row in tx.all(COMPANIES, args![]).await? {
        establishments.companies.insert(row.get("registration_number")?, row.id("id")?);
    }
    Ok(establishments)
}

async fn devices(tx: &mut ReadTx) -> Result<HashMap<String, StandingDevice>, DbError> {
    let mut devices = HashMap::new();
    for row in tx.all(DEVICES, args![]).await? {
        let device = StandingDevice {
            id: row.id("id")?,
            complex: row.id("complex_id")?,
            kind: row.parsed("kind")?,
        };
        devices.insert(row.get("key")?, device);
    }
    Ok(devices)
}

async fn points(
    tx: &mut ReadTx,
    complex: Id<noun::Complex>,
) -> Result<HashMap<(Id<noun::Device>, String), StandingPoint>, DbError> {
    let mut points = HashMap::new();
    for row in tx.all(POINTS, args![complex]).await? {
        let key: String = row.get("key")?;
        let metric = Metric {
            key: key.clone(),
            name: Some(row.get("name")?),
            quantity: row.get("quantity")?,
            unit: Some(row.get("unit")?),
            kind: row.parsed("kind")?,
            interval_s: row.get::<Option<i64>>("interval_s")?.and_then(|s| s.try_into().ok()),
            expected_interval_s: crate::point::store::whole(&row, "expected_interval_s")?,
            min: row.get("range_min")?,
            max: row.get("range_max")?,
            decimals: None,
            sent_unit: None,
            stuck_after_s: None,
            max_step: None,
            rollover_at: None,
        };
        points.insert((row.id("device_id")?, key), StandingPoint { id: row.id("id")?, metric });
    }
    Ok(points)
}
