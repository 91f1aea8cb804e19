//! Whose turn it is to ask.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Coded, ErrorKind};

/// Questions in SQL that run at once.
pub(super) const QUESTIONS_MAX: usize = 4;

/// Who is being answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashSet<String>>>);

/// A place among those who are answered, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Turns,
    who: String,
}

/// Why a question has to wait.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TurnError {
    /// The same person asks already.
    #[error("a question of yours is being answered: wait for it, or stop it")]
    Own,
    /// All places are taken.
    #[error(
        "{QUESTIONS_MAX} questions are being answered, which is the most: try again in a moment"
    )]
    Full,
}

impl Coded for TurnError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::TooMany
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Own => "sql_query.one_at_a_time",
            Self::Full => "sql_query.busy",
        }
    }
}

impl Turns {
    /// A place for `who`.
    pub(super) fn take(&self, who: &str) -> Result<Turn, TurnError> {
        let mut asking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asking.contains(who) {
            return Err(TurnError::Own);
        }
        if asking.len() >= QUESTIONS_MAX {
            return Err(TurnError::Full);
        }
        asking.insert(who.to_owned());
        Ok(Turn { turns: self.clone(), who: who.to_owned() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut asking = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        asking.remove(&self.who);
    }
}
