//! The energy report of a year as a workbook: 연간 요약, 월별, 제품별, 근거.

use super::annual_api::AnnualReportView;
use super::words::{head_rows, sources_rows, status_ko};
use crate::workbook::{Book, Cell, Form, Kind, Row, Sheet};

/// The workbook of a report.
pub(crate) fn book(view: &AnnualReportView) -> Book {
    let title = format!("{}년 에너지사용량(전기) 보고서", view.year);
    let sheets = vec![summary(&title, view), months(view), products(view), basis(view)];
    Book { title, demo: view.head.is_demo, made_at: view.head.made_at, sheets }
}

/// The page of a contract in the report of a site: its facts, then its months.
pub(crate) fn page(view: &AnnualReportView) -> Sheet {
    let title = format!("{}년 에너지사용량(전기) 보고서", view.year);
    let mut page = summary(&title, view);
    page.rows.push(Row::gap());
    page.rows.extend(months(view).rows);
    page
}

fn summary(title: &str, view: &AnnualReportView) -> Sheet {
    let mut rows = head_rows(title, &view.head);
    let frozen = u32::try_from(rows.len()).unwrap_or(0);
    let complete = if view.is_complete {
        "열두 달 모두"
    } else {
        "아는 달만: ‘월별’을 보세요"
    };
    let large = format!(
        "기준 연 {} toe({}). {}",
        view.large_user_toe,
        status_ko(view.large_user_status),
        if view.is_large_by_electricity {
            "전기만으로 기준 이상"
        } else {
            "전기만으로는 기준 미만: 다른 연료를 더해 판단하세요"
        }
    );
    let fact = |name: &str, value: Cell, note: &str| {
        Row::body(vec![Cell::text(name), value, Cell::text(note)])
    };
    rows.push(Row::head(&["항목", "값", "설명"]));
    rows.extend([
        fact("전력량(kWh)", Cell::Number(view.kwh, Form::Two), complete),
        fact("청구금액", Cell::won(Some(view.total_won)), complete),
        fact("석유환산톤(toe)", Cell::number(view.carbon.toe, Form::Two), "환산기준 미확인"),
        fact("온실가스(tCO2eq)", Cell::number(view.carbon.tco2e, Form::Two), "공시용 배출계수"),
        fact("에너지다소비사업자", Cell::Empty, &large),
    ]);
    for (kwh, quarter) in view.quarters_kwh.iter().zip(1..) {
        let note = if kwh.is_some() { "" } else { "모르는 달이 있음" };
        rows.push(fact(&format!("{quarter}분기(kWh)"), Cell::number(*kwh, Form::Two), note));
    }
    Sheet { name: "연간 요약".into(), frozen, landscape: true, rows }
}

fn months(view: &AnnualReportView) -> Sheet {
    let head = [
        "월",
        "전력량(kWh)",
        "석유환산톤(toe)",
        "청구금액",
        "최대수요(kW)",
        "빠진 15분 값",
        "상태",
    ];
    let mut rows = vec![Row::head(&head)];
    for month in &view.months {
        let state = match (month.kwh, month.is_over, month.provisional) {
            (None, true, _) => "자료 없음",
            (None, false, _) => "오지 않음",
            (Some(_), true, false) => "",
            (Some(_), true, true) => "요금 잠정",
            (Some(_), false, false) => "진행 중",
            (Some(_), false, true) => "진행 중, 요금 잠정",
        };
        let toe = month.kwh.zip(view.carbon.toe_per_kwh).map(|(kwh, per)| kwh * per);
        rows.push(Row::body(vec![
            Cell::text(month.month.to_string()),
            Cell::number(month.kwh, Form::Two),
            Cell::number(toe, Form::Three),
            Cell::won(month.total_won),
            Cell::number(month.peak_kw, Form::Two),
            Cell::Number(f64::from(month.missing_slots), Form::Whole),
            Cell::text(state),
        ]));
    }
    rows.push(Row::of(
        Kind::Sum,
        vec![
            Cell::text("합계"),
            Cell::Number(view.kwh, Form::Two),
            Cell::number(view.carbon.toe, Form::Three),
            Cell::won(Some(view.total_won)),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ],
    ));
    Sheet { name: "월별".into(), frozen: 1, landscape: false, rows }
}

fn products(view: &AnnualReportView) -> Sheet {
    let head = ["제품", "CN·HS 코드", "생산량(t)", "전력량(kWh)", "kWh/t", "kgCO2eq/t"];
    let mut rows = vec![Row::head(&head)];
    rows.extend(view.products.iter().map(|product| {
        Row::body(vec![
            Cell::text(product.product.clone()),
            product.code.clone().map_or(Cell::Empty, Cell::text),
            Cell::Number(product.tonnes, Form::Three),
            Cell::number(product.kwh, Form::Two),
            Cell::number(product.kwh_per_t, Form::Two),
            Cell::number(product.kgco2e_per_t, Form::Two),
        ])
    }));
    if view.products.is_empty() {
        rows.push(Row::words(Kind::Note, "적어 둔 생산량이 없음"));
    }
    Sheet { name: "제품별".into(), frozen: 1, landscape: false, rows }
}

fn basis(view: &AnnualReportView) -> Sheet {
    let mut rows = sources_rows(&view.carbon);
    rows.extend([Row::gap(), Row::words(Kind::Section, "알아 둘 것")]);
    rows.extend(
        view.remarks.iter().map(|remark| Row::words(Kind::Note, format!("· {}", remark.ko))),
    );
    Sheet { name: "근거".into(), frozen: 0, landscape: true, rows }
}
