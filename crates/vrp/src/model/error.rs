//! What is wrong with a problem.

/// Why a problem cannot be solved as given. Names are the `id`s of the problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// More of something than [`super::limits`] allows.
    #[error("{count} {what}, at most {limit} are possible: split the problem")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: u64,
        /// How many may be.
        limit: u64,
    },
    /// Something is needed and there is none.
    #[error("no {what}: give at least one")]
    None {
        /// What is missing.
        what: &'static str,
    },
    /// A matrix has the wrong number of entries, or the profiles differ in their places.
    #[error("profile {profile}: {what} has {entries} entries, {expected} are needed")]
    MatrixSize {
        /// Index of the profile.
        profile: usize,
        /// Which matrix.
        what: &'static str,
        /// How many there are.
        entries: usize,
        /// How many are needed.
        expected: usize,
    },
    /// An entry of a matrix is negative or too long, or the diagonal is not 0.
    #[error(
        "profile {profile}: {what} from place {from} to place {to} is {value}, must be {needed}"
    )]
    MatrixEntry {
        /// Index of the profile.
        profile: usize,
        /// Which matrix.
        what: &'static str,
        /// Row.
        from: usize,
        /// Column.
        to: usize,
        /// Value found.
        value: i64,
        /// What it must be.
        needed: &'static str,
    },
    /// Two things have the same name.
    #[error("two {what} are called {id:?}: rename one")]
    Duplicate {
        /// What kind of thing.
        what: &'static str,
        /// The name.
        id: String,
    },
    /// A number of a named thing is outside its range.
    #[error("{what} {id:?}: {field} is {value}, must be {least} to {most}")]
    OutOfRange {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
        /// Which field.
        field: &'static str,
        /// Value found.
        value: i64,
        /// Least allowed.
        least: i64,
        /// Most allowed.
        most: i64,
    },
    /// An index points to nothing.
    #[error("{what} {id:?}: {field} {index} does not exist (there are {count})")]
    Dangling {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
        /// Which field.
        field: &'static str,
        /// Index found.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A vector has the wrong length.
    #[error("{what} {id:?}: {field} has {entries} values, {expected} are needed")]
    Length {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
        /// Which field.
        field: &'static str,
        /// How many there are.
        entries: usize,
        /// How many are needed.
        expected: usize,
    },
    /// A window ends before it begins.
    #[error("{what} {id:?}: a window ends at {to_s} s, before it begins at {from_s} s")]
    WindowReversed {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
        /// Begin.
        from_s: i64,
        /// End.
        to_s: i64,
    },
    /// A service stop has amounts.
    #[error("request {id:?}: a stop of kind service has an amount; use pickup or delivery")]
    ServiceWithLoad {
        /// Name of the request.
        id: String,
    },
    /// Two locks, or a lock and the problem, cannot hold together.
    #[error("lock {index}: {why}")]
    Lock {
        /// Index of the lock.
        index: usize,
        /// Why it cannot hold.
        why: &'static str,
    },
    /// Two rules that the search does not know together.
    #[error("{what} {id:?}: {why}")]
    Unsupported {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
        /// What is not possible.
        why: &'static str,
    },
}
