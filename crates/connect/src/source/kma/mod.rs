//! Weather of the Korea Meteorological Administration (기상청): of a cell of its 5 km grid every hour
//! (초단기실황, data.go.kr 15084084), or of a staffed station up to yesterday (종관기상관측, ASOS).
//!
//! Fields and codes are as public programs use them; the guide itself was not read (미확인). Deliberately
//! absent: forecasts, warnings, and turning a place into a cell.

pub mod decode;
pub mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base::Instant;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::SourceKind;
use super::open_data::reply::Item;
use super::open_data::{Published, Question, Read, Service, kst};

/// How weather is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KmaConnection {
    /// How the service is called.
    pub service: Service,
    /// Of where.
    pub place: KmaPlace,
    /// Which value goes to which point, by the key of the point.
    pub points: BTreeMap<KmaField, String>,
}

/// Where the weather is of, and which service knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "product", rename_all = "snake_case", deny_unknown_fields)]
pub enum KmaPlace {
    /// A cell of the forecast grid (초단기실황), every hour.
    Grid {
        /// Column, 1 to 149.
        nx: u16,
        /// Row, 1 to 253.
        ny: u16,
    },
    /// A station by its number (지점 번호, ASOS); the hours of the last three days until yesterday.
    Station {
        /// Its number, such as 146.
        station: u16,
    },
}

/// What is observed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum KmaField {
    /// Air temperature, °C.
    Temperature,
    /// Relative humidity, %.
    Humidity,
    /// Wind speed, m/s.
    WindSpeed,
    /// Where the wind comes from, degrees.
    WindDirection,
    /// Precipitation of the hour, mm.
    Rain1h,
    /// Wind towards the east, m/s; grid only.
    WindEast,
    /// Wind towards the north, m/s; grid only.
    WindNorth,
    /// Code of the sort of precipitation (강수형태), 0: none; grid only.
    PrecipitationKind,
    /// Pressure at the station (현지기압), hPa; station only.
    Pressure,
    /// Pressure at sea level (해면기압), hPa; station only.
    SeaPressure,
    /// Sunshine of the hour, hours; station only.
    Sunshine,
    /// Solar energy of the hour (일사), MJ/m²; station only.
    SolarEnergy,
}

impl KmaField {
    /// All fields.
    pub const ALL: [Self; 12] = [
        Self::Temperature,
        Self::Humidity,
        Self::WindSpeed,
        Self::WindDirection,
        Self::Rain1h,
        Self::WindEast,
        Self::WindNorth,
        Self::PrecipitationKind,
        Self::Pressure,
        Self::SeaPressure,
        Self::Sunshine,
        Self::SolarEnergy,
    ];

    /// Its word in the rows of a service; `None`: that service does not have it.
    pub const fn code(self, place: KmaPlace) -> Option<&'static str> {
        let (grid, station) = match self {
            Self::Temperature => (Some("T1H"), Some("ta")),
            Self::Humidity => (Some("REH"), Some("hm")),
            Self::WindSpeed => (Some("WSD"), Some("ws")),
            Self::WindDirection => (Some("VEC"), Some("wd")),
            Self::Rain1h => (Some("RN1"), Some("rn")),
            Self::WindEast => (Some("UUU"), None),
            Self::WindNorth => (Some("VVV"), None),
            Self::PrecipitationKind => (Some("PTY"), None),
            Self::Pressure => (None, Some("pa")),
            Self::SeaPressure => (None, Some("ps")),
            Self::Sunshine => (None, Some("ss")),
            Self::SolarEnergy => (None, Some("icsr")),
        };
        match place {
            KmaPlace::Grid { .. } => grid,
            KmaPlace::Station { .. } => station,
        }
    }
}

impl Published for KmaConnection {
    const KIND: SourceKind = SourceKind::Kma;

    fn service(&self) -> &Service {
        &self.service
    }

    fn questions(&self, now: Instant) -> Vec<Question> {
        let wall = kst::wall(now);
        let back = |span: Span| wall.checked_sub(span).unwrap_or(wall);
        let day = |at: jiff::civil::DateTime| at.strftime("%Y%m%d").to_string();
        let usual = |rows: &str| {
            let pairs = [("numOfRows", rows), ("pageNo", "1"), ("dataType", "JSON")];
            pairs.map(|(name, value)| (name, value.to_owned())).to_vec()
        };
        match self.place {
            KmaPlace::Grid { nx, ny } => {
                // The hour is there some minutes after it: until then, the one before.
                let question = |at: jiff::civil::DateTime| {
                    let mut query = usual("20");
                    query.push(("base_date", day(at)));
                    query.push(("base_time", at.strftime("%H00").to_string()));
                    query.push(("nx", nx.to_string()));
                    query.push(("ny", ny.to_string()));
                    let path = "1360000/VilageFcstInfoService_2.0/getUltraSrtNcst";
                    Question { path, query }
                };
                vec![question(wall), question(back(1.hour()))]
            }
            KmaPlace::Station { station } => {
                let mut query = usual("100");
                let fixed = [("dataCd", "ASOS"), ("dateCd", "HR"), ("startHh", "00")];
                query.extend(fixed.map(|(name, value)| (name, value.to_owned())));
                query.push(("startDt", day(back(3.days()))));
                query.push(("endDt", day(back(1.day()))));
                query.push(("endHh", "23".to_owned()));
                query.push(("stnIds", station.to_string()));
                vec![Question { path: "1360000/AsosHourlyInfoService/getWthrDataList", query }]
            }
        }
    }

    fn read(&self, items: &[Item]) -> Read {
        decode::read(self.place, &self.points, items)
    }

    fn advice(&self) -> &'static str {
        "check the cell or the number of the station"
    }
}
