//! Air quality of a station, as AirKorea (에어코리아, 한국환경공단) publishes it every hour
//! (`getMsrstnAcctoRltmMesureDnsty` of `B552584/ArpltnInforInqireSvc`, data.go.kr 15073861).
//!
//! The hour is kept as published. Whether it names the end of the averaged hour is not said in what was read
//! (미확인), so nothing is shifted. A value that carries a word such as 통신장애 or 점검및교정 is `doubtful`;
//! `-` is no value, with that word. Deliberately absent: forecasts, other stations nearby.

pub mod decode;
pub mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base::Instant;
use serde::{Deserialize, Serialize};

use super::SourceKind;
use super::open_data::reply::Item;
use super::open_data::{Published, Question, Read, Service};

/// How a station is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AirkoreaConnection {
    /// How the service is called.
    pub service: Service,
    /// Name of the station (측정소) as AirKorea writes it, such as 팔복동.
    pub station: String,
    /// Which value goes to which point, by the key of the point.
    pub points: BTreeMap<AirkoreaField, String>,
}

/// What a station measures, means of an hour.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AirkoreaField {
    /// PM10, µg/m³.
    Pm10,
    /// PM2.5, µg/m³.
    Pm25,
    /// Ozone, ppm.
    O3,
    /// Nitrogen dioxide, ppm.
    No2,
    /// Sulphur dioxide, ppm.
    So2,
    /// Carbon monoxide, ppm.
    Co,
    /// The index of AirKorea itself (통합대기환경지수); stands beside an index of our own.
    Khai,
}

impl AirkoreaField {
    /// All fields.
    pub const ALL: [Self; 7] =
        [Self::Pm10, Self::Pm25, Self::O3, Self::No2, Self::So2, Self::Co, Self::Khai];

    /// The beginning of its names in a row: `pm10Value`, `pm10Flag`.
    pub const fn stem(self) -> &'static str {
        match self {
            Self::Pm10 => "pm10",
            Self::Pm25 => "pm25",
            Self::O3 => "o3",
            Self::No2 => "no2",
            Self::So2 => "so2",
            Self::Co => "co",
            Self::Khai => "khai",
        }
    }
}

impl Published for AirkoreaConnection {
    const KIND: SourceKind = SourceKind::Airkorea;

    fn service(&self) -> &Service {
        &self.service
    }

    fn questions(&self, _now: Instant) -> Vec<Question> {
        let query = vec![
            ("returnType", "json".to_owned()),
            // The hours of a day, so that what was missed while the line was broken comes after all.
            ("numOfRows", "24".to_owned()),
            ("pageNo", "1".to_owned()),
            ("stationName", self.station.clone()),
            ("dataTerm", "DAILY".to_owned()),
            ("ver", "1.3".to_owned()),
        ];
        let path = "B552584/ArpltnInforInqireSvc/getMsrstnAcctoRltmMesureDnsty";
        vec![Question { path, query }]
    }

    fn read(&self, items: &[Item]) -> Read {
        decode::read(&self.points, items)
    }

    fn advice(&self) -> &'static str {
        "check the name of the station as AirKorea writes it"
    }
}
