//! Reads the whole directory in one consistent view.

use base::{Id, Series, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row};

use super::snapshot::{
    Checks, ComplexInfo, DeviceInfo, EstablishmentInfo, MeterReplacement, OrganisationInfo,
    OwnerSpan, PointInfo, ProfileInfo, Snapshot, Span, ValueRange,
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
    /// All establishments.
    ESTABLISHMENTS = "SELECT id, complex_id, name, ksic_code FROM establishment
      ORDER BY id LIMIT 1000000";
    /// All organisations.
    ORGANISATIONS = "SELECT id, name FROM organisation ORDER BY id LIMIT 100000";
    /// All device profiles.
    PROFILES = "SELECT * FROM device_profile ORDER BY id LIMIT 10000";
    /// All devices with their credentials.
    DEVICES = "SELECT id, key, name, complex_id, establishment_id, kind, lon, lat, state, demo,
        profile_id, gateway_id, commissioning, secret_sha256
      FROM device
      LEFT JOIN device_credential ON device_credential.device_id = device.id
      ORDER BY id LIMIT 1000000";
    /// All points.
    POINTS = "SELECT id, series, device_id, complex_id, key, name, quantity, unit, kind, interval_s,
        expected_interval_s, range_min, range_max, class, lon, lat, demo
      FROM point ORDER BY series LIMIT 1000000";
    /// Client certificates that are not revoked.
    CERTIFICATES = "SELECT device_id, fingerprint, valid_from, valid_until FROM device_certificate
      WHERE revoked_at IS NULL ORDER BY device_id, id LIMIT 1000000";
    /// Calibration records that count.
    CALIBRATIONS = "SELECT device_id, calibrated_at, valid_until FROM calibration
      WHERE voided_at IS NULL ORDER BY device_id, calibrated_at LIMIT 1000000";
    /// When meters were replaced.
    REPLACEMENTS = "SELECT point_id, replaced_at, final_value, first_value FROM point_replacement
      ORDER BY point_id, replaced_at LIMIT 1000000";
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
    for row in tx.all(ESTABLISHMENTS, args![]).await? {
        snapshot.add_establishment(EstablishmentInfo {
            id: row.id("id")?,
            complex: row.id("complex_id")?,
            name: text(&row, "name")?,
            ksic: row.get::<Option<String>>("ksic_code")?.map(Into::into),
        });
    }
    for row in tx.all(ORGANISATIONS, args![]).await? {
        snapshot
            .add_organisation(OrganisationInfo { id: row.id("id")?, name: text(&row, "name")? });
    }
    for row in tx.all(PROFILES, args![]).await? {
        let profile = device_profile::store::read(&row)?;
        snapshot.add_profile(ProfileInfo {
            id: profile.id,
            code: profile.code.into(),
            mapping: profile.mapping.map(Into::into),
            retention_days: profile.retention_days,
            calibration_required: profile.calibration_days.is_some(),
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
    devices_more(tx, &mut snapshot).await?;
    Ok(snapshot)
}

/// Certificates, calibrations and replacements.
async fn devices_more(tx: &mut ReadTx, snapshot: &mut Snapshot) -> Result<(), DbError> {
    for row in tx.all(CERTIFICATES, args![]).await? {
        let fingerprint = row.get::<String>("fingerprint")?;
        let Some(fingerprint) = SecretHash::parse(&fingerprint) else { continue };
        let (from, until) = (row.instant("valid_from")?, row.instant("valid_until")?);
        snapshot.add_certificate(row.id("device_id")?, fingerprint, Span { from, until });
    }
    for row in tx.all(CALIBRATIONS, args![]).await? {
        let (from, until) = (row.instant("calibrated_at")?, row.instant("valid_until")?);
        snapshot.add_calibration(row.id("device_id")?, Span { from, until });
    }
    for row in tx.all(REPLACEMENTS, args![]).await? {
        let replacement = MeterReplacement {
            at: row.instant("replaced_at")?,
            final_value: row.get("final_value")?,
            first_value: row.get("first_value")?,
        };
        snapshot.add_replacement(row.id("point_id")?, replacement);
    }
    Ok(())
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
        gateway: row.opt_id("gateway_id")?,
        commissioning: row.parsed("commissioning")?,
        calibration_until: None,
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
        replacements: Vec::new(),
        demo: row.bool("demo")?,
    })
}

fn text(row: &Row, column: &str) -> Result<Box<str>, DbError> {
    row.get::<String>(column).map(String::into_boxed_str)
}
