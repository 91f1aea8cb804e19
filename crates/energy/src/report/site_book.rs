//! The report of a site as a workbook: 합계, 계약마다 한 장.

use base::Instant;
use jiff::civil::DateTime;

use super::site_api::{SiteContract, SiteReport};
use super::words::status_ko;
use crate::load::KOREA;
use crate::workbook::{Book, Cell, Form, Kind, Row, Sheet};

/// The workbook of a report; `pages` are those of its contracts, in their order.
pub(crate) fn book(report: &SiteReport, pages: Vec<Sheet>) -> Book {
    let span = match (report.month, report.year) {
        (Some(month), _) => format!("{month} 월간"),
        (None, year) => format!("{}년", year.unwrap_or_default()),
    };
    let title = format!("{span} 사업장 전기에너지 보고서");
    let mut sheets = vec![sum(&title, report)];
    for (page, number) in pages.into_iter().zip(1..) {
        sheets.push(Sheet { name: format!("계약 {number}").into(), ..page });
    }
    Book { title, demo: report.is_demo, made_at: report.made_at, sheets }
}

fn sum(title: &str, report: &SiteReport) -> Sheet {
    let mark = if report.is_demo { " [시연 데이터: 지어낸 값]" } else { "" };
    let whose = format!("{} · {}", report.complex, report.customer);
    let mut rows = vec![
        Row::words(Kind::Title, format!("{title}{mark}")),
        Row::words(Kind::Note, format!("{whose} · {} KST에 만듦", korean(report.made_at))),
        Row::gap(),
    ];
    let frozen = u32::try_from(rows.len()).unwrap_or(0);
    rows.push(Row::head(&[
        "계약",
        "전력량(kWh)",
        "청구금액",
        "최대수요(kW)",
        "석유환산톤(toe)",
        "온실가스(tCO2eq)",
        "상태",
    ]));
    rows.extend(report.contracts.iter().map(row));
    let total = &report.sum;
    rows.push(Row::body(vec![
        Cell::text("합계"),
        Cell::Number(total.kwh, Form::Two),
        Cell::won(Some(total.total_won)),
        Cell::Empty,
        Cell::number(total.toe, Form::Two),
        Cell::number(total.tco2e, Form::Two),
        Cell::text(state(total.is_complete)),
    ]));
    rows.push(Row::gap());
    let notes =
        "최대수요는 계약마다 다른 때에 생기므로 더하지 않습니다. 석유환산 기준은 미확인입니다.";
    rows.push(Row::words(Kind::Note, notes.to_owned()));
    if let (Some(toe), Some(status)) = (total.large_user_toe, total.large_user_status) {
        let words = match total.is_large_by_electricity {
            Some(true) => "전기만으로 기준 이상",
            Some(false) => "전기만으로는 기준 미만: 다른 연료를 더해 판단하세요",
            None => "빠진 값이 있어 아직 알 수 없음: 다른 연료도 더해 판단하세요",
        };
        let status = status_ko(status);
        let words =
            format!("에너지다소비사업자 기준 연 {toe} toe({status}). {words}(사업장의 계약 합계)");
        rows.push(Row::words(Kind::Note, words));
    }
    Sheet { name: "합계".into(), frozen, landscape: true, rows }
}

fn row(contract: &SiteContract) -> Row {
    let state =
        if contract.is_standing { state(contract.is_complete) } else { "그때 계약 없음" };
    let said = contract.why.clone().unwrap_or_else(|| state.to_owned());
    Row::body(vec![
        Cell::text(contract.name.clone()),
        Cell::number(contract.kwh, Form::Two),
        Cell::won(contract.total_won),
        Cell::number(contract.peak_kw, Form::Two),
        Cell::number(contract.toe, Form::Two),
        Cell::number(contract.tco2e, Form::Two),
        Cell::text(said),
    ])
}

fn state(is_complete: bool) -> &'static str {
    if is_complete { "빠짐없음" } else { "빠진 값이 있거나 끝나지 않음" }
}

fn korean(at: Instant) -> String {
    let at = at.timestamp().in_tz(KOREA).map_or(DateTime::ZERO, |at| at.datetime());
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
