//! `sandan tariff`: bills of files, by the same engine as the platform's.

use clap::{Args, Subcommand, ValueEnum};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::{
    Bill, BillMonth, Choices, CustomerContract, History, PowerFactor, Terms, bill,
};
use energy_rules::calendar::Calendar;
use energy_rules::load::Load;
use energy_rules::tariff::{Adders, Tariff, Tariffs};
use serde_json::{Value, json};

use crate::load_file::{self, LoadFile};

#[derive(Subcommand)]
pub(crate) enum TariffCommand {
    /// Make out the bill of one month of a 15-minute file, line by line.
    ///
    /// The tariff version that is named is applied to any month; outside of its days, adders and taxes are
    /// those of its first day. One month alone has no history: no earlier peak carries over.
    Bill(BillArgs),
    /// List the tariff versions with their choices.
    List,
}

#[derive(Args)]
pub(crate) struct BillArgs {
    /// The tariff version: `kepco-industrial-b-2026-04-16`; see `sandan tariff list`.
    #[arg(long)]
    tariff: String,
    /// Voltage and choice (선택요금): `hv-a-2` is 고압A 선택II.
    #[arg(long)]
    option: String,
    /// Contract power (계약전력), kW.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    contract_kw: u32,
    /// The month (월분): `2018-07`.
    #[arg(long)]
    billing_month: BillMonth,
    /// Day on which the meter is read (검침일); 0 is the last day of the month.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=31))]
    reading_day: u8,
    /// Where the power factor comes from; without reactive energy in the file it is deemed.
    #[arg(long, value_enum, default_value_t = PowerFactorArg::Metered)]
    power_factor: PowerFactorArg,
    #[command(flatten)]
    file: LoadFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PowerFactorArg {
    /// From the file's kvarh.
    Metered,
    /// As the standard says (92 %), as for a customer without a reactive meter.
    Deemed,
}

pub(crate) fn run(command: TariffCommand) -> anyhow::Result<()> {
    match command {
        TariffCommand::Bill(args) => make_out(&args),
        TariffCommand::List => {
            for tariff in Tariffs::shipped().iter() {
                let options: Vec<_> = tariff.options.iter().map(|x| x.name.as_str()).collect();
                println!("{}\t{}\t{}", tariff.id, tariff.name_ko, options.join(" "));
            }
            Ok(())
        }
    }
}

fn make_out(args: &BillArgs) -> anyhow::Result<()> {
    let tariffs = Tariffs::shipped();
    let tariff = load_file::tariff(&tariffs, &args.tariff)?;
    let file = args.file.read()?;
    let period = args.billing_month.period(args.reading_day);
    let load = of_days(&file.load, period.first, period.last);
    let has_reactive = !(load.lagging_varh.is_empty() && load.leading_varh.is_empty());
    let is_metered = args.power_factor == PowerFactorArg::Metered && has_reactive;
    let power_factor = if is_metered { PowerFactor::Metered } else { PowerFactor::Deemed };
    let w = i64::from(args.contract_kw) * 1_000;
    let mut contract = CustomerContract::single(tariff, &args.option, w, period.first);
    contract.reading_day = args.reading_day;
    let holds = period.first >= tariff.effective_from
        && tariff.effective_to.is_none_or(|to| period.last <= to);
    let rules_of = (!holds).then_some(tariff.effective_from);
    let terms = Terms {
        tariffs: &tariffs,
        adders: &Adders::shipped(),
        calendar: &Calendar::shipped(),
        contract: &contract,
        choices: Choices { rules_of, power_factor },
    };
    let bill = bill(&load, args.billing_month, &terms, &History::default())?;
    if args.file.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&bill, tariff, &file.remarks))?);
    } else {
        print(&bill, tariff, &file.remarks);
    }
    Ok(())
}

/// The part of a load from one day to another, what is missing included.
fn of_days(load: &Load, first: jiff::civil::Date, last: jiff::civil::Date) -> Load {
    let days = usize::try_from((last - first).get_days()).unwrap_or(0) + 1;
    let skipped = (first - load.first_day).get_days();
    let cut = |slots: &[Option<i64>]| {
        if slots.is_empty() {
            return Vec::new();
        }
        let at = |day: usize| {
            let day = i64::try_from(day).unwrap_or(i64::MAX) + i64::from(skipped);
            usize::try_from(day).ok()
        };
        let of_day = |day: usize| {
            let start = at(day).map(|day| day * SLOTS_PER_DAY);
            (0..SLOTS_PER_DAY)
                .map(move |slot| start.and_then(|start| slots.get(start + slot)).copied().flatten())
        };
        (0..days).flat_map(of_day).collect()
    };
    Load {
        first_day: first,
        wh: cut(&load.wh),
        lagging_varh: cut(&load.lagging_varh),
        leading_varh: cut(&load.leading_varh),
    }
}

fn as_json(bill: &Bill, tariff: &Tariff, remarks: &[String]) -> Value {
    let lines = bill.lines.iter().map(|line| {
        json!({
            "code": line.code.to_string(),
            "name": line.code.group().ko(),
            "quantity": thousandths(line.quantity.milli),
            "unit": line.quantity.unit,
            "rate": line.rate.to_string().parse::<f64>().ok(),
            "won": line.won,
            "rule": line.rule.ko(),
            "source": line.source,
            "status": line.status,
            "decided_at": line.decided_at,
        })
    });
    let notes: Vec<_> = bill.notes.iter().map(energy_rules::bill::Note::ko).collect();
    json!({
        "tariff": tariff.id,
        "month": bill.month,
        "from": bill.period.first,
        "to": bill.period.last,
        "kwh": thousandths(bill.wh),
        "lines": lines.collect::<Vec<_>>(),
        "charge_won": bill.charge_won,
        "vat_won": bill.vat_won,
        "fund_won": bill.fund_won,
        "total_won": bill.total_won,
        "billing_demand_kw": bill.demand.as_ref().map(|demand| thousandths(demand.w)),
        "provisional": bill.provisional,
        "status": bill.status,
        "notes": notes,
        "file_remarks": remarks,
    })
}

fn thousandths(milli: i64) -> f64 {
    milli as f64 / 1_000.0
}

fn print(bill: &Bill, tariff: &Tariff, remarks: &[String]) {
    println!("{} · {} · {} .. {}", tariff.name_ko, bill.month, bill.period.first, bill.period.last);
    for line in &bill.lines {
        let won = line.won.map_or_else(|| "계산하지 않음".to_owned(), |won| won.to_string());
        println!(
            "{:<32}{:>16}{:>12}{:>16} 원  {}",
            line.code.to_string(),
            thousandths(line.quantity.milli),
            line.rate.to_string(),
            won,
            line.rule.ko()
        );
    }
    for note in &bill.notes {
        println!("- {}", note.ko());
    }
    for remark in remarks {
        println!("- {remark}");
    }
}
