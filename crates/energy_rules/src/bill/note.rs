//! What a reader must know about a bill: a stable code with parameters, and a sentence.

use jiff::civil::Date;
use serde::Serialize;

use super::BillMonth;

/// What a reader must know about a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Note {
    /// Slots without a value: kWh are summed as they are, the demand is a lower bound.
    Gaps {
        /// Slots of 15 minutes without a value.
        slots: u32,
        /// Slots of the month.
        of_slots: u32,
    },
    /// Earlier demand months are not known, so that the billing demand may be larger.
    Provisional {
        /// Which months.
        months: Vec<BillMonth>,
    },
    /// Adders, taxes and standards are those of a day that was asked for.
    RulesOf {
        /// The day.
        date: Date,
    },
    /// The version of the tariff is not in force in these days: a comparison, not a bill to expect.
    OutsideVersion {
        /// The version.
        version: String,
        /// The first day of the version.
        from: Date,
    },
    /// A discount was given; that it halves the energy rate and not the adders is assumed.
    DiscountOnEnergyOnly,
    /// No reactive meter: the power factor is deemed to be the standard.
    PowerFactorDeemed,
    /// How the month's power factor is read off its half hours is not verified.
    PowerFactorReading,
    /// Half hours that the power factor leaves out for gaps.
    PowerFactorGaps {
        /// How many.
        half_hours: u32,
    },
    /// Leading power at night costs a surcharge: fixed capacitors are too large for the night load.
    CapacitorsAtNight,
    /// A surcharge was waived as the first one; months before the data are not known.
    FirstMonthAssumed,
    /// A rate changes inside the period; that of the first day of the month was taken.
    RateChangesInside {
        /// Which rate.
        adder: &'static str,
        /// The day of the change.
        on: Date,
    },
    /// The bill was made from a total split by days, without intervals.
    SplitByDays,
}

impl Note {
    /// The sentence in Korean.
    pub fn ko(&self) -> String {
        match self {
            Self::Gaps { slots, of_slots } => format!(
                "15분 값 {of_slots}개 중 {slots}개가 없음: 전력량은 있는 값만 합했고 최대수요는 하한값임"
            ),
            Self::Provisional { months } => format!(
                "잠정: 이전 {}개 달({})의 최대수요를 몰라 요금적용전력이 더 클 수 있음",
                months.len(),
                list(months)
            ),
            Self::RulesOf { date } => {
                format!("기후환경요금·연료비·기금·부가세·역률 기준은 {date}의 것을 적용함")
            }
            Self::OutsideVersion { version, from } => {
                format!("요금표 {version}({from} 시행)은 이 기간의 것이 아님: 비교용 계산")
            }
            Self::DiscountOnEnergyOnly => "할인은 전력량요금에만 적용한다고 가정함(미확인)".into(),
            Self::PowerFactorDeemed => "무효전력량 계량값이 없어 역률을 기준값으로 봄".into(),
            Self::PowerFactorReading => "월 역률 산정 방식(30분 값의 평균, 반올림)은 미확인".into(),
            Self::PowerFactorGaps { half_hours } => {
                format!("값이 빠진 30분 구간 {half_hours}개는 역률 계산에서 제외함")
            }
            Self::CapacitorsAtNight => {
                "야간 진상역률 추가요금: 고정 콘덴서 용량이 야간 부하에 비해 큼".into()
            }
            Self::FirstMonthAssumed => {
                "첫 달로 보아 추가요금을 부과하지 않음: 이전 달 자료가 없어 실제와 다를 수 있음"
                    .into()
            }
            Self::RateChangesInside { adder, on } => {
                format!("검침 기간 안({on})에 {adder} 단가가 바뀜: 월 첫날의 단가를 적용함(미확인)")
            }
            Self::SplitByDays => "15분 값이 없어 월 전력량을 일수로 나누어 계산함".into(),
        }
    }

    /// The sentence in English.
    pub fn en(&self) -> String {
        match self {
            Self::Gaps { slots, of_slots } => format!(
                "{slots} of {of_slots} values of 15 minutes are missing: kWh are summed as they \
                 are, the demand is a lower bound"
            ),
            Self::Provisional { months } => format!(
                "provisional: the peaks of {} earlier months ({}) are not known, the billing \
                 demand may be larger",
                months.len(),
                list(months)
            ),
            Self::RulesOf { date } => {
                format!("adders, fund, VAT and power-factor standard are those of {date}")
            }
            Self::OutsideVersion { version, from } => format!(
                "the tariff {version}, in force from {from}, is not that of these days: this is a \
                 comparison"
            ),
            Self::DiscountOnEnergyOnly => {
                "the discount is assumed to touch the energy rate only (unverified)".into()
            }
            Self::PowerFactorDeemed => {
                "no reactive energy was metered: the power factor is deemed the standard".into()
            }
            Self::PowerFactorReading => {
                "how a month's power factor is read off its half hours is unverified".into()
            }
            Self::PowerFactorGaps { half_hours } => {
                format!("the power factor leaves out {half_hours} half hours with gaps")
            }
            Self::CapacitorsAtNight => {
                "leading surcharge at night: fixed capacitors are too large for the night load"
                    .into()
            }
            Self::FirstMonthAssumed => {
                "a surcharge is waived as the first one; months before the data are not known"
                    .into()
            }
            Self::RateChangesInside { adder, on } => format!(
                "the rate of {adder} changes inside the period ({on}): that of the first day of \
                 the month was taken (unverified)"
            ),
            Self::SplitByDays => "no 15-minute values: the month's energy is split by days".into(),
        }
    }
}

fn list(months: &[BillMonth]) -> String {
    months.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
