//! What a tonne of product takes: the contract's energy given to products month by month.
//!
//! A product has its own meter, or a share of the contract's energy that its people state, or
//! neither: then it takes part in what is left, by tonnes. What nobody is given stays unallocated
//! and is shown. All in whole Wh, so that the parts add up to the whole.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Remark, ReportingRules, carbon, kwh};
use crate::bill::BillMonth;
use crate::carbon::{Factors, GridFactor};

/// Products of one report.
pub const PRODUCTS_MAX: usize = 200;
/// Millionths of a whole.
const WHOLE_PPM: i128 = 1_000_000;

/// By what a product is given energy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Its own meter.
    Meter,
    /// A stated share of the contract's energy.
    Share,
    /// Its part of the tonnes, of what is left.
    Mass,
}

impl Basis {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Meter => "meter",
            Self::Share => "share",
            Self::Mass => "mass",
        }
    }
}

/// What a product of a month is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// What its meter counted, Wh; none where the meter says nothing.
    Meter {
        /// Wh.
        wh: Option<i64>,
        /// Slots that the meter misses.
        missing_slots: u32,
    },
    /// Millionths of the contract's energy.
    Ppm(u32),
    /// Takes part in what is left, by mass.
    Mass,
}

impl Share {
    /// By what.
    pub fn basis(self) -> Basis {
        match self {
            Self::Meter { .. } => Basis::Meter,
            Self::Ppm(_) => Basis::Share,
            Self::Mass => Basis::Mass,
        }
    }
}

/// What was made of a product in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The product.
    pub product: String,
    /// Its CN or HS code, as it was typed.
    pub code: Option<String>,
    /// The month.
    pub month: BillMonth,
    /// How much, kg, above 0.
    pub kg: i64,
    /// What it is given.
    pub share: Share,
}

/// The contract's energy of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductMonth {
    /// The month.
    pub month: BillMonth,
    /// Wh.
    pub wh: i64,
    /// Slots that are missing.
    pub missing_slots: u32,
}

/// What the products of a month are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Wh of each, in their order; none where it cannot be said.
    pub wh: Vec<Option<i64>>,
    /// What nobody is given, Wh.
    pub unallocated_wh: i64,
    /// What meters and shares give beyond the whole, Wh.
    pub over_wh: i64,
}

/// Gives the energy of a month to its products. Without a silent meter `Σ wh + unallocated - over`
/// is the whole; with one, nothing can be said of what is left.
pub fn allocate(total_wh: i64, made: &[Made]) -> Allocation {
    let given = made.iter().map(|one| match one.share {
        Share::Meter { wh, .. } => wh,
        Share::Ppm(ppm) => Some(portion(total_wh, i128::from(ppm), WHOLE_PPM)),
        Share::Mass => None,
    });
    let mut wh: Vec<Option<i64>> = given.collect();
    let is_silent = |one: &Made| matches!(one.share, Share::Meter { wh: None, .. });
    if made.iter().any(is_silent) {
        return Allocation { wh, unallocated_wh: 0, over_wh: 0 };
    }
    let rest = total_wh - wh.iter().flatten().sum::<i64>();
    let by_mass: Vec<usize> =
        (0..made.len()).filter(|place| made[*place].share == Share::Mass).collect();
    if rest < 0 || by_mass.is_empty() {
        return Allocation { wh, unallocated_wh: rest.max(0), over_wh: (-rest).max(0) };
    }
    let kg: Vec<i64> = by_mass.iter().map(|place| made[*place].kg.max(0)).collect();
    for (place, part) in by_mass.into_iter().zip(split(rest, &kg)) {
        wh[place] = Some(part);
    }
    Allocation { wh, unallocated_wh: 0, over_wh: 0 }
}

/// Splits a whole by weights, to the last Wh: what cutting leaves over goes to the largest
/// remainders, the first of equal ones.
fn split(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<i64> =
        weights.iter().map(|weight| portion(whole, i128::from(*weight), sum)).collect();
    let left = whole - parts.iter().sum::<i64>();
    let remainder = |place: &usize| i128::from(whole) * i128::from(weights[*place]) % sum;
    let mut places: Vec<usize> = (0..weights.len()).collect();
    places.sort_by_key(|place| (std::cmp::Reverse(remainder(place)), *place));
    let left = usize::try_from(left).unwrap_or(0);
    for place in places.into_iter().take(left) {
        parts[place] += 1;
    }
    parts
}

/// `whole * part / of`, cut.
fn portion(whole: i64, part: i128, of: i128) -> i64 {
    i64::try_from(i128::from(whole) * part / of).unwrap_or(i64::MAX)
}

/// What a product took over the months of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductFigures {
    /// The product.
    pub product: String,
    /// Its CN or HS code, as it was typed.
    pub code: Option<String>,
    /// The months in which it was made.
    pub months: Vec<BillMonth>,
    /// How much, kg.
    pub kg: i64,
    /// By what it was given energy; more than one when that changed.
    pub bases: Vec<Basis>,
    /// Electricity, Wh; none when it is not known of one of the months.
    pub wh: Option<i64>,
    /// kWh a tonne.
    pub kwh_per_t: Option<f64>,
    /// Tonnes of CO2 equivalent; none without energy, or without a factor for one of the years.
    pub tco2e: Option<f64>,
    /// kg of CO2 equivalent a tonne.
    pub kgco2e_per_t: Option<f64>,
    /// Slots that are missing, of the contract or of the product's meter, and for a product by mass also
    /// of the other products' meters, whose missing energy it is given: with any, not exact.
    pub missing_slots: u32,
}

/// What the products of some months took.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductReport {
    /// The products, by code and name.
    pub products: Vec<ProductFigures>,
    /// The contract's electricity of the months in which something was made, Wh.
    pub total_wh: i64,
    /// What no product was given, Wh.
    pub unallocated_wh: i64,
    /// The emission factors that were used, by year.
    pub factors: Vec<GridFactor>,
    /// What a reader must know.
    pub remarks: Vec<Remark>,
}

/// What the products took, by the factors known on `as_of`.
pub fn products(
    made: &[Made],
    energy: &[ProductMonth],
    factors: &Factors,
    rules: &ReportingRules,
    as_of: Date,
) -> ProductReport {
    let mut sums = Sums::default();
    let mut by_month: BTreeMap<BillMonth, Vec<Made>> = BTreeMap::new();
    for one in made {
        by_month.entry(one.month).or_default().push(one.clone());
    }
    for (month, made) in &by_month {
        let known = energy.iter().find(|of| of.month == *month);
        sums.month(*month, made, known, (factors, as_of));
    }
    let mut remarks = vec![Remark::ElectricityOnly];
    remarks.extend(sums.remarks());
    remarks.extend([
        Remark::CbamFactor,
        Remark::CbamThreshold {
            tonnes: rules.cbam_de_minimis_t.value,
            status: rules.cbam_de_minimis_t.status,
        },
        Remark::CbamDefaults {
            rule: rules.cbam_defaults_rule.clone(),
            status: rules.cbam_defaults_status,
        },
    ]);
    ProductReport {
        products: sums.products.into_values().map(finished).collect(),
        total_wh: sums.total_wh,
        unallocated_wh: sums.unallocated_wh,
        factors: sums.factors.into_values().collect(),
        remarks,
    }
}

type Key = (Option<String>, String);

#[derive(Debug, Default)]
struct Sums {
    products: BTreeMap<Key, ProductFigures>,
    factors: BTreeMap<i16, GridFactor>,
    total_wh: i64,
    unallocated_wh: i64,
    unknown: Vec<BillMonth>,
    gaps: Vec<BillMonth>,
    rest_inexact: Vec<BillMonth>,
    over: Vec<BillMonth>,
    no_factor: BTreeMap<i16, String>,
}

impl Sums {
    fn month(
        &mut self,
        month: BillMonth,
        made: &[Made],
        known: Option<&ProductMonth>,
        (factors, as_of): (&Factors, Date),
    ) {
        let allocation = if let Some(energy) = known {
            self.total_wh += energy.wh;
            if energy.missing_slots > 0 {
                self.gaps.push(month);
            }
            allocate(energy.wh, made)
        } else {
            self.unknown.push(month);
            Allocation { wh: vec![None; made.len()], unallocated_wh: 0, over_wh: 0 }
        };
        self.unallocated_wh += allocation.unallocated_wh;
        if allocation.over_wh > 0 {
            self.over.push(month);
        }
        let contract_gaps = known.map_or(0, |energy| energy.missing_slots);
        let meter_gaps = meter_gaps(made);
        let takes_rest =
            |(one, wh): (&Made, &Option<i64>)| one.share == Share::Mass && wh.is_some();
        if meter_gaps > 0 && made.iter().zip(&allocation.wh).any(takes_rest) {
            self.rest_inexact.push(month);
        }
        for (one, wh) in made.iter().zip(allocation.wh) {
            let tco2e = wh.and_then(|wh| match carbon(wh.max(0), month, factors, as_of).emission {
                Ok(emission) => {
                    self.factors.insert(month.year(), emission.factor);
                    Some(emission.tco2e)
                }
                Err(fault) => {
                    self.no_factor.insert(month.year(), fault.to_string());
                    None
                }
            });
            let missing_slots = match one.share {
                Share::Meter { missing_slots, .. } => missing_slots,
                Share::Ppm(_) => contract_gaps,
                Share::Mass => contract_gaps.saturating_add(meter_gaps),
            };
            self.add(one, wh, tco2e, missing_slots);
        }
    }

    fn add(&mut self, one: &Made, wh: Option<i64>, tco2e: Option<f64>, missing_slots: u32) {
        let key = (one.code.clone(), one.product.clone());
        let found = self.products.entry(key).or_insert_with(|| ProductFigures {
            product: one.product.clone(),
            code: one.code.clone(),
            months: Vec::new(),
            kg: 0,
            bases: Vec::new(),
            wh: Some(0),
            kwh_per_t: None,
            tco2e: Some(0.0),
            kgco2e_per_t: None,
            missing_slots: 0,
        });
        if found.months.last() != Some(&one.month) {
            found.months.push(one.month);
        }
        found.kg = found.kg.saturating_add(one.kg);
        found.wh = found.wh.zip(wh).map(|(sum, wh)| sum + wh);
        found.tco2e = found.tco2e.zip(tco2e).map(|(sum, t)| sum + t);
        let basis = one.share.basis();
        if !found.bases.contains(&basis) {
            found.bases.push(basis);
        }
        found.missing_slots = found.missing_slots.saturating_add(missing_slots);
    }

    fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if self.products.values().any(|product| product.bases.contains(&Basis::Mass)) {
            remarks.push(Remark::SplitByMass);
        }
        if !self.unknown.is_empty() {
            remarks.push(Remark::NoEnergy { months: self.unknown.clone() });
        }
        if !self.gaps.is_empty() {
            remarks.push(Remark::Gaps { months: self.gaps.clone() });
        }
        if !self.rest_inexact.is_empty() {
            remarks.push(Remark::RestInexact { months: self.rest_inexact.clone() });
        }
        if !self.over.is_empty() {
            remarks.push(Remark::OverAllocated { months: self.over.clone() });
        }
        remarks.extend(self.factors.values().map(|factor| Remark::GridFactor {
            year: factor.year_of_use,
            status: factor.status.clone(),
        }));
        remarks.extend(self.no_factor.values().map(|why| Remark::NoCarbon { why: why.clone() }));
        remarks
    }
}

/// Slots that the products' own meters miss in a month.
fn meter_gaps(made: &[Made]) -> u32 {
    let gaps = made.iter().map(|one| match one.share {
        Share::Meter { missing_slots, .. } => missing_slots,
        Share::Ppm(_) | Share::Mass => 0,
    });
    gaps.fold(0, u32::saturating_add)
}

fn finished(mut product: ProductFigures) -> ProductFigures {
    let tonnes = kwh(product.kg);
    let per_tonne = |value: f64| (tonnes > 0.0).then(|| value / tonnes);
    product.kwh_per_t = product.wh.and_then(|wh| per_tonne(kwh(wh)));
    product.kgco2e_per_t = product.tco2e.and_then(|t| per_tonne(t * 1_000.0));
    product
}
