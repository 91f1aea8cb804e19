//! What each model of simulated device measures.

use serde_json::{Value, json};

/// The models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// 대기측정기: dust, gases, temperature, humidity.
    Air,
    /// 간이 미세먼지 측정기.
    Dust,
    /// 악취측정기.
    Odour,
    /// 소음측정기.
    Noise,
    /// 기상대.
    Weather,
    /// 하천 수위계.
    Stream,
    /// 누설전류 감시기.
    Leakage,
    /// 주차 점유 감지기.
    Parking,
    /// 통행량 검지기.
    Traffic,
    /// 전력량계: active energy only.
    Meter,
    /// 전력량계 with reactive energy.
    MeterReactive,
    /// 전력량계 with reactive energy and the running demand.
    MeterLive,
}

/// One thing that a device measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// Key within the device and code of the quantity: they are the same here.
    pub key: &'static str,
    /// Seconds of the interval; 0 for a gauge.
    pub interval_s: u32,
    /// Seconds between two values.
    pub every_s: u32,
    /// Lowest plausible value.
    pub min: f64,
    /// Highest plausible value.
    pub max: f64,
}

const fn gauge(key: &'static str, every_s: u32, min: f64, max: f64) -> Metric {
    Metric { key, interval_s: 0, every_s, min, max }
}

const fn interval(key: &'static str, interval_s: u32, max: f64) -> Metric {
    Metric { key, interval_s, every_s: interval_s, min: 0.0, max }
}

/// Meters count in quarters of an hour, as KEPCO's do.
pub(crate) const QUARTER_S: u32 = 900;
/// Vehicles are counted in five minutes, as traffic engineers do.
const COUNT_S: u32 = 300;

/// The largest plant draws some 14,000 kW: 3,500 kWh a quarter.
const ENERGY: Metric = interval("active_energy", QUARTER_S, 6_000.0);
const LAGGING: Metric = interval("reactive_energy_lagging", QUARTER_S, 4_000.0);
const LEADING: Metric = interval("reactive_energy_leading", QUARTER_S, 4_000.0);

const AIR: &[Metric] = &[
    gauge("pm25", 30, 0.0, 500.0),
    gauge("pm10", 30, 0.0, 1_000.0),
    gauge("no2", 30, 0.0, 2.0),
    gauge("o3", 30, 0.0, 0.6),
    gauge("so2", 30, 0.0, 1.0),
    gauge("co", 30, 0.0, 50.0),
    gauge("temperature", 30, -30.0, 50.0),
    gauge("humidity", 30, 0.0, 100.0),
];
const DUST: &[Metric] = &[
    gauge("pm25", 20, 0.0, 500.0),
    gauge("pm10", 20, 0.0, 1_000.0),
    gauge("battery", 20, 0.0, 100.0),
];
const ODOUR: &[Metric] =
    &[gauge("odour", 30, 0.0, 1_000.0), gauge("h2s", 30, 0.0, 10.0), gauge("nh3", 30, 0.0, 100.0)];
const NOISE: &[Metric] = &[gauge("noise", 10, 20.0, 130.0)];
const WEATHER: &[Metric] = &[
    gauge("wind_speed", 10, 0.0, 60.0),
    gauge("wind_direction", 10, 0.0, 360.0),
    gauge("temperature", 10, -30.0, 50.0),
    gauge("humidity", 10, 0.0, 100.0),
    interval("rain", 60, 10.0),
];
const STREAM: &[Metric] = &[gauge("water_level", 60, 0.0, 6.0)];
const LEAKAGE: &[Metric] =
    &[gauge("leakage_current", 20, 0.0, 1_000.0), gauge("surface_temperature", 20, -30.0, 300.0)];
const PARKING: &[Metric] = &[gauge("parking_occupancy", 60, 0.0, 100.0)];
const TRAFFIC: &[Metric] = &[interval("traffic_volume", COUNT_S, 500.0)];
const METER: &[Metric] = &[ENERGY];
const METER_REACTIVE: &[Metric] = &[ENERGY, LAGGING, LEADING];
const METER_LIVE: &[Metric] = &[ENERGY, LAGGING, LEADING, gauge("active_power", 60, 0.0, 24_000.0)];

impl Profile {
    /// All models.
    pub const ALL: [Self; 12] = [
        Self::Air,
        Self::Dust,
        Self::Odour,
        Self::Noise,
        Self::Weather,
        Self::Stream,
        Self::Leakage,
        Self::Parking,
        Self::Traffic,
        Self::Meter,
        Self::MeterReactive,
        Self::MeterLive,
    ];

    /// Its code and its Korean name.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Air => ("demo-air", "대기측정기(시연)"),
            Self::Dust => ("demo-dust", "간이 미세먼지 측정기(시연, 참고용)"),
            Self::Odour => ("demo-odour", "악취측정기(시연, 참고용)"),
            Self::Noise => ("demo-noise", "소음측정기(시연)"),
            Self::Weather => ("demo-weather", "기상관측기(시연)"),
            Self::Stream => ("demo-stream", "하천 수위계(시연)"),
            Self::Leakage => ("demo-leakage", "누설전류 감시기(시연)"),
            Self::Parking => ("demo-parking", "주차 점유 감지기(시연)"),
            Self::Traffic => ("demo-traffic", "통행량 검지기(시연)"),
            Self::Meter => ("demo-meter", "전력량계(시연)"),
            Self::MeterReactive => ("demo-meter-reactive", "전력량계·무효전력(시연)"),
            Self::MeterLive => ("demo-meter-live", "전력량계·실시간(시연)"),
        }
    }

    /// What it measures.
    pub const fn metrics(self) -> &'static [Metric] {
        match self {
            Self::Air => AIR,
            Self::Dust => DUST,
            Self::Odour => ODOUR,
            Self::Noise => NOISE,
            Self::Weather => WEATHER,
            Self::Stream => STREAM,
            Self::Leakage => LEAKAGE,
            Self::Parking => PARKING,
            Self::Traffic => TRAFFIC,
            Self::Meter => METER,
            Self::MeterReactive => METER_REACTIVE,
            Self::MeterLive => METER_LIVE,
        }
    }

    /// As the registry's seed says it.
    pub(crate) fn json(self) -> Value {
        let (code, name) = self.words();
        let metrics = self.metrics().iter().map(Metric::json).collect::<Vec<_>>();
        json!({ "code": code, "name": name, "metrics": metrics })
    }
}

impl Metric {
    fn json(&self) -> Value {
        let mut metric = json!({
            "key": self.key,
            "quantity": self.key,
            "kind": if self.interval_s == 0 { "gauge" } else { "interval" },
            "expected_interval_s": self.every_s,
            "min": self.min,
            "max": self.max,
        });
        if self.interval_s > 0 {
            metric["interval_s"] = json!(self.interval_s);
        }
        metric
    }
}
