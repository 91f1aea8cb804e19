//! Troubles (장애): what is wrong with the platform itself right now, such as a full disk. `/readyz`,
//! `/metrics` and the administrators' console show them.
//!
//! Invariants: whoever raises a trouble clears it when it is over; `since` is when it began, however often
//! it is raised again. Deliberately absent: history (the log of the program has it) and alarms of the
//! complex (they are another noun).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::metrics::{Family, Gauge, Label, Metrics};

/// One trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Trouble {
    /// Stable code, such as `readings.disk_full`.
    pub code: &'static str,
    /// Since when.
    pub since: Instant,
    /// What happened, to which file or task, and what to do.
    pub detail: String,
    /// Whether nothing is taken in while it lasts: the platform is not ready then.
    pub stops_intake: bool,
}

/// The troubles of this process. Cheap to clone.
#[derive(Clone)]
pub struct Troubles {
    standing: Arc<Mutex<BTreeMap<(&'static str, String), Trouble>>>,
    gauge: Family<Label, Gauge>,
}

impl Troubles {
    /// None yet; counted in `platform_troubles`.
    pub fn new(metrics: &Metrics) -> Self {
        let gauge = metrics.register(
            "platform_troubles",
            "What is wrong with the platform now",
            Family::default(),
        );
        Self { standing: Arc::default(), gauge }
    }

    /// Says that something is wrong. Several things may have the same trouble: `subject` tells them apart.
    pub fn raise(&self, subject: &str, trouble: Trouble) {
        let mut standing = self.standing();
        let key = (trouble.code, subject.to_owned());
        let since = standing.get(&key).map_or(trouble.since, |known| known.since);
        let code = trouble.code;
        standing.insert(key, Trouble { since, ..trouble });
        self.count(&standing, code);
    }

    /// Says that it is over.
    pub fn clear(&self, code: &'static str, subject: &str) {
        let mut standing = self.standing();
        if standing.remove(&(code, subject.to_owned())).is_some() {
            tracing::info!(code, subject, "a trouble is over");
            self.count(&standing, code);
        }
    }

    /// Whether any trouble with this code stands.
    pub fn stands(&self, code: &str) -> bool {
        self.standing().keys().any(|(known, _)| *known == code)
    }

    /// Those that stand, the oldest first.
    pub fn list(&self) -> Vec<Trouble> {
        let mut list: Vec<_> = self.standing().values().cloned().collect();
        list.sort_by_key(|trouble| (trouble.since, trouble.code));
        list
    }

    fn count(&self, standing: &BTreeMap<(&'static str, String), Trouble>, code: &'static str) {
        let count = standing.keys().filter(|(known, _)| *known == code).count();
        let label = Label { kind: code.to_owned() };
        self.gauge.get_or_create(&label).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    fn standing(&self) -> MutexGuard<'_, BTreeMap<(&'static str, String), Trouble>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(at: i64) -> Trouble {
        let since = Instant::from_micros(at);
        Trouble { code: "t.full", since, detail: format!("at {at}"), stops_intake: true }
    }

    #[test]
    fn a_trouble_that_is_raised_again_keeps_its_beginning_and_takes_the_newest_words() {
        let troubles = Troubles::new(&Metrics::new());
        troubles.raise("", trouble(5));
        troubles.raise("", trouble(9));
        let list = troubles.list();
        assert_eq!(list, [Trouble { detail: "at 9".into(), ..trouble(5) }]);
    }

    #[test]
    fn a_trouble_ends_for_its_subject_only_and_the_metric_follows() {
        let metrics = Metrics::new();
        let troubles = Troubles::new(&metrics);
        troubles.raise("a", trouble(1));
        troubles.raise("b", trouble(2));
        let counted = |n: i64| metrics.text().contains(&format!("{{kind=\"t.full\"}} {n}"));
        assert!(counted(2), "{}", metrics.text());
        troubles.clear("t.full", "a");
        assert!(troubles.stands("t.full") && counted(1));
        troubles.clear("t.full", "b");
        assert!(!troubles.stands("t.full") && troubles.list().is_empty() && counted(0));
    }
}
