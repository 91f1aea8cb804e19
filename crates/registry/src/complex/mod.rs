//! A complex (산업단지): the piece of land that a platform serves, with what stands on it.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Position, noun};

crate::noun::words! {
    /// The kinds of complex in 산업입지 및 개발에 관한 법률.
    ComplexKind, "kind of complex" {
        /// 국가산업단지
        National = "national",
        /// 일반산업단지
        General = "general",
        /// 도시첨단산업단지
        UrbanHighTech = "urban_high_tech",
        /// 농공단지
        AgroIndustrial = "agro_industrial",
    }
}

crate::noun::noun! {
    /// A complex (산업단지).
    Complex of noun::Complex;
    /// What it takes to register a complex.
    ComplexCreate;
    /// What to change of a complex: absent keeps, `null` clears.
    ComplexUpdate;
    at_birth {
        /// Short code, unique: `jj1`.
        code: String,
    }
    any_time {
        /// Korean name.
        name: String,
        /// English name.
        name_en: String,
        /// Kind by law.
        kind: ComplexKind,
        /// Outline as a GeoJSON Polygon or MultiPolygon in WGS 84. Not of legal use.
        #[schema(value_type = Option<Object>)]
        boundary: Option<serde_json::Value>,
        /// Where the map opens.
        #[schema(value_type = Option<Position>)]
        position: Option<Position>,
    }
    afterwards {}
}
