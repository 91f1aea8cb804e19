//! `sandan vrp`: the routing solver on files, its checker, its bench.

mod bench;
mod check;
mod clock;
mod input;
mod peer;
mod sets;
mod solve;
mod table;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum VrpCommand {
    /// Plan the routes of an instance.
    ///
    /// Writes `{"routes": [[customers, the depot left out], …], "unserved": [], "distance": x,
    /// "vehicles": n}` for the formats of the literature, and VROOM's answer for `vroom`. Customers have the
    /// numbers of the instance; in a VRPLIB file number k is node k+1, as in `.sol` files; 0 inside a route
    /// loads again.
    Solve(solve::SolveArgs),
    /// Judge a plan without the solver; ends with 1 when it is not possible.
    Check(check::CheckArgs),
    /// Run the sets of the literature, peers beside, and print the table. Resumable.
    Bench(bench::BenchArgs),
}

pub(crate) fn run(command: VrpCommand) -> anyhow::Result<()> {
    match command {
        VrpCommand::Solve(args) => solve::run(&args),
        VrpCommand::Check(args) => check::run(&args),
        VrpCommand::Bench(args) => bench::run(&args),
    }
}
