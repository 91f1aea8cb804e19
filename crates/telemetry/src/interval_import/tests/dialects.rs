//! A table of files as portals and people write them.

use std::fmt::Write as _;

use base::Instant;

use crate::column_mapping::{DateOrder, Label, Mapping};
use crate::interval_import::{FlagCode, ParseError, Parsed, parse};

const NOW: Instant = Instant::from_micros(1_795_564_800_000_000); // 2026-11-25T00:00:00Z
const QUARTER_MS: i64 = 900_000;

fn at(text: &str) -> i64 {
    text.parse::<Instant>().unwrap().as_millis()
}

fn kepco(bytes: &[u8]) -> Parsed {
    parse(bytes, &Mapping::kepco(), NOW).unwrap()
}

/// The rows as (start, kWh).
fn energy(parsed: &Parsed) -> Vec<(i64, f64)> {
    parsed.rows.iter().filter_map(|row| Some((row.at_ms, row.value(0)?))).collect()
}

fn count(parsed: &Parsed, code: FlagCode) -> u64 {
    parsed.flags.iter().find(|flag| flag.code == code).map_or(0, |flag| flag.count)
}

/// The last two quarters of 31 January 2026 and the first of 1 February, as every dialect must read it.
fn check_midnight(parsed: &Parsed) {
    let start = at("2026-01-31T23:30:00+09:00");
    let expect: Vec<(i64, f64)> = vec![
        (start - QUARTER_MS, 1.5),
        (start, 2.5),
        (start + QUARTER_MS, 3.5),
        (start + 2 * QUARTER_MS, 4.5),
    ];
    assert_eq!(energy(parsed), expect);
    assert_eq!(parsed.flags, []);
}

#[test]
fn midnight_is_read_in_every_dialect() {
    for (name, rows) in [
        ("24:00", ["2026-01-31 23:30", "2026-01-31 23:45", "2026-01-31 24:00", "2026-02-01 00:15"]),
        (
            "00:00 last",
            ["2026-01-31 23:30", "2026-01-31 23:45", "2026-01-31 00:00", "2026-02-01 00:15"],
        ),
        (
            "00:00 of the next",
            ["2026-01-31 23:30", "2026-01-31 23:45", "2026-02-01 00:00", "2026-02-01 00:15"],
        ),
        ("compact", ["202601312330", "202601312345", "202601312400", "202602010015"]),
        (
            "Korean",
            [
                "2026년 1월 31일 23시 30분",
                "2026년 1월 31일 23시 45분",
                "2026년 1월 31일 24시 00분",
                "2026년 2월 1일 0시 15분",
            ],
        ),
        (
            "seconds",
            [
                "2026/01/31 23:30:00",
                "2026/01/31 23:45:00",
                "2026/02/01 00:00:00",
                "2026/02/01 00:15:00",
            ],
        ),
    ] {
        let mut file = "검침일,순방향 유효전력량(KWH)\n".to_owned();
        for (row, kwh) in rows.iter().zip(["1.5", "2.5", "3.5", "4.5"]) {
            writeln!(file, "{row},{kwh}").unwrap();
        }
        let parsed = kepco(file.as_bytes());
        assert_eq!(parsed.rows_total, 4, "{name}");
        check_midnight(&parsed);
    }
}

#[test]
fn a_file_with_the_newest_row_first_is_read_alike() {
    for midnight in ["2026-01-31 24:00", "2026-01-31 00:00", "2026-02-01 00:00"] {
        let file = format!(
            "검침일,유효전력량\n2026-02-01 00:15,4.5\n{midnight},3.5\n2026-01-31 23:45,2.5\n2026-01-31 23:30,1.5\n"
        );
        check_midnight(&kepco(file.as_bytes()));
    }
}

const PLAIN: &str = "검침일,순방향 유효전력량(KWH)\n2026-01-31 23:30,1.5\n2026-01-31 23:45,2.5\n\
                     2026-01-31 24:00,3.5\n2026-02-01 00:15,4.5\n";

#[test]
fn every_encoding_is_read_and_named() {
    let (cp949, _, wrong) = encoding_rs::EUC_KR.encode(PLAIN);
    assert!(!wrong);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(PLAIN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let bom = [b"\xef\xbb\xbf", PLAIN.as_bytes()].concat();
    for (bytes, name) in [
        (PLAIN.as_bytes(), "UTF-8"),
        (bom.as_slice(), "UTF-8"),
        (&cp949, "CP949"),
        (utf16.as_slice(), "UTF-16"),
    ] {
        let parsed = kepco(bytes);
        assert_eq!(parsed.encoding, name);
        check_midnight(&parsed);
    }
}

#[test]
fn headers_are_found_in_every_spelling_and_below_a_preamble() {
    for header in [
        "검침일,순방향 유효전력량(KWH)",
        "검침일시,순방향유효전력량(kWh)",
        "일시,유효전력량（ＫＷＨ）",
        " 검 침 일 , 사용량 (kWh) ",
        "\"검침일\",\"전력사용량\"",
        "date,Usage_kWh",
    ] {
        let file = PLAIN.replacen("검침일,순방향 유효전력량(KWH)", header, 1);
        check_midnight(&kepco(file.as_bytes()));
        let below = format!("사용량 조회\n\n조회기간: 2026.01.31 ~ 2026.02.01,\n{file}");
        check_midnight(&kepco(below.as_bytes()));
    }
    for newline in ["\r\n", "\r"] {
        let parsed = kepco(PLAIN.replace('\n', newline).as_bytes());
        check_midnight(&parsed);
        assert_eq!(parsed.rows[0].line, 2);
    }
    for delimiter in ["\t", ";"] {
        check_midnight(&kepco(PLAIN.replace(',', delimiter).as_bytes()));
    }
}

#[test]
fn the_reverse_direction_is_never_taken_for_consumption() {
    let file = PLAIN.replace("순방향", "역방향");
    let error = parse(file.as_bytes(), &Mapping::kepco(), NOW).unwrap_err();
    let ParseError::NoColumns { wanted, found } = &error else { panic!("{error}") };
    assert!(wanted.contains("순방향 유효전력량"), "{wanted}");
    assert!(found.contains("역방향 유효전력량"), "{found}");
    assert!(error.to_string().contains("choose another mapping"));
}

#[test]
fn date_and_time_may_stand_apart() {
    let file = "일자,시간,사용량(kWh),지상 무효전력량(KVARH),진상 무효\n\
                2026-01-31,23:30,1.5,0.1,0\n2026-01-31,23:45,2.5,0.2,0\n\
                2026-01-31,24:00,3.5,0.3,0\n2026-02-01,00:15,4.5,0.4,1\n";
    let parsed = kepco(file.as_bytes());
    check_midnight(&parsed);
    assert_eq!(
        parsed.quantities,
        ["active_energy", "reactive_energy_lagging", "reactive_energy_leading"]
    );
    assert_eq!(parsed.rows[3].value(1), Some(0.4));
    assert_eq!(parsed.rows[3].value(2), Some(1.0));
    let used: Vec<_> = parsed.columns.iter().map(|column| column.used_as.as_deref()).collect();
    let names =
        ["time", "clock", "active_energy", "reactive_energy_lagging", "reactive_energy_leading"];
    assert_eq!(used, names.map(Some));
}

#[test]
fn another_order_of_the_date_needs_a_mapping_that_says_so() {
    let file = "date,Usage_kWh\n31/01/2026 23:30,1.5\n31/01/2026 23:45,2.5\n31/01/2026 00:00,3.5\n01/02/2026 00:15,4.5\n";
    check_midnight(&parse(file.as_bytes(), &Mapping::steel(), NOW).unwrap());
    let unread = kepco(file.as_bytes());
    assert_eq!((unread.rows.len(), count(&unread, FlagCode::UnreadableTime)), (0, 4));
    let american = Mapping { date_order: DateOrder::MonthDayYear, ..Mapping::steel() };
    let file = file.replace("31/01/", "01/31/").replace("01/02/", "02/01/");
    check_midnight(&parse(file.as_bytes(), &american, NOW).unwrap());
}

#[test]
fn a_file_that_labels_the_start_says_so_in_its_mapping() {
    let file = "검침일,사용량\n2026-01-31 23:15,1.5\n2026-01-31 23:30,2.5\n2026-01-31 23:45,3.5\n2026-02-01 00:00,4.5\n";
    let mapping = Mapping { label: Label::Start, ..Mapping::kepco() };
    check_midnight(&parse(file.as_bytes(), &mapping, NOW).unwrap());
}

#[test]
fn a_workbook_is_read_with_texts_and_with_real_dates() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let write = |real_dates: bool| {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("안내").unwrap();
        let sheet = book.add_worksheet();
        let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        sheet.write(2, 0, "검침일").unwrap();
        sheet.write(2, 1, "순방향 유효전력량(KWH)").unwrap();
        let times =
            ["2026-01-31 23:30", "2026-01-31 23:45", "2026-02-01 00:00", "2026-02-01 00:15"];
        for ((row, time), kwh) in (3..).zip(times).zip([1.5, 2.5, 3.5, 4.5]) {
            if real_dates {
                let time = ExcelDateTime::parse_from_str(time).unwrap();
                sheet.write_with_format(row, 0, &time, &format).unwrap();
            } else {
                sheet.write(row, 0, time).unwrap();
            }
            sheet.write(row, 1, kwh).unwrap();
        }
        book.save_to_buffer().unwrap()
    };
    for real_dates in [false, true] {
        let parsed = kepco(&write(real_dates));
        assert_eq!(parsed.encoding, "XLSX");
        check_midnight(&parsed);
    }
    let error = parse(b"PK\x03\x04 broken", &Mapping::kepco(), NOW).unwrap_err();
    assert!(error.to_string().contains("save it again"), "{error}");
}

#[test]
fn numbers_are_read_with_commas_and_never_guessed() {
    let file = "검침일,사용량\n2026-01-31 00:15,\"1,234.5\"\n2026-01-31 00:30,１２\n\
                2026-01-31 00:45,\"1,2\"\n2026-01-31 01:00,-\n2026-01-31 01:15,\n\
                2026-01-31 01:30,-3.5\n2026-01-31 01:45,NaN\n2026-01-31 02:00,12 kWh\n";
    let parsed = kepco(file.as_bytes());
    let values: Vec<_> = parsed.rows.iter().map(|row| row.value(0)).collect();
    let expect = [Some(1_234.5), Some(12.0), None, None, None, Some(-3.5), None, None];
    assert_eq!(values, expect);
    assert_eq!(count(&parsed, FlagCode::UnreadableValue), 3);
    assert_eq!(count(&parsed, FlagCode::MissingValue), 2);
    assert_eq!(count(&parsed, FlagCode::Negative), 1);
    assert_eq!(parsed.sums[0].sum, 1_246.5, "a negative value is kept but not summed");
    let negative = parsed.rows[5].quality(-3.5);
    assert!(negative.has(base::Quality::OUT_OF_RANGE) && !negative.is_usable());
    let flag = parsed.flags.iter().find(|flag| flag.code == FlagCode::Negative).unwrap();
    assert_eq!((flag.examples[0].line, flag.examples[0].text.as_str()), (7, "-3.5"));
}

#[test]
fn a_row_off_the_grid_counts_in_the_sum_and_not_in_the_peak() {
    let file = "검침일,사용량\n2026-01-31 10:00,10\n2026-01-31 10:07,99\n2026-01-31 10:15,20\n";
    let parsed = kepco(file.as_bytes());
    assert_eq!(parsed.sums[0].sum, 129.0);
    let peak = parsed.peak.unwrap();
    assert_eq!((peak.kw, peak.at.as_millis()), (80.0, at("2026-01-31T10:00:00+09:00")));
    assert_eq!(count(&parsed, FlagCode::Partial), 1);
    let partial: Vec<i64> =
        parsed.rows.iter().filter(|row| row.partial).map(|row| row.at_ms).collect();
    assert_eq!(
        partial,
        [at("2026-01-31T10:06:59+09:00")],
        "in its own quarter, beside the full row"
    );
    let row = parsed.rows.iter().find(|row| row.partial).unwrap();
    assert!(row.quality(99.0).has(base::Quality::PARTIAL));
}

#[test]
fn gaps_are_listed_and_never_filled() {
    let file = "검침일,사용량\n2026-01-31 10:15,1\n2026-01-31 11:15,2\n2026-01-31 11:30,3\n";
    let parsed = kepco(file.as_bytes());
    assert_eq!(parsed.rows.len(), 3);
    assert_eq!(count(&parsed, FlagCode::Gap), 3);
    let gap = parsed.gaps[0];
    assert_eq!(gap.intervals, 3);
    assert_eq!(gap.from.as_millis(), at("2026-01-31T10:15:00+09:00"));
    assert_eq!(gap.until.as_millis(), at("2026-01-31T11:00:00+09:00"));
}

#[test]
fn a_row_that_stands_twice_is_taken_once() {
    let file = "검침일,사용량\n2026-01-31 10:15,1\n2026-01-31 10:30,2\n2026-01-31 10:30,2\n2026-01-31 10:15,7\n";
    let parsed = kepco(file.as_bytes());
    let start = at("2026-01-31T10:00:00+09:00");
    assert_eq!(energy(&parsed), [(start, 7.0), (start + QUARTER_MS, 2.0)]);
    assert_eq!(count(&parsed, FlagCode::Duplicate), 1);
    assert_eq!(count(&parsed, FlagCode::Conflict), 1);
}

#[test]
fn rows_of_the_future_and_totals_are_left_out_with_a_flag() {
    let file = "검침일,사용량\n2026-01-31 10:15,1\n2027-01-31 10:15,2\n1998-01-31 10:15,3\n합계,\"1,000\"\n";
    let parsed = kepco(file.as_bytes());
    assert_eq!((parsed.rows.len(), parsed.rows_total), (1, 4));
    assert_eq!(count(&parsed, FlagCode::Future), 1);
    assert_eq!(count(&parsed, FlagCode::TimeOutOfRange), 1);
    assert_eq!(count(&parsed, FlagCode::UnreadableTime), 1);
}

#[test]
fn a_customer_number_is_noticed_and_a_time_is_not_taken_for_one() {
    let plain = kepco(PLAIN.as_bytes());
    assert_eq!(plain.customer_number_line, None);
    for preamble in ["고객번호: 0123456789\n", "고객번호,01-2345-6789\n"] {
        let parsed = kepco(format!("{preamble}{PLAIN}").as_bytes());
        assert_eq!(parsed.customer_number_line, Some(1), "{preamble}");
    }
    let column = "고객번호,검침일,사용량\n0123456789,2026013110,1\n";
    assert_eq!(kepco(column.as_bytes()).customer_number_line, Some(2));
    let period = kepco(format!("20260131-20260201\n{PLAIN}").as_bytes());
    assert_eq!(period.customer_number_line, None);
}

#[test]
fn what_is_no_interval_file_is_refused_in_words() {
    assert_eq!(parse(b"", &Mapping::kepco(), NOW), Err(ParseError::Empty));
    for bytes in [&b"hello"[..], b"\x00\x01\x02\xff\xfe\xfd", b"a,b\n1,2\n", b"{\"a\":1}"] {
        let error = parse(bytes, &Mapping::kepco(), NOW).unwrap_err();
        assert!(
            matches!(error, ParseError::NoColumns { .. } | ParseError::NotText),
            "{bytes:?}: {error}"
        );
    }
    let broken = Mapping { zone: "Mars/Olympus".into(), ..Mapping::kepco() };
    assert!(matches!(parse(PLAIN.as_bytes(), &broken, NOW), Err(ParseError::Mapping(_))));
}
