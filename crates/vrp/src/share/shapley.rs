//! The exact Shapley value of a driven route, in closed form.
//!
//! The cost of a coalition is the same order with the stops of all others left out. Then the leg from
//! position `j` to a later position `k` is driven exactly when the owners of its two ends are in the
//! coalition and no owner of a stop between them is. With `T` the owners of the ends (`t` of them) and
//! `B` the owners between (`b`), the leg's length `w` gives each owner of `T` `w (t-1)! b! / (t+b)!`
//! and takes `w t! (b-1)! / (t+b)!` from each of `B`; nothing where `T` meets `B` or is empty.
//!
//! Levinger, Hazon & Azaria (2019) show that this game can be shared in polynomial time. Here
//! it costs O(m²) pairs of positions for m stops; sums are exact to the last unit.

use super::integer::Integer;
use super::{OWNERS_MAX, STOPS_MAX, ShareError, value};

/// A route from a depot over the stops of owners and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route<'a> {
    /// Owner of each stop, counted from 0.
    pub owners: &'a [usize],
    /// Cost of the leg from place to place, row by row: place 0 is where the route starts, then the
    /// stops in order, last where it ends. `(stops + 2)²` values, never negative, asymmetric allowed.
    pub costs: &'a [i64],
}

impl Route<'_> {
    /// Cost of the route with the stops of all owners.
    pub fn cost(&self) -> i64 {
        self.cost_of(|_| true)
    }

    /// Cost of the same order with only the stops of owners that `with` names; 0 without any.
    pub fn cost_of(&self, with: impl Fn(usize) -> bool) -> i64 {
        let places = self.owners.len() + 2;
        let mut at = 0;
        let mut cost = 0;
        for (index, owner) in self.owners.iter().enumerate() {
            if with(*owner) {
                cost += self.costs[at * places + index + 1];
                at = index + 1;
            }
        }
        if at == 0 { 0 } else { cost + self.costs[at * places + places - 1] }
    }

    fn checked(&self) -> Result<usize, ShareError> {
        let places = self.owners.len() + 2;
        if self.owners.len() > STOPS_MAX {
            return Err(ShareError::Stops(self.owners.len()));
        }
        let (found, wanted) = (self.costs.len(), places * places);
        if found != wanted {
            return Err(ShareError::Matrix { found, wanted });
        }
        for cost in self.costs {
            value(*cost)?;
        }
        let owners = self.owners.iter().max().map_or(0, |most| most.saturating_add(1));
        if owners > OWNERS_MAX {
            return Err(ShareError::Owners(owners));
        }
        Ok(owners)
    }
}

/// What each owner bears, exactly: `numerators[owner] / denominator`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// One for each owner; they sum to the cost of the route times the denominator.
    pub numerators: Vec<Integer>,
    /// Common to all: the least common multiple of 1, 2, … owners + 2.
    pub denominator: Integer,
}

/// The Shapley value of a route. The start and the end have no owner; the shares sum to
/// [`Route::cost`]. The empty coalition costs nothing: where a route starts and ends at different
/// places the empty leg is the operator's, not the owners'.
pub fn of_route(route: &Route<'_>) -> Result<Shares, ShareError> {
    let owners = route.checked()?;
    let mut parts = Parts { most: owners + 2, of: vec![0; owners * (owners + 3)] };
    let places = route.owners.len() + 2;
    let owner = |place: usize| place.checked_sub(1).and_then(|at| route.owners.get(at)).copied();
    let mut met = vec![usize::MAX; owners];
    for from in 0..places - 1 {
        let mut between: Vec<usize> = Vec::with_capacity(owners);
        for to in from + 1..places {
            let cost = i128::from(route.costs[from * places + to]);
            let mut ends: Vec<usize> = owner(from).into_iter().chain(owner(to)).collect();
            ends.dedup();
            if cost != 0 && ends.iter().all(|end| met[*end] != from) {
                parts.leg(&ends, &between, cost);
            }
            if let Some(passed) = owner(to)
                && met[passed] != from
            {
                met[passed] = from;
                between.push(passed);
            }
        }
    }
    let denominator = common(owners + 2);
    let numerators = (0..owners).map(|owner| parts.sum(owner, &denominator)).collect();
    Ok(Shares { numerators, denominator })
}

/// Each owner's share as `sum over k of part[k] / k`: every weight of the closed form falls apart
/// into such fractions, so that nothing is rounded and nothing grows.
struct Parts {
    most: usize,
    of: Vec<i128>,
}

impl Parts {
    fn add(&mut self, owner: usize, k: usize, value: i128) {
        self.of[owner * (self.most + 1) + k] += value;
    }

    fn leg(&mut self, ends: &[usize], between: &[usize], cost: i128) {
        let b = between.len();
        for &end in ends {
            if ends.len() == 1 {
                // 0! b! / (1+b)! = 1/(b+1)
                self.add(end, b + 1, cost);
            } else {
                // 1! b! / (2+b)! = 1/((b+1)(b+2)) = 1/(b+1) - 1/(b+2)
                self.add(end, b + 1, cost);
                self.add(end, b + 2, -cost);
            }
        }
        for &other in between.iter().filter(|_| !ends.is_empty()) {
            if ends.len() == 1 {
                // 1! (b-1)! / (1+b)! = 1/(b(b+1)) = 1/b - 1/(b+1)
                self.add(other, b, -cost);
                self.add(other, b + 1, cost);
            } else {
                // 2! (b-1)! / (2+b)! = 2/(b(b+1)(b+2)) = 1/b - 2/(b+1) + 1/(b+2)
                self.add(other, b, -cost);
                self.add(other, b + 1, 2 * cost);
                self.add(other, b + 2, -cost);
            }
        }
    }

    fn sum(&self, owner: usize, denominator: &Integer) -> Integer {
        (1..=self.most).fold(Integer::ZERO, |sum, k| {
            let part = self.of[owner * (self.most + 1) + k];
            let whole = denominator.over(u32::try_from(k).expect("at most OWNERS_MAX + 2"));
            sum.plus(&whole.times(&Integer::from(part)))
        })
    }
}

/// The least common multiple of 1 to `most`: the largest power of each prime.
fn common(most: usize) -> Integer {
    (2..=most).filter(|n| (2..*n).all(|d| !n.is_multiple_of(d))).fold(
        Integer::from(1),
        |product, prime| {
            let mut power = prime;
            while power * prime <= most {
                power *= prime;
            }
            product.times(&Integer::from(i128::try_from(power).expect("at most OWNERS_MAX + 2")))
        },
    )
}
