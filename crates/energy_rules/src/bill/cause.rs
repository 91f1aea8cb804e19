//! What would explain that an invoice differs: bills made once more with one thing changed.

use jiff::civil::Date;
use serde::Serialize;

use super::invoice::{Invoice, TOLERANCE_WON, differences, misfit};
use super::power_factor::PowerFactor;
use super::text::whole;
use super::{Choices, CustomerContract, History, Terms, bill};
use crate::calendar::Calendar;
use crate::load::Load;
use crate::tariff::Adder;

/// Causes that are reported.
const CAUSES_MAX: usize = 3;
/// A hypothesis must take away this much of the misfit, in per cent, to be told.
const GAIN_PERCENT_MIN: i64 = 80;

/// A probable cause, and what it leaves unexplained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// What it is.
    #[serde(flatten)]
    pub kind: CauseKind,
    /// The misfit with it, won; 0 when it explains all.
    pub left_won: i64,
}

/// What may have gone another way than computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CauseKind {
    /// Billed by another option (선택요금).
    OtherOption {
        /// Which one.
        option: String,
    },
    /// Billed by another version of the tariff: other hours and rates.
    OtherVersion {
        /// Which one.
        version: String,
    },
    /// A temporary holiday (임시공휴일) was billed as a holiday.
    TemporaryHoliday,
    /// The power factor was deemed to be the standard.
    PowerFactorDeemed,
    /// The power factor was billed without the notice of the first month.
    PowerFactorWithoutNotice,
    /// Excess use was billed without the notice of the first month.
    ExcessWithoutNotice,
    /// Adders, fund and standards of another date.
    RulesOfOtherDate {
        /// The date.
        date: Date,
    },
    /// The meter's data are one slot early or late: the label is the end of the slot.
    ShiftedByASlot {
        /// 1 when the data must move later, -1 when earlier.
        slots: i8,
    },
    /// No earlier peak was carried over.
    NothingCarriedOver,
}

impl Cause {
    /// The sentence in Korean.
    pub fn ko(&self) -> String {
        let what = match &self.kind {
            CauseKind::OtherOption { option } => format!("선택요금 {option}로 청구된 것으로 보임"),
            CauseKind::OtherVersion { version } => {
                format!("다른 요금표 {version}의 시간대·단가로 청구된 것으로 보임")
            }
            CauseKind::TemporaryHoliday => "임시공휴일을 공휴일로 계산한 것으로 보임".into(),
            CauseKind::PowerFactorDeemed => "역률을 기준값으로 본 것으로 보임".into(),
            CauseKind::PowerFactorWithoutNotice => {
                "역률 추가요금이 안내 없이 부과된 것으로 보임".into()
            }
            CauseKind::ExcessWithoutNotice => {
                "초과사용부가금이 안내 없이 부과된 것으로 보임".into()
            }
            CauseKind::RulesOfOtherDate { date } => {
                format!("{date}의 기금·기후환경·연료비 단가 또는 역률 기준으로 청구된 것으로 보임")
            }
            CauseKind::ShiftedByASlot { slots } => {
                format!("15분 자료가 한 칸 어긋난 것으로 보임({slots:+}칸 옮기면 맞음)")
            }
            CauseKind::NothingCarriedOver => {
                "이전 달 최대수요를 이어 적용하지 않은 것으로 보임".into()
            }
        };
        format!("{what}: 남는 차이 {}원", whole(self.left_won))
    }

    /// The sentence in English.
    pub fn en(&self) -> String {
        let what = match &self.kind {
            CauseKind::OtherOption { option } => format!("billed by the option {option}"),
            CauseKind::OtherVersion { version } => {
                format!("billed by the hours and rates of {version}")
            }
            CauseKind::TemporaryHoliday => "a temporary holiday was billed as a holiday".into(),
            CauseKind::PowerFactorDeemed => "the power factor was deemed the standard".into(),
            CauseKind::PowerFactorWithoutNotice => {
                "the power factor was billed without a month of notice".into()
            }
            CauseKind::ExcessWithoutNotice => {
                "excess use was billed without a month of notice".into()
            }
            CauseKind::RulesOfOtherDate { date } => {
                format!("billed with the fund, adders and standards of {date}")
            }
            CauseKind::ShiftedByASlot { slots } => {
                format!("the 15-minute data are one slot off (moved by {slots:+} they fit)")
            }
            CauseKind::NothingCarriedOver => "no earlier peak was carried over".into(),
        };
        format!("probably {what}: {} won are left unexplained", whole(self.left_won))
    }
}

struct Search<'s> {
    invoice: &'s Invoice,
    load: &'s Load,
    terms: Terms<'s>,
    history: &'s History,
    causes: Vec<Cause>,
}

/// The causes that explain most of a misfit, the best one first.
pub(super) fn search(
    invoice: &Invoice,
    load: &Load,
    terms: &Terms<'_>,
    history: &History,
    misfit_won: i64,
) -> Vec<Cause> {
    let mut search = Search { invoice, load, terms: *terms, history, causes: Vec::new() };
    search.contracts();
    search.holidays();
    search.power_factor();
    search.notices();
    search.dates();
    search.slots();
    let most = (misfit_won.saturating_mul(100 - GAIN_PERCENT_MIN) / 100).max(TOLERANCE_WON);
    let mut causes = search.causes;
    causes.retain(|cause| cause.left_won <= most);
    causes.sort_by_key(|cause| cause.left_won);
    causes.truncate(CAUSES_MAX);
    causes
}

impl Search<'_> {
    /// Bills once more; what cannot be billed explains nothing.
    fn consider(&mut self, kind: CauseKind, load: &Load, terms: &Terms<'_>, history: &History) {
        if let Ok(bill) = bill(load, self.invoice.month, terms, history) {
            let left_won = misfit(&differences(self.invoice, &bill));
            self.causes.push(Cause { kind, left_won });
        }
    }

    fn under(&mut self, kind: CauseKind, contract: &CustomerContract) {
        let terms = Terms { contract, ..self.terms };
        self.consider(kind, self.load, &terms, self.history);
    }

    fn contracts(&mut self) {
        let terms = self.terms;
        let period = self.invoice.month.period(terms.contract.reading_day);
        let Some(row) = terms.contract.rows.iter().rfind(|row| row.from <= period.last) else {
            return;
        };
        let Some(tariff) = terms.tariffs.get(&row.version) else { return };
        for option in tariff.options.iter().filter(|option| option.name != row.option) {
            let mut contract = terms.contract.clone();
            for other in contract.rows.iter_mut().filter(|other| other.version == row.version) {
                other.option.clone_from(&option.name);
            }
            let kind = CauseKind::OtherOption { option: option.name.clone() };
            self.under(kind, &contract);
        }
        for version in terms.tariffs.versions(row.class) {
            if version.id == row.version || version.option(&row.option).is_none() {
                continue;
            }
            let mut contract = terms.contract.clone();
            for other in contract.rows.iter_mut().filter(|other| other.version == row.version) {
                other.version.clone_from(&version.id);
            }
            // The older version is billed with its hours, but with the adders of the month.
            self.under(CauseKind::OtherVersion { version: version.id.clone() }, &contract);
        }
    }

    fn holidays(&mut self) {
        let calendar: Calendar = self.terms.calendar.with_temporary_as_public();
        let terms = Terms { calendar: &calendar, ..self.terms };
        self.consider(CauseKind::TemporaryHoliday, self.load, &terms, self.history);
    }

    fn power_factor(&mut self) {
        if self.terms.choices.power_factor != PowerFactor::Deemed {
            let choices = Choices { power_factor: PowerFactor::Deemed, ..self.terms.choices };
            let terms = Terms { choices, ..self.terms };
            self.consider(CauseKind::PowerFactorDeemed, self.load, &terms, self.history);
        }
    }

    fn notices(&mut self) {
        let long_ago = Some(self.invoice.month.earlier(1_200));
        let power_factor = History { power_factor_notice: long_ago, ..self.history.clone() };
        let excess = History { excess_notice: long_ago, ..self.history.clone() };
        let none = History { demands: std::collections::BTreeMap::new(), ..self.history.clone() };
        let (load, terms) = (self.load, self.terms);
        self.consider(CauseKind::PowerFactorWithoutNotice, load, &terms, &power_factor);
        self.consider(CauseKind::ExcessWithoutNotice, load, &terms, &excess);
        let alone = self.only_the_month();
        self.consider(CauseKind::NothingCarriedOver, &alone, &terms, &none);
    }

    /// The load without the slots before the month.
    fn only_the_month(&self) -> Load {
        let period = self.invoice.month.period(self.terms.contract.reading_day);
        let mut load = self.load.clone();
        let start = super::first_slot(&load, period.first).unwrap_or(0);
        for values in [&mut load.wh, &mut load.lagging_varh, &mut load.leading_varh] {
            let end = start.min(values.len());
            values[..end].fill(None);
        }
        load
    }

    /// Dates near the month on which an adder, the fund or a standard is another one.
    fn dates(&mut self) {
        let terms = self.terms;
        let day = terms.choices.rules_of.unwrap_or(self.invoice.month.first_day());
        let mut dates = Vec::new();
        for adder in [Adder::Climate, Adder::Fuel, Adder::Fund, Adder::Vat] {
            let rows: Vec<_> = terms.adders.rows(adder).collect();
            let now = rows.iter().rposition(|row| row.from <= day);
            let before = now.and_then(|now| now.checked_sub(1));
            let after = now.map(|now| now + 1);
            let near = before.into_iter().chain(after).filter_map(|at| rows.get(at));
            let rate = now.map(|now| rows[now].rate);
            dates.extend(near.filter(|row| Some(row.rate) != rate).map(|row| row.from));
        }
        for date in dates {
            let choices = Choices { rules_of: Some(date), ..terms.choices };
            let changed = Terms { choices, ..terms };
            self.consider(CauseKind::RulesOfOtherDate { date }, self.load, &changed, self.history);
        }
    }

    fn slots(&mut self) {
        for slots in [1_i8, -1] {
            let moved = self.load.moved(slots);
            let terms = self.terms;
            self.consider(CauseKind::ShiftedByASlot { slots }, &moved, &terms, self.history);
        }
    }
}
