use axum::body::Body;
use axum::http::StatusCode;
use base::{Id, Role, Scope};
use serde_json::{Value, json};

use super::plan::{Establishments, Standing, Verdict};
use super::{EstablishmentInput, ImportKind, MatchReason, UPLOAD_MAX, columns, table};
use crate::identity::{lot_key, name_key};
use crate::tests::House;

fn check_table(bytes: &[u8], encoding: &str, header: &[&str], rows: &[(i64, &[&str])]) {
    let table = table::read(bytes).unwrap();
    assert_eq!(
        (table.encoding, table.header),
        (encoding, header.iter().map(|h| (*h).to_owned()).collect())
    );
    let expected: Vec<_> = rows
        .iter()
        .map(|(line, cells)| (*line, cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>()))
        .collect();
    assert_eq!(table.rows, expected);
}

#[test]
fn tables_are_read_in_each_encoding_and_with_each_delimiter() {
    let expected: &[(i64, &[&str])] = &[(2, &["한빛제지", "팔복동1가 1"])];
    let header = ["회사명", "소재지"];
    let text = "회사명,소재지\r\n한빛제지, 팔복동1가 1 \r\n";
    check_table(text.as_bytes(), "utf-8", &header, expected);
    check_table(format!("\u{feff}{text}").as_bytes(), "utf-8", &header, expected);
    check_table(&encoding_rs::EUC_KR.encode(text).0, "cp949", &header, expected);
    check_table(text.replace(',', "\t").as_bytes(), "utf-8", &header, expected);
    check_table(text.replace(',', ";").as_bytes(), "utf-8", &header, expected);
    let spaced = "\n\n회사명,소재지\n,\n\"한빛,제지\",\"a\"\"b\"\n";
    check_table(spaced.as_bytes(), "utf-8", &header, &[(5, &["한빛,제지", "a\"b"])]);
}

#[test]
fn files_that_cannot_be_read_say_what_to_do() {
    for (bytes, words) in [
        (&b""[..], "no line with text"),
        (&b"key\n"[..], "a header line only"),
        (&b"PK\x03\x04broken"[..], "open it, save it again"),
        (&b"\xD0\xCF\x11\xE0old"[..], "save it as XLSX or CSV"),
        (&b"key\n\xFF\xFF\xFF\xFF\n"[..], "save it as \"CSV UTF-8\""),
    ] {
        let error = table::read(bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let large = vec![b'a'; UPLOAD_MAX + 1];
    assert!(table::read(&large).unwrap_err().to_string().contains("10 MiB"));
    let long = "k\n".repeat(super::ROWS_MAX + 2);
    assert!(table::read(long.as_bytes()).unwrap_err().to_string().contains("50000 rows"));
}

#[test]
fn headers_are_recognised_in_korean_and_english() {
    let header = ["업체명", "사업자 등록번호", "공장대표주소(지번)", "대표자", "Latitude", "경도"];
    let header: Vec<_> = header.iter().map(|h| (*h).to_owned()).collect();
    let columns = columns::recognise(ImportKind::Establishments, &header).unwrap();
    let fields: Vec<_> = columns.iter().map(|column| column.field.as_deref()).collect();
    assert_eq!(
        fields,
        [
            Some("company"),
            Some("registration_number"),
            Some("lot_address"),
            None,
            Some("lat"),
            Some("lon")
        ]
    );
    let error = columns::recognise(ImportKind::Devices, &header).unwrap_err().to_string();
    assert!(error.contains("장치번호") && error.contains("업체명"), "{error}");
}

fn id(n: u8) -> Id<base::noun::Establishment> {
    Id::v7(base::Instant::from_micros(0), [n; 10])
}

/// Two firms on one lot, one firm with two sites.
fn standing() -> Establishments {
    let mut all = Establishments::default();
    for (n, name, lot, number) in [
        (1, "(주)한빛제지", "팔복동1가 123-4", Some("1234567890")),
        (2, "가람섬유", "팔복동1가 123-4", None),
        (3, "다온산업", "팔복동2가 7", Some("1111111111")),
        (4, "다온산업 2공장", "팔복동3가 8", Some("1111111111")),
    ] {
        all.add(Standing {
            id: id(n),
            name: name.into(),
            name_key: name_key(name),
            company_key: name_key(name),
            lot_address: Some(lot.into()),
            lot_key: lot_key(lot),
            registration_number: number.map(str::to_owned),
        });
    }
    all.add_factory_no("521110000000001".into(), id(2));
    all
}

fn row(name: &str, lot: Option<&str>, number: Option<&str>) -> EstablishmentInput {
    EstablishmentInput {
        company: name.into(),
        name: name.into(),
        registration_number: number.map(str::to_owned),
        factory_no: None,
        lot_address: lot.map(str::to_owned),
        road_address: None,
        ksic: None,
        position: None,
    }
}

#[test]
fn identity_goes_by_number_then_by_lot_and_name_and_never_by_one_of_them_alone() {
    use MatchReason::{OtherNumber, SameLot, SameName, SameNumberOtherLot};
    let update = |n| (Some(id(n)), vec![]);
    let review = |reasons: Vec<MatchReason>| (None, reasons);
    let cases = [
        // The number of the only site, whatever the name.
        (row("이름이 바뀐 회사", None, Some("1234567890")), update(1)),
        (row("한빛제지", Some("팔복동1가 123-4"), Some("1234567890")), update(1)),
        // The number of a firm on another lot: perhaps a second site.
        (row("한빛제지", Some("여의동 1"), Some("1234567890")), review(vec![SameNumberOtherLot])),
        // A firm with two sites: the lot decides, else a person.
        (row("다온산업", Some("팔복동3가 8"), Some("1111111111")), update(4)),
        (row("다온산업", None, Some("1111111111")), review(vec![SameNumberOtherLot; 2])),
        // Lot and name.
        (row("㈜ 한빛 제지", Some("팔복동 1가 123-4번지"), None), update(1)),
        // Lot and name, but another number.
        (row("한빛제지", Some("팔복동1가 123-4"), Some("9999999999")), review(vec![OtherNumber])),
        // The name alone.
        (row("한빛제지", Some("여의동 1"), None), review(vec![SameName])),
        (row("한빛제지", None, None), review(vec![SameName])),
        // The lot alone.
        (row("새회사", Some("팔복동1가 123-4"), None), review(vec![SameLot, SameLot])),
        // Nothing alike.
        (row("새회사", Some("여의동 1"), None), (None, vec![])),
        (row("새회사", None, Some("2222222222")), (None, vec![])),
    ];
    let all = standing();
    for (row, (target, reasons)) in cases {
        let verdict = all.judge(&row);
        let expected = match (target, reasons.is_empty()) {
            (Some(id), _) => verdict == Verdict::Update(id),
            (None, true) => verdict == Verdict::Create,
            (None, false) => {
                matches!(&verdict, Verdict::Review(candidates)
                    if candidates.iter().map(|c| c.reason).collect::<Vec<_>>() == reasons)
            }
        };
        assert!(expected, "{row:?}\n→ {verdict:?}, expected {target:?} {reasons:?}");
    }
    let mut by_factory_no = row("전혀 다른 이름", Some("여의동 1"), None);
    by_factory_no.factory_no = Some("521110000000001".into());
    assert_eq!(all.judge(&by_factory_no), Verdict::Update(id(2)));
}

async fn upload(house: &House, kind: &str, text: &str) -> (StatusCode, Value) {
    let complex = house.complex("jj1");
    let path = format!("/registry_imports?kind={kind}&complex={complex}&file_name=list.csv");
    house.engineer().send("POST", &path, Body::from(text.to_owned())).await
}

async fn commit(house: &House, preview: &Value) -> Value {
    let path = format!("/registry_imports/{}/commit", preview["id"].as_str().unwrap());
    let (status, import) = house.engineer().post(&path, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{import}");
    import
}

fn actions(preview: &Value) -> Vec<(i64, String)> {
    let rows = preview["rows"].as_array().unwrap();
    rows.iter()
        .map(|r| (r["line"].as_i64().unwrap(), r["action"].as_str().unwrap().into()))
        .collect()
}

const ESTABLISHMENTS: &str = "\
회사명,사업자등록번호,공장관리번호,소재지,업종코드,위도,경도
㈜한빛제지,123-45-67890,521110000000001,팔복동1가 123-4,17110,35.85,127.08
새봄금속,222-22-22222,,팔복동2가 9,24110,,
한빛제지,,,여의동 5,,,
새봄금속,222-22-22222,,팔복동2가 9,24110,,
,,,여의동 6,,,
바른기계,12,,여의동 7,9,95,
";

#[tokio::test]
async fn establishments_are_shown_written_and_reviewed_and_nothing_is_merged_silently() {
    let house = House::new().await;
    let (status, preview) = upload(&house, "establishments", ESTABLISHMENTS).await;
    assert_eq!(status, StatusCode::CREATED, "{preview}");
    assert_eq!(preview["counts"], json!({"create": 1, "update": 1, "review": 1, "error": 3}));
    let expected = ["update", "create", "review", "error", "error", "error"];
    let expected: Vec<_> = (2..).zip(expected.map(str::to_owned)).collect();
    assert_eq!(actions(&preview), expected);
    assert_eq!(
        preview["rows"][3]["errors"][0]["detail"],
        "line 3 says the same: keep one of the two"
    );
    let wrong: Vec<_> =
        preview["rows"][5]["errors"].as_array().unwrap().iter().map(|e| &e["column"]).collect();
    assert_eq!(wrong, ["사업자등록번호", "업종코드", "경도"]);
    let list = format!("/establishments?complex={}", house.complex("jj1"));
    assert_eq!(house.engineer().items(&list).await.len(), 2, "a preview writes nothing");

    let import = commit(&house, &preview).await;
    assert_eq!(import["counts"], preview["counts"]);
    assert_eq!(house.engineer().items(&list).await.len(), 3);
    let all = house.engineer().items(&list).await;
    let updated = all.iter().find(|e| e["name"] == "한빛제지").unwrap();
    assert_eq!(updated["position"]["lat"], 35.85);
    assert_eq!(commit(&house, &preview).await["committed_at"], import["committed_at"]);
    assert_eq!(house.engineer().items(&list).await.len(), 3, "a second commit writes nothing");

    let items = house.engineer().items("/review_items?state=open").await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["candidates"][0]["reason"], "same_name");
    check_resolution(&house, items[0]["id"].as_str().unwrap(), &list).await;
}

async fn check_resolution(house: &House, item: &str, list: &str) {
    let path = format!("/review_items/{item}/resolve");
    let (status, problem) = house.engineer().post(&path, json!({"decision": "merge"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["pointer"], "/target_id");
    let operator = house.with(Role::Operator, Scope::Complex(house.complex("jj1")));
    let (status, _) = operator.post(&path, json!({"decision": "skip"})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, item) = house.engineer().post(&path, json!({"decision": "create"})).await;
    assert_eq!((status, &item["state"]), (StatusCode::OK, &json!("created")));
    assert_eq!(house.engineer().items(list).await.len(), 4);
    let (status, problem) = house.engineer().post(&path, json!({"decision": "skip"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("decided already (created)"), "{problem}");
}

#[tokio::test]
async fn a_second_upload_of_the_same_file_creates_nothing() {
    let house = House::new().await;
    let (_, preview) = upload(&house, "establishments", ESTABLISHMENTS).await;
    commit(&house, &preview).await;
    let (_, again) = upload(&house, "establishments", ESTABLISHMENTS).await;
    assert_eq!(again["counts"]["create"], 0);
    assert_eq!(again["counts"]["update"], 2);
}

#[tokio::test]
async fn a_row_that_was_new_at_the_preview_is_judged_anew_at_the_commit() {
    let house = House::new().await;
    let text = "회사명,소재지\n새봄금속,팔복동2가 9\n";
    let (_, first) = upload(&house, "establishments", text).await;
    let (_, second) = upload(&house, "establishments", text).await;
    assert_eq!(second["counts"]["create"], 1);
    commit(&house, &first).await;
    assert_eq!(commit(&house, &second).await["counts"]["update"], 1);
}

#[tokio::test]
async fn devices_and_points_come_in_by_file() {
    let house = House::new().await;
    let devices = "device_key,장치명,종류,프로파일,사업장명,위도,경도\n\
        air-001,새 이름,,,,,\n\
        METER-002,전력량계 2,계량기,meter,가람섬유,35.86,127.09\n\
        air-003,,,no-such-profile,,,\n\
        x,,,,,,\n\
        meter-004,,,meter,없는 회사,,\n";
    let (status, preview) = upload(&house, "devices", devices).await;
    assert_eq!(status, StatusCode::CREATED, "{preview}");
    let expected = ["update", "create", "error", "error", "error"].map(str::to_owned);
    assert_eq!(actions(&preview), (2..).zip(expected).collect::<Vec<_>>());
    commit(&house, &preview).await;
    let snapshot = house.registry.directory().snapshot();
    assert_eq!(&*snapshot.device_by_key("air-001").unwrap().name, "새 이름");
    let meter = snapshot.device_by_key("meter-002").unwrap();
    let kwh = snapshot.point(meter.id, "kwh").unwrap();
    assert_eq!(kwh.owners[0].establishment, meter.establishment.unwrap());

    let points = "장치번호,측정점,측정항목,단위,종류,수집주기(초)\n\
        air-001,no2,이산화질소,ppm,,300\n\
        air-001,pm25,pm10,,,\n\
        air-404,no2,no2,,,\n";
    let (status, preview) = upload(&house, "points", points).await;
    assert_eq!(status, StatusCode::CREATED, "{preview}");
    let expected = ["create", "error", "error"].map(str::to_owned);
    assert_eq!(actions(&preview), (2..).zip(expected).collect::<Vec<_>>());
    let detail = preview["rows"][1]["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("stands with quantity pm25, which never changes"), "{detail}");
    commit(&house, &preview).await;
    let snapshot = house.registry.directory().snapshot();
    let air = snapshot.device_by_key("air-001").unwrap().id;
    assert_eq!(snapshot.point(air, "no2").unwrap().expected_interval_s, 300);
}

#[tokio::test]
async fn a_thousand_devices_come_in_within_ten_seconds() {
    let house = House::new().await;
    let mut text = String::from("장치번호,프로파일\n");
    for n in 0..1_000 {
        text.extend(["bulk-", &n.to_string(), ",air\n"]);
    }
    let work = async {
        let (_, preview) = upload(&house, "devices", &text).await;
        commit(&house, &preview).await
    };
    let import = tokio::time::timeout(std::time::Duration::from_secs(10), work).await.unwrap();
    assert_eq!(import["counts"]["create"], 1_000);
    assert_eq!(house.registry.directory().snapshot().points().len(), 2_003);
}

#[tokio::test]
async fn only_writers_of_the_complex_import() {
    let house = House::new().await;
    let path = format!("/registry_imports?kind=devices&complex={}", house.complex("jj2"));
    let (status, _) = house.engineer().send("POST", &path, Body::from("key\na\n")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, preview) = upload(&house, "devices", "key\nair-009\n").await;
    let path = format!("/registry_imports/{}/commit", preview["id"].as_str().unwrap());
    let stranger = house.with(Role::Engineer, Scope::Complex(house.complex("jj2")));
    assert_eq!(stranger.post(&path, Value::Null).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_refused_with_words() {
    let house = House::new().await;
    let path = format!("/registry_imports?kind=devices&complex={}", house.complex("jj1"));
    for size in [UPLOAD_MAX + 1, UPLOAD_MAX + 1_000] {
        let (status, problem) =
            house.engineer().send("POST", &path, Body::from(vec![b'a'; size])).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(problem["detail"].as_str().unwrap().contains("split it"), "{problem}");
    }
}

#[tokio::test]
async fn devices_of_a_file_hang_on_gateways_that_stand_or_come_above() {
    let house = House::new().await;
    let devices = "장치번호,종류,게이트웨이,일련번호,제조사,모델명\n\
        gw-1,게이트웨이,,S-1,만듦이,G1\n\
        node-1,센서,gw-1,S-2,,\n\
        node-2,센서,gw-2,,,\n\
        node-3,센서,air-001,,,\n";
    let (status, preview) = upload(&house, "devices", devices).await;
    assert_eq!(status, StatusCode::CREATED, "{preview}");
    let expected = ["create", "create", "error", "error"].map(str::to_owned);
    assert_eq!(actions(&preview), (2..).zip(expected).collect::<Vec<_>>());
    assert_eq!(preview["rows"][2]["errors"][0]["column"], "게이트웨이");
    commit(&house, &preview).await;
    let snapshot = house.registry.directory().snapshot();
    let gateway = snapshot.device_by_key("gw-1").unwrap().id;
    assert_eq!(snapshot.device_by_key("node-1").unwrap().gateway, Some(gateway));
    let node = house.engineer().items("/devices?q=S-2").await[0].clone();
    assert_eq!((&node["key"], &node["serial"]), (&json!("node-1"), &json!("S-2")));
}
