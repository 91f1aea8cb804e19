//! What `/metrics` tells of the control centre.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use base::Grade;
use platform::metrics::{Counter, Family, Gauge, Histogram, Metrics, exponential_buckets};

use crate::alarm::Operation;
use crate::alarm::store::Count;

/// One label with one word.
type Label = [(&'static str, &'static str); 1];

/// The counters of this crate.
#[derive(Clone)]
pub(crate) struct ControlMetrics {
    open: Family<Label, Gauge<i64, AtomicI64>>,
    stale: Gauge<i64, AtomicI64>,
    watched: Gauge<i64, AtomicI64>,
    transitions: Family<Label, Counter>,
    lag: Histogram,
}

impl ControlMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        // 1 ms to about 16 s.
        let buckets = exponential_buckets(0.001, 2.0, 15);
        Self {
            open: metrics.register("control_alarm_open", "Open alarms by grade", Family::default()),
            stale: metrics.register(
                "control_alarm_stale",
                "Alarms that are open for more than a day",
                Gauge::default(),
            ),
            watched: metrics.register(
                "control_evaluation_states",
                "Pairs of rule and point that are watched",
                Gauge::default(),
            ),
            transitions: metrics.register(
                "control_transitions",
                "Changes of alarms by operation",
                Family::default(),
            ),
            lag: metrics.register(
                "control_evaluation_lag_seconds",
                "From the arrival of a batch to its evaluation",
                Histogram::new(buckets),
            ),
        }
    }

    pub(crate) fn open(&self, counts: &[Count]) {
        let sum = |figure: &dyn Fn(&Count) -> u64| {
            i64::try_from(counts.iter().map(figure).sum::<u64>()).unwrap_or(i64::MAX)
        };
        for grade in Grade::ALL {
            let open = sum(&|count| if count.grade == grade { count.alarms } else { 0 });
            self.open.get_or_create(&[("grade", grade.as_str())]).set(open);
        }
        self.stale.set(sum(&|count| count.stale));
    }

    pub(crate) fn watched(&self, states: usize) {
        self.watched.set(i64::try_from(states).unwrap_or(i64::MAX));
    }

    pub(crate) fn transition(&self, operation: Operation) {
        self.transitions.get_or_create(&[("operation", operation.as_str())]).inc();
    }

    pub(crate) fn lag(&self, lag: Duration) {
        self.lag.observe(lag.as_secs_f64());
    }
}
