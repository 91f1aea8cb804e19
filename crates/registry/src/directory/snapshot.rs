//! One state of the directory, and how to find things in it.

use std::collections::HashMap;

use base::{Id, Instant, PointKind, Position, Series, noun};

use crate::device::DeviceKind;
use crate::device::credential::SecretHash;
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
    /// The owners, the oldest first; they never overlap.
    pub owners: Vec<OwnerSpan>,
    /// Invented for the demonstration.
    pub demo: bool,
}

impl PointInfo {
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
    devices: HashMap<Id<noun::Device>, Entry>,
    by_key: HashMap<Box<str>, Id<noun::Device>>,
    points: Vec<PointInfo>,
    by_point: HashMap<Id<noun::Point>, usize>,
    by_series: HashMap<Series, usize>,
}

#[derive(Debug)]
struct Entry {
    info: DeviceInfo,
    secret: Option<SecretHash>,
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

    pub(super) fn add_device(&mut self, info: DeviceInfo, secret: Option<SecretHash>) {
        self.by_key.insert(info.key.clone(), info.id);
        let (points, by_key) = (Vec::new(), HashMap::new());
        self.devices.insert(info.id, Entry { info, secret, points, by_key });
    }

    /// Adds a point; its device stands already.
    pub(super) fn add_point(&mut self, mut point: PointInfo) {
        let place = self.points.len();
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
