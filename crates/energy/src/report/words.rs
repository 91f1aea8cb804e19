//! The Korean words of workbooks: the console has its own, in both languages.

use energy_rules::tariff::{Class, Status};
use jiff::civil::DateTime;

use super::view::{ReportCarbon, ReportHead};
use crate::load::KOREA;
use crate::workbook::{Cell, Form, Kind, Row};

/// The title of a sheet and whose report it is.
pub(crate) fn head_rows(title: &str, head: &ReportHead) -> Vec<Row> {
    let mark = if head.is_demo { " [시연 데이터: 지어낸 값]" } else { "" };
    let whose = format!("{} · {} · {}", head.complex, head.customer, head.contract);
    let made_at = head.made_at.timestamp().in_tz(KOREA);
    let made_at = made_at.map_or(DateTime::ZERO, |at| at.datetime()).strftime("%Y-%m-%d %H:%M");
    vec![
        Row::words(Kind::Title, format!("{title}{mark}")),
        Row::words(Kind::Note, format!("{whose} · {made_at} KST에 만듦")),
        Row::gap(),
    ]
}

/// Where the factors of carbon and oil were read.
pub(crate) fn sources_rows(carbon: &ReportCarbon) -> Vec<Row> {
    let mut rows = vec![
        Row::gap(),
        Row::words(Kind::Section, "배출계수와 환산계수"),
        Row::head(&["계수", "값", "출처와 확인 정도"]),
    ];
    if let Some(factor) = &carbon.factor {
        rows.push(Row::body(vec![
            Cell::text(format!("전력 배출계수(tCO2eq/MWh), {}년 사용분, 공시용", factor.year)),
            Cell::Number(factor.tco2e_per_mwh, Form::Factor),
            Cell::text(format!("{}; {}; {}", factor.reference, factor.source, factor.status)),
        ]));
    }
    if let (Some(per_kwh), Some(source), Some(status)) =
        (carbon.toe_per_kwh, &carbon.toe_source, &carbon.toe_status)
    {
        rows.push(Row::body(vec![
            Cell::text("전기 석유환산계수(toe/MWh)"),
            Cell::Number(per_kwh * 1_000.0, Form::Three),
            Cell::text(format!("{source}; {status}")),
        ]));
    }
    rows
}

/// 계약종별.
pub(crate) fn class_ko(class: Class) -> &'static str {
    match class {
        Class::IndustrialB => "산업용(을)",
        Class::IndustrialA1 => "산업용(갑)I",
        Class::IndustrialA2 => "산업용(갑)II",
    }
}

/// `hv-a-2` is 고압A 선택II; what is not known keeps its code.
pub(crate) fn option_ko(code: &str) -> String {
    let known = || {
        let (voltage, choice) = code.strip_prefix("hv-")?.split_once('-')?;
        let choice = match choice {
            "1" => "I",
            "2" => "II",
            "3" => "III",
            _ => return None,
        };
        Some(format!("고압{} 선택{choice}", voltage.to_uppercase()))
    };
    if code == "low" { "저압".to_owned() } else { known().unwrap_or_else(|| code.to_owned()) }
}

/// How sure a figure is.
pub(crate) fn status_ko(status: Status) -> &'static str {
    match status {
        Status::Verified => "확인됨",
        Status::Reported => "전해 들음",
        Status::Unverified => "미확인",
    }
}

/// Which month is compared with.
pub(crate) fn compared_ko(with: &str) -> &'static str {
    if with == "month_before" { "전월" } else { "전년 동월" }
}

/// What went wrong.
pub(crate) fn anomaly_ko(kind: &str) -> &'static str {
    match kind {
        "base_load_on" => "꺼지지 않은 기저부하",
        "stuck_meter" => "멈춘 계량기",
        "outage" => "정전·미수신",
        "spike" => "순간 급증",
        _ => "평소와 다른 날",
    }
}
