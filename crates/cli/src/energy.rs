//! `sandan energy`: the engines of the energy platform on files, without a server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::calendar::Calendar;
use energy_rules::dispatch::{Battery, BatterySpec, DemandTerms, End, Site, Task, plan};
use energy_rules::forecast;
use energy_rules::load::Load;
use energy_rules::response::{self, Exclusions, Hours, Period, Ranking};
use energy_rules::savings::{
    Confidence, Interval, IpmvpOption, Measured, Model, Observations, Saving, Search,
};
use energy_rules::tariff::{Adders, Tariffs};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::load_file::{self, LoadFile};

#[derive(Subcommand)]
pub(crate) enum EnergyCommand {
    /// Forecast a day in quarters of an hour (P10, P50, P90), from the days before it alone.
    Forecast(ForecastArgs),
    /// Measure a saving: model a baseline on temperature, and compare a later period with it.
    Mv(MvArgs),
    /// Plan a battery at least cost: energy by tariff, demand charge and ratchet together.
    Dispatch(DispatchArgs),
    /// Measure the baselines of demand response (고객기준부하) and whether the gate would be passed.
    DrBaseline(DrArgs),
}

#[derive(Args)]
pub(crate) struct ForecastArgs {
    #[command(flatten)]
    file: LoadFile,
    /// The day; the one after the file's last when absent.
    #[arg(long)]
    day: Option<Date>,
}

#[derive(Args)]
pub(crate) struct MvArgs {
    #[command(flatten)]
    file: LoadFile,
    /// Mean outside temperature of each day: CSV lines `YYYY-MM-DD,degrees`.
    #[arg(long, value_name = "FILE")]
    temperature: PathBuf,
    /// The temperatures are in °F instead of °C.
    #[arg(long)]
    fahrenheit: bool,
    /// Last day of the baseline period, which begins with the file.
    #[arg(long)]
    baseline_until: Date,
    /// First day of the reporting period, which ends with the file.
    #[arg(long)]
    reporting_from: Date,
}

#[derive(Args)]
pub(crate) struct DispatchArgs {
    #[command(flatten)]
    file: LoadFile,
    /// The tariff version; see `sandan tariff list`.
    #[arg(long)]
    tariff: String,
    /// Voltage and choice (선택요금): `hv-a-2`.
    #[arg(long)]
    option: String,
    /// Contract power (계약전력), kW: billing demand is never below 30 % of it.
    #[arg(long)]
    contract_kw: u32,
    /// Capacity of the battery, kWh.
    #[arg(long)]
    capacity_kwh: f64,
    /// Its power, kW.
    #[arg(long)]
    power_kw: f64,
    /// Print every slot too.
    #[arg(long)]
    schedule: bool,
}

#[derive(Args)]
pub(crate) struct DrArgs {
    #[command(flatten)]
    file: LoadFile,
    /// First day that is measured; the days before it are history.
    #[arg(long)]
    from: Date,
    /// Last day that is measured.
    #[arg(long)]
    to: Date,
    /// First hour that may be called.
    #[arg(long, default_value_t = 9)]
    first_hour: u8,
    /// Hour before which calls end.
    #[arg(long, default_value_t = 20)]
    end_hour: u8,
}

pub(crate) fn run(command: EnergyCommand) -> anyhow::Result<()> {
    match command {
        EnergyCommand::Forecast(args) => tomorrow(&args),
        EnergyCommand::Mv(args) => saving(&args),
        EnergyCommand::Dispatch(args) => dispatch(&args),
        EnergyCommand::DrBaseline(args) => baselines(&args),
    }
}

/// One line for programs, laid out for people.
fn print(file: &LoadFile, answer: &Value) -> anyhow::Result<()> {
    let text = if file.json { answer.to_string() } else { serde_json::to_string_pretty(answer)? };
    println!("{text}");
    Ok(())
}

fn tomorrow(args: &ForecastArgs) -> anyhow::Result<()> {
    let load = args.file.read()?.load;
    let after = load.day_of(load.wh.len()).max(load.first_day);
    let day = args.day.unwrap_or(after);
    let plan = forecast::Plan::default();
    let found = forecast::forecast(&load, &Calendar::shipped(), &plan, day)?;
    print(
        &args.file,
        &json!({
            "day": found.day,
            "day_type": format!("{:?}", found.day_type),
            "p10_kwh": found.p10,
            "p50_kwh": found.p50,
            "p90_kwh": found.p90,
            "peak_kw": {
                "p10": found.peak.p10_kw, "p50": found.peak.p50_kw, "p90": found.peak.p90_kw,
            },
            "model": format!("{:?}", found.choice.model),
            "tried_days": found.choice.days,
            "mae_base_kwh": found.choice.mae_base,
            "mae_model_kwh": found.choice.mae_model,
        }),
    )
}

/// Energy of each whole day, kWh; absent where a slot is not known.
fn days(load: &Load) -> Vec<(Date, Option<f64>)> {
    let of = |(index, slots): (usize, &[Option<i64>])| {
        let sum: Option<i64> = slots.iter().copied().sum();
        let whole = sum.filter(|_| slots.len() == SLOTS_PER_DAY);
        (load.day_of(index * SLOTS_PER_DAY), whole.map(|wh| wh as f64 / 1_000.0))
    };
    load.wh.chunks(SLOTS_PER_DAY).enumerate().map(of).collect()
}

fn temperatures(path: &Path) -> anyhow::Result<std::collections::BTreeMap<Date, f64>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let mut read = std::collections::BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let parts = line.split_once(',').and_then(|(day, degrees)| {
            Some((day.trim().parse().ok()?, degrees.trim().parse().ok()?))
        });
        match parts {
            Some((day, degrees)) => {
                read.insert(day, degrees);
            }
            // A header.
            None if index == 0 => {}
            None => bail!("line {} of {} is not 'YYYY-MM-DD,degrees'", index + 1, path.display()),
        }
    }
    Ok(read)
}

fn saving(args: &MvArgs) -> anyhow::Result<()> {
    let load = args.file.read()?.load;
    let warm = temperatures(&args.temperature)?;
    let (mut baseline, mut reporting, mut left_out) = (Vec::new(), Vec::new(), 0_usize);
    for (day, kwh) in days(&load) {
        let pair = kwh.zip(warm.get(&day).copied());
        match pair {
            Some(pair) if day <= args.baseline_until => baseline.push(pair),
            Some(pair) if day >= args.reporting_from => reporting.push(pair),
            Some(_) => {}
            None => left_out += 1,
        }
    }
    let (kwh, temperature) = baseline.iter().copied().unzip();
    let search = if args.fahrenheit { Search::FAHRENHEIT } else { Search::CELSIUS };
    let model = Model::search(&Observations { kwh, temperature, others: vec![] }, &search)?;
    let (observed, warm): (Vec<f64>, Vec<f64>) = reporting.iter().copied().unzip();
    let predicted = model.predict(&warm, &[])?;
    let months = u32::try_from(observed.len().div_ceil(30)).unwrap_or(u32::MAX);
    let goodness = &model.fit.goodness;
    let measured = Measured {
        baseline: goodness,
        interval: Interval::Daily,
        months,
        predicted: &predicted,
        observed: &observed,
    };
    let saving = Saving::of(&measured, IpmvpOption::WholeFacility, vec![], Confidence::P90)?;
    let gates = saving.gates().iter().map(|gate| {
        json!({ "gate": format!("{:?}", gate.limit), "found": gate.found, "at_most": gate.at_most,
            "passes": gate.passes(), "standing": format!("{:?}", gate.standing) })
    });
    print(
        &args.file,
        &json!({
            "model": format!("{:?}", model.shape),
            "heating_point": model.heating_point,
            "cooling_point": model.cooling_point,
            "days_baseline": baseline.len(),
            "days_reporting": observed.len(),
            "days_left_out": left_out,
            "observed_kwh": saving.observed_kwh(),
            "predicted_kwh": saving.predicted_kwh(),
            "saving_kwh": saving.kwh(),
            "saving_ratio": saving.ratio(),
            "plus_minus_kwh": saving.uncertainty().plus_minus_kwh,
            "confidence": saving.uncertainty().confidence.ratio(),
            "ipmvp_option": saving.option().letter().to_string(),
            "gates": gates.collect::<Vec<_>>(),
            "shown": saving.is_shown(),
        }),
    )
}

fn dispatch(args: &DispatchArgs) -> anyhow::Result<()> {
    let load = args.file.read()?.load;
    let tariffs = Tariffs::shipped();
    let tariff = load_file::tariff(&tariffs, &args.tariff)?;
    let option = tariff.option(&args.option).with_context(|| {
        let known: Vec<_> = tariff.options.iter().map(|option| option.name.as_str()).collect();
        format!("the tariff has no option '{}': use one of {}", args.option, known.join(", "))
    })?;
    let (site, months) = site(&load, tariff, option)?;
    let charge = option.basic_won_per_kw.to_string().parse::<f64>()?;
    let floor_kw = f64::from(args.contract_kw) * 0.3;
    let terms = match months[..] {
        [month] => DemandTerms { floor_kw, ..DemandTerms::alone(month, charge) },
        _ if months == (1..=12).collect::<Vec<u8>>() => {
            DemandTerms::repeating_year(charge, floor_kw)
        }
        _ => bail!("give a file of one calendar month, or of January to December"),
    };
    let battery = Battery::new(BatterySpec::usual(args.capacity_kwh, args.power_kw))?;
    let stored_kwh = 0.5 * args.capacity_kwh;
    let end = End::Exactly(stored_kwh);
    let found = plan(&Task { site: &site, battery: &battery, terms: &terms, stored_kwh, end })?;
    let mut answer = json!({
        "base_won": found.base.total_won(),
        "won": found.costs.total_won(),
        "saving_won": found.saving_won(),
        "energy_won": found.costs.energy_won,
        "demand_won": found.costs.demand_won,
        "target_kw": found.target_kw(),
        "demand_kw": found.demand_kw,
        "billed_kw": found.billed_kw,
        "gap_won": found.gap_won,
        "assumes": "the load is known beforehand: an upper bound of what a controller saves; without VAT, fund and power factor",
    });
    if args.schedule {
        answer["stored_kwh"] = json!(found.stored_kwh);
    }
    print(&args.file, &answer)
}

/// The load with its prices, and the calendar months that it covers.
fn site(
    load: &Load,
    tariff: &energy_rules::tariff::Tariff,
    option: &energy_rules::tariff::OptionRates,
) -> anyhow::Result<(Site, Vec<u8>)> {
    let slots: Option<Vec<i64>> = load.wh.iter().copied().collect();
    let slots = slots.context("the file has gaps: a plan needs every quarter of an hour")?;
    let days = load.days();
    let rules_of = Some(tariff.effective_from);
    let (adders, calendar) = (Adders::shipped(), Calendar::shipped());
    let prices = tariff.slot_prices(option, (&adders, rules_of), &calendar, (load.first_day, days));
    let (mut months, mut month) = (Vec::new(), Vec::new());
    for slot in 0..slots.len() {
        let of = u8::try_from(load.day_of(slot).month())?;
        if months.last() != Some(&of) {
            months.push(of);
        }
        month.push(months.len() - 1);
    }
    let site = Site {
        load_kwh: slots.iter().map(|wh| *wh as f64 / 1_000.0).collect(),
        price_won: prices.iter().map(|price| price.micro_won_per_kwh as f64 / 1e6).collect(),
        counts: prices.iter().map(|price| price.counts).collect(),
        month,
    };
    Ok((site, months))
}

fn baselines(args: &DrArgs) -> anyhow::Result<()> {
    let load = args.file.read()?.load;
    let history = response::History::new(&load, &Calendar::shipped(), &BTreeSet::new())?;
    let hours = Hours::new(args.first_hour, args.end_hour)?;
    let period = Period { first: args.from, last: args.to, hours };
    let all = response::compare(&history, &period, Ranking::ByHour, Exclusions::Reductions)?;
    let methods = all.iter().map(|fitness| {
        let reasons: Vec<_> = fitness.reasons.iter().map(ToString::to_string).collect();
        json!({
            "method": fitness.rules.method.name(),
            "adjustment": format!("{:?}", fitness.rules.adjustment),
            "days": fitness.days,
            "hours": fitness.hours,
            "rrmse": fitness.rrmse,
            "bias": fitness.bias,
            "mae_kwh": fitness.mae_kwh,
            "verdict": format!("{:?}", fitness.verdict),
            "reasons": reasons,
        })
    });
    let methods: Vec<_> = methods.collect();
    print(&args.file, &json!({ "gate_rrmse": response::GATE_RRMSE, "methods": methods }))
}
