//! `.sol` files: `Route #k: …`, then `Cost c`.

use super::lines::{Lines, short};
use super::{NODES_MAX, ReadError, VEHICLES_MAX};

/// Plain routes: customers by number, the depot left out; 0 inside a route loads again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Solution {
    /// The routes; route `k` is driven by vehicle [`Solution::vehicles`]`[k]`.
    pub routes: Vec<Vec<usize>>,
    /// Vehicles of the routes, counted from 0 over the fleet of the instance.
    pub vehicles: Vec<usize>,
    /// The cost as the file states it, and whether it has decimals.
    pub cost: Option<(f64, bool)>,
}

impl Solution {
    /// Routes whose `k`-th is driven by the `k`-th vehicle.
    pub fn in_order(routes: Vec<Vec<usize>>) -> Self {
        let vehicles = (0..routes.len()).collect();
        Self { routes, vehicles, cost: None }
    }

    /// Reads a `.sol` file.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let mut routes = Vec::new();
        let mut cost = None;
        let mut stops = 0;
        for line in Lines::new(text) {
            if let Some(rest) = line.text.strip_prefix("Route #") {
                let Some((number, rest)) = rest.split_once(':') else {
                    return Err(line.wrong("`Route #k: …` is expected"));
                };
                line.position_of_route(number, routes.len() + 1)?;
                let route = rest
                    .split_whitespace()
                    .map(|word| line.count(word, "customer"))
                    .collect::<Result<Vec<_>, _>>()?;
                stops += route.len();
                if stops > 2 * NODES_MAX {
                    return Err(line.wrong(format!("more than {} stops", 2 * NODES_MAX)));
                }
                let route = route.into_iter().map(|n| usize::try_from(n).expect("not negative"));
                routes.push(route.collect());
            } else if let Some(rest) = line.text.strip_prefix("Cost") {
                let word = rest.trim_start_matches(':').trim();
                // Sums of thousandths go beyond the largest value of an instance.
                let value = word.parse::<f64>().ok().filter(|value| value.is_finite());
                let value = value
                    .ok_or_else(|| line.wrong(format!("cost `{}` is no number", short(word))))?;
                cost = Some((value, word.contains('.')));
            } else if !line.text.starts_with("Optimal:") {
                let what = format!("`{}`: `Route #k: …` or `Cost c` is expected", short(line.text));
                return Err(line.wrong(what));
            }
        }
        Ok(Self { cost, ..Self::in_order(routes) })
    }
}

impl super::lines::Line<'_> {
    fn position_of_route(self, word: &str, wanted: usize) -> Result<(), ReadError> {
        let found = self.count(word.trim(), "number of the route")?;
        if wanted > VEHICLES_MAX || usize::try_from(found) != Ok(wanted) {
            return Err(self.wrong(format!("route #{found} where #{wanted} is expected")));
        }
        Ok(())
    }
}
