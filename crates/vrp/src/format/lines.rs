//! Lines of a text with their numbers, and strict numbers.

use super::{NODES_MAX, ReadError, VALUE_MAX};

/// Lines that hold something, trimmed, counted from 1.
pub(super) struct Lines<'a> {
    inner: std::iter::Enumerate<std::str::Lines<'a>>,
    last: usize,
}

/// A line and its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) text: &'a str,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { inner: text.lines().enumerate(), last: 0 }
    }

    /// The next line, or an error that names what is missing.
    pub(super) fn expect(&mut self, wanted: &str) -> Result<Line<'a>, ReadError> {
        self.next().ok_or_else(|| ReadError {
            line: self.last + 1,
            what: format!("the file ends where {wanted} is expected"),
        })
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        for (index, text) in self.inner.by_ref() {
            self.last = index + 1;
            let text = text.trim();
            if !text.is_empty() {
                return Some(Line { number: index + 1, text });
            }
        }
        None
    }
}

impl<'a> Line<'a> {
    /// An error at this line.
    pub(super) fn wrong(self, what: impl Into<String>) -> ReadError {
        ReadError { line: self.number, what: what.into() }
    }

    /// The words of the line, exactly `wanted` of them.
    pub(super) fn words(self, wanted: usize, of: &str) -> Result<Vec<&'a str>, ReadError> {
        let words: Vec<&str> = self.text.split_whitespace().take(wanted + 1).collect();
        if words.len() == wanted {
            return Ok(words);
        }
        let found = self.text.split_whitespace().count();
        Err(self.wrong(format!("{found} values, {wanted} are expected: {of}")))
    }

    /// A number with or without decimals, at most [`VALUE_MAX`] in size.
    pub(super) fn number(self, word: &str, of: &str) -> Result<f64, ReadError> {
        let plain =
            word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
        match word.parse::<f64>() {
            Ok(value) if plain && value.abs() <= VALUE_MAX => Ok(value),
            Ok(_) if plain => {
                Err(self.wrong(format!("{of} `{}` is beyond {VALUE_MAX:e}", short(word))))
            }
            _ => Err(self.wrong(format!("{of} `{}` is not a number", short(word)))),
        }
    }

    /// A number that is not negative.
    pub(super) fn amount(self, word: &str, of: &str) -> Result<f64, ReadError> {
        let value = self.number(word, of)?;
        if value < 0.0 {
            return Err(self.wrong(format!("{of} `{}` is negative", short(word))));
        }
        Ok(value)
    }

    /// A whole number; `7.0` counts as one.
    pub(super) fn whole(self, word: &str, of: &str) -> Result<i64, ReadError> {
        let value = self.number(word, of)?;
        if value.fract() != 0.0 {
            return Err(self.wrong(format!("{of} `{}` is not a whole number", short(word))));
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and at most 1e9 in size")]
        Ok(value as i64)
    }

    /// A whole number that is not negative.
    pub(super) fn count(self, word: &str, of: &str) -> Result<i64, ReadError> {
        let value = self.whole(word, of)?;
        if value < 0 {
            return Err(self.wrong(format!("{of} `{}` is negative", short(word))));
        }
        Ok(value)
    }

    /// The position `wanted` of a row, as the file must count them.
    pub(super) fn position(self, word: &str, wanted: usize) -> Result<(), ReadError> {
        if wanted >= NODES_MAX {
            return Err(self.wrong(format!("more than {NODES_MAX} rows")));
        }
        let found = self.count(word, "number of the row")?;
        if usize::try_from(found) == Ok(wanted) {
            return Ok(());
        }
        Err(self.wrong(format!("row has number {found}, {wanted} is expected: rows count up")))
    }
}

/// The beginning of a word that goes into an error.
pub(super) fn short(word: &str) -> String {
    const CHARS_MAX: usize = 24;
    let mut cut: String = word.chars().take(CHARS_MAX).collect();
    if word.chars().nth(CHARS_MAX).is_some() {
        cut.push('…');
    }
    cut
}
