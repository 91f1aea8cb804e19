//! The charge of the power factor (역률요금): a share of the basic charge.

use super::Sheet;
use super::basic::BasicSum;
use super::draft::Draft;
use crate::bill::power_factor::{MonthPowerFactor, PowerFactor, effect};
use crate::bill::{Item, Note, Per, Quantity, Rule, Side, Unit};
use crate::money::Rate;
use crate::tariff::{PowerFactorRule, Status, standard_on};

impl Sheet<'_, '_> {
    /// A line for each side; both parts add up and are cut together.
    pub(super) fn power_factor(&mut self, basic: &BasicSum) {
        let Some(part) = self.measured.parts.first() else { return };
        let rule = &part.span.tariff.power_factor;
        let (month, status) = self.month_power_factor(rule);
        self.note_power_factor(month);
        let effect = effect(rule, month, self.rules_day);
        let surcharge = effect.lagging_ppm > 0 || effect.leading_ppm > 0;
        let noticed = self.history.power_factor_notice.is_some_and(|at| at < self.measured.month);
        self.power_factor_notice = surcharge && !noticed;
        if self.power_factor_notice {
            self.note_first_month();
        }
        if effect.leading_ppm > 0 {
            self.notes.push(Note::CapacitorsAtNight);
        }
        let lagging = standard_on(&rule.lagging.standards, self.rules_day);
        let leading = standard_on(&rule.leading.standards, self.rules_day);
        let sides = [
            (Side::Lagging, month.lagging_milli, lagging, effect.lagging_ppm),
            (Side::Leading, month.leading_milli, leading, effect.leading_ppm),
        ];
        let notice = self.power_factor_notice;
        let drafts = sides.map(|(side, value, standard, ppm)| {
            let waived = notice && ppm > 0;
            let charged = if waived { 0 } else { ppm };
            Draft {
                code: match side {
                    Side::Lagging => Item::PowerFactorLagging,
                    Side::Leading => Item::PowerFactorLeading,
                },
                quantity: Quantity {
                    milli: value.unwrap_or(i64::from(standard) * 1_000),
                    unit: Unit::Percent,
                },
                rate: Rate(charged * 100),
                per: Per::Percent,
                numerator: basic.numerator * i128::from(charged),
                rule: line_rule(side, value, standard, ppm, waived),
                source: rule.source.clone(),
                status: status.max(basic.status),
                decided_at: None,
            }
        });
        self.component(i128::from(self.of_days) * 1_000_000, drafts.into());
    }

    /// The power factors of the month, and how sure they are.
    fn month_power_factor(&self, rule: &PowerFactorRule) -> (MonthPowerFactor, Status) {
        match self.terms.choices.power_factor {
            PowerFactor::Deemed => (MonthPowerFactor::default(), rule.status),
            PowerFactor::Stated { lagging_milli, leading_milli } => {
                let (lagging_milli, leading_milli) = (Some(lagging_milli), Some(leading_milli));
                (MonthPowerFactor { lagging_milli, leading_milli }, rule.status)
            }
            PowerFactor::Metered => {
                let month = self.measured.half_hours.month(&rule.reading);
                (month, rule.status.max(rule.reading.status))
            }
        }
    }

    fn note_power_factor(&mut self, month: MonthPowerFactor) {
        self.power_factor = month;
        let metered = self.terms.choices.power_factor == PowerFactor::Metered;
        if month == MonthPowerFactor::default() {
            self.notes.push(Note::PowerFactorDeemed);
        } else if metered {
            self.notes.push(Note::PowerFactorReading);
        }
        let half_hours = self.measured.half_hours.missing;
        if metered && half_hours > 0 {
            self.notes.push(Note::PowerFactorGaps { half_hours });
        }
    }
}

fn line_rule(side: Side, value: Option<i64>, standard: u8, ppm: i64, waived: bool) -> Rule {
    match value {
        None => Rule::PowerFactorDeemed { side, standard },
        Some(percent_milli) if waived => {
            Rule::PowerFactorNotice { side, percent_milli, standard, ppm }
        }
        Some(percent_milli) => Rule::PowerFactor { side, percent_milli, standard, ppm },
    }
}
