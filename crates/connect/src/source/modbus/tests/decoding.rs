//! Registers become numbers, for every type and order.

use proptest::prelude::*;

use super::super::decode::{Cells, Decoded, decode};
use super::super::{Function, Poll, RegisterType, WordOrder};

fn line(kind: RegisterType, order: WordOrder) -> Poll {
    Poll { order, ..super::poll("kw", Function::Holding, 0, kind) }
}

fn value(kind: RegisterType, order: WordOrder, words: &[u16]) -> f64 {
    match decode(&line(kind, order), &Cells::Words(words.to_vec()), 0) {
        Decoded::Value(value) => value,
        other => panic!("{kind:?} {order:?} {words:x?}: {other:?}"),
    }
}

/// The registers of a number whose bytes stand in `bytes` from the highest down, as a device of `order`
/// would send them.
fn registers(bytes: &[u8], order: WordOrder) -> Vec<u16> {
    let mut words: Vec<u16> =
        bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    if matches!(order, WordOrder::Badc | WordOrder::Dcba) {
        for word in &mut words {
            *word = word.swap_bytes();
        }
    }
    if matches!(order, WordOrder::Cdab | WordOrder::Dcba) {
        words.reverse();
    }
    words
}

#[test]
fn each_type_and_order_reads_as_the_manual_of_a_meter_says() {
    use RegisterType as T;
    use WordOrder as O;
    let cases: [(T, O, &[u16], f64); 13] = [
        (T::U16, O::Abcd, &[0xFFFF], 65_535.0),
        (T::U16, O::Badc, &[0x0100], 1.0),
        (T::I16, O::Abcd, &[0xFFFE], -2.0),
        (T::U32, O::Abcd, &[0x0001, 0x1170], 70_000.0),
        (T::U32, O::Cdab, &[0x1170, 0x0001], 70_000.0),
        (T::I32, O::Abcd, &[0xFFFF, 0xFFFF], -1.0),
        // 123.456 as IEEE 754: 42 F6 E9 79.
        (T::F32, O::Abcd, &[0x42F6, 0xE979], f64::from(123.456_f32)),
        (T::F32, O::Cdab, &[0xE979, 0x42F6], f64::from(123.456_f32)),
        (T::F32, O::Badc, &[0xF642, 0x79E9], f64::from(123.456_f32)),
        (T::F32, O::Dcba, &[0x79E9, 0xF642], f64::from(123.456_f32)),
        (T::F64, O::Abcd, &[0x3FF8, 0, 0, 0], 1.5),
        (T::F64, O::Cdab, &[0, 0, 0, 0x3FF8], 1.5),
        (T::U64, O::Dcba, &[0x0100, 0, 0, 0], 1.0),
    ];
    for (kind, order, words, expect) in cases {
        assert_eq!(value(kind, order, words), expect, "{kind:?} {order:?} {words:x?}");
    }
}

#[test]
fn a_bit_is_taken_from_its_register_or_from_its_coil() {
    let bit = |bit| Poll { bit: Some(bit), ..line(RegisterType::Bit, WordOrder::Abcd) };
    let words = Cells::Words(vec![0b1000_0000_0000_0010]);
    for (number, expect) in [(0, 0.0), (1, 1.0), (14, 0.0), (15, 1.0)] {
        assert_eq!(decode(&bit(number), &words, 0), Decoded::Value(expect), "{number}");
    }
    let coil = super::poll("pump", Function::Coil, 0, RegisterType::Bit);
    let bits = Cells::Bits(vec![false, true]);
    assert_eq!(decode(&coil, &bits, 1), Decoded::Value(1.0));
    assert_eq!(decode(&coil, &bits, 2), Decoded::Missing);
}

#[test]
fn scale_and_offset_come_after_the_error_values() {
    let mut line = line(RegisterType::I16, WordOrder::Abcd);
    (line.scale, line.offset, line.error_values) = (0.1, -40.0, vec![-1.0]);
    let at = |word: u16| decode(&line, &Cells::Words(vec![word]), 0);
    assert_eq!(at(650), Decoded::Value(25.0));
    assert_eq!(at(0xFFFF), Decoded::NoValue(-1.0));
}

#[test]
fn what_is_no_finite_number_is_no_value() {
    let line = line(RegisterType::F32, WordOrder::Abcd);
    for bits in [0x7FC0_0000_u32, 0x7F80_0000, 0xFF80_0000] {
        let words = vec![(bits >> 16) as u16, 0];
        assert!(matches!(decode(&line, &Cells::Words(words), 0), Decoded::NoValue(_)), "{bits:x}");
    }
}

proptest! {
    #[test]
    fn every_whole_number_survives_every_order(number: i64) {
        for order in WordOrder::ALL {
            let bytes = number.to_be_bytes();
            let low = |n: usize| registers(&bytes[8 - n..], order);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the low bits")]
            let (u16, u32, u64) = (number as u16, number as u32, number as u64);
            prop_assert_eq!(value(RegisterType::U16, order, &low(2)), f64::from(u16));
            prop_assert_eq!(value(RegisterType::I16, order, &low(2)), f64::from(u16.cast_signed()));
            prop_assert_eq!(value(RegisterType::U32, order, &low(4)), f64::from(u32));
            prop_assert_eq!(value(RegisterType::I32, order, &low(4)), f64::from(u32.cast_signed()));
            prop_assert_eq!(value(RegisterType::U64, order, &low(8)), u64 as f64);
            prop_assert_eq!(value(RegisterType::I64, order, &low(8)), number as f64);
        }
    }

    #[test]
    fn every_finite_float_survives_every_order(
        single in proptest::num::f32::NORMAL, double in proptest::num::f64::NORMAL,
    ) {
        for order in WordOrder::ALL {
            let words = registers(&single.to_be_bytes(), order);
            prop_assert_eq!(value(RegisterType::F32, order, &words), f64::from(single));
            let words = registers(&double.to_be_bytes(), order);
            prop_assert_eq!(value(RegisterType::F64, order, &words), double);
        }
    }

    #[test]
    fn no_answer_makes_the_decoder_fail(
        words in proptest::collection::vec(any::<u16>(), 0..6), at in 0_usize..8,
        kind in proptest::sample::select(&RegisterType::ALL[..]), bit in proptest::option::of(any::<u8>()),
        order in proptest::sample::select(&WordOrder::ALL[..]), scale: f64,
    ) {
        let line = Poll { bit, scale, ..line(kind, order) };
        let decoded = decode(&line, &Cells::Words(words.clone()), at);
        let is_short = at + usize::from(kind.cells()) > words.len();
        prop_assert_eq!(decoded == Decoded::Missing, is_short);
        if let Decoded::Value(value) = decoded {
            prop_assert!(value.is_finite());
        }
    }
}
