//! Keyset paging: every list answers `{items, next}`, and `next` goes back in as `after`.

use serde::{Deserialize, Serialize};

/// Rows of a page when the reader names no number.
pub const PAGE_LIMIT_DEFAULT: u32 = 100;
/// The most rows of a page.
pub const PAGE_LIMIT_MAX: u32 = 1_000;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The query of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows of a page, 1 to 1000; 100 when absent.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// The cursor was not made by this list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no cursor of this list: give `next` of the page before, or leave `after` out")]
pub struct InvalidCursor(pub String);

impl crate::Coded for InvalidCursor {
    fn kind(&self) -> crate::ErrorKind {
        crate::ErrorKind::Invalid
    }
    fn code(&self) -> &'static str {
        "page.invalid_cursor"
    }
}

impl PageQuery {
    /// Rows of a page within the limits.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(PAGE_LIMIT_DEFAULT).clamp(1, PAGE_LIMIT_MAX)
    }

    /// Rows to ask of the database: one more than the page, to see whether another follows.
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit()) + 1
    }

    /// The cursor parsed as `T`, if one was given.
    pub fn after<T: std::str::FromStr>(&self) -> Result<Option<T>, InvalidCursor> {
        self.after
            .as_deref()
            .map(|text| text.parse().map_err(|_| InvalidCursor(text.to_owned())))
            .transpose()
    }

    /// Cuts the extra row off and names the cursor of the last row kept.
    pub fn page<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> Page<T> {
        let limit = self.limit() as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = more.then(|| items.last().map(&cursor)).flatten();
        Page { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_page_names_the_next_and_the_last_page_does_not() {
        let query = PageQuery { limit: Some(2), after: None };
        let page = query.page(vec![1, 2, 3], i32::to_string);
        assert_eq!(page, Page { items: vec![1, 2], next: Some("2".into()) });
        assert_eq!(query.page(vec![1, 2], i32::to_string).next, None);
    }

    #[test]
    fn a_limit_is_clamped() {
        assert_eq!(PageQuery { limit: Some(0), after: None }.limit(), 1);
        assert_eq!(PageQuery { limit: Some(9_999), after: None }.limit(), PAGE_LIMIT_MAX);
    }
}
