//! The line of the excess-use surcharge (초과사용부가금).

use super::Sheet;
use super::draft::Draft;
use crate::bill::measure::Part;
use crate::bill::{Item, Line, Per, Quantity, Rule, Unit, excess};
use crate::money::Rate;
use crate::tariff::Status;

impl Sheet<'_, '_> {
    /// By the slot that is furthest beyond the contract of its day.
    pub(super) fn excess(&mut self) {
        let beyond =
            |part: &Part<'_>| part.all.map(|peak| peak.w.saturating_sub(part.span.contract_w));
        let most = self.measured.parts.iter().max_by_key(|part| beyond(part));
        let Some(part) = most else { return };
        let (span, excess_w) = (part.span, beyond(part).unwrap_or(0).max(0));
        let contract_w = span.contract_w;
        let quantity = Quantity { milli: excess_w, unit: Unit::Kw };
        let Some(rule) = &span.tariff.excess else {
            self.lines.push(Line {
                code: Item::Excess,
                quantity,
                rate: Rate(0),
                per: Per::Kw,
                won: None,
                nano_won: 0,
                rule: Rule::ExcessNotComputed,
                source: "기본공급약관 제67조의3 제1호".to_owned(),
                status: Status::Unverified,
                decided_at: part.all.map(|peak| peak.at),
            });
            return;
        };
        let noticed = self.history.excess_notice.is_some_and(|at| at < self.measured.month);
        let step = excess::step(rule, excess_w, contract_w);
        let tenths = step.map_or(0, |step| step.tenths);
        let basic = span.option.basic_won_per_kw;
        let (line_rule, numerator) = match step {
            None => (Rule::ExcessNone { contract_w }, 0),
            Some(_) if !noticed => (Rule::ExcessNotice { excess_w, contract_w, tenths }, 0),
            Some(step) => {
                let nano = excess::nano_won(excess_w, basic, step);
                (Rule::ExcessStep { excess_w, contract_w, tenths }, nano)
            }
        };
        self.excess_notice = step.is_some() && !noticed;
        if self.excess_notice {
            self.note_first_month();
        }
        let draft = Draft {
            code: Item::Excess,
            quantity,
            rate: Rate(basic.0 * i64::from(tenths) / 10),
            per: Per::Kw,
            numerator,
            rule: line_rule,
            source: rule.source.clone(),
            status: step.and_then(|step| step.status).unwrap_or(rule.status).max(rule.status),
            decided_at: part.all.filter(|_| excess_w > 0).map(|peak| peak.at),
        };
        self.component(1, vec![draft]);
    }
}
