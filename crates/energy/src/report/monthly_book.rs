//! The report of a month as a workbook: 요약, 요금 내역, 일별 사용량, 15분 자료, 근거.

use energy_rules::bill::{Bill, Line, Note, Per, Unit};
use energy_rules::demand::{Basis, BillingDemand};
use energy_rules::report::{MonthlyReport, Slot};
use energy_rules::tariff::{Band, Tariffs};
use jiff::civil::{DateTime, Weekday};

use super::gather::Gathered;
use super::monthly_view::{MonthlyReportView, ReportComparison, ReportDay};
use super::words::{
    anomaly_ko, class_ko, compared_ko, head_rows, option_ko, sources_rows, status_ko,
};
use crate::workbook::{Book, Cell, Form, Kind, Row, Sheet};

/// The workbook of a report.
pub(crate) fn book(
    of: &Gathered,
    report: &MonthlyReport<'_>,
    view: &MonthlyReportView,
    tariffs: &Tariffs,
) -> Book {
    let title = format!("{} 월간 전기에너지 보고서", view.month);
    let sheets = vec![
        summary(&title, of, report, view),
        bill(report.bill),
        days(view),
        slots(&report.slots),
        basis(of, report, view, tariffs),
    ];
    Book { title, demo: view.head.is_demo, made_at: of.made_at, sheets }
}

/// The page of a contract in the report of a site: its facts, then the lines of its bill.
pub(crate) fn page(of: &Gathered, report: &MonthlyReport<'_>, view: &MonthlyReportView) -> Sheet {
    let title = format!("{} 월간 전기에너지 보고서", view.month);
    let mut page = summary(&title, of, report, view);
    page.rows.push(Row::gap());
    page.rows.extend(bill(report.bill).rows);
    page
}

fn fact(name: &str, value: Cell, note: impl Into<String>) -> Row {
    Row::body(vec![Cell::text(name), value, Cell::text(note)])
}

fn summary(
    title: &str,
    of: &Gathered,
    report: &MonthlyReport<'_>,
    view: &MonthlyReportView,
) -> Sheet {
    let mut rows = head_rows(title, &view.head);
    let frozen = u32::try_from(rows.len()).unwrap_or(0);
    rows.push(Row::head(&["항목", "값", "설명"]));
    rows.extend(facts(of, report, view));
    rows.extend([
        Row::gap(),
        Row::words(Kind::Section, "다른 달과 비교"),
        Row::head(&[
            "비교",
            "달",
            "전력량(kWh)",
            "증감",
            "청구금액",
            "증감",
            "최대수요(kW)",
            "증감",
            "상태",
        ]),
    ]);
    rows.extend(view.comparisons.iter().map(comparison));
    rows.extend([
        Row::gap(),
        Row::words(Kind::Section, "시간대별 전력량"),
        Row::head(&["시간대", "전력량(kWh)", "비율", "전력량요금"]),
    ]);
    rows.extend(view.bands.iter().map(|band| {
        Row::body(vec![
            Cell::text(band_ko(band.band)),
            Cell::Number(band.kwh, Form::Two),
            Cell::number(band.percent, Form::Percent),
            Cell::won(band.won),
        ])
    }));
    rows.extend(peaks(view));
    rows.extend(anomalies(view));
    Sheet { name: "요약".into(), frozen, landscape: true, rows }
}

fn facts(of: &Gathered, report: &MonthlyReport<'_>, view: &MonthlyReportView) -> Vec<Row> {
    let bill = report.bill;
    let running =
        if view.is_running { "아직 끝나지 않은 달: 지금까지의 값" } else { "" };
    let provisional = if bill.provisional { "잠정" } else { "" };
    let per_kwh = (bill.wh > 0).then(|| bill.total_won as f64 / (bill.wh as f64 / 1_000.0));
    let carbon = &view.carbon;
    let factor = carbon.factor.as_ref().map_or_else(
        || "배출계수를 알 수 없어 계산하지 않음".to_owned(),
        |factor| format!("{}년 공시용 {} tCO2eq/MWh", factor.year, factor.tco2e_per_mwh),
    );
    let terms = of.terms_of(view.month).map_or_else(String::new, |row| {
        format!(
            "{} {} 계약전력 {} kW",
            class_ko(row.class),
            option_ko(&row.option),
            row.contract_kw
        )
    });
    let deemed = |value: Option<f64>| {
        if value.is_none() { "계량값 없음: 기준값으로 봄" } else { "" }
    };
    let power_factor = &view.power_factor;
    let quality = &view.quality;
    let percent = (quality.slots > 0)
        .then(|| f64::from(quality.missing_slots) / f64::from(quality.slots) * 100.0);
    let mut rows = vec![
        fact("기간", Cell::text(format!("{} ~ {}", bill.period.first, bill.period.last)), running),
        fact("계약", Cell::text(terms), ""),
        fact("청구금액", Cell::won(Some(bill.total_won)), provisional),
        fact("전력량(kWh)", Cell::kilo(Some(bill.wh), Form::Two), ""),
        fact("평균 단가(원/kWh)", Cell::number(per_kwh, Form::One), "청구금액 ÷ 전력량"),
    ];
    if let Some(demand) = &bill.demand {
        rows.push(fact(
            "요금적용전력(kW)",
            Cell::kilo(Some(demand.w), Form::Two),
            demand_words(demand),
        ));
    }
    let own = bill.peaks.all;
    rows.extend([
        fact(
            "이 달의 최대수요(kW)",
            Cell::kilo(own.map(|peak| peak.w), Form::Two),
            own.map_or_else(String::new, |peak| minute(peak.at)),
        ),
        fact(
            "지상역률(%)",
            Cell::number(power_factor.lagging_percent, Form::One),
            deemed(power_factor.lagging_percent),
        ),
        fact(
            "진상역률(%)",
            Cell::number(power_factor.leading_percent, Form::One),
            deemed(power_factor.leading_percent),
        ),
        fact("온실가스(tCO2eq)", Cell::number(carbon.tco2e, Form::Two), factor),
        fact("석유환산톤(toe)", Cell::number(carbon.toe, Form::Two), "환산기준 미확인"),
        fact(
            "빠진 15분 값",
            Cell::Number(f64::from(quality.missing_slots), Form::Whole),
            percent.map_or_else(String::new, |of| format!("{}개 가운데 {of:.1} %", quality.slots)),
        ),
    ]);
    rows
}

fn demand_words(demand: &BillingDemand) -> String {
    match demand.basis {
        Basis::MonthPeak { at } => format!("이 달 {}의 최대수요", minute(at)),
        Basis::CarriedOver { from, at: Some(at) } => format!("{from}의 최대수요({})", minute(at)),
        Basis::CarriedOver { from, at: None } => format!("{from}의 최대수요를 이어 적용"),
        Basis::Floor { percent, .. } => format!("계약전력의 {percent} %(최저 기준)"),
        Basis::Contract => "계약전력".to_owned(),
    }
}

fn comparison(other: &ReportComparison) -> Row {
    Row::body(vec![
        Cell::text(compared_ko(other.with)),
        Cell::text(other.month.to_string()),
        Cell::number(other.kwh, Form::Two),
        Cell::number(other.kwh_change_percent, Form::Percent),
        Cell::won(other.total_won),
        Cell::number(other.won_change_percent, Form::Percent),
        Cell::number(other.peak_kw, Form::Two),
        Cell::number(other.peak_change_percent, Form::Percent),
        Cell::text(if other.provisional == Some(true) { "잠정" } else { "" }),
    ])
}

fn peaks(view: &MonthlyReportView) -> Vec<Row> {
    let mut rows = vec![
        Row::gap(),
        Row::words(Kind::Section, "가장 높았던 날 5일(하루에 하나)"),
        Row::head(&["시작", "최대수요(kW)", "시간대", "요금적용전력에"]),
    ];
    rows.extend(view.peaks.iter().map(|peak| {
        Row::body(vec![
            Cell::At(peak.at),
            Cell::Number(peak.kw, Form::Two),
            Cell::text(band_ko(peak.band)),
            Cell::text(if peak.counts { "들어감" } else { "들어가지 않음" }),
        ])
    }));
    rows
}

fn anomalies(view: &MonthlyReportView) -> Vec<Row> {
    let mut rows = vec![
        Row::gap(),
        Row::words(Kind::Section, "이상"),
        Row::head(&["종류", "시작", "끝", "사용(kWh)", "평소(kWh)", "비용"]),
    ];
    match &view.anomalies {
        None => rows.push(Row::words(Kind::Note, "자료가 모자라 찾지 못함: ‘근거’를 보세요")),
        Some(none) if none.is_empty() => rows.push(Row::words(Kind::Note, "없음")),
        Some(seen) => rows.extend(seen.iter().map(|event| {
            Row::body(vec![
                Cell::text(anomaly_ko(event.kind)),
                Cell::At(event.from),
                Cell::At(event.until),
                Cell::Number(event.actual_kwh, Form::One),
                Cell::Number(event.expected_kwh, Form::One),
                event.cost_won.map_or_else(|| Cell::text("계산 안 함"), |won| Cell::won(Some(won))),
            ])
        })),
    }
    rows
}

fn bill(bill: &Bill) -> Sheet {
    let head =
        ["항목", "산출 근거", "수량", "단위", "단가(원, %)", "금액", "확인", "정해진 시각", "출처"];
    let mut rows = vec![Row::head(&head)];
    rows.extend(bill.lines.iter().map(line));
    Sheet { name: "요금 내역".into(), frozen: 1, landscape: true, rows }
}

fn line(line: &Line) -> Row {
    let group = line.code.group();
    let is_sum = !group.is_charge_part() && matches!(line.quantity.unit, Unit::Won);
    let unit = match line.quantity.unit {
        Unit::Kwh => "kWh",
        Unit::Kw => "kW",
        Unit::Percent => "%",
        Unit::Won => "원",
    };
    let form = if line.quantity.unit == Unit::Won { Form::Whole } else { Form::Two };
    let has_rate = line.per != Per::Sum;
    let cells = vec![
        Cell::text(group.ko()),
        Cell::text(line.rule.ko()),
        Cell::kilo(has_rate.then_some(line.quantity.milli), form),
        if has_rate { Cell::text(unit) } else { Cell::Empty },
        Cell::number(has_rate.then_some(line.rate.0 as f64 / 1e6), Form::Two),
        line.won.map_or_else(|| Cell::text("계산할 수 없음"), |won| Cell::won(Some(won))),
        Cell::text(status_ko(line.status)),
        line.decided_at.map_or(Cell::Empty, Cell::At),
        Cell::text(line.source.clone()),
    ];
    Row::of(if is_sum { Kind::Sum } else { Kind::Body }, cells)
}

fn days(view: &MonthlyReportView) -> Sheet {
    let head = [
        "날짜",
        "요일",
        "경부하(kWh)",
        "중간부하(kWh)",
        "최대부하(kWh)",
        "합계(kWh)",
        "최대수요(kW)",
        "최대수요 시각",
        "빠진 15분 값",
    ];
    let mut rows = vec![Row::head(&head)];
    rows.extend(view.days.iter().map(day));
    let sum = |of: fn(&ReportDay) -> f64| Cell::Number(view.days.iter().map(of).sum(), Form::Two);
    let missing: u32 = view.days.iter().map(|day| day.missing_slots).sum();
    rows.push(Row::of(
        Kind::Sum,
        vec![
            Cell::text("합계"),
            Cell::Empty,
            sum(|day| day.light_kwh),
            sum(|day| day.mid_kwh),
            sum(|day| day.peak_kwh),
            sum(|day| day.kwh),
            Cell::number(view.peaks.first().map(|peak| peak.kw), Form::Two),
            view.peaks.first().map_or(Cell::Empty, |peak| Cell::At(peak.at)),
            Cell::Number(f64::from(missing), Form::Whole),
        ],
    ));
    Sheet { name: "일별 사용량".into(), frozen: 1, landscape: false, rows }
}

fn day(day: &ReportDay) -> Row {
    Row::body(vec![
        Cell::Date(day.date),
        Cell::text(weekday_ko(day.date.weekday())),
        Cell::Number(day.light_kwh, Form::Two),
        Cell::Number(day.mid_kwh, Form::Two),
        Cell::Number(day.peak_kwh, Form::Two),
        Cell::Number(day.kwh, Form::Two),
        Cell::number(day.peak_kw, Form::Two),
        day.peak_at.map_or(Cell::Empty, Cell::At),
        Cell::Number(f64::from(day.missing_slots), Form::Whole),
    ])
}

fn slots(slots: &[Slot]) -> Sheet {
    let head = [
        "구간 시작",
        "유효전력량(kWh)",
        "수요(kW)",
        "시간대",
        "지상 무효(kvarh)",
        "진상 무효(kvarh)",
    ];
    let mut rows = vec![Row::head(&head)];
    rows.extend(slots.iter().map(|slot| {
        Row::body(vec![
            Cell::At(slot.at),
            Cell::kilo(slot.wh, Form::Three),
            Cell::kilo(slot.wh.map(|wh| wh.saturating_mul(4)), Form::Two),
            Cell::text(band_ko(slot.band)),
            Cell::kilo(slot.lagging_varh, Form::Three),
            Cell::kilo(slot.leading_varh, Form::Three),
        ])
    }));
    Sheet { name: "15분 자료".into(), frozen: 1, landscape: false, rows }
}

fn basis(
    of: &Gathered,
    report: &MonthlyReport<'_>,
    view: &MonthlyReportView,
    tariffs: &Tariffs,
) -> Sheet {
    let bill = report.bill;
    let mut rows =
        vec![Row::words(Kind::Section, "요금표"), Row::head(&["요금표", "시행", "출처"])];
    for row in &of.contract.terms.rows {
        let inside =
            row.from <= bill.period.last && row.to.is_none_or(|to| to >= bill.period.first);
        if let Some(tariff) = tariffs.get(&row.tariff).filter(|_| inside) {
            rows.push(Row::body(vec![
                Cell::text(format!("{} {}", tariff.name_ko, option_ko(&row.option))),
                Cell::Date(tariff.effective_from),
                Cell::text(format!("{} ({})", tariff.source, status_ko(tariff.status))),
            ]));
        }
    }
    rows.extend(sources_rows(&view.carbon));
    rows.extend([Row::gap(), Row::words(Kind::Section, "알아 둘 것")]);
    // The bill of a running month counts what is yet to come as gaps; the summary says what is truly missing.
    let is_told = |note: &&Note| !(view.is_running && matches!(note, Note::Gaps { .. }));
    let notes = bill.notes.iter().filter(is_told).map(Note::ko);
    let remarks = view.remarks.iter().map(|remark| remark.ko.clone());
    rows.extend(notes.chain(remarks).map(|words| Row::words(Kind::Note, format!("· {words}"))));
    rows.push(Row::words(
        Kind::Note,
        "· 계량기의 15분 값으로 계산한 값임. 정산에는 한전 청구서를 쓰세요.",
    ));
    Sheet { name: "근거".into(), frozen: 0, landscape: true, rows }
}

pub(crate) fn band_ko(band: Option<Band>) -> &'static str {
    band.map_or("시간대 구분 없음", Band::ko)
}

fn minute(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn weekday_ko(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "월",
        Weekday::Tuesday => "화",
        Weekday::Wednesday => "수",
        Weekday::Thursday => "목",
        Weekday::Friday => "금",
        Weekday::Saturday => "토",
        Weekday::Sunday => "일",
    }
}
