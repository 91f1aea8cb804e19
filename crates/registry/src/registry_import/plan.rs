//! What a row means: pure rules over what stands. See the module `identity` for how names compare.

use std::collections::{HashMap, HashSet};

use base::{Id, noun};

use super::input::{DeviceInput, EstablishmentInput, PointInput};
use super::{Candidate, MatchReason, RowAction};
use crate::company::CompanyNoun;
use crate::device::DeviceKind;
use crate::device_profile::{DeviceProfileNoun, Metric};
use crate::identity::{lot_key, name_key};

/// Candidates that a row shows.
const CANDIDATES_MAX: usize = 10;

/// An establishment that stands, as far as identity goes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub(crate) id: Id<noun::Establishment>,
    pub(crate) name: String,
    pub(crate) name_key: String,
    pub(crate) company_key: String,
    pub(crate) lot_address: Option<String>,
    pub(crate) lot_key: Option<String>,
    pub(crate) registration_number: Option<String>,
}

/// The establishments of one complex, findable by what identifies them.
#[derive(Debug, Default)]
pub(crate) struct Establishments {
    all: Vec<Standing>,
    by_factory_no: HashMap<String, usize>,
    by_number: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    by_lot: HashMap<String, Vec<usize>>,
    /// Companies by registration number, those of other complexes too.
    pub(crate) companies: HashMap<String, Id<CompanyNoun>>,
}

/// What a row of establishments means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing like it stands.
    Create,
    /// It is this one.
    Update(Id<noun::Establishment>),
    /// It may be one of these; a person decides.
    Review(Vec<Candidate>),
}

impl Verdict {
    pub(crate) fn action(&self) -> RowAction {
        match self {
            Self::Create => RowAction::Create,
            Self::Update(_) => RowAction::Update,
            Self::Review(_) => RowAction::Review,
        }
    }
}

impl Establishments {
    pub(crate) fn add(&mut self, standing: Standing) {
        let at = self.all.len();
        if let Some(number) = &standing.registration_number {
            self.by_number.entry(number.clone()).or_default().push(at);
        }
        self.by_name.entry(standing.name_key.clone()).or_default().push(at);
        if standing.company_key != standing.name_key {
            self.by_name.entry(standing.company_key.clone()).or_default().push(at);
        }
        if let Some(lot) = &standing.lot_key {
            self.by_lot.entry(lot.clone()).or_default().push(at);
        }
        self.all.push(standing);
    }

    pub(crate) fn add_factory_no(&mut self, number: String, id: Id<noun::Establishment>) {
        if let Some(at) = self.all.iter().position(|standing| standing.id == id) {
            self.by_factory_no.insert(number, at);
        }
    }

    /// What a row means. First the numbers, then lot and name together; a name alone or a lot alone is
    /// never enough.
    pub(crate) fn judge(&self, row: &EstablishmentInput) -> Verdict {
        let lot = row.lot_address.as_deref().and_then(lot_key);
        if let Some(at) = row.factory_no.as_ref().and_then(|no| self.by_factory_no.get(no)) {
            return Verdict::Update(self.all[*at].id);
        }
        if let Some(verdict) = self.judge_by_number(row, lot.as_deref()) {
            return verdict;
        }
        self.judge_by_name_and_lot(row, lot.as_deref())
    }

    /// The company is known by its number; which of its sites is it?
    fn judge_by_number(&self, row: &EstablishmentInput, lot: Option<&str>) -> Option<Verdict> {
        let sites = self.by_number.get(row.registration_number.as_ref()?)?;
        let on_lot = |at: &&usize| lot.is_some() && self.all[**at].lot_key.as_deref() == lot;
        let same_lot: Vec<_> = sites.iter().filter(on_lot).collect();
        match (sites.as_slice(), same_lot.as_slice()) {
            (_, [site]) => Some(Verdict::Update(self.all[**site].id)),
            ([site], []) if lot.is_none() || self.all[*site].lot_key.is_none() => {
                Some(Verdict::Update(self.all[*site].id))
            }
            (_, _) => Some(self.review(sites, MatchReason::SameNumberOtherLot)),
        }
    }

    fn judge_by_name_and_lot(&self, row: &EstablishmentInput, lot: Option<&str>) -> Verdict {
        let mut named: Vec<usize> = Vec::new();
        for key in [name_key(&row.name), name_key(&row.company)] {
            named.extend(self.by_name.get(&key).into_iter().flatten());
        }
        named.sort_unstable();
        named.dedup();
        let both: Vec<usize> = named
            .iter()
            .copied()
            .filter(|at| lot.is_some() && self.all[*at].lot_key.as_deref() == lot)
            .collect();
        match both.as_slice() {
            [at] if self.numbers_agree(row, *at) => return Verdict::Update(self.all[*at].id),
            [_, ..] => return self.review(&both, MatchReason::OtherNumber),
            [] => {}
        }
        let on_lot = lot.and_then(|lot| self.by_lot.get(lot)).map_or(&[][..], Vec::as_slice);
        if named.is_empty() && on_lot.is_empty() {
            return Verdict::Create;
        }
        let mut candidates = self.candidates(&named, MatchReason::SameName);
        candidates.extend(self.candidates(on_lot, MatchReason::SameLot));
        let mut seen = HashSet::new();
        candidates.retain(|candidate| seen.insert(candidate.id));
        candidates.truncate(CANDIDATES_MAX);
        Verdict::Review(candidates)
    }

    fn numbers_agree(&self, row: &EstablishmentInput, at: usize) -> bool {
        match (&row.registration_number, &self.all[at].registration_number) {
            (Some(new), Some(old)) => new == old,
            (_, _) => true,
        }
    }

    fn review(&self, places: &[usize], reason: MatchReason) -> Verdict {
        let mut candidates = self.candidates(places, reason);
        candidates.truncate(CANDIDATES_MAX);
        Verdict::Review(candidates)
    }

    fn candidates(&self, places: &[usize], reason: MatchReason) -> Vec<Candidate> {
        let candidate = |at: &usize| {
            let standing = &self.all[*at];
            let (id, name) = (standing.id, standing.name.clone());
            Candidate { id, name, lot_address: standing.lot_address.clone(), reason }
        };
        places.iter().map(candidate).collect()
    }

    /// The only establishment with this name, for files of devices.
    pub(crate) fn named(&self, name: &str) -> Result<Id<noun::Establishment>, String> {
        match self.by_name.get(&name_key(name)).map_or(&[][..], Vec::as_slice) {
            [at] => Ok(self.all[*at].id),
            [] => Err(format!(
                "there is no establishment '{name}' in this complex: register it first, or mend the name"
            )),
            many => Err(format!(
                "{} establishments are named '{name}': register the device by hand",
                many.len()
            )),
        }
    }
}

/// What identifies a row within its own file; a second row with the same is an error.
pub(crate) fn file_key(row: &EstablishmentInput) -> String {
    let lot = row.lot_address.as_deref().and_then(lot_key).unwrap_or_default();
    match (&row.factory_no, &row.registration_number) {
        (Some(no), _) => format!("no:{no}"),
        (None, Some(number)) => format!("number:{number}@{lot}"),
        (None, None) => format!("name:{}@{lot}", name_key(&row.name)),
    }
}

/// A device that stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StandingDevice {
    pub(crate) id: Id<noun::Device>,
    pub(crate) complex: Id<noun::Complex>,
    pub(crate) kind: DeviceKind,
}

/// The devices that a row may name.
#[derive(Clone, Copy)]
pub(crate) struct StandingDevices<'a> {
    /// Those that stand, by key.
    pub(crate) devices: &'a HashMap<String, StandingDevice>,
    /// Gateways that rows above in the same file bring.
    pub(crate) gateways_above: &'a HashSet<String>,
}

impl StandingDevices<'_> {
    fn is_gateway(self, key: &str, complex: Id<noun::Complex>) -> bool {
        let stands = self.devices.get(key);
        let stands = stands.is_some_and(|x| x.complex == complex && x.kind == DeviceKind::Gateway);
        stands || self.gateways_above.contains(key)
    }
}

/// What a device of a file is registered with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum DeviceVerdict {
    /// A new one.
    Create {
        profile: Option<Id<DeviceProfileNoun>>,
        establishment: Option<Id<noun::Establishment>>,
        kind: DeviceKind,
    },
    /// It stands: its name and place are brought up to date.
    Update(Id<noun::Device>),
}

/// Judges a row of devices; the errors name the field.
pub(crate) fn judge_device(
    row: &DeviceInput,
    complex: Id<noun::Complex>,
    known: StandingDevices<'_>,
    profiles: &HashMap<String, Id<DeviceProfileNoun>>,
    establishments: &Establishments,
) -> Result<DeviceVerdict, Vec<(&'static str, String)>> {
    let devices = known.devices;
    let mut wrong = Vec::new();
    if let Some(key) = &row.gateway
        && !known.is_gateway(key, complex)
    {
        let detail = format!(
            "there is no gateway '{key}' in this complex or above in this file: register it first, or \
             mend the key"
        );
        wrong.push(("gateway", detail));
    }
    if let Some(device) = devices.get(&row.key) {
        if device.complex != complex {
            wrong.push((
                "key",
                format!("device '{}' stands in another complex: choose another key", row.key),
            ));
        }
        if row.kind.is_some_and(|kind| kind != device.kind) {
            let detail =
                format!("device '{}' is a {}, and the kind never changes", row.key, device.kind);
            wrong.push(("kind", detail));
        }
        return if wrong.is_empty() { Ok(DeviceVerdict::Update(device.id)) } else { Err(wrong) };
    }
    let profile = row.profile.as_ref().map(|code| {
        profiles.get(&code.to_lowercase()).copied().ok_or_else(|| {
            format!(
                "there is no device profile '{code}': register it first, or leave the cell empty"
            )
        })
    });
    let establishment = row.establishment.as_deref().map(|name| establishments.named(name));
    let (profile, establishment) = (profile.transpose(), establishment.transpose());
    if let Err(detail) = &profile {
        wrong.push(("profile", detail.clone()));
    }
    if let Err(detail) = &establishment {
        wrong.push(("establishment", detail.clone()));
    }
    match (profile, establishment) {
        (Ok(profile), Ok(establishment)) if wrong.is_empty() => {
            let kind = row.kind.unwrap_or(DeviceKind::Sensor);
            Ok(DeviceVerdict::Create { profile, establishment, kind })
        }
        (_, _) => Err(wrong),
    }
}

/// A point that stands, as far as a file may not change it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StandingPoint {
    pub(crate) id: Id<noun::Point>,
    pub(crate) metric: Metric,
}

/// What a row of points means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PointVerdict {
    /// A new point of this device.
    Create(Id<noun::Device>),
    /// It stands: its name, interval and range are brought up to date.
    Update(Id<noun::Point>),
}

/// Judges a row of points; the errors name the field.
pub(crate) fn judge_point(
    row: &PointInput,
    complex: Id<noun::Complex>,
    devices: &HashMap<String, StandingDevice>,
    points: &HashMap<(Id<noun::Device>, String), StandingPoint>,
) -> Result<PointVerdict, Vec<(&'static str, String)>> {
    let device = devices.get(&row.device_key).filter(|device| device.complex == complex);
    let Some(device) = device else {
        let detail = format!(
            "there is no device '{}' in this complex: register it first, or mend the key",
            row.device_key
        );
        return Err(vec![("device_key", detail)]);
    };
    let Some(point) = points.get(&(device.id, row.metric.key.clone())) else {
        return Ok(PointVerdict::Create(device.id));
    };
    let old = &point.metric;
    let mut wrong = Vec::new();
    if old.quantity != row.metric.quantity {
        wrong.push(("quantity", never("quantity", &old.quantity)));
    }
    if old.kind != row.metric.kind {
        wrong.push(("kind", never("kind", old.kind.as_str())));
    }
    if old.interval_s != row.metric.interval_s {
        let seconds = old.interval_s.map_or_else(|| "none".to_owned(), |s| s.to_string());
        wrong.push(("interval_s", never("interval", &seconds)));
    }
    if wrong.is_empty() { Ok(PointVerdict::Update(point.id)) } else { Err(wrong) }
}

fn never(what: &str, old: &str) -> String {
    format!("the point stands with {what} {old}, which never changes: give another key")
}
