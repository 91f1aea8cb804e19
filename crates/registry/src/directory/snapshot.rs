//! One state of the directory, and how to find things in it.

use std::collections::HashMap;

use base::{Id, Instant, PointKind, Position, Series, SeriesMap, noun};

use crate::device::credential::SecretHash;
use crate::device::{Commissioning, DeviceKind};
use crate::device_profile::{DeviceProfileNoun, Metric};
use crate::point::PointClass;

/// A complex, as the hot path knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ComplexInfo {
    /// Identifier.
    pub id: Id<noun::Complex>,
    /// Short code.
    pub code: Box<str>,
    /// Korean name.
    pub name: Box<str>,
    /// Invented for the demonstration.
    pub demo: bool,
}

/// An establishment, as other rooms know it.
#[derive(Debug, Clone, PartialEq)]
pub struct EstablishmentInfo {
    /// Identifier.
    pub id: Id<noun::Establishment>,
    /// Its complex.
    pub complex: Id<noun::Complex>,
    /// Korean name.
    pub name: Box<str>,
    /// KSIC code, 2 to 5 digits.
    pub ksic: Option<Box<str>>,
}

/// An organisation, as other rooms know it.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganisationInfo {
    /// Identifier.
    pub id: Id<noun::Organisation>,
    /// Korean name.
    pub name: Box<str>,
}

/// A device profile, as the hot path knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileInfo {
    /// Identifier.
    pub id: Id<DeviceProfileNoun>,
    /// Short code.
    pub code: Box<str>,
    /// Turns a message into readings, a `jaq` expression.
    pub mapping: Option<Box<str>>,
    /// Readings are kept this many days.
    pub retention_days: Option<u32>,
    /// Its devices must hold a valid calibration record.
    pub calibration_required: bool,
    /// What its devices measure.
    pub metrics: Vec<Metric>,
}

/// What is looked at when a value of a point arrives: from the profile of its device, as it stands now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checks {
    /// Unit in which the device sends, UCUM, where it is not the stored one.
    pub sent_unit: Option<Box<str>>,
    /// The same value for this many seconds is stuck.
    pub stuck_after_s: Option<u32>,
    /// A greater change from one value to the next is a spike.
    pub max_step: Option<f64>,
    /// A counter begins at 0 again when it reaches this.
    pub rollover_at: Option<f64>,
    /// The device must hold a calibration.
    pub calibration: bool,
}

/// A device, as the hot path knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceInfo {
    /// Identifier.
    pub id: Id<noun::Device>,
    /// Key in topics and files.
    pub key: Box<str>,
    /// Korean name.
    pub name: Box<str>,
    /// Its complex.
    pub complex: Id<noun::Complex>,
    /// Whose device it is; `None` when the complex runs it.
    pub establishment: Option<Id<noun::Establishment>>,
    /// What sort.
    pub kind: DeviceKind,
    /// Where it is.
    pub position: Option<Position>,
    /// Invented for the demonstration.
    pub demo: bool,
    /// Out of use: it may not send.
    pub retired: bool,
    /// Its profile.
    pub profile: Option<Id<DeviceProfileNoun>>,
    /// The gateway that it speaks through.
    pub gateway: Option<Id<noun::Device>>,
    /// How far its installation is.
    pub commissioning: Commissioning,
    /// Until when its newest calibration record holds; `None` when there is none.
    pub calibration_until: Option<Instant>,
}

/// From when to when something holds; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Instant,
    pub(super) until: Instant,
}

impl Span {
    fn holds(self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }
}

/// The meter of a point was replaced.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeterReplacement {
    /// Values from this instant on are of the new meter.
    pub at: Instant,
    /// What the old meter showed last.
    pub final_value: Option<f64>,
    /// What the new meter showed first.
    pub first_value: Option<f64>,
}

/// The plausible values of a point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ValueRange {
    /// Lowest plausible value.
    pub min: Option<f64>,
    /// Highest plausible value.
    pub max: Option<f64>,
}

impl ValueRange {
    /// Whether the value is plausible.
    pub fn holds(self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// Who owned a point from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnerSpan {
    /// The owner.
    pub establishment: Id<noun::Establishment>,
    /// Since when.
    pub from: Instant,
    /// Until when, exclusive; `None` while it lasts.
    pub until: Option<Instant>,
}

/// A point, as the hot path knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PointInfo {
    /// Identifier.
    pub id: Id<noun::Point>,
    /// Its short number in readings.
    pub series: Series,
    /// Its device.
    pub device: Id<noun::Device>,
    /// Its complex.
    pub complex: Id<noun::Complex>,
    /// Key within the device.
    pub key: Box<str>,
    /// Korean name.
    pub name: Box<str>,
    /// Code of the quantity.
    pub quantity: Box<str>,
    /// Unit of the values, UCUM.
    pub unit: Box<str>,
    /// What a value means in time.
    pub kind: PointKind,
    /// Length of the interval in seconds, for kind `interval`.
    pub interval_s: Option<u32>,
    /// A value is expected this often, in seconds.
    pub expected_interval_s: u32,
    /// The plausible values.
    pub range: ValueRange,
    /// Whose values they are.
    pub class: PointClass,
    /// Where it is: its own place, else that of its device.
    pub position: Option<Position>,
    /// What is looked at on arrival.
    pub checks: Checks,
    /// The owners, the oldest first; they never overlap.
    pub owners: Vec<OwnerSpan>,
    /// When its meter was replaced, the oldest first.
    pub replacements: Vec<MeterReplacement>,
    /// Invented for the demonstration.
    pub demo: bool,
}

impl Checks {
    /// What a metric asks for.
    pub fn of(metric: &Metric) -> Self {
        Self {
            sent_unit: metric.sent_unit.as_deref().map(Box::from),
            stuck_after_s: metric.stuck_after_s,
            max_step: metric.max_step,
            rollover_at: metric.rollover_at,
            calibration: false,
        }
    }
}

impl PointInfo {
    /// Whether values of these times are of two meters.
    pub fn is_replaced_between(&self, before_ms: i64, after_ms: i64) -> bool {
        let mut moments = self.replacements.iter().map(|replacement| replacement.at.as_millis());
        moments.any(|at_ms| before_ms < at_ms && at_ms <= after_ms)
    }

    /// The owner at this instant: whose readings of then these are.
    pub fn owner_at(&self, instant: Instant) -> Option<Id<noun::Establishment>> {
        self.owners
            .iter()
            .find(|span| span.from <= instant && span.until.is_none_or(|until| instant < until))
            .map(|span| span.establishment)
    }
}

/// One state of the directory.
#[derive(Debug, Default)]
pub struct Snapshot {
    generation: i64,
    complexes: Vec<ComplexInfo>,
    establishments: HashMap<Id<noun::Establishment>, EstablishmentInfo>,
    organisations: HashMap<Id<noun::Organisation>, OrganisationInfo>,
    profiles: HashMap<Id<DeviceProfileNoun>, ProfileInfo>,
    devices: HashMap<Id<noun::Device>, Entry>,
    by_key: HashMap<Box<str>, Id<noun::Device>>,
    by_certificate: HashMap<[u8; 32], (Id<noun::Device>, Span)>,
    points: Vec<PointInfo>,
    by_point: HashMap<Id<noun::Point>, usize>,
    by_series: SeriesMap<usize>,
    by_secret: HashMap<SecretHash, Id<noun::Device>>,
}

#[derive(Debug)]
struct Entry {
    info: DeviceInfo,
    secret: Option<SecretHash>,
    calibrations: Vec<Span>,
    /// Places in `Snapshot::points`, in order of registration, and by key.
    points: Vec<usize>,
    by_key: HashMap<Box<str>, usize>,
}

impl Snapshot {
    /// The device with this key.
    pub fn device_by_key(&self, key: &str) -> Option<&DeviceInfo> {
        self.device(*self.by_key.get(key)?)
    }

    /// The device with this id.
    pub fn device(&self, id: Id<noun::Device>) -> Option<&DeviceInfo> {
        self.devices.get(&id).map(|entry| &entry.info)
    }

    /// All devices, in no order.
    pub fn devices(&self) -> impl Iterator<Item = &DeviceInfo> {
        self.devices.values().map(|entry| &entry.info)
    }

    /// The device profile with this id.
    pub fn profile(&self, id: Id<DeviceProfileNoun>) -> Option<&ProfileInfo> {
        self.profiles.get(&id)
    }

    /// The profile of a device.
    pub fn profile_of(&self, device: &DeviceInfo) -> Option<&ProfileInfo> {
        self.profiles.get(&device.profile?)
    }

    /// The point of a device with this key.
    pub fn point(&self, device: Id<noun::Device>, key: &str) -> Option<&PointInfo> {
        let place = *self.devices.get(&device)?.by_key.get(key)?;
        self.points.get(place)
    }

    /// The point with this id.
    pub fn point_by_id(&self, id: Id<noun::Point>) -> Option<&PointInfo> {
        self.points.get(*self.by_point.get(&id)?)
    }

    /// The point with this short number.
    pub fn point_by_series(&self, series: Series) -> Option<&PointInfo> {
        self.points.get(*self.by_series.get(&series)?)
    }

    /// The points of a device, in order of registration.
    pub fn points_of(&self, device: Id<noun::Device>) -> impl Iterator<Item = &PointInfo> {
        let places = self.devices.get(&device).map_or(&[][..], |entry| &entry.points);
        places.iter().filter_map(|place| self.points.get(*place))
    }

    /// All points, in order of registration.
    pub fn points(&self) -> &[PointInfo] {
        &self.points
    }

    /// All complexes, in order of registration.
    pub fn complexes(&self) -> &[ComplexInfo] {
        &self.complexes
    }

    /// The establishment with this id.
    pub fn establishment(&self, id: Id<noun::Establishment>) -> Option<&EstablishmentInfo> {
        self.establishments.get(&id)
    }

    /// All establishments, in no order.
    pub fn establishments(&self) -> impl Iterator<Item = &EstablishmentInfo> {
        self.establishments.values()
    }

    /// The organisation with this id.
    pub fn organisation(&self, id: Id<noun::Organisation>) -> Option<&OrganisationInfo> {
        self.organisations.get(&id)
    }

    /// Whether `secret` is the credential of the device with this key. A retired device, one without
    /// credential and an unknown key are refused, after the same work.
    pub fn check_credential(&self, device_key: &str, secret: &str) -> bool {
        let entry = self.by_key.get(device_key).and_then(|id| self.devices.get(id));
        let known = entry.filter(|entry| !entry.info.retired).and_then(|entry| entry.secret);
        if let Some(hash) = known {
            return hash.fits(secret);
        }
        // The hash of something else costs the same time as a real check.
        let _ = SecretHash::of("no such device").fits(secret);
        false
    }

    /// The device whose credential this is, for protocols that name the device by its secret alone. A
    /// retired device is not found.
    pub fn device_by_secret(&self, secret: &str) -> Option<&DeviceInfo> {
        let device = *self.by_secret.get(&SecretHash::of(secret))?;
        self.device(device).filter(|device| !device.retired)
    }

    /// The device that proves itself with the client certificate of this SHA-256 at `now`. One that was
    /// revoked, is not valid now, or belongs to a retired device is refused.
    pub fn check_certificate(&self, sha256: &[u8; 32], now: Instant) -> Option<&DeviceInfo> {
        let (device, valid) = self.by_certificate.get(sha256)?;
        self.device(*device).filter(|info| valid.holds(now) && !info.retired)
    }

    /// Whether the profile of the device asks for a calibration that it did not hold at this instant.
    pub fn lacks_calibration(&self, device: Id<noun::Device>, at: Instant) -> bool {
        let Some(entry) = self.devices.get(&device) else { return false };
        let asked = self.profile_of(&entry.info).is_some_and(|x| x.calibration_required);
        asked && !entry.calibrations.iter().any(|span| span.holds(at))
    }

    /// The devices that speak through this gateway, in no order.
    pub fn children_of(&self, gateway: Id<noun::Device>) -> impl Iterator<Item = &DeviceInfo> {
        self.devices().filter(move |device| device.gateway == Some(gateway))
    }

    /// The generation of the registry that this shows.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    pub(super) fn of_generation(generation: i64) -> Self {
        Self { generation, ..Self::default() }
    }

    pub(super) fn add_complex(&mut self, complex: ComplexInfo) {
        self.complexes.push(complex);
    }

    pub(super) fn add_establishment(&mut self, establishment: EstablishmentInfo) {
        self.establishments.insert(establishment.id, establishment);
    }

    pub(super) fn add_organisation(&mut self, organisation: OrganisationInfo) {
        self.organisations.insert(organisation.id, organisation);
    }

    pub(super) fn add_profile(&mut self, profile: ProfileInfo) {
        self.profiles.insert(profile.id, profile);
    }

    pub(super) fn add_device(&mut self, info: DeviceInfo, secret: Option<SecretHash>) {
        self.by_key.insert(info.key.clone(), info.id);
        self.by_secret.extend(secret.map(|secret| (secret, info.id)));
        let (points, by_key, calibrations) = (Vec::new(), HashMap::new(), Vec::new());
        self.devices.insert(info.id, Entry { info, secret, calibrations, points, by_key });
    }

    pub(super) fn add_certificate(
        &mut self,
        device: Id<noun::Device>,
        fingerprint: SecretHash,
        valid: Span,
    ) {
        self.by_certificate.insert(fingerprint.bytes(), (device, valid));
    }

    pub(super) fn add_calibration(&mut self, device: Id<noun::Device>, span: Span) {
        if let Some(entry) = self.devices.get_mut(&device) {
            let until = &mut entry.info.calibration_until;
            *until = (*until).max(Some(span.until));
            entry.calibrations.push(span);
        }
    }

    pub(super) fn add_replacement(&mut self, point: Id<noun::Point>, at: MeterReplacement) {
        let place = self.by_point.get(&point);
        if let Some(point) = place.and_then(|place| self.points.get_mut(*place)) {
            point.replacements.push(at);
        }
    }

    /// Adds a point; its device and the profile of that stand already.
    pub(super) fn add_point(&mut self, mut point: PointInfo) {
        let place = self.points.len();
        let profile = self.device(point.device).and_then(|device| self.profile_of(device));
        let of_key = |metric: &&Metric| metric.key.as_str() == &*point.key;
        if let Some(metric) = profile.and_then(|profile| profile.metrics.iter().find(of_key)) {
            point.checks = Checks::of(metric);
        }
        point.checks.calibration = profile.is_some_and(|profile| profile.calibration_required);
        if let Some(entry) = self.devices.get_mut(&point.device) {
            point.position = point.position.or(entry.info.position);
            entry.points.push(place);
            entry.by_key.insert(point.key.clone(), place);
        }
        self.by_point.insert(point.id, place);
        self.by_series.insert(point.series, place);
        self.points.push(point);
    }

    pub(super) fn add_owner(&mut self, point: Id<noun::Point>, span: OwnerSpan) {
        let place = self.by_point.get(&point);
        if let Some(point) = place.and_then(|place| self.points.get_mut(*place)) {
            point.owners.push(span);
        }
    }
}
