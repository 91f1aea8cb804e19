//! Which meters fit together.

use super::{DEPTH_MAX, Formula, Kind, NODES_MAX, Node, Place, Share, Tree, parts_of};

/// Why meters make no tree. `node` is the place of the one to correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeFault {
    /// Too many.
    #[error("there are {0} meters, more than {NODES_MAX}; make another tree")]
    TooMany(usize),
    /// A place that is none.
    #[error("it names a meter that is not there; choose another")]
    NoSuchNode {
        /// Which.
        node: Place,
    },
    /// It ends before it begins.
    #[error("its last day lies before its first; correct one of them")]
    Period {
        /// Which.
        node: Place,
    },
    /// A main meter below another.
    #[error(
        "a main meter counts what comes from the grid: make it a sub-meter, or leave its parent out"
    )]
    MainBelow {
        /// Which.
        node: Place,
    },
    /// Something below a meter that cannot have it.
    #[error("only a main meter or a sub-meter has meters below it; choose such a parent")]
    ParentKind {
        /// Which.
        node: Place,
    },
    /// It needs a meter on days on which that one does not stand.
    #[error(
        "the meter that it stands below, or is calculated from, does not stand on all its days"
    )]
    Outlives {
        /// Which.
        node: Place,
        /// The other meter.
        other: Place,
    },
    /// It is above itself, or calculated from itself.
    #[error(
        "it would stand above itself or be calculated from itself; choose another parent or formula"
    )]
    Circle {
        /// Which.
        node: Place,
    },
    /// Too many above one another.
    #[error(
        "more than {DEPTH_MAX} meters would stand above one another; choose a parent further up"
    )]
    TooDeep {
        /// Which.
        node: Place,
    },
    /// A formula of nothing, or one that takes a meter twice.
    #[error("its formula names no meter, or one of them twice; name each once")]
    Formula {
        /// Which.
        node: Place,
    },
    /// Parts of the same whole by different keys.
    #[error(
        "another part of the same meter is shared out by another key; use the same key for all parts"
    )]
    MixedKeys {
        /// Which.
        node: Place,
        /// The other part.
        other: Place,
    },
    /// A part of nothing.
    #[error("its weight is zero; give its area, its people or its share, or leave the part out")]
    NoWeight {
        /// Which.
        node: Place,
    },
}

impl Tree {
    /// A tree of meters that fit together.
    pub fn new(nodes: Vec<Node>) -> Result<Self, TreeFault> {
        if nodes.len() > NODES_MAX {
            return Err(TreeFault::TooMany(nodes.len()));
        }
        for node in 0..nodes.len() {
            alone(&nodes, node)?;
            above(&nodes, node)?;
        }
        let order = order(&nodes)?;
        let tree = Self { nodes, order };
        (0..tree.nodes.len()).try_for_each(|node| tree.same_key(node))?;
        Ok(tree)
    }

    /// A part of a whole goes by the key of the other parts.
    fn same_key(&self, node: Place) -> Result<(), TreeFault> {
        let Kind::Virtual(Formula::Allocation { of, share }) = self.nodes[node].kind else {
            return Ok(());
        };
        if share.weight() == Some(0) {
            return Err(TreeFault::NoWeight { node });
        }
        let mut others = self.parts_of(of);
        let other = others.find(|(other, its)| {
            std::mem::discriminant(its) != std::mem::discriminant(&share)
                && self.nodes[*other].overlaps(&self.nodes[node])
        });
        other.map_or(Ok(()), |(other, _)| Err(TreeFault::MixedKeys { node, other }))
    }
}

/// What a meter says of itself and of those that it is calculated from.
fn alone(nodes: &[Node], node: Place) -> Result<(), TreeFault> {
    let this = &nodes[node];
    if this.to.is_some_and(|to| to < this.from) {
        return Err(TreeFault::Period { node });
    }
    let mut inputs = this.inputs();
    for other in &inputs {
        let input = nodes.get(*other).ok_or(TreeFault::NoSuchNode { node })?;
        if !input.covers(this) {
            return Err(TreeFault::Outlives { node, other: *other });
        }
    }
    let named = inputs.len();
    inputs.sort_unstable();
    inputs.dedup();
    let is_metered =
        matches!(this.kind, Kind::Virtual(Formula::Allocation { share: Share::Metered(_), .. }));
    let is_empty = match &this.kind {
        Kind::Virtual(Formula::Sum(of)) => of.is_empty(),
        Kind::Virtual(Formula::Difference { minus, .. }) => minus.is_empty(),
        _ => false,
    };
    if is_empty || (inputs.len() < named && !is_metered) {
        return Err(TreeFault::Formula { node });
    }
    Ok(())
}

/// The meters above one another.
fn above(nodes: &[Node], node: Place) -> Result<(), TreeFault> {
    let this = &nodes[node];
    let Some(other) = this.parent else { return Ok(()) };
    if this.kind == Kind::Main {
        return Err(TreeFault::MainBelow { node });
    }
    let parent = nodes.get(other).ok_or(TreeFault::NoSuchNode { node })?;
    if !matches!(parent.kind, Kind::Main | Kind::Sub) {
        return Err(TreeFault::ParentKind { node });
    }
    if !parent.covers(this) {
        return Err(TreeFault::Outlives { node, other });
    }
    let (mut at, mut depth) = (this.parent, 1);
    while let Some(place) = at {
        if place == node {
            return Err(TreeFault::Circle { node });
        }
        depth += 1;
        if depth > DEPTH_MAX {
            return Err(TreeFault::TooDeep { node });
        }
        at = nodes.get(place).ok_or(TreeFault::NoSuchNode { node })?.parent;
    }
    Ok(())
}

/// Virtual meters, each after all that it is calculated from. All places are known to exist.
fn order(nodes: &[Node]) -> Result<Vec<Place>, TreeFault> {
    let mut order = Vec::new();
    let mut is_ready: Vec<bool> =
        nodes.iter().map(|node| !matches!(node.kind, Kind::Virtual(_))).collect();
    let mut waiting: Vec<Place> = (0..nodes.len()).filter(|at| !is_ready[*at]).collect();
    while let Some(node) = waiting.first().copied() {
        let (ready, rest): (Vec<_>, Vec<_>) =
            waiting.iter().partition(|at| needs(nodes, **at).iter().all(|at| is_ready[*at]));
        if ready.is_empty() {
            return Err(TreeFault::Circle { node });
        }
        for at in &ready {
            is_ready[*at] = true;
        }
        order.extend(ready);
        waiting = rest;
    }
    Ok(order)
}

/// What a virtual meter waits for: what it is calculated from, and what the other parts of its whole are.
fn needs(nodes: &[Node], node: Place) -> Vec<Place> {
    let mut needs = nodes[node].inputs();
    if let Kind::Virtual(Formula::Allocation { of, .. }) = nodes[node].kind {
        needs.extend(parts_of(nodes, of).filter_map(|(_, share)| match share {
            Share::Metered(by) => Some(by),
            Share::Area(_) | Share::Headcount(_) | Share::Fixed(_) => None,
        }));
    }
    needs
}
