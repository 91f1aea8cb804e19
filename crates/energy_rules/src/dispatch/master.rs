//! The demand of each month: a small linear program over what the dispatch has shown so far.
//!
//! The cost of energy is convex in the demand caps, and each exact dispatch gives a plane that lies
//! below it (its value and its reliefs). The program finds the demands of least total cost under
//! all planes (Kelley, 1960). It is solved through its dual, which begins feasible at zero, as no
//! cost is below zero: one phase of the textbook simplex suffices, and a new plane is a new column.

use super::billing::Billing;

/// Pivots after which a solution is taken as it is; the planes before it stay valid.
const PIVOTS_MAX: usize = 20_000;
/// Pivots after which the rule changes to Bland's, which never cycles.
const PIVOTS_GREEDY: usize = 2_000;
/// A number of the tableau below this is nought.
const NOUGHT: f64 = 1e-9;
/// A charge on demand itself, won/kW, so that no pivot stands still.
const NUDGE_WON: f64 = 1e-6;

/// A plane below the cost of energy: its value at some demands, and how it falls with each.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    /// Demand of each month, kW.
    pub(super) demand_kw: Vec<f64>,
    /// Cost of energy there, won.
    pub(super) won: f64,
    /// Fall of the cost per kW of each month's demand, won.
    pub(super) relief: Vec<f64>,
}

/// The program.
#[derive(Debug)]
pub(super) struct Master {
    /// The group of each month: months of a group share one demand.
    group: Vec<usize>,
    /// The least demand of each group, kW.
    low: Vec<f64>,
    /// What each month is billed at least, kW.
    least: Vec<f64>,
    /// Won per kW billed.
    charge: f64,
    /// The least cost of energy, won: that without caps.
    ground: f64,
    /// Columns of the tableau: entries by row, then the entry of the goal. The first are the
    /// slacks.
    columns: Vec<Vec<f64>>,
    /// Right side by row, then the goal's value.
    right: Vec<f64>,
    /// The column that is basic in each row.
    basis: Vec<usize>,
}

impl Master {
    /// A program without planes. `low_kw` is what each month's demand cannot be below.
    pub(super) fn new(billing: &Billing, group: Vec<usize>, low_kw: &[f64], ground: f64) -> Self {
        let groups = group.iter().max().map_or(0, |last| last + 1);
        let mut low = vec![0.0_f64; groups];
        for (&group, kw) in group.iter().zip(low_kw) {
            low[group] = low[group].max(*kw);
        }
        let months = billing.months();
        let rows = groups + months + 1;
        let mut right: Vec<f64> = (1..=groups).map(|group| NUDGE_WON * group as f64).collect();
        right.extend(std::iter::repeat_n(billing.charge, months));
        right.extend([1.0, 0.0]);
        let slack = |row| (0..=rows).map(|at| if at == row { 1.0 } else { 0.0 }).collect();
        let mut master = Self {
            columns: (0..rows).map(slack).collect(),
            basis: (0..rows).collect(),
            least: billing.least_kw.clone(),
            charge: billing.charge,
            right,
            group,
            low,
            ground,
        };
        for (month, seen) in billing.sees.iter().enumerate() {
            let mut groups: Vec<usize> = seen.iter().map(|&seen| master.group[seen]).collect();
            groups.sort_unstable();
            groups.dedup();
            for group in groups {
                master.add_bill(month, group);
            }
        }
        master
    }

    /// The bill of a month is at least the demand of a group.
    fn add_bill(&mut self, month: usize, group: usize) {
        let mut entries = vec![0.0; self.basis.len()];
        entries[group] = -1.0;
        entries[self.low.len() + month] = 1.0;
        self.add(&entries, self.low[group] - self.least[month]);
    }

    /// The cost of energy is at least that of a plane.
    pub(super) fn add_plane(&mut self, plane: &Plane) {
        let mut entries = vec![0.0; self.basis.len()];
        let mut bound = plane.won - self.ground;
        for (month, relief) in plane.relief.iter().enumerate() {
            let group = self.group[month];
            entries[group] += relief;
            bound += relief * (plane.demand_kw[month] - self.low[group]);
        }
        let last = entries.len() - 1;
        entries[last] = 1.0;
        self.add(&entries, bound);
    }

    /// Adds a column, expressed in the basis of now.
    fn add(&mut self, entries: &[f64], worth: f64) {
        let rows = self.basis.len();
        let mut column = vec![0.0; rows + 1];
        for (slack, entry) in self.columns.iter().zip(entries) {
            if *entry != 0.0 {
                for (cell, inverse) in column.iter_mut().zip(slack) {
                    *cell += inverse * entry;
                }
            }
        }
        column[rows] -= worth;
        self.columns.push(column);
    }

    /// The demands of least cost, kW by month, and that cost, won: no demands cost less.
    pub(super) fn solve(&mut self) -> (Vec<f64>, f64) {
        for pivot in 0..PIVOTS_MAX {
            let Some(entering) = self.entering(pivot >= PIVOTS_GREEDY) else { break };
            let Some(row) = self.leaving(entering) else { break };
            self.pivot(row, entering);
        }
        let goal = self.basis.len();
        let above = |row: usize| self.columns[row][goal].max(0.0);
        let demand = self.group.iter().map(|&group| self.low[group] + above(group)).collect();
        let (groups, months) = (self.low.len(), self.least.len());
        let billed: f64 = (0..months).map(|month| self.least[month] + above(groups + month)).sum();
        (demand, self.ground + above(groups + months) + self.charge * billed)
    }

    fn entering(&self, first: bool) -> Option<usize> {
        let goal = self.basis.len();
        let costs = || self.columns.iter().map(|column| column[goal]).enumerate();
        let better = |cost: f64| cost < -NOUGHT;
        if first {
            return costs().find(|(_, cost)| better(*cost)).map(|(at, _)| at);
        }
        let least = costs().min_by(|one, other| one.1.total_cmp(&other.1))?;
        better(least.1).then_some(least.0)
    }

    fn leaving(&self, entering: usize) -> Option<usize> {
        let column = &self.columns[entering];
        (0..self.basis.len())
            .filter(|&row| column[row] > NOUGHT)
            .map(|row| (self.right[row] / column[row], self.basis[row], row))
            .min_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)))
            .map(|(_, _, row)| row)
    }

    fn pivot(&mut self, row: usize, entering: usize) {
        let by = self.columns[entering].clone();
        let reduce = |cells: &mut [f64]| {
            let share = cells[row] / by[row];
            if share == 0.0 {
                return;
            }
            for (at, cell) in cells.iter_mut().enumerate() {
                *cell = if at == row { share } else { *cell - share * by[at] };
            }
        };
        for column in &mut self.columns {
            reduce(column);
        }
        reduce(&mut self.right);
        self.basis[row] = entering;
    }
}
