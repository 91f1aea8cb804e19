//! Which header means which field, in Korean and English.

use unicode_normalization::UnicodeNormalization;

use super::{ImportColumn, ImportKind};
use crate::error::RegistryError;

/// A field with the headers that mean it, as [`key`] writes them.
type Field = (&'static str, &'static [&'static str]);

const ESTABLISHMENTS: &[Field] = &[
    (
        "company",
        &[
            "회사명",
            "업체명",
            "기업명",
            "상호",
            "상호명",
            "법인명",
            "입주기업",
            "company",
            "companyname",
            "cmpnynm",
        ],
    ),
    (
        "name",
        &["사업장명", "사업장", "공장명", "establishment", "establishmentname", "name", "site"],
    ),
    (
        "registration_number",
        &["사업자등록번호", "사업자번호", "registrationnumber", "businessnumber", "bizno"],
    ),
    (
        "factory_management_no",
        &["공장관리번호", "공장등록번호", "factorymanagementno", "fctrymanageno"],
    ),
    (
        "lot_address",
        &[
            "소재지",
            "지번주소",
            "소재지지번주소",
            "소재지지번",
            "공장대표주소지번",
            "주소",
            "지번",
            "lotaddress",
            "address",
            "adres",
        ],
    ),
    ("road_address", &["도로명주소", "소재지도로명주소", "공장대표주소도로명", "roadaddress"]),
    (
        "ksic_code",
        &["업종코드", "대표업종", "대표업종번호", "표준산업분류코드", "ksic", "ksiccode"],
    ),
    ("ksic_revision", &["업종차수", "분류차수", "ksicrevision"]),
    LAT,
    LON,
];
const DEVICES: &[Field] = &[
    (
        "key",
        &["장치번호", "장치키", "장치id", "기기번호", "devicekey", "device", "key", "deviceid"],
    ),
    ("name", &["장치명", "기기명", "이름", "명칭", "devicename", "name"]),
    ("kind", &["종류", "장치종류", "구분", "kind", "type", "devicekind"]),
    ("profile", &["프로파일", "프로필", "장치프로파일", "모델", "profile", "profilecode", "model"]),
    ("establishment", &["사업장명", "사업장", "회사명", "업체명", "establishment", "company"]),
    ("gateway", &["게이트웨이", "게이트웨이번호", "상위장치", "gateway", "gatewaykey", "parent"]),
    ("serial", &["일련번호", "시리얼번호", "제조번호", "serial", "serialnumber", "sn"]),
    ("manufacturer", &["제조사", "제조업체", "manufacturer", "maker", "vendor"]),
    ("model", &["모델명", "형식", "modelname"]),
    LAT,
    LON,
];
const POINTS: &[Field] = &[
    (
        "device_key",
        &["장치번호", "장치키", "장치id", "기기번호", "devicekey", "device", "deviceid"],
    ),
    ("key", &["측정점", "측정점키", "항목키", "태그", "key", "point", "pointkey", "tag"]),
    ("name", &["측정점명", "이름", "명칭", "name", "pointname"]),
    ("quantity", &["측정항목", "항목", "물리량", "quantity"]),
    ("unit", &["단위", "unit"]),
    ("kind", &["종류", "값종류", "kind", "type"]),
    ("interval_s", &["구간초", "적산구간초", "intervals", "interval"]),
    (
        "expected_interval_s",
        &["수집주기초", "수집주기", "주기초", "expectedintervals", "expectedinterval"],
    ),
    ("min", &["최소", "최솟값", "하한", "min", "rangemin"]),
    ("max", &["최대", "최댓값", "상한", "max", "rangemax"]),
];
const LAT: Field = ("lat", &["위도", "lat", "latitude", "y"]);
const LON: Field = ("lon", &["경도", "lon", "lng", "longitude", "x"]);

fn fields(kind: ImportKind) -> &'static [Field] {
    match kind {
        ImportKind::Establishments => ESTABLISHMENTS,
        ImportKind::Devices => DEVICES,
        ImportKind::Points => POINTS,
    }
}

/// The fields without which a file of this kind says nothing; of each group one is enough.
fn required(kind: ImportKind) -> &'static [&'static [&'static str]] {
    match kind {
        ImportKind::Establishments => &[&["company", "name"]],
        ImportKind::Devices => &[&["key"]],
        ImportKind::Points => &[&["device_key"], &["key"], &["quantity"]],
    }
}

/// A header as it is compared: NFKC, lower case, letters and digits only.
fn key(header: &str) -> String {
    header.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Names the field of each column. The first column that means a field fills it.
pub(super) fn recognise(
    kind: ImportKind,
    header: &[String],
) -> Result<Vec<ImportColumn>, RegistryError> {
    let mut taken = std::collections::BTreeSet::new();
    let columns: Vec<_> = header
        .iter()
        .map(|header| {
            let key = key(header);
            let found = fields(kind)
                .iter()
                .find(|(field, words)| !taken.contains(field) && words.contains(&key.as_str()));
            let field = found.map(|(field, _)| *field);
            taken.extend(field);
            ImportColumn { header: header.clone(), field: field.map(str::to_owned) }
        })
        .collect();
    for group in required(kind) {
        if !group.iter().any(|field| taken.contains(field)) {
            let words = fields(kind).iter().filter(|(field, _)| group.contains(field));
            let words: Vec<_> =
                words.flat_map(|(_, words)| words.iter().take(3).copied()).collect();
            return Err(RegistryError::field(
                "/file",
                format!(
                    "the file has no column for {}: name one of its columns {} (found: {})",
                    group.join(" or "),
                    words.join(", "),
                    header.join(", ")
                ),
            ));
        }
    }
    Ok(columns)
}
