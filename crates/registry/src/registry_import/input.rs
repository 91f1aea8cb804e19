//! From the cells of a row to values that cannot be wrong, or to words about the cells that are.

use base::{PointKind, Position};

use super::{ImportColumn, RowError, RowValues};
use crate::company::rules::is_registration_number;
use crate::device::{DeviceKind, is_device_key};
use crate::device_profile::Metric;
use crate::device_profile::rules::metric_errors;
use crate::establishment::rules::is_ksic;
use crate::identity;

/// The revision of KSIC when a file names none: 11, in force since 2024-07-01.
const KSIC_REVISION: i64 = 11;
/// How often a value is expected when a file does not say.
const EXPECTED_INTERVAL_S: u32 = 60;

/// A row of a file of establishments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EstablishmentInput {
    pub(crate) company: String,
    pub(crate) name: String,
    pub(crate) registration_number: Option<String>,
    pub(crate) factory_no: Option<String>,
    pub(crate) lot_address: Option<String>,
    pub(crate) road_address: Option<String>,
    pub(crate) ksic: Option<(String, i64)>,
    pub(crate) position: Option<Position>,
}

/// A row of a file of devices.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeviceInput {
    pub(crate) key: String,
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<DeviceKind>,
    pub(crate) profile: Option<String>,
    pub(crate) establishment: Option<String>,
    /// Key of the gateway that it speaks through.
    pub(crate) gateway: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) position: Option<Position>,
}

/// A row of a file of points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PointInput {
    pub(crate) device_key: String,
    pub(crate) metric: Metric,
}

/// The cells of one row, and the words about those that are wrong.
pub(super) struct Cells<'a> {
    values: &'a RowValues,
    columns: &'a [ImportColumn],
    errors: Vec<RowError>,
}

impl EstablishmentInput {
    /// The same row again, from its stored cells; `None` when they hold an error.
    pub(crate) fn from_values(values: &RowValues) -> Option<Self> {
        let mut cells = Cells::new(values, &[]);
        let input = cells.establishment();
        input.filter(|_| cells.errors.is_empty())
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(values: &'a RowValues, columns: &'a [ImportColumn]) -> Self {
        Self { values, columns, errors: Vec::new() }
    }

    /// The words about what is wrong.
    pub(super) fn errors(self) -> Vec<RowError> {
        self.errors
    }

    /// Complains about the column of `field`.
    pub(super) fn complain(&mut self, field: &str, detail: impl Into<String>) {
        let column = self.columns.iter().find(|column| column.field.as_deref() == Some(field));
        let column = column.map_or_else(|| field.to_owned(), |column| column.header.clone());
        self.errors.push(RowError { column, detail: detail.into() });
    }

    fn text(&mut self, field: &str) -> Option<String> {
        let text = self.values.get(field)?.clone();
        if text.chars().count() > crate::error::NAME_MAX || text.chars().any(char::is_control) {
            self.complain(field, "give at most 200 characters on one line");
            return None;
        }
        Some(text)
    }

    fn number(&mut self, field: &str) -> Option<f64> {
        let text = self.values.get(field)?;
        match text.replace(',', "").parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            Ok(_) | Err(_) => {
                let detail = format!("'{text}' is no number: give digits such as 35.85");
                self.complain(field, detail);
                None
            }
        }
    }

    fn seconds(&mut self, field: &str) -> Option<u32> {
        let text = self.values.get(field)?;
        // Spreadsheets turn 900 into 900.0.
        let seconds = text.replace(',', "").trim_end_matches(".0").parse().ok();
        if seconds.is_none() {
            let detail = format!("'{text}' is no number of seconds: give digits such as 900");
            self.complain(field, detail);
        }
        seconds
    }

    fn position(&mut self) -> Option<Position> {
        let given = (self.values.contains_key("lon"), self.values.contains_key("lat"));
        match (given, self.number("lon"), self.number("lat")) {
            ((true, true), Some(lon), Some(lat)) => match Position::new(lon, lat) {
                Ok(position) => Some(position),
                Err(error) => {
                    self.complain("lat", error.to_string());
                    None
                }
            },
            ((true, false), _, _) => {
                self.complain("lat", "give the latitude too, or leave both out");
                None
            }
            ((false, true), _, _) => {
                self.complain("lon", "give the longitude too, or leave both out");
                None
            }
            (_, _, _) => None,
        }
    }

    pub(super) fn establishment(&mut self) -> Option<EstablishmentInput> {
        let (company, name) = (self.text("company"), self.text("name"));
        let Some(company) = company.clone().or_else(|| name.clone()) else {
            self.complain("company", "the cell is empty: give the name of the company");
            return None;
        };
        let number = self.text("registration_number").map(|text| identity::digits(&text));
        if number.as_deref().is_some_and(|number| !is_registration_number(number)) {
            self.complain("registration_number", "give the 10 digits of the 사업자등록번호");
        }
        let ksic = self.text("ksic_code").map(|text| identity::digits(&text));
        if ksic.as_deref().is_some_and(|code| !is_ksic(code)) {
            self.complain("ksic_code", "give the 2 to 5 digits of the KSIC code, such as 17110");
        }
        let revision = self.seconds("ksic_revision").map_or(KSIC_REVISION, i64::from);
        Some(EstablishmentInput {
            name: name.unwrap_or_else(|| company.clone()),
            company,
            registration_number: number,
            factory_no: self.text("factory_management_no"),
            lot_address: self.text("lot_address"),
            road_address: self.text("road_address"),
            ksic: ksic.map(|code| (code, revision)),
            position: self.position(),
        })
    }

    pub(super) fn device(&mut self) -> Option<DeviceInput> {
        let key = self.device_key("key")?;
        let kind = self.text("kind").and_then(|text| {
            let kind = device_kind(&text);
            if kind.is_none() {
                let known =
                    DeviceKind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(", ");
                self.complain("kind", format!("'{text}' is no kind of device: use one of {known}"));
            }
            kind
        });
        Some(DeviceInput {
            key,
            name: self.text("name"),
            kind,
            profile: self.text("profile"),
            establishment: self.text("establishment"),
            gateway: self.text("gateway").map(|key| key.to_lowercase()),
            serial: self.text("serial"),
            manufacturer: self.text("manufacturer"),
            model: self.text("model"),
            position: self.position(),
        })
    }

    fn device_key(&mut self, field: &str) -> Option<String> {
        let key = self.text(field).unwrap_or_default().to_lowercase();
        if is_device_key(&key) {
            return Some(key);
        }
        let detail = "give 2 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first";
        self.complain(field, detail);
        None
    }

    pub(super) fn point(&mut self) -> Option<PointInput> {
        let device_key = self.device_key("device_key")?;
        let text = self.text("kind");
        let kind = text.as_deref().map_or(Some(PointKind::Gauge), point_kind);
        if kind.is_none() {
            let text = text.unwrap_or_default();
            self.complain("kind", format!("'{text}' is no kind: use gauge, counter or interval"));
        }
        let kind = kind?;
        let interval_s = self.seconds("interval_s");
        let metric = Metric {
            key: self.text("key").unwrap_or_default().to_lowercase(),
            name: self.text("name"),
            quantity: self.text("quantity").map(|text| quantity(&text)).unwrap_or_default(),
            unit: self.text("unit").map(|text| unit(&text)),
            kind,
            interval_s,
            expected_interval_s: self
                .seconds("expected_interval_s")
                .or(interval_s)
                .unwrap_or(EXPECTED_INTERVAL_S),
            min: self.number("min"),
            max: self.number("max"),
            decimals: None,
            sent_unit: None,
            stuck_after_s: None,
            max_step: None,
            rollover_at: None,
        };
        for error in metric_errors(&metric, "") {
            self.complain(error.pointer.trim_start_matches('/'), error.detail);
        }
        Some(PointInput { device_key, metric })
    }
}

fn device_kind(text: &str) -> Option<DeviceKind> {
    let text = text.to_lowercase();
    let korean = match text.as_str() {
        "센서" | "측정기" => Some(DeviceKind::Sensor),
        "계량기" | "미터" | "전력량계" => Some(DeviceKind::Meter),
        "게이트웨이" => Some(DeviceKind::Gateway),
        "카메라" | "cctv" => Some(DeviceKind::Camera),
        "차량" => Some(DeviceKind::Vehicle),
        "전광판" => Some(DeviceKind::Sign),
        "기타" => Some(DeviceKind::Other),
        _ => None,
    };
    korean.or_else(|| text.parse().ok())
}

fn point_kind(text: &str) -> Option<PointKind> {
    match text {
        "순시" | "현재값" => Some(PointKind::Gauge),
        "누적" => Some(PointKind::Counter),
        "구간" => Some(PointKind::Interval),
        _ => text.to_lowercase().parse().ok(),
    }
}

/// A quantity by its code or by its Korean name.
fn quantity(text: &str) -> String {
    let known = base::QUANTITIES.iter().find(|q| q.code == text.to_lowercase() || q.ko == text);
    known.map_or_else(|| text.to_owned(), |known| known.code.to_owned())
}

/// A unit by its UCUM code or as people write it.
fn unit(text: &str) -> String {
    let known = base::QUANTITIES.iter().find(|q| q.ucum == text || q.unit == text);
    known.map_or_else(|| text.to_owned(), |known| known.ucum.to_owned())
}
