//! Places, the ways between them, and sites with hours and docks.

/// A closed interval of time, in whole seconds since the start of the planning horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// First second, inclusive.
    pub from_s: i64,
    /// Last second, inclusive.
    pub to_s: i64,
}

impl Window {
    /// A window from `from_s` to `to_s`, both inclusive.
    pub const fn new(from_s: i64, to_s: i64) -> Self {
        Self { from_s, to_s }
    }

    /// Whether `at_s` lies inside.
    pub const fn contains(self, at_s: i64) -> bool {
        self.from_s <= at_s && at_s <= self.to_s
    }
}

/// Ways between places for one kind of vehicle: row-major square matrices.
///
/// The matrices may be asymmetric and may break the triangle inequality. The diagonal is 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Number of places, the side of both matrices.
    pub places: usize,
    /// Metres from row to column.
    pub distance_m: Vec<i32>,
    /// Seconds from row to column at speed factor 1.
    pub duration_s: Vec<i32>,
    /// Speed factor per hour of the day in thousandths (1000 = as in `duration_s`), 24 values,
    /// repeated every day; hour 0 begins at second 0. Empty: the same speed at all times.
    ///
    /// A way is driven with the factor of the hour in which each part of it lies (Ichoua, Gendreau,
    /// Potvin, EJOR 144(2) 2003), so that who leaves later never arrives earlier.
    pub hour_speed_permille: Vec<u32>,
}

impl Profile {
    /// Ways that take the same time at every hour.
    pub const fn new(places: usize, distance_m: Vec<i32>, duration_s: Vec<i32>) -> Self {
        Self { places, distance_m, duration_s, hour_speed_permille: Vec::new() }
    }

    /// Metres from `a` to `b`.
    pub fn metres(&self, a: usize, b: usize) -> i64 {
        i64::from(self.distance_m[a * self.places + b])
    }

    /// Seconds from `a` to `b` at speed factor 1.
    pub fn seconds(&self, a: usize, b: usize) -> i64 {
        i64::from(self.duration_s[a * self.places + b])
    }

    /// Second of arrival at `b` when leaving `a` at `leave_s`, rounded up.
    pub fn arrival_s(&self, a: usize, b: usize, leave_s: i64) -> i64 {
        const HOUR_S: i64 = 3600;
        let base = self.seconds(a, b);
        if self.hour_speed_permille.is_empty() || base == 0 {
            return leave_s + base;
        }
        let mut work = base * 1000;
        let mut at = leave_s;
        loop {
            let hour = usize::try_from(at.div_euclid(HOUR_S).rem_euclid(24)).unwrap_or(0);
            let speed = i64::from(self.hour_speed_permille[hour]).max(1);
            let left = HOUR_S - at.rem_euclid(HOUR_S);
            if work <= left * speed {
                return at + (work + speed - 1) / speed;
            }
            work -= left * speed;
            at += left;
        }
    }
}

/// A place where vehicles stop, with opening hours and docks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Name for people and errors, unique among the sites.
    pub id: String,
    /// Index into the matrices.
    pub place: usize,
    /// Opening hours: the whole service of a visit lies in one of them. Empty: always open.
    pub hours: Vec<Window>,
    /// How many vehicles can be served at the same time. A visit with service time holds one dock
    /// for `[start, start + service)`. `None`: as many as come.
    pub docks: Option<u32>,
}

impl Site {
    /// A site that is always open and has no limit of docks.
    pub fn open(id: impl Into<String>, place: usize) -> Self {
        Self { id: id.into(), place, hours: Vec::new(), docks: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_through_a_slow_hour_takes_longer_and_leaving_later_never_arrives_earlier() {
        let mut speed = vec![1000; 24];
        speed[8] = 500;
        let profile = Profile {
            places: 2,
            distance_m: vec![0, 10, 10, 0],
            duration_s: vec![0, 3600, 3600, 0],
            hour_speed_permille: speed,
        };
        assert_eq!(profile.arrival_s(0, 1, 0), 3600);
        // Half an hour at full speed, then 1,800 s of way at half speed.
        assert_eq!(profile.arrival_s(0, 1, 27_000), 27_000 + 1_800 + 3_600);
        let mut last = 0;
        for leave in (0..90_000).step_by(37) {
            let arrive = profile.arrival_s(0, 1, leave);
            assert!(arrive >= last, "left at {leave}, arrived at {arrive} before {last}");
            last = arrive;
        }
    }
}
