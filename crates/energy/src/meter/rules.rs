//! What makes a good meter, and what all of them are to the engine. Pure.

use std::collections::HashMap;

use base::{FieldError, Id};
use energy_rules::meter_tree::{Formula, Kind, Node, Place, Share, Tree, TreeFault};

use super::{
    INPUTS_MAX, Meter, MeterAllocationKey as Key, MeterDisposal, MeterError, MeterFormula,
    MeterKind, MeterTerms, NAME_CHARS_MAX,
};

/// The meters of a complex, and the tree that they make: a meter stands at its place in both.
#[derive(Debug, Clone)]
pub(crate) struct Forest {
    pub(crate) meters: Vec<Meter>,
    pub(crate) tree: Tree,
}

impl Forest {
    /// The place of a meter.
    pub(crate) fn place(&self, id: Id<Meter>) -> Option<Place> {
        self.meters.iter().position(|meter| meter.id == id)
    }
}

/// What is wrong with the fields of a meter, each by itself.
pub(crate) fn check(terms: &MeterTerms) -> Result<(), MeterError> {
    let mut wrong = Vec::new();
    let mut refuse = |is_wrong: bool, field: &str, detail: &str| {
        if is_wrong {
            wrong.push(FieldError::new(format!("/terms/{field}"), detail));
        }
    };
    let chars = terms.name.trim().chars().count();
    let name = format!("give a name of 1 to {NAME_CHARS_MAX} characters");
    refuse(chars == 0 || chars > NAME_CHARS_MAX, "name", &name);
    let percent = terms.rest_limit_percent.is_some_and(|percent| percent > 100);
    refuse(percent, "rest_limit_percent", "give 0 to 100 percent, or leave it out");
    let is_virtual = terms.kind == MeterKind::Virtual;
    let has_point = terms.point_id.is_some();
    refuse(!is_virtual && !has_point, "point_id", "choose the point that it counts with");
    let odd_point = is_virtual && (has_point || terms.back_point_id.is_some());
    refuse(odd_point, "point_id", "a virtual meter has no point: leave it out");
    refuse(is_virtual && terms.formula.is_none(), "formula", "say how it is calculated");
    let odd_formula = !is_virtual && terms.formula.is_some();
    refuse(odd_formula, "formula", "only a virtual meter is calculated: leave it out");
    let no_back = terms.kind == MeterKind::Battery && terms.back_point_id.is_none();
    refuse(no_back, "back_point_id", "choose the point that counts what the battery gives");
    let twice = has_point && terms.back_point_id == terms.point_id;
    refuse(twice, "back_point_id", "choose another point: this one counts the way forward");
    let is_generator = terms.kind == MeterKind::Generator;
    let no_disposal = is_generator && terms.disposal.is_none();
    refuse(no_disposal, "disposal", "say where its energy goes: own_use or sold");
    let odd_disposal = !is_generator && terms.disposal.is_some();
    refuse(odd_disposal, "disposal", "only a generator has it: leave it out");
    let is_sold = terms.disposal == Some(MeterDisposal::Sold);
    let sold = is_sold && terms.parent_id.is_some();
    refuse(sold, "parent_id", "what is sold goes through a connection of its own: leave it out");
    let behind = is_generator && !is_sold && terms.parent_id.is_none();
    refuse(behind, "parent_id", "choose the meter behind which its energy is used");
    if let Some(detail) = terms.formula.as_ref().and_then(formula_fault) {
        refuse(true, "formula", detail);
    }
    if wrong.is_empty() { Ok(()) } else { Err(MeterError::Invalid(wrong)) }
}

fn formula_fault(formula: &MeterFormula) -> Option<&'static str> {
    match formula {
        MeterFormula::Sum { of: named } | MeterFormula::Difference { minus: named, .. } => {
            (named.len() > INPUTS_MAX).then_some("it names too many meters: add up in two steps")
        }
        MeterFormula::Allocation { key: Key::Metered, weight, by, .. } => (by.is_none()
            || weight.is_some())
        .then_some("a metered part has a meter `by`, and no `weight`"),
        MeterFormula::Allocation { weight, by, .. } => (weight.is_none() || by.is_some())
            .then_some("a part by area, headcount or fixed shares has a `weight`, and no `by`"),
    }
}

/// The tree of all meters of a complex. `changed` is the one that was just written, if any.
pub(crate) fn forest(meters: Vec<Meter>, changed: Option<Id<Meter>>) -> Result<Forest, MeterError> {
    let places: HashMap<_, _> =
        meters.iter().enumerate().map(|(place, meter)| (meter.id, place)).collect();
    let mut owners = HashMap::new();
    let nodes = meters.iter().map(|meter| {
        let next = u32::try_from(owners.len()).unwrap_or(u32::MAX);
        let owner = *owners.entry(meter.establishment_id).or_insert(next);
        node(meter, &places, owner)
    });
    match Tree::new(nodes.collect()) {
        Ok(tree) => Ok(Forest { meters, tree }),
        Err(fault) => Err(refusal(fault, &meters, changed)),
    }
}

fn node(meter: &Meter, places: &HashMap<Id<Meter>, Place>, owner: u32) -> Node {
    // A meter that is not there gets a place beyond all, which the tree refuses.
    let place = |id: &Id<Meter>| places.get(id).copied().unwrap_or(Place::MAX);
    let terms = &meter.terms;
    let formula = terms.formula.as_ref().map(|formula| match formula {
        MeterFormula::Sum { of } => Formula::Sum(of.iter().map(place).collect()),
        MeterFormula::Difference { from, minus } => {
            Formula::Difference { from: place(from), minus: minus.iter().map(place).collect() }
        }
        MeterFormula::Allocation { of, key, weight, by } => {
            let weight = u64::from(weight.unwrap_or(0));
            let share = match key {
                Key::Area => Share::Area(weight),
                Key::Headcount => Share::Headcount(weight),
                Key::Fixed => Share::Fixed(weight),
                Key::Metered => Share::Metered(by.as_ref().map_or(Place::MAX, place)),
            };
            Formula::Allocation { of: place(of), share }
        }
    });
    let kind = match terms.kind {
        MeterKind::Main => Kind::Main,
        MeterKind::Sub => Kind::Sub,
        MeterKind::Generator => Kind::Generator,
        MeterKind::Battery => Kind::Battery,
        MeterKind::Virtual => Kind::Virtual(formula.unwrap_or(Formula::Sum(Vec::new()))),
    };
    let parent = terms.parent_id.as_ref().map(place);
    Node { kind, parent, from: terms.from, to: terms.to, owner }
}

/// A fault of the tree as a complaint about a field, or about another meter.
fn refusal(fault: TreeFault, meters: &[Meter], changed: Option<Id<Meter>>) -> MeterError {
    let (field, node) = match fault {
        TreeFault::TooMany(_) => return MeterError::TooMany,
        TreeFault::Period { node } => ("to", node),
        TreeFault::Outlives { node, .. } => ("from", node),
        TreeFault::NoSuchNode { node }
        | TreeFault::MainBelow { node }
        | TreeFault::ParentKind { node }
        | TreeFault::TooDeep { node } => ("parent_id", node),
        TreeFault::Circle { node } => {
            let is_virtual = meters[node].terms.kind == MeterKind::Virtual;
            (if is_virtual { "formula" } else { "parent_id" }, node)
        }
        TreeFault::Formula { node }
        | TreeFault::MixedKeys { node, .. }
        | TreeFault::NoWeight { node } => ("formula", node),
    };
    let meter = &meters[node];
    if changed.is_none_or(|changed| changed == meter.id) {
        let field = FieldError::new(format!("/terms/{field}"), fault.to_string());
        return MeterError::Invalid(vec![field]);
    }
    MeterError::Needed { name: meter.terms.name.clone(), detail: format!("would break: {fault}") }
}
