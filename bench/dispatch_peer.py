#!/usr/bin/env python3
"""Solves the same battery plans with HiGHS as a general linear program, in the same run as Sandan.

    python3 -m venv .dev/peers && .dev/peers/bin/pip install highspy numpy
    cargo run --release -p energy_rules --example dispatch -- --json | .dev/peers/bin/python bench/dispatch_peer.py

Reads the plans that the example computed (one JSON object a line) from standard input, builds the program
of each, solves it on one thread and prints won and CPU milliseconds of both beside each other. A year takes
interior points without crossover, since the simplex does not end within minutes.
"""
import json
import sys
import time

import highspy
import numpy as np


def program(task):
    """Variables by slot: charge, discharge, stored, grid; then demand and bill of each month."""
    load, price = np.array(task["load_kwh"]), np.array(task["price_won"])
    slots, months = len(load), len(task["sees"])
    power, one_way = task["power_kw"] / 4, task["efficiency"] ** 0.5
    c, d, s, g = (np.arange(slots) + at * slots for at in range(4))
    demand, bill = (4 * slots + np.arange(months) + at * months for at in range(2))
    columns = 4 * slots + 2 * months
    low, high, cost = np.zeros(columns), np.full(columns, np.inf), np.zeros(columns)
    high[c] = high[d] = power
    low[s], high[s] = task["stored_min_kwh"], task["stored_max_kwh"]
    low[s[-1]] = high[s[-1]] = task["stored_kwh"]
    low[bill] = task["floor_kw"]
    cost[g], cost[bill] = price, task["charge_won_per_kw"]
    rows = [([g[t], c[t], d[t]], [1, -1, 1], load[t], load[t]) for t in range(slots)]
    for t in range(slots):
        before = [s[t - 1]] if t else []
        level = 0.0 if t else task["stored_kwh"]
        rows.append(([s[t], c[t], d[t], *before], [1, -one_way, 1 / one_way, *[-1] * len(before)], level, level))
        if task["counts"][t]:
            rows.append(([demand[task["month"][t]], g[t]], [1, -4], 0, np.inf))
    for month, seen in enumerate(task["sees"]):
        rows += [([bill[month], demand[other]], [1, -1], 0, np.inf) for other in seen]
    return columns, low, high, cost, rows


def solve(task):
    columns, low, high, cost, rows = program(task)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, low, high
    lp.row_lower_, lp.row_upper_ = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(r[0]) for r in rows])
    lp.a_matrix_.index_ = np.concatenate([r[0] for r in rows])
    lp.a_matrix_.value_ = np.concatenate([r[1] for r in rows]).astype(float)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    if len(task["sees"]) > 1:
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off")
    highs.passModel(lp)
    begun = time.process_time()
    highs.run()
    return highs.getInfo().objective_function_value, 1000 * (time.process_time() - begun)


print("| plan | Sandan won | HiGHS won | Sandan ms | HiGHS ms | times |\n|---|---|---|---|---|---|")
for line in sys.stdin:
    task = json.loads(line)
    won, cpu = solve(task)
    print(
        f"| {task['name']} | {task['won']:,.0f} | {won:,.0f} | {task['cpu_ms']:.1f} | {cpu:,.0f}"
        f" | {cpu / task['cpu_ms']:,.0f} |"
    )
