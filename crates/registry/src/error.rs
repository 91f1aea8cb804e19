//! What can go wrong with a registration, in words for the person who made it.

use base::{Coded, ErrorKind, FieldError, Id, noun};
use platform::db::DbError;
use platform::http::Problem;

/// Why the registry refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// There is no such thing, or none that the reader may know of.
    #[error("there is no {noun} {id}; see the list of {noun} entries for those that stand")]
    NotFound {
        /// The noun: `device`.
        noun: &'static str,
        /// The identifier that was given.
        id: String,
    },
    /// Somebody else changed it in between.
    #[error(
        "{noun} {id} is at version {current} and the change was made from version {given}: \
         read it again, then repeat the change"
    )]
    Stale {
        /// The noun.
        noun: &'static str,
        /// Which one.
        id: String,
        /// The version that was given.
        given: i64,
        /// The version that stands.
        current: i64,
    },
    /// A code, key or number that must be unique stands already.
    #[error(
        "{field} '{value}' belongs to another {noun} already: choose another, or change that one"
    )]
    Taken {
        /// The noun.
        noun: &'static str,
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// Fields of the request are wrong.
    #[error("{}", .0.iter().map(|field| format!("{}: {}", field.pointer, field.detail))
        .collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// The thing is in a state that does not allow this.
    #[error("{0}")]
    Conflict(String),
    /// The upload or the request is larger than a named limit.
    #[error("{0}")]
    TooLarge(String),
    /// The store failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl RegistryError {
    /// There is no such thing.
    pub fn not_found(noun: &'static str, id: impl std::fmt::Display) -> Self {
        Self::NotFound { noun, id: id.to_string() }
    }

    /// One field is wrong.
    pub fn field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, detail)])
    }

    /// A unique column was hit: says which value is taken. Other failures pass.
    pub(crate) fn taken(
        error: DbError,
        noun: &'static str,
        field: &'static str,
        value: &str,
    ) -> Self {
        match error {
            DbError::Constraint(_) => Self::Taken { noun, field, value: value.to_owned() },
            error => Self::Db(error),
        }
    }

    /// The version stood when it was read, but another change was saved first.
    pub(crate) fn raced(noun: &'static str, id: impl std::fmt::Display) -> Self {
        Self::Conflict(format!(
            "{noun} {id} was changed by somebody else at this moment: read it again, then repeat \
             the change"
        ))
    }

    /// Every bad field, when that was the matter.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}

impl RegistryError {
    /// The sort of failure.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Stale { .. } | Self::Taken { .. } | Self::Conflict(_) => ErrorKind::Conflict,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::TooLarge(_) => ErrorKind::TooLarge,
            Self::Db(error) => error.kind(),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "registry.not_found",
            Self::Stale { .. } => "registry.stale",
            Self::Taken { .. } => "registry.taken",
            Self::Invalid(_) => "invalid",
            Self::Conflict(_) => "registry.conflict",
            Self::TooLarge(_) => "registry.too_large",
            Self::Db(error) => error.code(),
        }
    }
}

// Not by way of `Coded`, because the bad fields must come along.
impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Invalid(fields) => Self::invalid(fields),
            RegistryError::Db(error) => error.into(),
            error => Self::new(error.kind(), error.code(), error.to_string()),
        }
    }
}

/// Refuses a change that was made from another version than the one that stands.
pub(crate) fn same_version(
    noun: &'static str,
    id: impl std::fmt::Display,
    given: i64,
    current: i64,
) -> Result<(), RegistryError> {
    if given == current {
        return Ok(());
    }
    Err(RegistryError::Stale { noun, id: id.to_string(), given, current })
}

/// Collects the bad fields of one thing.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<FieldError>);

impl Checks {
    /// Complains about `pointer` unless `good`.
    pub(crate) fn that(&mut self, good: bool, pointer: &str, detail: &str) -> &mut Self {
        if !good {
            self.0.push(FieldError::new(pointer, detail));
        }
        self
    }

    /// A name: something in it, at most `NAME_MAX` characters, no control characters.
    pub(crate) fn name(&mut self, pointer: &str, text: &str) -> &mut Self {
        let good = !text.trim().is_empty()
            && text.chars().count() <= NAME_MAX
            && !text.chars().any(char::is_control);
        self.that(good, pointer, "give 1 to 200 characters on one line")
    }

    /// An optional text: absent, or like a name.
    pub(crate) fn text(&mut self, pointer: &str, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.name(pointer, text),
            None => self,
        }
    }

    /// An optional position within the ranges of WGS 84.
    pub(crate) fn position(&mut self, position: Option<base::Position>) -> &mut Self {
        let wrong = position.and_then(|at| base::Position::new(at.lon, at.lat).err());
        if let Some(wrong) = wrong {
            self.0.push(FieldError::new("/position", wrong.to_string()));
        }
        self
    }

    /// The verdict.
    pub(crate) fn done(&mut self) -> Result<(), RegistryError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(RegistryError::Invalid(std::mem::take(&mut self.0)))
        }
    }
}

/// The longest name, in characters.
pub(crate) const NAME_MAX: usize = 200;

/// Says that the thing named by the field at `pointer` does not stand.
pub(crate) fn named(pointer: &'static str) -> impl Fn(RegistryError) -> RegistryError {
    move |error| match error {
        RegistryError::NotFound { noun, id } => RegistryError::field(
            pointer,
            format!("there is no {noun} {id}: register it first, or give another"),
        ),
        error => error,
    }
}

/// Refuses what lies in another complex.
pub(crate) fn same_complex(
    pointer: &'static str,
    there: Id<noun::Complex>,
    here: Id<noun::Complex>,
) -> Result<(), RegistryError> {
    if there == here {
        return Ok(());
    }
    Err(RegistryError::field(
        pointer,
        format!("this lies in complex {there}, not in {here}: give one of the same complex"),
    ))
}
