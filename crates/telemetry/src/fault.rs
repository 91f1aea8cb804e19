//! Points at which a test lets the process die or a call fail: the rows of the crash table. In a product
//! build all of this is nothing.

/// A point of the crash table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// Before a group is written.
    BeforeWrite,
    /// The group is written, not synced.
    BeforeSync,
    /// The sync itself.
    Sync,
    /// The group is synced, nobody is answered.
    AfterSync,
    /// A day is frozen and sorted.
    BeforePut,
    /// The object is there, no row names it.
    AfterPut,
    /// The row and the checkpoint are committed; the log still holds the batches.
    AfterCommit,
    /// The output of a merge is there, no row names it.
    MergedPut,
    /// The output stands for its inputs, whose objects are still there.
    MergedCommit,
    /// The latest values are written; the log still holds the batches.
    BeforeRemove,
}

/// Lets the process die here when a test asked for it.
#[cfg_attr(not(test), expect(clippy::missing_const_for_fn, reason = "tests make it do something"))]
pub(crate) fn reach(point: Point) {
    #[cfg(test)]
    kit::reach(point);
    #[cfg(not(test))]
    let _ = point;
}

/// Lets a call fail here when a test asked for it.
#[cfg_attr(not(test), expect(clippy::unnecessary_wraps, reason = "tests make it fail"))]
pub(crate) fn fail(point: Point) -> std::io::Result<()> {
    #[cfg(test)]
    return kit::fail(point);
    #[cfg(not(test))]
    {
        let _ = point;
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod kit {
    use std::cell::Cell;

    use super::Point;

    /// Names the point at which the child process of a test dies.
    pub(crate) const VARIABLE: &str = "SANDAN_TEST_FAULT";

    thread_local! {
        static FAILS: Cell<Option<Point>> = const { Cell::new(None) };
    }

    /// From now on `point` fails on this thread; `None` ends it.
    pub(crate) fn let_fail(point: Option<Point>) {
        FAILS.set(point);
    }

    pub(super) fn reach(point: Point) {
        if std::env::var(VARIABLE).is_ok_and(|name| name == format!("{point:?}")) {
            std::process::abort();
        }
    }

    pub(super) fn fail(point: Point) -> std::io::Result<()> {
        if FAILS.get() == Some(point) {
            return Err(std::io::Error::other("the test lets this fail"));
        }
        Ok(())
    }
}
