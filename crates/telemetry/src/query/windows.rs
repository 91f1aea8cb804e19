//! Which time of a question roll-ups may answer: pure.

use crate::rollup::Width;

/// Stretches of disturbed time; more are joined, so that a plan stays small.
const STRETCHES_MAX: usize = 8;

/// From (included) until (excluded), milliseconds.
pub(super) type Stretch = (i64, i64);

/// The time of a question, parted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Windows {
    /// Whole buckets in which no two sources can hold the same reading.
    pub(super) clean: Vec<Stretch>,
    /// The rest: ragged ends, and buckets that something disturbs.
    pub(super) rest: Vec<Stretch>,
}

impl Windows {
    /// Parts `from_ms..until_ms`; `disturbed` may lie in any order and beyond it.
    pub(super) fn part(
        (from_ms, until_ms): Stretch,
        width: Width,
        disturbed: impl IntoIterator<Item = Stretch>,
    ) -> Self {
        let (first, last) = (width.start_from(from_ms), width.start_of(until_ms));
        if first >= last {
            return Self { clean: Vec::new(), rest: vec![(from_ms, until_ms)] };
        }
        let outward = |(from, until): Stretch| {
            let (from, until) = (from.max(first), until.min(last));
            (from < until).then(|| (width.start_of(from), width.start_from(until)))
        };
        let mut rest: Vec<Stretch> = disturbed.into_iter().filter_map(outward).collect();
        rest.extend([(from_ms, first), (last, until_ms)]);
        rest.retain(|(from, until)| from < until);
        let rest = joined(rest);
        let starts = std::iter::once(from_ms).chain(rest.iter().map(|(_, until)| *until));
        let ends = rest.iter().map(|(from, _)| *from).chain([until_ms]);
        let clean = starts.zip(ends).filter(|(start, end)| start < end).collect();
        Self { clean, rest }
    }

    /// Whether roll-ups would answer at least half of the time.
    pub(super) fn is_worth_it(&self) -> bool {
        length(&self.clean) >= length(&self.rest)
    }
}

fn length(stretches: &[Stretch]) -> i64 {
    stretches.iter().map(|(from, until)| until - from).sum()
}

/// The same stretches apart and in order, at most [`STRETCHES_MAX`]: the nearest are joined first.
fn joined(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_unstable();
    let mut apart: Vec<Stretch> = Vec::new();
    for (from, until) in stretches {
        match apart.last_mut().filter(|(_, end)| from <= *end) {
            Some((_, end)) => *end = until.max(*end),
            None => apart.push((from, until)),
        }
    }
    let mut gaps: Vec<i64> = apart.windows(2).map(|pair| pair[1].0 - pair[0].1).collect();
    gaps.sort_unstable();
    let Some(longest_joined) = gaps.len().checked_sub(STRETCHES_MAX).map(|n| gaps[n]) else {
        return apart;
    };
    let mut few: Vec<Stretch> = Vec::new();
    for (from, until) in apart {
        match few.last_mut().filter(|(_, end)| from - *end <= longest_joined) {
            Some((_, end)) => *end = until,
            None => few.push((from, until)),
        }
    }
    few
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn ragged_ends_and_late_data_are_read_as_they_are() {
        let windows =
            Windows::part((HOUR / 2, 10 * HOUR + 1), Width::Hour, [(5 * HOUR + 7, 5 * HOUR + 8)]);
        assert_eq!(windows.clean, [(HOUR, 5 * HOUR), (6 * HOUR, 10 * HOUR)]);
        let rest = [(HOUR / 2, HOUR), (5 * HOUR, 6 * HOUR), (10 * HOUR, 10 * HOUR + 1)];
        assert_eq!(windows.rest, rest);
        assert!(windows.is_worth_it());
    }

    #[test]
    fn a_question_within_one_bucket_has_no_clean_time() {
        let windows = Windows::part((HOUR + 1, 2 * HOUR), Width::Hour, []);
        assert_eq!(windows, Windows { clean: vec![], rest: vec![(HOUR + 1, 2 * HOUR)] });
    }

    proptest! {
        /// Every moment is in exactly one part, what is disturbed in none of the clean ones, and clean
        /// ones are whole buckets.
        #[test]
        fn the_parts_are_a_partition(
            from in -50_i64..50,
            length in 1_i64..400,
            disturbed in proptest::collection::vec((-80_i64..450, 1_i64..20), 0..30),
            width in proptest::sample::select(vec![Width::Minute, Width::Quarter, Width::Hour]),
        ) {
            let scale = 250_000;
            let question = (from * scale, (from + length) * scale);
            let disturbed: Vec<Stretch> = disturbed
                .iter()
                .map(|(at, length)| (at * scale, (at + length) * scale))
                .collect();
            let Windows { clean, rest } = Windows::part(question, width, disturbed.clone());
            prop_assert!(rest.len() <= STRETCHES_MAX + 1);
            let mut all = [clean.clone(), rest].concat();
            all.sort_unstable();
            let mut at = question.0;
            for (from, until) in all {
                prop_assert_eq!(from, at);
                prop_assert!(from < until);
                at = until;
            }
            prop_assert_eq!(at, question.1);
            for (from, until) in clean {
                prop_assert_eq!((width.start_of(from), width.start_of(until)), (from, until));
                for (start, end) in &disturbed {
                    prop_assert!(*end <= from || until <= *start);
                }
            }
        }
    }
}
