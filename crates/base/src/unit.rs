//! Units of measure and the exact way from one to another: a subset of UCUM.
//!
//! Sources: SI Brochure, 9th edition (2019), tables 4, 7 and 8 (watt, joule, hour, litre, kelvin and
//! degree Celsius); UCUM 2.1 for the codes. `[kn_i]` is 1852 m an hour, `[degF]` is 5/9 K from
//! -459.67, `bar` is 100 000 Pa.
//!
//! Deliberately absent: ppm to µg/m³. It needs the molar mass of the gas and the temperature and pressure
//! of the air at that moment; a fixed factor would be a quiet error, so it is refused with these words.

use std::fmt;

/// What sort of thing a unit measures; only units of one dimension can be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Energy,
    ReactiveEnergy,
    Power,
    Voltage,
    Current,
    Temperature,
    MassConcentration,
    VolumeFraction,
    Speed,
    Length,
    Pressure,
    Fraction,
    Angle,
    SoundLevel,
    /// Strength of a radio signal.
    SignalLevel,
    Volume,
    VolumeFlow,
    Mass,
    Frequency,
    Duration,
    Vehicles,
}

/// A unit as `(value + add) × num / den`, in the base unit of its dimension; `add` is in hundredths.
#[derive(Debug, Clone, Copy)]
struct Unit {
    dimension: Dimension,
    num: i64,
    den: i64,
    add_hundredths: i64,
}

/// The way from one unit to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversion {
    before: f64,
    num: f64,
    den: f64,
    after: f64,
}

impl Conversion {
    /// The value in the other unit.
    ///
    /// ```
    /// let to_kwh = base::conversion("W.h", "kW.h").unwrap().unwrap();
    /// assert_eq!(to_kwh.apply(1_250.0), 1.25);
    /// ```
    pub fn apply(self, value: f64) -> f64 {
        (value + self.before) * self.num / self.den + self.after
    }
}

/// Why a unit cannot be converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitError {
    /// Sandan does not know the unit.
    Unknown(String),
    /// They measure different things.
    Dimension {
        /// From here.
        from: String,
        /// To here.
        to: String,
    },
    /// A share of the volume and a mass in a volume: only with the gas and its temperature.
    NeedsMolarMass {
        /// From here.
        from: String,
        /// To here.
        to: String,
    },
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unit) => {
                write!(f, "'{unit}' is no unit that is known: use one of {}", CODES.join(", "))
            }
            Self::Dimension { from, to } => {
                write!(f, "'{from}' cannot become '{to}': they measure different things")
            }
            Self::NeedsMolarMass { from, to } => write!(
                f,
                "'{from}' cannot become '{to}' by a factor: that takes the molar mass of the gas and the \
                 temperature and pressure of the air; let the device send '{to}'"
            ),
        }
    }
}

impl std::error::Error for UnitError {}

/// The units that are known, as UCUM writes them.
const CODES: &[&str] = &[
    "J",
    "kJ",
    "MJ",
    "GJ",
    "W.h",
    "kW.h",
    "MW.h",
    "GW.h",
    "var.h",
    "kvar.h",
    "Mvar.h",
    "mW",
    "W",
    "kW",
    "MW",
    "mV",
    "V",
    "kV",
    "uA",
    "mA",
    "A",
    "kA",
    "Cel",
    "[degF]",
    "K",
    "ng/m3",
    "ug/m3",
    "mg/m3",
    "g/m3",
    "[ppb]",
    "[ppm]",
    "m/s",
    "km/h",
    "[kn_i]",
    "mm",
    "cm",
    "m",
    "km",
    "Pa",
    "hPa",
    "kPa",
    "MPa",
    "mbar",
    "bar",
    "%",
    "1",
    "deg",
    "dB(A)",
    "dB[mW]",
    "mL",
    "L",
    "m3",
    "L/min",
    "L/h",
    "m3/h",
    "m3/min",
    "m3/s",
    "g",
    "kg",
    "t",
    "Hz",
    "kHz",
    "s",
    "min",
    "h",
    "{vehicle}",
];

fn unit(code: &str) -> Option<Unit> {
    use Dimension as D;
    let of = |dimension, num, den| Some(Unit { dimension, num, den, add_hundredths: 0 });
    let shifted = |num, den, add_hundredths| {
        Some(Unit { dimension: D::Temperature, num, den, add_hundredths })
    };
    match code {
        "J" => of(D::Energy, 1, 1),
        "kJ" => of(D::Energy, 1_000, 1),
        "MJ" => of(D::Energy, 1_000_000, 1),
        "GJ" => of(D::Energy, 1_000_000_000, 1),
        "W.h" => of(D::Energy, 3_600, 1),
        "kW.h" => of(D::Energy, 3_600_000, 1),
        "MW.h" => of(D::Energy, 3_600_000_000, 1),
        "GW.h" => of(D::Energy, 3_600_000_000_000, 1),
        "var.h" => of(D::ReactiveEnergy, 1, 1),
        "kvar.h" => of(D::ReactiveEnergy, 1_000, 1),
        "Mvar.h" => of(D::ReactiveEnergy, 1_000_000, 1),
        "mW" => of(D::Power, 1, 1_000),
        "W" => of(D::Power, 1, 1),
        "kW" => of(D::Power, 1_000, 1),
        "MW" => of(D::Power, 1_000_000, 1),
        "mV" => of(D::Voltage, 1, 1_000),
        "V" => of(D::Voltage, 1, 1),
        "kV" => of(D::Voltage, 1_000, 1),
        "uA" => of(D::Current, 1, 1_000_000),
        "mA" => of(D::Current, 1, 1_000),
        "A" => of(D::Current, 1, 1),
        "kA" => of(D::Current, 1_000, 1),
        "K" => of(D::Temperature, 1, 1),
        "Cel" => shifted(1, 1, 27_315),
        "[degF]" => shifted(5, 9, 45_967),
        "ng/m3" => of(D::MassConcentration, 1, 1_000),
        "ug/m3" => of(D::MassConcentration, 1, 1),
        "mg/m3" => of(D::MassConcentration, 1_000, 1),
        "g/m3" => of(D::MassConcentration, 1_000_000, 1),
        "[ppb]" => of(D::VolumeFraction, 1, 1),
        "[ppm]" => of(D::VolumeFraction, 1_000, 1),
        "m/s" => of(D::Speed, 1, 1),
        "km/h" => of(D::Speed, 1_000, 3_600),
        "[kn_i]" => of(D::Speed, 1_852, 3_600),
        "mm" => of(D::Length, 1, 1_000),
        "cm" => of(D::Length, 1, 100),
        "m" => of(D::Length, 1, 1),
        "km" => of(D::Length, 1_000, 1),
        "Pa" => of(D::Pressure, 1, 1),
        "hPa" | "mbar" => of(D::Pressure, 100, 1),
        "kPa" => of(D::Pressure, 1_000, 1),
        "MPa" => of(D::Pressure, 1_000_000, 1),
        "bar" => of(D::Pressure, 100_000, 1),
        "%" => of(D::Fraction, 1, 100),
        "1" => of(D::Fraction, 1, 1),
        "deg" => of(D::Angle, 1, 1),
        "dB(A)" => of(D::SoundLevel, 1, 1),
        "dB[mW]" => of(D::SignalLevel, 1, 1),
        "mL" => of(D::Volume, 1, 1_000_000),
        "L" => of(D::Volume, 1, 1_000),
        "m3" => of(D::Volume, 1, 1),
        "L/min" => of(D::VolumeFlow, 1, 60_000),
        "L/h" => of(D::VolumeFlow, 1, 3_600_000),
        "m3/h" => of(D::VolumeFlow, 1, 3_600),
        "m3/min" => of(D::VolumeFlow, 1, 60),
        "m3/s" => of(D::VolumeFlow, 1, 1),
        "g" => of(D::Mass, 1, 1_000),
        "kg" => of(D::Mass, 1, 1),
        "t" => of(D::Mass, 1_000, 1),
        "Hz" => of(D::Frequency, 1, 1),
        "kHz" => of(D::Frequency, 1_000, 1),
        "s" => of(D::Duration, 1, 1),
        "min" => of(D::Duration, 60, 1),
        "h" => of(D::Duration, 3_600, 1),
        "{vehicle}" => of(D::Vehicles, 1, 1),
        _ => None,
    }
}

/// The way from one unit to another; `None` when they are the same.
pub fn conversion(from: &str, to: &str) -> Result<Option<Conversion>, UnitError> {
    let known = |code: &str| unit(code).ok_or_else(|| UnitError::Unknown(code.to_owned()));
    let (source, target) = (known(from)?, known(to)?);
    if from == to {
        return Ok(None);
    }
    let (from, to) = (from.to_owned(), to.to_owned());
    match (source.dimension, target.dimension) {
        (a, b) if a == b => {}
        (Dimension::VolumeFraction, Dimension::MassConcentration)
        | (Dimension::MassConcentration, Dimension::VolumeFraction) => {
            return Err(UnitError::NeedsMolarMass { from, to });
        }
        _ => return Err(UnitError::Dimension { from, to }),
    }
    // Reduced, so that W.h to kW.h is one division by 1000 and as exact as a float can be.
    let (a, d) = reduced(i128::from(source.num), i128::from(target.num));
    let (b, c) = reduced(i128::from(target.den), i128::from(source.den));
    let (num, den) = reduced(a * b, d * c);
    let hundredths = |hundredths: i64| exact(i128::from(hundredths)) / 100.0;
    let offset = |unit: Unit| hundredths(unit.add_hundredths);
    Ok(Some(if num == den {
        // Cel to K: one addition, of a difference that is exact.
        let shift = source.add_hundredths - target.add_hundredths;
        Conversion { before: 0.0, num: 1.0, den: 1.0, after: hundredths(shift) }
    } else if source.add_hundredths == 45_967 && target.add_hundredths == 27_315 {
        // (F - 32) × 5/9: the two great offsets cancel, so they take no digits.
        Conversion { before: -32.0, num: 5.0, den: 9.0, after: 0.0 }
    } else if source.add_hundredths == 27_315 && target.add_hundredths == 45_967 {
        Conversion { before: 0.0, num: 9.0, den: 5.0, after: 32.0 }
    } else {
        Conversion {
            before: offset(source),
            num: exact(num),
            den: exact(den),
            after: -offset(target),
        }
    }))
}

fn reduced(a: i128, b: i128) -> (i128, i128) {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    if x == 0 { (a, b) } else { (a / x, b / x) }
}

#[expect(clippy::cast_precision_loss, reason = "factors of the table are far below 2^53")]
fn exact(number: i128) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn converted(value: f64, from: &str, to: &str) -> f64 {
        conversion(from, to).unwrap().map_or(value, |way| way.apply(value))
    }

    #[test]
    fn values_are_converted_exactly() {
        for (value, from, to, expect) in [
            (1_250.0, "W.h", "kW.h", 1.25),
            (1.0, "MW.h", "kW.h", 1_000.0),
            (3.6, "MJ", "kW.h", 1.0),
            (3_600_000.0, "J", "kW.h", 1.0),
            (0.0036, "GJ", "kW.h", 1.0),
            (22.9, "kV", "V", 22_900.0),
            (380_000.0, "mV", "V", 380.0),
            (0.03, "A", "mA", 30.0),
            (32.0, "[degF]", "Cel", 0.0),
            (212.0, "[degF]", "Cel", 100.0),
            (-40.0, "[degF]", "Cel", -40.0),
            (-40.0, "Cel", "[degF]", -40.0),
            (273.15, "K", "Cel", 0.0),
            (0.0, "Cel", "K", 273.15),
            (32.0, "[degF]", "K", 273.15),
            (0.035, "mg/m3", "ug/m3", 35.0),
            (30.0, "[ppb]", "[ppm]", 0.03),
            (36.0, "km/h", "m/s", 10.0),
            (3_600.0, "[kn_i]", "m/s", 1_852.0),
            (125.0, "cm", "m", 1.25),
            (1_013.25, "hPa", "Pa", 101_325.0),
            (1.5, "bar", "kPa", 150.0),
            (0.5, "1", "%", 50.0),
            (250.0, "L", "m3", 0.25),
            (60.0, "m3/h", "m3/min", 1.0),
            (7.5, "kW", "kW", 7.5),
        ] {
            let found = converted(value, from, to);
            let scale = f64::abs(expect).max(1.0);
            assert!(
                (found - expect).abs() <= 4.0 * f64::EPSILON * scale,
                "{value} {from}: {found} {to}"
            );
        }
    }

    #[test]
    fn what_cannot_be_converted_says_why() {
        let said = |from, to| conversion(from, to).unwrap_err().to_string();
        assert!(said("kW", "kW.h").contains("different things"));
        assert!(said("[ppm]", "ug/m3").contains("molar mass"));
        assert!(said("mg/m3", "[ppb]").contains("temperature"));
        assert!(said("kWh", "kW.h").contains("'kWh' is no unit that is known: use one of J, kJ"));
        assert!(conversion("dB(A)", "1").is_err());
    }

    #[test]
    fn every_listed_unit_is_known_and_every_quantity_has_one() {
        for code in CODES {
            assert!(unit(code).is_some(), "{code}");
        }
        for quantity in crate::QUANTITIES {
            assert_eq!(conversion(quantity.ucum, quantity.ucum), Ok(None), "{}", quantity.code);
        }
    }

    proptest! {
        #[test]
        fn there_and_back_again_is_the_same_value(
            value in -1e6_f64..1e6,
            from in proptest::sample::select(CODES),
            to in proptest::sample::select(CODES),
        ) {
            if let (Ok(Some(there)), Ok(Some(back))) = (conversion(from, to), conversion(to, from)) {
                let found = back.apply(there.apply(value));
                let scale = value.abs().max(1_000.0);
                prop_assert!((found - value).abs() <= 1e-12 * scale, "{} {} {}", found, from, to);
            }
        }

        #[test]
        fn any_text_is_a_unit_or_an_error(from in ".{0,12}", to in ".{0,12}") {
            let _ = conversion(&from, &to);
        }
    }
}
