//! What a kWh costs in each slot of a stretch of days: for plans, not for bills.

use jiff::civil::Date;

use super::{Adder, Adders, BasicOn, OptionRates, Tariff};
use crate::SLOTS_PER_DAY;
use crate::calendar::Calendar;

/// A slot of 15 minutes, as its price and its demand count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotPrice {
    /// Energy rate after discounts, with climate and fuel adders, µwon/kWh; without VAT and fund.
    pub micro_won_per_kwh: i64,
    /// Whether the slot can set the billing demand.
    pub counts: bool,
}

impl Tariff {
    /// The day whose adders stand in for those of `day`: the first of this version, when it came into force after
    /// `day` and no adder is known for so long ago. A load of then is so billed as if it were drawn under this
    /// version.
    pub fn rules_before(&self, adders: &Adders, day: Date) -> Option<Date> {
        let is_unknown = adders.on(Adder::Climate, day).is_none();
        (is_unknown && day < self.effective_from).then_some(self.effective_from)
    }

    /// The prices of all slots of so many days. Adders are those of `rules_of`, or of each day.
    pub fn slot_prices(
        &self,
        option: &OptionRates,
        (adders, rules_of): (&Adders, Option<Date>),
        calendar: &Calendar,
        (first_day, days): (Date, usize),
    ) -> Vec<SlotPrice> {
        let mut prices = Vec::with_capacity(days * SLOTS_PER_DAY);
        for date in first_day.series(jiff::Span::new().days(1)).take(days) {
            let rules_of = rules_of.or(self.rules_before(adders, date)).unwrap_or(date);
            let adder = |adder| adders.on(adder, rules_of).map_or(0, |row| row.rate.0);
            let added = adder(Adder::Climate) + adder(Adder::Fuel);
            let table = self.day(date, calendar.tariff_day(date));
            prices.extend(table.0.map(|cell| {
                let rate = option.energy(cell.season(), cell.band()).0;
                let percent = cell.discount().map_or(0, |index| self.discounts[index].percent);
                let counts = match self.basic_on {
                    BasicOn::BillingDemand => self.demand.as_ref().is_some_and(|rule| {
                        cell.band().is_some_and(|band| rule.bands.contains(&band))
                    }),
                    BasicOn::Contract => false,
                };
                let micro_won_per_kwh = rate - rate * i64::from(percent) / 100 + added;
                SlotPrice { micro_won_per_kwh, counts }
            }));
        }
        prices
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::Tariffs;
    use super::*;

    #[test]
    fn a_slot_costs_its_band_less_its_discount_and_the_adders() {
        let (tariffs, adders, calendar) =
            (Tariffs::shipped(), Adders::shipped(), Calendar::shipped());
        let tariff = tariffs.get("kepco-industrial-b-2026-04-16").unwrap();
        let option = tariff.option("hv-a-2").unwrap();
        // Friday 1 May 2026 may be a holiday; Saturday 2 May and Monday 4 May are what they are.
        let rules = (&adders, Some(date(2026, 4, 16)));
        let prices = tariff.slot_prices(option, rules, &calendar, (date(2026, 5, 2), 3));
        let at = |day: usize, hour: usize| prices[day * SLOTS_PER_DAY + hour * 4];
        // In hundredths of a won; the adders are 14 won.
        let price = |hundredths: i64, counts| SlotPrice {
            micro_won_per_kwh: (hundredths + 1_400) * 10_000,
            counts,
        };
        assert_eq!(at(2, 3), price(11_600, false), "light never counts");
        assert_eq!(at(2, 9), price(13_340, true));
        assert_eq!(at(2, 16), price(15_090, true));
        assert_eq!(at(0, 16), price(13_340, true), "on Saturday peak is mid");
        assert_eq!(at(0, 12), price(6_670, true), "half price, adders in full");
        assert_eq!(at(1, 12), price(5_800, false), "Sunday is light");
    }
}
