//! Reads the whole directory in one consistent view.

use base::{Id, Series, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row};

use super::snapshot::{
    Checks, ComplexInfo, DeviceInfo, OwnerSpan, PointInfo, ProfileInfo, Snapshot, ValueRange,
};
use crate::change;
use crate::device::DeviceState;
use crate::device::credential::SecretHash;
use crate::device_profile;
use crate::point::store::whole;
use crate::position;

platform::statements! {
    /// All complexes.
    COMPLEXES = "SELECT id, code, name, demo FROM complex ORDER BY id LIMIT 10000";
    /// All device profiles.
    PROFILES = "SELECT * FROM device_profile ORDER BY id LIMIT 10000";
    /// All devices with their credentials.
    DEVICES = "SELECT id, key, name, complex_id, establishment_id, kind, lon, lat, state, demo,
        profile_id, secret_sha256
      FROM device
      LEFT JOIN device_credential ON device_credential.device_id = device.id
      ORDER BY id LIMIT 1000000";
    /// All points.
    POINTS = "SELECT id, series, device_id, complex_id, key, name, quantity, unit, kind, interval_s,
        expected_interval_s, range_min, range_max, class, lon, lat, demo
      FROM point ORDER BY series LIMIT 1000000";
    /// All owners.
    OWNERS = "SELECT point_id, establishment_id, owned_from, owned_until FROM point_owner
      ORDER BY point_id, owned_from LIMIT 1000000";
}

/// The directory as it stands in this view.
pub(super) async fn snapshot(tx: &mut ReadTx) -> Result<Snapshot, DbError> {
    let mut snapshot = Snapshot::of_generation(change::generation(tx).await?);
    for row in tx.all(COMPLEXES, args![]).await? {
        snapshot.add_complex(ComplexInfo {
            id: row.id("id")?,
            code: text(&row, "code")?,
            name: text(&row, "name")?,
            demo: row.bool("demo")?,
        });
    }
    for row in tx.all(PROFILES, args![]).await? {
        let profile = device_profile::store::read(&row)?;
        snapshot.add_profile(ProfileInfo {
            id: profile.id,
            code: profile.code.into(),
            mapping: profile.mapping.map(Into::into),
            retention_days: profile.retention_days,
            metrics: profile.metrics,
        });
    }
    for row in tx.all(DEVICES, args![]).await? {
        let secret = row.get::<Option<String>>("secret_sha256")?;
        snapshot.add_device(device(&row)?, secret.as_deref().and_then(SecretHash::parse));
    }
    for row in tx.all(POINTS, args![]).await? {
        snapshot.add_point(point(&row)?);
    }
    for row in tx.all(OWNERS, args![]).await? {
        let point: Id<noun::Point> = row.id("point_id")?;
        let span = OwnerSpan {
            establishment: row.id("establishment_id")?,
            from: row.instant("owned_from")?,
            until: row.opt_instant("owned_until")?,
        };
        snapshot.add_owner(point, span);
    }
    Ok(snapshot)
}

fn device(row: &Row) -> Result<DeviceInfo, DbError> {
    Ok(DeviceInfo {
        id: row.id("id")?,
        key: text(row, "key")?,
        name: text(row, "name")?,
        complex: row.id("complex_id")?,
        establishment: row.opt_id("establishment_id")?,
        kind: row.parsed("kind")?,
        position: position::read(row)?,
        demo: row.bool("demo")?,
        retired: row.parsed::<DeviceState>("state")? == DeviceState::Retired,
        profile: row.opt_id("profile_id")?,
    })
}

fn point(row: &Row) -> Result<PointInfo, DbError> {
    Ok(PointInfo {
        id: row.id("id")?,
        series: Series(whole(row, "series")?),
        device: row.id("device_id")?,
        complex: row.id("complex_id")?,
        key: text(row, "key")?,
        name: text(row, "name")?,
        quantity: text(row, "quantity")?,
        unit: text(row, "unit")?,
        kind: row.parsed("kind")?,
        interval_s: row.get::<Option<i64>>("interval_s")?.and_then(|s| s.try_into().ok()),
        expected_interval_s: whole(row, "expected_interval_s")?,
        range: ValueRange { min: row.get("range_min")?, max: row.get("range_max")? },
        class: row.parsed("class")?,
        position: position::read(row)?,
        checks: Checks::default(),
        owners: Vec::new(),
        demo: row.bool("demo")?,
    })
}

fn text(row: &Row, column: &str) -> Result<Box<str>, DbError> {
    row.get::<String>(column).map(String::into_boxed_str)
}
