//! A register list becomes few reads: neighbours of one table and one interval go together.

use super::{Function, Poll};

/// Most registers of one read (Modbus Application Protocol 1.1b3, 6.3 and 6.4).
pub const REGISTERS_PER_READ_MAX: u16 = 125;
/// Most bits of one read (the same, 6.1 and 6.2).
pub const BITS_PER_READ_MAX: u16 = 2_000;

/// One read of the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Which table.
    pub function: Function,
    /// Seconds between two of these.
    pub interval_s: u32,
    /// First cell.
    pub start: u16,
    /// How many cells.
    pub count: u16,
    /// The lines of the list that it answers: place in the list, first cell within the answer.
    pub lines: Vec<(usize, usize)>,
}

impl Read {
    /// What is read, for messages: `holding registers 100 to 103`.
    pub fn words(&self) -> String {
        let last = self.start.saturating_add(self.count.saturating_sub(1));
        format!("{} {} to {last}", self.function.words(), self.start)
    }
}

/// The reads that answer every line of `polls`; cells of no line are read along only between lines, and
/// at most `gap_max` in a row.
pub fn plan(polls: &[Poll], gap_max: u16) -> Vec<Read> {
    let mut order: Vec<usize> = (0..polls.len()).collect();
    order.sort_by_key(|&i| (polls[i].interval_s, polls[i].function, polls[i].register));
    let mut reads: Vec<Read> = Vec::new();
    for i in order {
        let poll = &polls[i];
        let (first, end) = (u32::from(poll.register), end_of(poll));
        if let Some(read) = reads.last_mut().filter(|read| joins(read, poll, gap_max)) {
            let count = u32::from(read.count).max(end - u32::from(read.start));
            read.count = u16::try_from(count).unwrap_or(u16::MAX);
            read.lines.push((i, usize::from(poll.register - read.start)));
        } else {
            reads.push(Read {
                function: poll.function,
                interval_s: poll.interval_s,
                start: poll.register,
                count: u16::try_from(end - first).unwrap_or(u16::MAX),
                lines: vec![(i, 0)],
            });
        }
    }
    reads
}

/// Whether `poll`, which begins at or after `read`, fits into it.
fn joins(read: &Read, poll: &Poll, gap_max: u16) -> bool {
    let limit = if read.function.is_bits() { BITS_PER_READ_MAX } else { REGISTERS_PER_READ_MAX };
    let start = u32::from(read.start);
    let gap = u32::from(poll.register).saturating_sub(start + u32::from(read.count));
    read.function == poll.function
        && read.interval_s == poll.interval_s
        && gap <= u32::from(gap_max)
        && end_of(poll) - start <= u32::from(limit)
}

fn end_of(poll: &Poll) -> u32 {
    u32::from(poll.register) + u32::from(poll.kind.cells())
}
