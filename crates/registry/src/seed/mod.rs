//! A whole complex as plain data, laid down in one go: the demonstration and the tests are made so.
//!
//! Things refer to each other by the codes and names that people use (a complex by its code, a
//! device by its key), never by identifiers. Applying the same seed again changes nothing.

mod apply;
mod known;
#[cfg(test)]
pub(crate) mod tests;

use base::{Instant, Position};
use serde::{Deserialize, Serialize};

use crate::complex::ComplexKind;
use crate::device::DeviceKind;
use crate::device_profile::Metric;
use crate::organisation::OrganisationKind;

pub use apply::apply;
pub use known::statements;

/// All that is laid down; lists may be empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    /// Marks everything as invented (시연 데이터).
    pub demo: bool,
    /// The complexes.
    pub complexes: Vec<SeedComplex>,
    /// The companies.
    pub companies: Vec<SeedCompany>,
    /// The parcels.
    pub parcels: Vec<SeedParcel>,
    /// The buildings.
    pub buildings: Vec<SeedBuilding>,
    /// The units of buildings.
    pub units: Vec<SeedUnit>,
    /// The establishments.
    pub establishments: Vec<SeedEstablishment>,
    /// Organisations that are no tenants.
    pub organisations: Vec<SeedOrganisation>,
    /// The device profiles.
    pub profiles: Vec<SeedProfile>,
    /// The devices; their points come from their profile.
    pub devices: Vec<SeedDevice>,
}

/// A complex; known by `code`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedComplex {
    /// Short code, unique: `jj1`.
    pub code: String,
    /// Korean name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Kind by law.
    pub kind: ComplexKind,
    /// Outline as a GeoJSON Polygon or MultiPolygon, WGS 84.
    #[serde(default)]
    pub boundary: Option<serde_json::Value>,
    /// Where the map opens.
    #[serde(default)]
    pub position: Option<Position>,
}

/// A company; known by `name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedCompany {
    /// Registered name, unique within the seed.
    pub name: String,
    /// 사업자등록번호, 10 digits.
    #[serde(default)]
    pub registration_number: Option<String>,
}

/// A parcel; known by `pnu`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedParcel {
    /// Code of its complex.
    pub complex: String,
    /// 필지고유번호, 19 digits.
    pub pnu: String,
    /// Area in square metres.
    #[serde(default)]
    pub area_m2: Option<f64>,
    /// 지번주소.
    #[serde(default)]
    pub lot_address: Option<String>,
}

/// A building; known by its complex and `name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedBuilding {
    /// PNU of its parcel.
    pub parcel: String,
    /// Name, unique within its complex.
    pub name: String,
    /// Where it stands.
    #[serde(default)]
    pub position: Option<Position>,
}

/// A unit of a building; known by its building and `name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedUnit {
    /// Code of the complex of its building.
    pub complex: String,
    /// Name of its building.
    pub building: String,
    /// Floor as people say it: `3`, `B1`.
    #[serde(default)]
    pub floor: Option<String>,
    /// Name, unique within its building: `301호`.
    pub name: String,
}

/// An establishment (사업장); known by its complex and `name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedEstablishment {
    /// Code of its complex.
    pub complex: String,
    /// Name of its company.
    pub company: String,
    /// Name, unique within its complex.
    pub name: String,
    /// Its unit, as (name of building, name of unit).
    #[serde(default)]
    pub unit: Option<(String, String)>,
    /// 지번주소.
    #[serde(default)]
    pub lot_address: Option<String>,
    /// 도로명주소.
    #[serde(default)]
    pub road_address: Option<String>,
    /// KSIC code, of the revision below.
    #[serde(default)]
    pub ksic_code: Option<String>,
    /// Revision of KSIC, such as 11.
    #[serde(default)]
    pub ksic_revision: Option<i64>,
    /// Where it is.
    #[serde(default)]
    pub position: Option<Position>,
}

/// An organisation; known by its complex and `name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedOrganisation {
    /// Code of the complex that it serves; absent when it serves several.
    #[serde(default)]
    pub complex: Option<String>,
    /// Name.
    pub name: String,
    /// What sort.
    pub kind: OrganisationKind,
    /// Telephone number.
    #[serde(default)]
    pub phone: Option<String>,
}

/// A device profile; known by `code`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedProfile {
    /// Short code, unique: `air-basic`.
    pub code: String,
    /// Korean name.
    pub name: String,
    /// What its devices measure; each metric becomes a point.
    pub metrics: Vec<Metric>,
}

/// A device; known by `key`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedDevice {
    /// Code of its complex.
    pub complex: String,
    /// Key, unique in the whole system, as in MQTT topics.
    pub key: String,
    /// Korean name.
    pub name: String,
    /// What sort.
    pub kind: DeviceKind,
    /// Code of its profile.
    #[serde(default)]
    pub profile: Option<String>,
    /// Name of the establishment that owns it and its points; absent when the complex runs it.
    #[serde(default)]
    pub establishment: Option<String>,
    /// Since when the establishment owns the points; absent: since ever.
    #[serde(default)]
    pub owned_from: Option<Instant>,
    /// Where it is.
    #[serde(default)]
    pub position: Option<Position>,
    /// Its secret for MQTT and HTTP, 16 to 128 characters; only the SHA-256 is kept.
    #[serde(default)]
    pub secret: Option<String>,
}

/// What applying a seed did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedReport {
    /// Things that were new.
    pub created: usize,
    /// Things that stood already.
    pub unchanged: usize,
    /// Points among the new things.
    pub points: usize,
}
