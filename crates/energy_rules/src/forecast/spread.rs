//! What a slot may draw: values with weights, asked for a level or for the level of a value.

/// Values in ascending order, each with the share of the weight up to and with it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spread {
    steps: Vec<(f64, f64)>,
}

impl Spread {
    /// Of values with weights; NaN values are left out.
    pub(super) fn of(pool: &mut Vec<(f64, f64)>) -> Self {
        pool.retain(|(value, _)| !value.is_nan());
        pool.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let whole: f64 = pool.iter().map(|(_, weight)| weight).sum();
        let mut reached = 0.0;
        let steps = pool.iter().map(|(value, weight)| {
            reached += weight / whole;
            (*value, reached)
        });
        Self { steps: steps.collect() }
    }

    /// The value at a level from 0 to 1. Levels outside lie beyond the values by that share of
    /// their range and of their size, so that a plant that outgrows its past is followed. NaN when
    /// nothing is known.
    pub(super) fn at(&self, level: f64) -> f64 {
        let (Some((first, _)), Some((last, _))) = (self.steps.first(), self.steps.last()) else {
            return f64::NAN;
        };
        if level > 1.0 {
            return last + (level - 1.0) * self.reach();
        }
        if level < 0.0 {
            return (first + level * self.reach()).max(0.0);
        }
        let place = self.steps.partition_point(|(_, reached)| *reached < level - 1e-12);
        self.steps.get(place).map_or(*last, |(value, _)| *value)
    }

    /// The lowest level whose value is at least `value`.
    pub(super) fn level(&self, value: f64) -> f64 {
        let (Some((first, _)), Some((last, _))) = (self.steps.first(), self.steps.last()) else {
            return 0.5;
        };
        if value > *last {
            return 1.0 + (value - last) / self.reach();
        }
        if value < *first {
            return (value - first) / self.reach();
        }
        let place = self.steps.partition_point(|(step, _)| *step < value);
        self.steps.get(place).map_or(1.0, |(_, reached)| *reached)
    }

    /// What a whole level beyond the values comes to, kWh; above zero.
    fn reach(&self) -> f64 {
        let (first, last) = match (self.steps.first(), self.steps.last()) {
            (Some(first), Some(last)) => (first.0, last.0),
            (Some(_) | None, Some(_) | None) => (0.0, 0.0),
        };
        (last - first).max(0.1 * last.abs()).max(1e-6)
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn levels_and_values_answer_each_other() {
        let spread = Spread::of(&mut vec![(3.0, 1.0), (1.0, 1.0), (f64::NAN, 9.0), (5.0, 2.0)]);
        for (level, value) in [(0.0, 1.0), (0.25, 1.0), (0.3, 3.0), (0.5, 3.0), (0.9, 5.0)] {
            assert!((spread.at(level) - value).abs() < 1e-12, "{level}");
        }
        for (value, level) in [(1.0, 0.25), (2.0, 0.5), (3.0, 0.5), (5.0, 1.0), (7.0, 1.5)] {
            assert!((spread.level(value) - level).abs() < 1e-12, "{value}");
        }
        assert!((spread.at(1.5) - 7.0).abs() < 1e-12);
        assert!(Spread::of(&mut vec![]).at(0.5).is_nan());
    }
}
