//! Who and what exists in the simulated complex: all of it invented (시연 데이터), all of it repeatable.
//!
//! The shape is that of Jeonju's two general industrial complexes as measured from the city's factory
//! register: many tenants to a lot, 21 firms in one building, a few firms with two sites, one paper and
//! one fibre plant that dwarf the rest, six spellings of 주식회사. No name, number or value is real.
//!
//! Invariants: pure; the same seed gives the same plan, byte for byte; device keys are unique.

mod device;
mod measure;
mod meter;
mod name;
mod profile;
mod secret;
mod seed;
mod tenant;
#[cfg(test)]
mod tests;

use base::Position;

pub(crate) use measure::SPARED;
pub use measure::{measure_json, measured_from_ms};
pub use meter::meters_json;
pub use profile::{Metric, Profile};
pub use secret::secret;
pub use seed::{SEED_DEFAULT, seed_json};

use crate::geometry::{ComplexLayout, Spot, layouts};

/// The trades of the demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trade {
    /// 제지·지류
    Paper,
    /// 화학섬유
    Fibre,
    /// 탄소소재
    Carbon,
    /// 수소
    Hydrogen,
    /// 기계·금속
    Machinery,
    /// 식품
    Food,
    /// 인쇄
    Printing,
    /// 태양광 발전
    Solar,
}

/// A complex.
#[derive(Debug, Clone, PartialEq)]
pub struct Complex {
    /// Short code: `jj1`.
    pub code: &'static str,
    /// Korean name.
    pub name: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// How it lies.
    pub layout: ComplexLayout,
}

/// A parcel.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Which complex, 0 or 1.
    pub complex: usize,
    /// The lot of the layout.
    pub lot: u16,
    /// 필지고유번호 in the right form, with a main number from 9000 that no register is known to hold.
    pub pnu: String,
    /// 지번주소.
    pub lot_address: String,
    /// Square metres.
    pub area_m2: f64,
}

/// A building.
#[derive(Debug, Clone, PartialEq)]
pub struct Building {
    /// Index of its parcel.
    pub parcel: usize,
    /// Name, unique within its complex.
    pub name: String,
    /// The middle.
    pub spot: Spot,
}

/// A unit of a building.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Index of its building.
    pub building: usize,
    /// Floor.
    pub floor: String,
    /// Name within the building.
    pub name: String,
}

/// A company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Registered name, with the mark of a corporation somewhere.
    pub name: String,
    /// A number of the right length that no office has given out: it begins with 000.
    pub registration_number: Option<String>,
}

/// An establishment: one site of one company.
#[derive(Debug, Clone, PartialEq)]
pub struct Establishment {
    /// Which complex, 0 or 1.
    pub complex: usize,
    /// Index of its company.
    pub company: usize,
    /// Name, unique within its complex.
    pub name: String,
    /// What it makes.
    pub trade: Trade,
    /// Index of its unit.
    pub unit: usize,
    /// Contract power, kW.
    pub contract_kw: f64,
    /// Where it is.
    pub spot: Spot,
}

/// An organisation that is no tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organisation {
    /// Name.
    pub name: &'static str,
    /// Kind, as the registry says it.
    pub kind: &'static str,
    /// An invented number.
    pub phone: &'static str,
}

/// What draws the power that a meter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// A tenant of this trade; `Solar` counts what it generates.
    Tenant(Trade),
    /// All firms of the factory building behind the landlord's meter.
    FactoryBuilding,
    /// Street lamps.
    StreetLight,
    /// Pumps of the sewage and drainage works.
    Pump,
    /// The building of the complex's manager.
    Office,
    /// Everything public of a complex behind one meter, its own plant and battery taken off.
    Public,
    /// What that sends back to the grid at noon.
    PublicBack,
    /// The plant on the manager's roof; counts what it generates.
    Roof,
    /// The manager's battery: what it takes.
    Charge,
    /// The manager's battery: what it gives.
    Discharge,
}

/// A device.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// Which complex, 0 or 1.
    pub complex: usize,
    /// Key, unique in the whole system: `jj1-air-01`.
    pub key: String,
    /// Korean name.
    pub name: String,
    /// Kind, as the registry says it.
    pub kind: &'static str,
    /// What it measures; absent for a device without points.
    pub profile: Option<Profile>,
    /// Index of the establishment that owns it; absent when the complex runs it.
    pub establishment: Option<usize>,
    /// Where it is.
    pub spot: Spot,
    /// Of a meter: what draws the power, and its usual peak in kW.
    pub load: Option<(Load, f64)>,
}

/// The whole plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The seed that it grew from.
    pub seed: u64,
    /// The two complexes.
    pub complexes: [Complex; 2],
    /// The parcels.
    pub parcels: Vec<Parcel>,
    /// The buildings.
    pub buildings: Vec<Building>,
    /// The units.
    pub units: Vec<Unit>,
    /// The companies.
    pub companies: Vec<Company>,
    /// The establishments.
    pub establishments: Vec<Establishment>,
    /// The organisations.
    pub organisations: Vec<Organisation>,
    /// The devices.
    pub devices: Vec<Device>,
    /// Since when the measure of [`Plan::improved_meter`] is done, milliseconds since 1970 UTC; absent: never.
    pub improved_from_ms: Option<i64>,
}

impl Plan {
    /// The plan that grows from `seed`.
    ///
    /// ```
    /// let plan = sim::plan::Plan::new(1);
    /// assert_eq!(plan, sim::plan::Plan::new(1));
    /// assert!(plan.device("jj1-air-01").is_some());
    /// ```
    pub fn new(seed: u64) -> Self {
        let [first, second] = layouts();
        let [name, name_2] = crate::geometry::COMPLEX_NAMES;
        let complexes = [
            Complex {
                code: "jj1",
                name,
                name_en: "Jeonju Industrial Complex 1 (demo)",
                layout: first,
            },
            Complex {
                code: "jj2",
                name: name_2,
                name_en: "Jeonju Industrial Complex 2 (demo)",
                layout: second,
            },
        ];
        let mut plan = Self {
            seed,
            complexes,
            parcels: Vec::new(),
            buildings: Vec::new(),
            units: Vec::new(),
            companies: Vec::new(),
            establishments: Vec::new(),
            organisations: tenant::ORGANISATIONS.to_vec(),
            devices: Vec::new(),
            improved_from_ms: None,
        };
        tenant::settle(&mut plan);
        device::install(&mut plan);
        meter::install(&mut plan);
        plan
    }

    /// The device with this key.
    pub fn device(&self, key: &str) -> Option<&Device> {
        self.devices.iter().find(|device| device.key == key)
    }

    /// Devices that obey commands: signs and sirens.
    pub fn obeyers(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter().filter(|device| device.obeys())
    }

    /// Devices that send readings.
    pub fn senders(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter().filter(|device| device.profile.is_some())
    }

    /// The meter of the tenant whose energy manager the demonstration's visitor is: the first by key.
    pub fn first_tenant_meter(&self) -> Option<&Device> {
        let owned = self.devices.iter().filter(|device| device.establishment.is_some());
        owned.min_by(|a, b| a.key.cmp(&b.key))
    }

    /// The meters that count a part of what this one counts: those of the factory building's firms, or the
    /// public ones of the same complex.
    pub(crate) fn meters_below(&self, load: Load, complex: usize) -> Vec<&Device> {
        let is_below = |device: &&Device| match (load, device.load) {
            (Load::FactoryBuilding, Some((Load::Tenant(_), _))) => {
                device.establishment.is_some_and(|site| device::in_factory_building(self, site))
            }
            (Load::Public, Some((Load::StreetLight | Load::Pump | Load::Office, _))) => {
                device.complex == complex
            }
            _ => false,
        };
        self.devices.iter().filter(is_below).collect()
    }

    /// The parcel of an establishment.
    fn parcel_of(&self, establishment: &Establishment) -> &Parcel {
        let building = &self.buildings[self.units[establishment.unit].building];
        &self.parcels[building.parcel]
    }
}

impl Device {
    /// Whether it does what it is told: signs and sirens.
    pub(crate) fn obeys(&self) -> bool {
        self.kind == "sign" || self.key.contains("-siren-")
    }
}

impl From<Spot> for Position {
    fn from(spot: Spot) -> Self {
        Self { lon: spot.lon(), lat: spot.lat() }
    }
}
