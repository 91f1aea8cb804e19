//! `series_is_one_of(series)`: whether a series belongs to a set, by one bit each.
//!
//! A list of ten thousand literals costs the planner more than the scan costs the engine; a set is one
//! expression whatever its size.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use base::Series;
use datafusion::arrow::array::{Array as _, AsArray as _, BooleanArray};
use datafusion::arrow::datatypes::{DataType, UInt32Type};
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::Expr;

/// The set, and what the engine wants to know of a function.
#[derive(Debug)]
struct SeriesSet {
    first: u32,
    bits: Arc<[u64]>,
    signature: Signature,
}

/// Whether `column` holds one of `series`.
pub(super) fn is_one_of(column: Expr, series: &[Series]) -> Expr {
    ScalarUDF::from(SeriesSet::of(series)).call(vec![column])
}

/// Whether these are all series between the least and the greatest of them.
pub(super) fn is_run(series: &[Series]) -> bool {
    let set = SeriesSet::of(series);
    let distinct: u32 = set.bits.iter().map(|word| word.count_ones()).sum();
    let last = series.iter().map(|series| series.0).max().unwrap_or(0);
    distinct == last - set.first + 1
}

impl SeriesSet {
    fn of(series: &[Series]) -> Self {
        let first = series.iter().map(|series| series.0).min().unwrap_or(0);
        let last = series.iter().map(|series| series.0).max().unwrap_or(0);
        let mut bits = vec![0_u64; (last - first) as usize / 64 + 1];
        for series in series {
            let place = (series.0 - first) as usize;
            bits[place / 64] |= 1 << (place % 64);
        }
        let signature = Signature::exact(vec![DataType::UInt32], Volatility::Immutable);
        Self { first, bits: bits.into(), signature }
    }

    fn holds(&self, series: u32) -> bool {
        let Some(place) = series.checked_sub(self.first) else { return false };
        let word = self.bits.get(place as usize / 64).copied().unwrap_or(0);
        word & (1 << (place % 64)) != 0
    }
}

impl PartialEq for SeriesSet {
    fn eq(&self, other: &Self) -> bool {
        self.first == other.first && self.bits == other.bits
    }
}

impl Eq for SeriesSet {}

impl Hash for SeriesSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.first.hash(state);
        self.bits.len().hash(state);
    }
}

impl ScalarUDFImpl for SeriesSet {
    fn name(&self) -> &'static str {
        "series_is_one_of"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.first() {
            Some(ColumnarValue::Array(array)) => {
                let series = array.as_primitive::<UInt32Type>();
                let found = BooleanArray::from_unary(series, |series| self.holds(series));
                debug_assert_eq!(found.len(), array.len(), "one answer a row");
                Ok(ColumnarValue::Array(Arc::new(found)))
            }
            Some(ColumnarValue::Scalar(ScalarValue::UInt32(series))) => {
                let found = series.map(|series| self.holds(series));
                Ok(ColumnarValue::Scalar(ScalarValue::Boolean(found)))
            }
            Some(ColumnarValue::Scalar(_)) | None => {
                internal_err!("series_is_one_of takes one series")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_holds_exactly_its_series(
            series in proptest::collection::btree_set(0_u32..5_000, 1..200),
            asked in proptest::collection::vec(0_u32..6_000, 1..200),
        ) {
            let list: Vec<Series> = series.iter().copied().map(Series).collect();
            let set = SeriesSet::of(&list);
            let (first, last) = (series.first().unwrap(), series.last().unwrap());
            prop_assert_eq!(is_run(&list), (last - first) as usize + 1 == series.len());
            for asked in asked.into_iter().chain(series.iter().copied()) {
                prop_assert_eq!(set.holds(asked), series.contains(&asked));
            }
        }
    }
}
