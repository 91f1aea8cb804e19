//! The quantities that points measure, each with its one stored unit (UCUM) and its Korean name.

/// A quantity that Sandan knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// Stable code: `pm25`.
    pub code: &'static str,
    /// Korean name.
    pub ko: &'static str,
    /// English name.
    pub en: &'static str,
    /// UCUM code of the unit that is stored.
    pub ucum: &'static str,
    /// The unit as people write it.
    pub unit: &'static str,
    /// Decimals to show.
    pub decimals: u8,
}

const fn q(
    code: &'static str,
    ko: &'static str,
    en: &'static str,
    ucum: &'static str,
    unit: &'static str,
    decimals: u8,
) -> Quantity {
    Quantity { code, ko, en, ucum, unit, decimals }
}

/// All known quantities.
pub const QUANTITIES: &[Quantity] = &[
    q("active_energy", "유효전력량", "Active energy", "kW.h", "kWh", 2),
    q(
        "reactive_energy_lagging",
        "지상 무효전력량",
        "Lagging reactive energy",
        "kvar.h",
        "kvarh",
        2,
    ),
    q(
        "reactive_energy_leading",
        "진상 무효전력량",
        "Leading reactive energy",
        "kvar.h",
        "kvarh",
        2,
    ),
    q("active_power", "유효전력", "Active power", "kW", "kW", 1),
    q("voltage", "전압", "Voltage", "V", "V", 1),
    q("leakage_current", "누설전류", "Leakage current", "mA", "mA", 1),
    q("pm10", "미세먼지(PM10)", "PM10", "ug/m3", "µg/m³", 0),
    q("pm25", "초미세먼지(PM2.5)", "PM2.5", "ug/m3", "µg/m³", 0),
    q("no2", "이산화질소", "Nitrogen dioxide", "[ppm]", "ppm", 3),
    q("o3", "오존", "Ozone", "[ppm]", "ppm", 3),
    q("so2", "아황산가스", "Sulphur dioxide", "[ppm]", "ppm", 3),
    q("co", "일산화탄소", "Carbon monoxide", "[ppm]", "ppm", 2),
    q("h2s", "황화수소", "Hydrogen sulphide", "[ppm]", "ppm", 3),
    q("nh3", "암모니아", "Ammonia", "[ppm]", "ppm", 2),
    q("odour", "복합악취(추정)", "Odour (estimate)", "1", "배", 0),
    q("noise", "소음도", "Sound level", "dB(A)", "dB(A)", 1),
    q("temperature", "기온", "Temperature", "Cel", "℃", 1),
    q("surface_temperature", "표면온도", "Surface temperature", "Cel", "℃", 1),
    q("humidity", "상대습도", "Relative humidity", "%", "%", 0),
    q("wind_speed", "풍속", "Wind speed", "m/s", "m/s", 1),
    q("wind_direction", "풍향", "Wind direction (from)", "deg", "°", 0),
    q("rain", "강우량", "Rain", "mm", "mm", 1),
    q("water_level", "수위", "Water level", "m", "m", 2),
    q("parking_occupancy", "주차 점유율", "Parking occupancy", "%", "%", 0),
    q("traffic_volume", "통행량", "Traffic volume", "{vehicle}", "대", 0),
    q("battery", "배터리", "Battery", "%", "%", 0),
    q("signal_strength", "수신 신호 세기", "Signal strength", "dB[mW]", "dBm", 0),
];

/// The quantity with this code.
///
/// ```
/// assert_eq!(base::quantity("pm25").unwrap().unit, "µg/m³");
/// assert!(base::quantity("happiness").is_none());
/// ```
pub fn quantity(code: &str) -> Option<&'static Quantity> {
    QUANTITIES.iter().find(|quantity| quantity.code == code)
}
