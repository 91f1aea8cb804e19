use proptest::prelude::*;

use super::{digits, lot_key, name_key};

#[test]
fn six_spellings_of_the_legal_form_are_one_firm() {
    let spellings = [
        "(주)한빛제지",
        "㈜한빛제지",
        "주식회사 한빛제지",
        "한빛제지(주)",
        "한빛 제지 주식회사",
        "한빛제지㈜",
        "（주）한빛제지",
        "( 주 ) 한빛-제지",
        "한빛제지",
        "한빛제지(株)",
    ];
    for spelling in spellings {
        assert_eq!(name_key(spelling), "한빛제지", "{spelling}");
    }
}

#[test]
fn different_firms_stay_different() {
    for (one, other) in [
        ("한빛제지", "한빛제지2공장"),
        ("(주)가람", "(주)가람산업"),
        ("Zinc", "Z"),
        ("대한유한", "대한"),
    ] {
        assert_ne!(name_key(one), name_key(other), "{one} / {other}");
    }
}

#[test]
fn latin_marks_go_only_where_they_stand_apart() {
    assert_eq!(name_key("Hanbit Paper Co., Ltd."), "hanbitpaper");
    assert_eq!(name_key("HANBIT PAPER INC"), "hanbitpaper");
    assert_eq!(name_key("Zinc"), "zinc");
}

#[test]
fn a_name_of_marks_alone_keeps_them() {
    assert_eq!(name_key("(주)"), "주");
}

#[test]
fn lots_are_compared_by_dong_and_numbers() {
    for (address, key) in [
        ("전북특별자치도 전주시 덕진구 팔복동1가 123-4", Some("팔복동1가123-4")),
        ("전주시 덕진구 팔복동 1가 123-4번지", Some("팔복동1가123-4")),
        ("팔복동1가 0123-0004", Some("팔복동1가123-4")),
        ("팔복동2가 77", Some("팔복동2가77")),
        ("여의동 640-1 외 2필지", Some("여의동640-1")),
        ("완주군 봉동읍 용암리 산 12-3", Some("용암리산12-3")),
        ("팔복동1가 123-0", Some("팔복동1가123")),
        ("전주시덕진구팔복동1가123-4", Some("팔복동1가123-4")),
        ("서울 영등포구 여의도동 12", Some("여의도동12")),
        ("서울 구로구 구로동 3-1", Some("구로동3-1")),
        ("전주시 덕진구 팔복로 12", None),
        ("팔복동", None),
        ("", None),
    ] {
        assert_eq!(lot_key(address).as_deref(), key, "{address}");
    }
}

#[test]
fn digits_are_read_through_hyphens_and_full_width_forms() {
    assert_eq!(digits("123-45-67890"), "1234567890");
    assert_eq!(digits("１２３ ４５"), "12345");
}

proptest! {
    #[test]
    fn a_name_key_is_its_own_key(name in "[가-힣a-zA-Z0-9 ()주식회사㈜.,-]{0,30}") {
        let key = name_key(&name);
        prop_assert_eq!(name_key(&key), key);
    }

    #[test]
    fn spaces_do_not_change_a_name(name in "[가-힣]{1,10}", at in 0usize..10) {
        let mut spaced: Vec<char> = name.chars().collect();
        spaced.insert(at.min(spaced.len()), ' ');
        let spaced: String = spaced.into_iter().collect();
        prop_assert_eq!(name_key(&spaced), name_key(&name));
    }

    #[test]
    fn a_lot_key_is_its_own_key(address in "[가-힣 ]{0,8}(동|리)[0-9]{1,2}가? ?[0-9]{1,4}(-[0-9]{1,3})?") {
        if let Some(key) = lot_key(&address) {
            prop_assert_eq!(lot_key(&key), Some(key));
        }
    }

    #[test]
    fn no_text_makes_the_keys_fail(text in any::<String>()) {
        let _ = (name_key(&text), lot_key(&text), digits(&text));
    }
}
