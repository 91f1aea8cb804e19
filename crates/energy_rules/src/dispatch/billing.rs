//! Billing demand (요금적용전력): which month's demand binds which month's bill.
//!
//! 한전 기본공급약관 art. 68 (reported): the highest of the month, of the months of winter and summer among
//! the eleven before it, and of a floor of 30 % of the contract. Months and reach are data here.

use super::error::{DispatchError, bounded, finite};

/// The most months that one plan bills: four years.
pub const MONTHS_MAX: usize = 48;

/// Months whose demand carries over: December to February and July to September.
pub const CARRYING: [u8; 6] = [12, 1, 2, 7, 8, 9];

/// How demand is billed over the months of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandTerms {
    /// Charge, won per kW of billing demand and month. 0 plans for energy alone.
    pub charge_won_per_kw: f64,
    /// Billing demand is never lower, kW (30 % of the contract).
    pub floor_kw: f64,
    /// Calendar months of the plan, 1 to 12, in order.
    pub months: Vec<u8>,
    /// Calendar months whose demand carries over; empty bills each month alone.
    pub carrying: Vec<u8>,
    /// Over how many months it carries: 11.
    pub reach: usize,
    /// Demand of the months before the plan, kW, the latest last.
    pub history_kw: Vec<f64>,
    /// Demand that the first month has shown already, kW.
    pub metered_kw: f64,
    /// Whether the months repeat for ever, so that late ones carry over to early ones.
    pub cyclic: bool,
}

impl DemandTerms {
    /// One month billed alone, without floor and history.
    pub fn alone(month: u8, charge_won_per_kw: f64) -> Self {
        Self {
            charge_won_per_kw,
            floor_kw: 0.0,
            months: vec![month],
            carrying: Vec::new(),
            reach: 0,
            history_kw: Vec::new(),
            metered_kw: 0.0,
            cyclic: false,
        }
    }

    /// A year from January that repeats for ever, with the ratchet of KEPCO's terms.
    pub fn repeating_year(charge_won_per_kw: f64, floor_kw: f64) -> Self {
        Self {
            floor_kw,
            months: (1..=12).collect(),
            carrying: CARRYING.to_vec(),
            reach: 11,
            cyclic: true,
            ..Self::alone(1, charge_won_per_kw)
        }
    }
}

/// The terms, worked out for the months of one plan.
#[derive(Debug, Clone)]
pub(super) struct Billing {
    /// Charge, won per kW and month.
    pub(super) charge: f64,
    /// What is billed in any month, kW.
    pub(super) floor_kw: f64,
    /// What is billed at least in each month, with what earlier months carry over, kW.
    pub(super) least_kw: Vec<f64>,
    /// Months of the plan whose demand each month's bill sees, itself the first.
    pub(super) sees: Vec<Vec<usize>>,
}

impl Billing {
    /// Checks the terms and works them out.
    pub(super) fn new(terms: &DemandTerms) -> Result<Self, DispatchError> {
        let months = terms.months.len();
        let charge = terms.charge_won_per_kw;
        bounded("the demand charge (won/kW)", charge, "0 or more", charge >= 0.0)?;
        bounded("the demand floor (kW)", terms.floor_kw, "0 or more", terms.floor_kw >= 0.0)?;
        let metered = terms.metered_kw;
        bounded("the demand metered so far (kW)", metered, "0 or more", metered >= 0.0)?;
        finite("the history of demand", &terms.history_kw, terms.history_kw.len())?;
        let counted = (1..=MONTHS_MAX).contains(&months);
        bounded("the number of months", months as f64, "1 to 48", counted)?;
        for &month in terms.months.iter().chain(&terms.carrying) {
            bounded("a calendar month", f64::from(month), "1 to 12", (1..=12).contains(&month))?;
        }
        let sees = (0..months).map(|month| seen(terms, month)).collect();
        let mut least_kw: Vec<f64> = (0..months).map(|month| carried(terms, month)).collect();
        least_kw[0] = least_kw[0].max(metered);
        if terms.carrying.contains(&terms.months[0]) {
            for least in least_kw.iter_mut().take(terms.reach + 1) {
                *least = least.max(metered);
            }
        }
        Ok(Self { charge, floor_kw: terms.floor_kw, least_kw, sees })
    }

    /// Number of months.
    pub(super) fn months(&self) -> usize {
        self.sees.len()
    }

    /// Billing demand of each month, kW, from the demand of each.
    pub(super) fn billed_kw(&self, demand_kw: &[f64]) -> Vec<f64> {
        let billed = |(seen, least): (&Vec<usize>, &f64)| {
            seen.iter().fold(*least, |most, &month| most.max(demand_kw[month]))
        };
        self.sees.iter().zip(&self.least_kw).map(billed).collect()
    }

    /// The demand charge of all months, won.
    pub(super) fn demand_won(&self, demand_kw: &[f64]) -> f64 {
        self.charge * self.billed_kw(demand_kw).iter().sum::<f64>()
    }
}

/// The months of the plan that the bill of `month` sees, itself the first.
fn seen(terms: &DemandTerms, month: usize) -> Vec<usize> {
    let months = terms.months.len();
    let mut seen = vec![month];
    for back in 1..=terms.reach.min(months - 1) {
        let earlier = if back <= month {
            month - back
        } else if terms.cyclic {
            month + months - back
        } else {
            break;
        };
        if terms.carrying.contains(&terms.months[earlier]) {
            seen.push(earlier);
        }
    }
    seen
}

/// What the floor and the months before the plan make of the bill of `month`, kW.
fn carried(terms: &DemandTerms, month: usize) -> f64 {
    let first = usize::from(terms.months[0]);
    let mut most = terms.floor_kw;
    for (back, demand) in (1..).zip(terms.history_kw.iter().rev()) {
        let calendar = (first + 11 - (back - 1) % 12 - 1) % 12 + 1;
        let carries = terms.carrying.iter().any(|&carrying| usize::from(carrying) == calendar);
        if carries && month + back <= terms.reach {
            most = most.max(*demand);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(months: Vec<u8>, history_kw: Vec<f64>) -> DemandTerms {
        let terms = DemandTerms::repeating_year(8_320.0, 210.0);
        DemandTerms { months, history_kw, cyclic: false, ..terms }
    }

    #[test]
    fn a_july_peak_is_billed_until_june_and_an_october_peak_in_october_only() {
        // The vector of the terms: all 3,000 kW but July 5,000; June of the next year bills 5,000.
        let mut july = vec![3_000.0; 12];
        july[0] = 5_000.0;
        let months: Vec<u8> = (7..=12).chain(1..=6).collect();
        let billing = Billing::new(&year(months.clone(), vec![])).unwrap();
        assert_eq!(billing.billed_kw(&july), vec![5_000.0; 12]);
        let mut october = vec![3_000.0; 12];
        october[3] = 5_000.0;
        let billed = billing.billed_kw(&october);
        assert_eq!(billed[3], 5_000.0);
        assert!(billed[4..].iter().all(|&kw| kw == 3_000.0));
    }

    #[test]
    fn months_before_the_plan_carry_over_for_eleven_months() {
        // The history ends in August: July 5,000 and August 100.
        let months: Vec<u8> = (9..=12).chain(1..=8).collect();
        let billing = Billing::new(&year(months, vec![9_000.0, 5_000.0, 100.0])).unwrap();
        let billed = billing.billed_kw(&[50.0; 12]);
        // September to June see July; in July only August is left, below the floor.
        assert!(billed[..10].iter().all(|&kw| kw == 5_000.0), "{billed:?}");
        assert_eq!(billed[10..], [210.0, 210.0]);
    }

    #[test]
    fn terms_that_make_no_sense_are_refused() {
        let good = DemandTerms::repeating_year(8_320.0, 210.0);
        let charge = DemandTerms { charge_won_per_kw: f64::NAN, ..good.clone() };
        assert!(Billing::new(&charge).unwrap_err().to_string().contains("demand charge"));
        let months = DemandTerms { months: vec![13], ..good.clone() };
        assert!(Billing::new(&months).unwrap_err().to_string().contains("must be 1 to 12"));
        let none = DemandTerms { months: vec![], ..good };
        assert!(Billing::new(&none).unwrap_err().to_string().contains("number of months"));
    }
}
