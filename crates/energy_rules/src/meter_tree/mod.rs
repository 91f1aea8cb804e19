//! The meter tree (계량 트리): which meter counts what another has counted before, and what is left
//! unexplained.
//!
//! ```text
//!   main (모자계량의 모) ──┬── sub ──── sub …
//!                         ├── generator   gives
//!                         ├── battery     takes and gives
//!                         └── rest (설명되지 않는 차이): what came in and no meter below accounts for
//! ```
//! For a meter with meters below it, in every slot:
//! `rest = parent + generated - charged + discharged - Σ meters below`. A meter that counts both ways
//! enters with what it drew less what it gave back.
//!
//! # Invariants
//! - Integer Wh; what the leaves drew less what generators gave, and all rests, make up the root.
//! - A slot in which one reading is missing counts in no sum, and is counted as missing.
//! - A meter that is calculated (virtual) is never set against a meter: an allocation explains no
//!   rest.
//! - Meters and formulas hold from a day to a day; a meter has one parent, and nothing goes round in
//!   circles.
//!
//! Absent on purpose: losses of transformers by a formula; they are a part of the rest.

mod allocation;
mod balance;
mod check;
mod count;

pub use allocation::allocate;
pub use balance::{
    COUNTING_STEP_WH, Every, HIDDEN_OWNERS_MIN, Part, Period, TOLERANCE_PERMILLE, Warning,
};
pub use check::TreeFault;
pub use count::{Counts, Series};

use jiff::civil::Date;

/// Meters of one tree at most.
pub const NODES_MAX: usize = 2_000;
/// Meters above one another at most.
pub const DEPTH_MAX: usize = 12;

/// The place of a meter in its tree.
pub type Place = usize;

/// What a meter counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// What comes from the grid; nothing is above it.
    Main,
    /// What a part of another meter's load draws.
    Sub,
    /// What a plant generates behind a meter, or on a connection of its own.
    Generator,
    /// What a battery takes, and, the other way, what it gives.
    Battery,
    /// Nothing: it is calculated from others.
    Virtual(Formula),
}

/// How a virtual meter is calculated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// All of these.
    Sum(Vec<Place>),
    /// One less others.
    Difference {
        /// What there is.
        from: Place,
        /// What is taken off.
        minus: Vec<Place>,
    },
    /// A part of one; all parts of it together are the whole, to the Wh.
    Allocation {
        /// What is shared out.
        of: Place,
        /// Whose part.
        share: Share,
    },
}

/// By what a part is reckoned (배분 기준).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// By floor space.
    Area(u64),
    /// By people.
    Headcount(u64),
    /// By shares that were agreed on.
    Fixed(u64),
    /// By what a meter of the part's own counted in the same slot.
    Metered(Place),
}

impl Share {
    fn weight(self) -> Option<u64> {
        match self {
            Self::Area(weight) | Self::Headcount(weight) | Self::Fixed(weight) => Some(weight),
            Self::Metered(_) => None,
        }
    }
}

/// A meter of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it counts.
    pub kind: Kind,
    /// The meter that counts it too.
    pub parent: Option<Place>,
    /// The first day.
    pub from: Date,
    /// The last day; `None` while it stands.
    pub to: Option<Date>,
    /// A number for whose it is: the same for the same owner.
    pub owner: u32,
}

impl Node {
    /// Whether it stands on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it stands on all days of another.
    fn covers(&self, other: &Self) -> bool {
        self.from <= other.from
            && match (self.to, other.to) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(own), Some(other)) => other <= own,
            }
    }

    fn overlaps(&self, other: &Self) -> bool {
        let (own, others) = (self.to.unwrap_or(Date::MAX), other.to.unwrap_or(Date::MAX));
        self.from <= others && other.from <= own
    }

    /// The meters that it is calculated from.
    pub fn inputs(&self) -> Vec<Place> {
        match &self.kind {
            Kind::Main | Kind::Sub | Kind::Generator | Kind::Battery => Vec::new(),
            Kind::Virtual(Formula::Sum(of)) => of.clone(),
            Kind::Virtual(Formula::Difference { from, minus }) => {
                [*from].into_iter().chain(minus.iter().copied()).collect()
            }
            Kind::Virtual(Formula::Allocation { of, share: Share::Metered(by) }) => vec![*of, *by],
            Kind::Virtual(Formula::Allocation { of, .. }) => vec![*of],
        }
    }
}

/// Meters that fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Virtual meters, each after all that it is calculated from.
    order: Vec<Place>,
}

impl Tree {
    /// The meters, in their places.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The meters right below one, virtual ones apart, whenever they stood.
    pub fn below(&self, place: Place) -> impl Iterator<Item = Place> {
        let measured = |node: &Node| !matches!(node.kind, Kind::Virtual(_));
        let nodes = self.nodes.iter().enumerate();
        nodes.filter(move |(_, n)| n.parent == Some(place) && measured(n)).map(|(at, _)| at)
    }

    /// What must be known to know some meters: themselves, and what they are calculated from, with all
    /// parts of an allocation. By place, each once.
    pub fn needed_for(&self, wanted: &[Place]) -> Vec<Place> {
        let (mut todo, mut seen) = (wanted.to_vec(), vec![false; self.nodes.len()]);
        while let Some(at) = todo.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            todo.extend(self.nodes[at].inputs());
            if let Kind::Virtual(Formula::Allocation { of, .. }) = self.nodes[at].kind {
                todo.extend(self.parts_of(of).map(|(part, _)| part));
            }
        }
        (0..self.nodes.len()).filter(|at| seen[*at]).collect()
    }

    /// The virtual meters that share one meter out.
    fn parts_of(&self, whole: Place) -> impl Iterator<Item = (Place, Share)> {
        parts_of(&self.nodes, whole)
    }
}

/// The virtual meters that share one meter out.
fn parts_of(nodes: &[Node], whole: Place) -> impl Iterator<Item = (Place, Share)> {
    nodes.iter().enumerate().filter_map(move |(at, node)| match node.kind {
        Kind::Virtual(Formula::Allocation { of, share }) if of == whole => Some((at, share)),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
