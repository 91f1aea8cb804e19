//! What a reader of a report must know, in both languages.

use jiff::civil::Date;
use serde::Serialize;

use crate::bill::BillMonth;
use crate::tariff::Status;

/// What a reader of a report must know.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Remark {
    /// The month is not over.
    Running {
        /// Its last day.
        last: Date,
    },
    /// There is no bill of a month that would be compared with.
    NotCompared {
        /// The month.
        month: BillMonth,
    },
    /// The month that is compared with has gaps.
    ComparedWithGaps {
        /// The month.
        month: BillMonth,
        /// Slots that are missing.
        slots: u32,
    },
    /// A part of the time is not the reader's to see.
    Hidden,
    /// Readings that do not begin on a quarter of an hour.
    OffGrid {
        /// How many.
        readings: u32,
    },
    /// Where the emission factor stands.
    GridFactor {
        /// The year of use.
        year: i16,
        /// How well it is known.
        status: String,
    },
    /// No greenhouse gas was reckoned.
    NoCarbon {
        /// Why.
        why: String,
    },
    /// Where the heat value stands.
    HeatValue {
        /// How well it is known.
        status: String,
    },
    /// No oil equivalent was reckoned.
    NoToe {
        /// Why.
        why: String,
    },
    /// With a reading day inside the month the year of use is that of the month's name.
    YearOfMonth,
    /// Too little is known before the month to look for anomalies.
    TooFewDays {
        /// Days of which something is known.
        days: usize,
        /// Days that the detector learns from.
        needed: usize,
    },
    /// Anomalies could not be looked for.
    NoAnomalies {
        /// Why.
        why: String,
    },
    /// Months of which no energy is known.
    NoEnergy {
        /// The months.
        months: Vec<BillMonth>,
    },
    /// Months whose energy has gaps.
    Gaps {
        /// The months.
        months: Vec<BillMonth>,
    },
    /// Months of a year of which nothing is known: the sums are of the others.
    Unknown {
        /// The months.
        months: Vec<BillMonth>,
    },
    /// Months in which a product's meter has gaps: what it failed to count went to the products that
    /// share what is left by tonnes.
    RestInexact {
        /// The months.
        months: Vec<BillMonth>,
    },
    /// More energy was given to products than the contract drew.
    OverAllocated {
        /// The months.
        months: Vec<BillMonth>,
    },
    /// Only electricity is in the figure.
    ElectricityOnly,
    /// Which factor CBAM asks for was not read at the source.
    CbamFactor,
    /// The threshold of CBAM.
    CbamThreshold {
        /// Tonnes a year and importer.
        tonnes: f64,
        /// How well it is known.
        status: Status,
    },
    /// The default values of CBAM.
    CbamDefaults {
        /// Which regulation.
        rule: String,
        /// How well it is known.
        status: Status,
    },
    /// The energy of products without a key is split by tonnes.
    SplitByMass,
    /// The fields that the authority asks for were not read at the source.
    FormUnverified,
    /// From how many toe a user is a large one.
    LargeUser {
        /// toe a year.
        toe: f64,
        /// How well it is known.
        status: Status,
    },
}

impl Remark {
    /// The sentence in Korean.
    pub fn ko(&self) -> String {
        match self {
            Self::Running { last } => {
                format!("아직 끝나지 않은 달({last}까지)임: 지금까지 들어온 값으로 계산함")
            }
            Self::NotCompared { month } => format!("{month}의 자료가 없어 견주지 못함"),
            Self::ComparedWithGaps { month, slots } => {
                format!("견준 달 {month}에 빠진 15분 값이 {slots}개 있음")
            }
            Self::Hidden => "계량기의 주인이 달랐던 기간은 보이지 않으며 들어 있지 않음".into(),
            Self::OffGrid { readings } => {
                format!("15분 경계에 맞지 않는 값 {readings}개는 빠졌음")
            }
            Self::GridFactor { year, status } => {
                format!("온실가스: {year}년 사용분 공시용 배출계수({})", known_ko(status))
            }
            Self::NoCarbon { .. } => "온실가스를 계산하지 못함: 이 해에 쓸 배출계수를 모름".into(),
            Self::HeatValue { status } => {
                format!("석유환산톤(toe): 에너지열량 환산기준({})", known_ko(status))
            }
            Self::NoToe { .. } => "석유환산톤을 계산하지 못함: 환산계수를 모름".into(),
            Self::YearOfMonth => {
                "검침일이 달 가운데에 있어, 배출계수의 사용 연도는 월분의 연도로 봄".into()
            }
            Self::TooFewDays { days, needed } => {
                format!(
                    "이상을 찾지 못함: 이 달 전의 자료가 {days}일치뿐이고 {needed}일치가 있어야 함"
                )
            }
            Self::NoAnomalies { why } => format!("이상을 찾지 못함: {why}"),
            Self::NoEnergy { months } => {
                format!("전력량을 모르는 달: {}. 이 달이 든 값은 계산하지 않음", list(months))
            }
            Self::Unknown { months } => {
                format!("자료가 없는 달: {}. 합계는 나머지 달의 것임", list(months))
            }
            Self::Gaps { months } => {
                format!("15분 값이 빠진 달: {}. 전력량은 하한값임", list(months))
            }
            Self::RestInexact { months } => format!(
                "제품 계량기에 빠진 값이 있어, 톤으로 나눈 다른 제품의 전력량이 실제보다 큽니다: {}",
                list(months)
            ),
            Self::OverAllocated { months } => format!(
                "제품에 나눈 전력량이 계약의 전력량보다 많은 달: {}. 비율과 계량기를 확인하세요",
                list(months)
            ),
            Self::ElectricityOnly => {
                "전기 사용에 따른 간접배출만 있음. 연료와 공정의 직접배출은 들어 있지 않음".into()
            }
            Self::CbamFactor => {
                "CBAM 신고에 이 배출계수를 쓸 수 있는지는 미확인: 수입자와 검증인에게 확인하세요"
                    .into()
            }
            Self::CbamThreshold { tonnes, status } => {
                format!("CBAM 최소 기준(수입자당 연 {tonnes} t)은 {}", status_ko(*status))
            }
            Self::CbamDefaults { rule, status } => {
                format!("기본값은 {rule}에 따름({})", status_ko(*status))
            }
            Self::SplitByMass => {
                "배분 기준이 없는 제품에는 남은 전력량을 생산량(t) 비율로 나눔(가정)".into()
            }
            Self::FormUnverified => {
                "에너지사용량 신고 서식의 항목은 원문으로 확인하지 못함(미확인)".into()
            }
            Self::LargeUser { toe, status } => format!(
                "에너지다소비사업자 기준 연 {toe} toe와 다음 해 1월 31일까지의 신고: {}",
                status_ko(*status)
            ),
        }
    }

    /// The sentence in English.
    pub fn en(&self) -> String {
        match self {
            Self::Running { last } => {
                format!("the month goes on until {last}: reckoned from what has come so far")
            }
            Self::NotCompared { month } => {
                format!("nothing is known of {month}: it is not compared with")
            }
            Self::ComparedWithGaps { month, slots } => {
                format!("{month}, which is compared with, misses {slots} values of 15 minutes")
            }
            Self::Hidden => "times in which the meter was another's are not shown and not in it".into(),
            Self::OffGrid { readings } => {
                format!("{readings} readings off the quarter of an hour are left out")
            }
            Self::GridFactor { year, status } => {
                format!("greenhouse gas: the factor for disclosure of use in {year}; {status}")
            }
            Self::NoCarbon { why } => format!("no greenhouse gas was reckoned: {why}"),
            Self::HeatValue { status } => format!("toe: the heat value is {status}"),
            Self::NoToe { why } => format!("no toe were reckoned: {why}"),
            Self::YearOfMonth => {
                "the reading day lies inside the month: the year of use is that of the month's name"
                    .into()
            }
            Self::TooFewDays { days, needed } => format!(
                "no anomalies were looked for: {days} days are known before the month, {needed} are \
                 needed"
            ),
            Self::NoAnomalies { why } => format!("no anomalies were looked for: {why}"),
            Self::NoEnergy { months } => format!(
                "no energy is known of {}: figures with these months are not reckoned",
                list(months)
            ),
            Self::Unknown { months } => {
                format!("nothing is known of {}: the sums are of the other months", list(months))
            }
            Self::Gaps { months } => {
                format!("15-minute values are missing in {}: energy is a lower bound", list(months))
            }
            Self::RestInexact { months } => format!(
                "a product's meter has gaps in {}: the energy of products that share what is left by \
                 tonnes is too large",
                list(months)
            ),
            Self::OverAllocated { months } => format!(
                "products were given more energy than the contract drew in {}: check shares and meters",
                list(months)
            ),
            Self::ElectricityOnly => {
                "indirect emissions of electricity only; direct emissions of fuels and processes are \
                 not in it"
                    .into()
            }
            Self::CbamFactor => {
                "whether CBAM takes this emission factor is unverified: ask importer and verifier"
                    .into()
            }
            Self::CbamThreshold { tonnes, status } => format!(
                "the de-minimis threshold of CBAM ({tonnes} t a year and importer) is {}",
                status_en(*status)
            ),
            Self::CbamDefaults { rule, status } => {
                format!("default values by {rule} ({})", status_en(*status))
            }
            Self::SplitByMass => {
                "products without a key share the remaining electricity by tonnes (assumed)".into()
            }
            Self::FormUnverified => {
                "the fields of the yearly energy report form were not read at the source (unverified)"
                    .into()
            }
            Self::LargeUser { toe, status } => format!(
                "large user from {toe} toe a year, report by 31 January of the next year: {}",
                status_en(*status)
            ),
        }
    }
}

/// How well a factor is known, by the first words of its status.
fn known_ko(status: &str) -> &'static str {
    if status.starts_with("verified") {
        "확인됨"
    } else if status.starts_with("value verified") {
        "값은 확인됨, 단서는 출처에 적음"
    } else if status.starts_with("reported") {
        "전해 들음"
    } else {
        "미확인"
    }
}

fn status_ko(status: Status) -> &'static str {
    match status {
        Status::Verified => "확인됨",
        Status::Reported => "전해 들음",
        Status::Unverified => "미확인",
    }
}

fn status_en(status: Status) -> &'static str {
    match status {
        Status::Verified => "verified",
        Status::Reported => "reported",
        Status::Unverified => "unverified",
    }
}

fn list(months: &[BillMonth]) -> String {
    months.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
