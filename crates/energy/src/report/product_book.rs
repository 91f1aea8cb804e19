//! What products took, as a workbook: its heads speak Korean and English, as customers abroad read it.

use super::product_api::{ProductReportView, ProductView};
use super::words::head_rows;
use crate::workbook::{Book, Cell, Form, Kind, Row, Sheet};

/// The workbook of a report.
pub(crate) fn book(view: &ProductReportView) -> Book {
    let title = format!("{} ~ {} 제품별 전력 원단위", view.from, view.to);
    let sheets = vec![products(&title, view), basis(view)];
    Book { title, demo: view.head.is_demo, made_at: view.head.made_at, sheets }
}

fn products(title: &str, view: &ProductReportView) -> Sheet {
    let mut rows = head_rows(title, &view.head);
    rows.push(Row::words(
        Kind::Note,
        "Electricity and indirect emissions per tonne of product; see the sheet 근거 · basis",
    ));
    rows.push(Row::head(&[
        "제품",
        "CN·HS 코드",
        "개월",
        "생산량(t)",
        "배분 기준",
        "전력량(kWh)",
        "kWh/t",
        "배출량(tCO2eq)",
        "kgCO2eq/t",
        "빠진 15분 값",
    ]));
    rows.push(Row::head(&[
        "Product",
        "CN/HS code",
        "Months",
        "Tonnes",
        "Allocation",
        "Electricity (kWh)",
        "kWh per t",
        "Emissions (tCO2eq)",
        "kgCO2eq per t",
        "Missing slots",
    ]));
    let frozen = u32::try_from(rows.len()).unwrap_or(0);
    rows.extend(view.items.iter().map(product));
    let wh_of = |kwh: f64| Cell::Number(kwh, Form::Two);
    let line = |words: &str, kwh: f64| {
        let mut cells = vec![Cell::text(words)];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, wh_of(kwh)]);
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
        Row::of(Kind::Sum, cells)
    };
    rows.push(line("배분하지 않음 · unallocated", view.unallocated_kwh));
    rows.push(line("계약 합계 · contract total", view.total_kwh));
    Sheet { name: "제품별 원단위".into(), frozen, landscape: true, rows }
}

fn product(of: &ProductView) -> Row {
    let bases: Vec<_> = of.bases.iter().map(|basis| basis_words(basis)).collect();
    let unknown = |value: Option<f64>, form| {
        value.map_or_else(|| Cell::text("계산할 수 없음 · n/a"), |value| Cell::Number(value, form))
    };
    Row::body(vec![
        Cell::text(of.product.clone()),
        of.code.clone().map_or(Cell::Empty, Cell::text),
        Cell::Number(of.months.len() as f64, Form::Whole),
        Cell::Number(of.tonnes, Form::Three),
        Cell::text(bases.join(", ")),
        unknown(of.kwh, Form::Two),
        unknown(of.kwh_per_t, Form::Two),
        unknown(of.tco2e, Form::Three),
        unknown(of.kgco2e_per_t, Form::Two),
        Cell::Number(f64::from(of.missing_slots), Form::Whole),
    ])
}

fn basis_words(basis: &str) -> &'static str {
    match basis {
        "meter" => "계량기 · meter",
        "share" => "비율 · share",
        _ => "생산량 · mass",
    }
}

fn basis(view: &ProductReportView) -> Sheet {
    let mut rows = vec![
        Row::words(Kind::Section, "배출계수 · emission factors"),
        Row::head(&[
            "사용 연도 · year",
            "용도 · purpose",
            "tCO2eq/MWh",
            "기준 · reference",
            "출처 · source",
            "확인 · status",
        ]),
    ];
    rows.extend(view.factors.iter().map(|factor| {
        Row::body(vec![
            Cell::text(factor.year.to_string()),
            Cell::text(factor.purpose),
            Cell::Number(factor.tco2e_per_mwh, Form::Factor),
            Cell::text(factor.reference.clone()),
            Cell::text(factor.source.clone()),
            Cell::text(factor.status.clone()),
        ])
    }));
    rows.extend([Row::gap(), Row::words(Kind::Section, "알아 둘 것 · notes")]);
    for remark in &view.remarks {
        rows.push(Row::words(Kind::Note, format!("· {}", remark.ko)));
        rows.push(Row::words(Kind::Note, format!("   {}", remark.en)));
    }
    Sheet { name: "근거".into(), frozen: 0, landscape: true, rows }
}
