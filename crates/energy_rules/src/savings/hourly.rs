//! A model of hours in the manner of CalTRACK hourly (time of week and temperature, TOWT).
//!
//! For each month a model is fitted on that month and, at half weight, on its two neighbours: one
//! level for each hour of the week, and a line of temperature broken at fixed endpoints, one for
//! hours that are mostly above and one for hours that are mostly below what temperature alone
//! explains. The endpoints, the share of 65 % and the 20 hours that a bin needs are CalTRACK's
//! (methods 3.7 to 3.9).

use jiff::civil::DateTime;

use super::least_squares::solve;
use super::{Goodness, SavingsError};

/// Endpoints of the bins of temperature, °F.
const ENDPOINTS: [f64; 6] = [30.0, 45.0, 55.0, 65.0, 75.0, 90.0];
/// Hours that a bin needs.
const HOURS_MIN: usize = 20;
/// Hours of a week.
const HOURS_OF_WEEK: usize = 168;
/// An hour of the week counts as occupied when more of its errors than this lie above zero.
const OCCUPIED_SHARE: f64 = 0.65;
/// Balance points of the model that tells occupied hours, °F.
const BALANCE: (f64, f64) = (50.0, 65.0);
/// Weight of the months beside the one that is modelled.
const NEIGHBOUR: f64 = 0.5;
/// Months of a year.
const MONTHS: usize = 12;

/// The scale of the temperatures passed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// °F, as the methods are written in.
    Fahrenheit,
    /// °C; converted.
    Celsius,
}

impl Scale {
    fn fahrenheit(self, temperature: f64) -> f64 {
        match self {
            Self::Fahrenheit => temperature,
            Self::Celsius => 32.0 + 1.8 * temperature,
        }
    }
}

/// One hour of a baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    /// When it begins, civil time.
    pub at: DateTime,
    /// Outside temperature.
    pub temperature: f64,
    /// Energy, kWh.
    pub kwh: f64,
}

/// A model for each month.
#[derive(Debug, Clone, PartialEq)]
pub struct HourlyModel {
    scale: Scale,
    months: Vec<Option<Month>>,
}

/// What was fitted for one month.
#[derive(Debug, Clone, PartialEq)]
struct Month {
    occupied: [bool; HOURS_OF_WEEK],
    /// Endpoints of the bins of unoccupied and of occupied hours.
    endpoints: [Vec<f64>; 2],
    /// Level of each hour of the week; `None` for one that the baseline never saw.
    levels: Vec<Option<f64>>,
    /// Slopes of the bins, unoccupied first.
    slopes: [Vec<f64>; 2],
}

/// An hour as the fit sees it.
struct Row {
    month: usize,
    hour_of_week: usize,
    temperature: f64,
    kwh: f64,
}

impl HourlyModel {
    /// Fits a model on a baseline, best a whole year of it.
    pub fn fit(hours: &[Hour], scale: Scale) -> Result<Self, SavingsError> {
        for (place, hour) in hours.iter().enumerate() {
            for (value, column) in [(hour.temperature, "temperature"), (hour.kwh, "energy")] {
                if !value.is_finite() {
                    return Err(SavingsError::NotFinite { column: column.to_owned(), place });
                }
            }
        }
        if hours.len() < 2 * HOURS_OF_WEEK {
            return Err(SavingsError::TooFew { found: hours.len(), needed: 2 * HOURS_OF_WEEK });
        }
        let rows: Vec<Row> = hours
            .iter()
            .map(|hour| Row {
                month: month(hour.at),
                hour_of_week: hour_of_week(hour.at),
                temperature: scale.fahrenheit(hour.temperature),
                kwh: hour.kwh,
            })
            .collect();
        Ok(Self { scale, months: (0..MONTHS).map(|month| Month::fit(&rows, month)).collect() })
    }

    /// What it says for one hour, kWh; `None` for a month or an hour of the week it has not seen.
    pub fn predict(&self, at: DateTime, temperature: f64) -> Option<f64> {
        let temperature = self.scale.fahrenheit(temperature);
        self.months[month(at)].as_ref()?.predict(hour_of_week(at), temperature)
    }

    /// How well it explains hours, best those of its baseline; hours that it cannot predict are
    /// left out.
    pub fn goodness(&self, hours: &[Hour]) -> Result<Goodness, SavingsError> {
        let mut before: Option<DateTime> = None;
        let rows = hours.iter().filter_map(|hour| {
            let predicted = self.predict(hour.at, hour.temperature)?;
            let begins = before.replace(hour.at).is_some_and(|before| !follows(before, hour.at));
            Some((hour.kwh, (predicted, begins)))
        });
        let (observed, said): (Vec<f64>, Vec<(f64, bool)>) = rows.unzip();
        let (predicted, runs): (Vec<f64>, Vec<bool>) = said.into_iter().unzip();
        let goodness = Goodness::of(&observed, &predicted, self.parameters())?;
        Ok(goodness.over_gaps(&observed, &predicted, &runs))
    }

    /// Coefficients of the month that has most: what one prediction stands on.
    fn parameters(&self) -> usize {
        let months = self.months.iter().flatten();
        let count = months.map(|month| {
            let levels = month.levels.iter().flatten().count();
            levels + month.slopes.iter().map(Vec::len).sum::<usize>()
        });
        count.max().unwrap_or(0)
    }
}

/// Whether an hour comes directly after another.
fn follows(before: DateTime, at: DateTime) -> bool {
    before.checked_add(jiff::Span::new().hours(1)).is_ok_and(|next| next == at)
}

impl Month {
    /// Fits one month; `None` when neither it nor its neighbours have hours.
    fn fit(rows: &[Row], month: usize) -> Option<Self> {
        let weighted: Vec<(&Row, f64)> = rows
            .iter()
            .filter_map(|row| match (row.month + MONTHS - month) % MONTHS {
                0 => Some((row, 1.0)),
                1 | 11 => Some((row, NEIGHBOUR)),
                2..=10 | 12.. => None,
            })
            .collect();
        if weighted.is_empty() {
            return None;
        }
        let occupied = occupied_hours(&weighted);
        let endpoints = [false, true].map(|state| {
            let hours = weighted.iter().filter(|(row, _)| occupied[row.hour_of_week] == state);
            fit_endpoints(&hours.map(|(row, _)| row.temperature).collect::<Vec<_>>())
        });
        let bins = [endpoints[0].len() + 1, endpoints[1].len() + 1];
        let mut columns = vec![vec![0.0; weighted.len()]; bins[0] + bins[1]];
        for (place, (row, _)) in weighted.iter().enumerate() {
            let state = usize::from(occupied[row.hour_of_week]);
            for (bin, degrees) in in_bins(row.temperature, &endpoints[state]).enumerate() {
                columns[state * bins[0] + bin][place] = degrees;
            }
        }
        let (levels, slopes) = regress(&weighted, &columns);
        let slopes = [slopes[..bins[0]].to_vec(), slopes[bins[0]..].to_vec()];
        Some(Self { occupied, endpoints, levels, slopes })
    }

    fn predict(&self, hour_of_week: usize, temperature: f64) -> Option<f64> {
        let state = usize::from(self.occupied[hour_of_week]);
        let degrees = in_bins(temperature, &self.endpoints[state]);
        let slopes = self.slopes[state].iter().zip(degrees);
        Some(self.levels[hour_of_week]? + slopes.map(|(slope, d)| slope * d).sum::<f64>())
    }
}

fn month(at: DateTime) -> usize {
    usize::try_from(at.month() - 1).expect("a month is 1 to 12")
}

fn hour_of_week(at: DateTime) -> usize {
    let day = i16::from(at.weekday().to_monday_zero_offset());
    usize::try_from(day * 24 + i16::from(at.hour())).expect("days and hours are not negative")
}

/// The hours of the week that mostly lie above what temperature alone explains.
fn occupied_hours(weighted: &[(&Row, f64)]) -> [bool; HOURS_OF_WEEK] {
    let scaled = |value: &dyn Fn(&Row) -> f64| {
        weighted.iter().map(|(row, weight)| value(row) * weight.sqrt()).collect::<Vec<f64>>()
    };
    let degrees = |row: &Row| {
        let t = row.temperature;
        [1.0, (t - BALANCE.1).max(0.0), (BALANCE.0 - t).max(0.0)]
    };
    let columns: Vec<Vec<f64>> =
        (0..3).map(|place| scaled(&|row: &Row| degrees(row)[place])).collect();
    let found = solve(&columns, &scaled(&|row: &Row| row.kwh)).coefficients;
    let mut counts = [(0usize, 0usize); HOURS_OF_WEEK];
    for (row, _) in weighted {
        let says = degrees(row).iter().zip(&found).map(|(d, c)| d * c.unwrap_or(0.0)).sum::<f64>();
        let (above, all) = &mut counts[row.hour_of_week];
        *above += usize::from(row.kwh - says > 0.0);
        *all += 1;
    }
    counts.map(|(above, all)| all > 0 && above as f64 / all as f64 > OCCUPIED_SHARE)
}

/// The endpoints left when bins of fewer than [`HOURS_MIN`] hours are joined, from outside in.
fn fit_endpoints(temperatures: &[f64]) -> Vec<f64> {
    let mut endpoints = ENDPOINTS.to_vec();
    loop {
        let mut counts = vec![0usize; endpoints.len() + 1];
        for temperature in temperatures {
            counts[endpoints.partition_point(|endpoint| endpoint < temperature)] += 1;
        }
        let few = |bin: usize| counts[bin] < HOURS_MIN;
        let last = endpoints.len();
        // Endpoints to drop: the first and the last one before any in the middle.
        let mut dropped = Vec::new();
        if last > 0 && few(0) {
            dropped.push(0);
        }
        if last > 0 && few(last) {
            dropped.push(last - 1);
        }
        if dropped.is_empty() {
            dropped.extend((1..last).filter(|bin| few(*bin)));
        }
        if dropped.is_empty() {
            return endpoints;
        }
        let mut place = 0;
        endpoints.retain(|_| {
            place += 1;
            !dropped.contains(&(place - 1))
        });
    }
}

/// A temperature as the part of it that lies in each bin; the first bin reaches down without end.
fn in_bins(temperature: f64, endpoints: &[f64]) -> impl Iterator<Item = f64> {
    (0..=endpoints.len()).map(move |bin| {
        let until = endpoints.get(bin).copied().unwrap_or(f64::INFINITY);
        match bin.checked_sub(1).map(|below| endpoints[below]) {
            None => temperature.min(until),
            Some(from) => (temperature - from).clamp(0.0, until - from),
        }
    })
}

/// Weighted least squares with a level for each hour of the week, which are taken out first
/// (Frisch, Waugh and Lovell), so that only the bins are solved for.
fn regress(weighted: &[(&Row, f64)], columns: &[Vec<f64>]) -> (Vec<Option<f64>>, Vec<f64>) {
    let means_of = |value: &dyn Fn(usize) -> f64| {
        let mut sums = [(0.0, 0.0); HOURS_OF_WEEK];
        for (place, (row, weight)) in weighted.iter().enumerate() {
            let (sum, weights) = &mut sums[row.hour_of_week];
            *sum += weight * value(place);
            *weights += weight;
        }
        sums.map(|(sum, weights)| (weights > 0.0).then(|| sum / weights))
    };
    let centred = |value: &dyn Fn(usize) -> f64, means: &[Option<f64>; HOURS_OF_WEEK]| {
        let rows = weighted.iter().enumerate();
        rows.map(|(place, (row, weight))| {
            (value(place) - means[row.hour_of_week].unwrap_or(0.0)) * weight.sqrt()
        })
        .collect::<Vec<f64>>()
    };
    let kwh = |place: usize| weighted[place].0.kwh;
    let kwh_means = means_of(&kwh);
    let column_means: Vec<_> =
        columns.iter().map(|column| means_of(&|place| column[place])).collect();
    let design: Vec<Vec<f64>> = columns
        .iter()
        .zip(&column_means)
        .map(|(column, means)| centred(&|place| column[place], means))
        .collect();
    let found = solve(&design, &centred(&kwh, &kwh_means));
    let slopes: Vec<f64> = found.coefficients.iter().map(|slope| slope.unwrap_or(0.0)).collect();
    let levels = (0..HOURS_OF_WEEK).map(|hour| {
        let explained = slopes.iter().zip(&column_means);
        let explained = explained.map(|(slope, means)| slope * means[hour].unwrap_or(0.0));
        Some(kwh_means[hour]? - explained.sum::<f64>())
    });
    (levels.collect(), slopes)
}
