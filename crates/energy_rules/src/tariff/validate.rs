//! What a tariff must hold before it may be billed by.

use super::day::within;
use super::{
    Band, BasicOn, Cell, Hours, OptionRates, PowerFactorRule, Season, Standard, Tariff, TariffFault,
};
use crate::money::Rate;

/// Options of one tariff; the largest class of KEPCO has nine.
const OPTIONS_MAX: usize = 40;
/// A power factor lies between these, in per cent.
const PERCENT_MAX: u8 = 100;

struct Check<'a> {
    tariff: &'a Tariff,
}

/// Says the first thing that is wrong.
pub(super) fn tariff(tariff: &Tariff) -> Result<(), TariffFault> {
    let check = Check { tariff };
    check.dates()?;
    check.seasons()?;
    check.hours()?;
    check.discounts()?;
    check.demand()?;
    check.power_factor(&tariff.power_factor)?;
    check.excess()?;
    check.options()
}

impl Check<'_> {
    fn fault(&self, at: impl Into<String>, what: impl Into<String>) -> TariffFault {
        TariffFault::Content { id: self.tariff.id.clone(), at: at.into(), what: what.into() }
    }

    fn dates(&self) -> Result<(), TariffFault> {
        if self.tariff.id.is_empty() || self.tariff.id.len() > 80 {
            return Err(self.fault("id", "give a name of 1 to 80 letters"));
        }
        let from = self.tariff.effective_from;
        for (at, to) in
            [("effective_to", self.tariff.effective_to), ("deferred_to", self.tariff.deferred_to)]
        {
            if let Some(to) = to.filter(|to| *to < from) {
                return Err(self.fault(at, format!("{to} lies before the first day, {from}")));
            }
        }
        Ok(())
    }

    fn seasons(&self) -> Result<(), TariffFault> {
        for month in 1..=12 {
            let of = |season: &Season| self.tariff.seasons.of(*season).contains(&month);
            let seasons: Vec<_> = Season::ALL.into_iter().filter(of).collect();
            match seasons.len() {
                1 => {}
                0 => {
                    let what = format!("month {month} has no season: add it to one of the three");
                    return Err(self.fault("seasons", what));
                }
                _ => {
                    let what = format!("month {month} stands in two seasons: leave it in one");
                    return Err(self.fault("seasons", what));
                }
            }
        }
        let stray = |month: &&i8| !(1..=12).contains(*month);
        for season in Season::ALL {
            if let Some(month) = self.tariff.seasons.of(season).iter().find(stray) {
                let what = format!("{month} is not a month: give 1 to 12");
                return Err(self.fault(format!("seasons.{}", season.code()), what));
            }
        }
        Ok(())
    }

    fn hours(&self) -> Result<(), TariffFault> {
        let Some(hours) = &self.tariff.hours else {
            if self.tariff.demand.is_some() || !self.tariff.discounts.is_empty() {
                let what = "without hours there is no demand rule and no discount: give hours";
                return Err(self.fault("hours", what));
            }
            return Ok(());
        };
        if self.tariff.days.is_none() {
            return Err(self.fault("days", "a tariff with hours needs the rules of days"));
        }
        for season in Season::ALL {
            self.day_is_covered(season, hours.of(season))?;
        }
        Ok(())
    }

    fn day_is_covered(&self, season: Season, hours: &Hours) -> Result<(), TariffFault> {
        let bands = [&hours.light, &hours.mid, &hours.peak];
        let at = || format!("hours.{}", season.code());
        for ranges in bands {
            self.ranges(&at(), ranges)?;
        }
        for hour in 0..24 {
            let times = bands.iter().filter(|ranges| within(ranges, hour)).count();
            let next = hour + 1;
            match times {
                1 => {}
                0 => {
                    let what = format!("the hour {hour}-{next} has no band: cover all 24 hours");
                    return Err(self.fault(at(), what));
                }
                _ => {
                    let what = format!("the hour {hour}-{next} has two bands: leave it in one");
                    return Err(self.fault(at(), what));
                }
            }
        }
        Ok(())
    }

    fn ranges(&self, at: &str, ranges: &[[u8; 2]]) -> Result<(), TariffFault> {
        match ranges.iter().find(|[from, to]| from >= to || *to > 24) {
            None => Ok(()),
            Some([from, to]) => {
                let what = format!("[{from}, {to}] is no range of hours: split it at midnight");
                Err(self.fault(at, what))
            }
        }
    }

    fn discounts(&self) -> Result<(), TariffFault> {
        let discounts = &self.tariff.discounts;
        if discounts.len() > Cell::DISCOUNTS_MAX {
            let what = format!("more than {} discounts: join them", Cell::DISCOUNTS_MAX);
            return Err(self.fault("discounts", what));
        }
        for discount in discounts {
            if !(1..=PERCENT_MAX).contains(&discount.percent) {
                let what = format!("{} % cannot be taken off: give 1 to 100", discount.percent);
                return Err(self.fault("discounts.percent", what));
            }
            self.ranges("discounts.hours", &discount.hours)?;
        }
        Ok(())
    }

    fn demand(&self) -> Result<(), TariffFault> {
        match (&self.tariff.demand, self.tariff.basic_on) {
            (None, BasicOn::BillingDemand) => {
                Err(self.fault("demand", "a basic charge on the billing demand needs its rule"))
            }
            (Some(_), BasicOn::Contract) => {
                Err(self.fault("demand", "a basic charge on the contract takes none: write null"))
            }
            (Some(rule), BasicOn::BillingDemand) if rule.months_before > 11 => {
                Err(self.fault("demand.months_before", "a peak is carried over 11 months at most"))
            }
            (Some(rule), BasicOn::BillingDemand) if rule.bands.is_empty() => {
                Err(self.fault("demand.bands", "name the bands whose slots set the demand"))
            }
            (Some(rule), BasicOn::BillingDemand) if rule.floor_percent > PERCENT_MAX => {
                Err(self.fault("demand.floor_percent", "give 0 to 100"))
            }
            (Some(_), BasicOn::BillingDemand) | (None, BasicOn::Contract) => Ok(()),
        }
    }

    fn power_factor(&self, rule: &PowerFactorRule) -> Result<(), TariffFault> {
        let (lagging, leading) = (&rule.lagging, &rule.leading);
        self.standards("power_factor.lagging", &lagging.standards, lagging.floor_percent)?;
        self.standards("power_factor.leading", &leading.standards, leading.floor_percent)?;
        let above = |standard: &Standard| standard.percent > lagging.cap_percent;
        if lagging.cap_percent > PERCENT_MAX || lagging.standards.iter().any(above) {
            let what = "the cap lies between the standard and 100";
            return Err(self.fault("power_factor.lagging.cap_percent", what));
        }
        if lagging.hours.iter().chain(&leading.hours).any(|hour| *hour > 24) {
            return Err(self.fault("power_factor", "hours are 0 to 24"));
        }
        if !(0..=100_000).contains(&rule.ppm_per_percent) || rule.reading.decimals > 3 {
            let what = "0 to 100000 ppm a point, and at most 3 decimals";
            return Err(self.fault("power_factor", what));
        }
        Ok(())
    }

    fn standards(&self, at: &str, list: &[Standard], floor: u8) -> Result<(), TariffFault> {
        if list.is_empty() || !list.is_sorted_by(|a, b| a.from < b.from) {
            return Err(self.fault(at, "give the standards by date, the earliest first"));
        }
        if list.iter().any(|s| s.percent > PERCENT_MAX || s.percent < floor) {
            return Err(self.fault(at, "a standard lies between the floor and 100"));
        }
        Ok(())
    }

    fn excess(&self) -> Result<(), TariffFault> {
        let Some(rule) = &self.tariff.excess else { return Ok(()) };
        let rising = rule.steps.is_sorted_by(|a, b| a.from_percent < b.from_percent);
        if !rising || rule.steps.first().is_none_or(|step| step.from_percent != 0) {
            return Err(self.fault("excess.steps", "begin at 0 per cent and rise"));
        }
        Ok(())
    }

    fn options(&self) -> Result<(), TariffFault> {
        let options = &self.tariff.options;
        if options.is_empty() || options.len() > OPTIONS_MAX {
            return Err(self.fault("options", format!("give 1 to {OPTIONS_MAX} options")));
        }
        for (index, option) in options.iter().enumerate() {
            if options[..index].iter().any(|other| other.name == option.name) {
                return Err(self.fault(format!("options.{}", option.name), "it stands here twice"));
            }
            self.rates(option)?;
        }
        Ok(())
    }

    fn rates(&self, option: &OptionRates) -> Result<(), TariffFault> {
        let at = |part: &str| format!("options.{}.{part}", option.name);
        if option.basic_won_per_kw < Rate(0) {
            return Err(self.fault(at("basic_won_per_kw"), "a basic charge is not negative"));
        }
        let expected = if self.tariff.hours.is_some() { Band::ALL.len() } else { 1 };
        for season in Season::ALL {
            let rates = option.energy_won_per_kwh.of(season);
            if rates.len() != expected {
                let what = format!("{} rates where {expected} are expected", rates.len());
                return Err(self.fault(at(season.code()), what));
            }
            if rates.iter().any(|rate| *rate <= Rate(0)) {
                return Err(self.fault(at(season.code()), "a rate is above 0"));
            }
            if !rates.is_sorted_by(|a, b| a < b) {
                let what = "light < mid < peak does not hold: check the order of the columns";
                return Err(self.fault(at(season.code()), what));
            }
        }
        Ok(())
    }
}
