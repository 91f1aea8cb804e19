#!/usr/bin/env python3
"""Puts peers beside Sandan's store on the same readings, in the same run.

    python3 -m venv .dev/peers && .dev/peers/bin/pip install duckdb==2.0.1 chdb==4.4.0
    sandan bench query --scale 1 --data /var/tmp/bench --json > sandan.json
    .dev/peers/bin/python bench/peers.py /var/tmp/bench sandan.json

Reads the Parquet segments that the first command left, loads them into DuckDB (native table, sorted) and
ClickHouse (chdb, MergeTree, DoubleDelta + ZSTD), asks the same questions of both, one thread each, and
prints a Markdown table: median wall and mean CPU milliseconds, rows (which must agree), bytes a reading.
"""
import json
import os
import shutil
import statistics
import sys
import tempfile
import time

RUNS = 21
START = "2026-01-01 00:00:00"
MONTH = "2026-01-31 00:00:00"
DAY = "2026-01-02 00:00:00"
HUNDRED = ",".join(str(series) for series in range(50, 150))

QUESTIONS = {
    "1 point, 30 days, raw": (
        "SELECT \"at\", value, quality FROM {t} WHERE series = 60"
        " AND \"at\" >= TIMESTAMP '{start}' AND \"at\" < TIMESTAMP '{month}' ORDER BY \"at\""
    ),
    "1 point of 1 s, 1 day, raw": (
        "SELECT \"at\", value, quality FROM {t} WHERE series = 7"
        " AND \"at\" >= TIMESTAMP '{start}' AND \"at\" < TIMESTAMP '{day}' ORDER BY \"at\""
    ),
    "1 point, 1 year, hourly averages": (
        "SELECT {hour} AS h, avg(value) FROM {t} WHERE series = 60 GROUP BY h ORDER BY h"
    ),
    "100 points, 30 days, hourly sums": (
        "SELECT series, {hour} AS h, sum(value) FROM {t} WHERE series IN ({hundred})"
        " AND \"at\" >= TIMESTAMP '{start}' AND \"at\" < TIMESTAMP '{month}'"
        " GROUP BY series, h ORDER BY series, h"
    ),
    "10,000 points, 1 day, daily average": (
        "SELECT series, avg(value) FROM {t} WHERE \"at\" >= TIMESTAMP '{start}'"
        " AND \"at\" < TIMESTAMP '{day}' GROUP BY series ORDER BY series"
    ),
    "all readings, hourly average": "SELECT {hour} AS h, avg(value) FROM {t} GROUP BY h ORDER BY h",
    "last value of 10,000 points": (
        "SELECT series, {last} FROM {t} WHERE \"at\" >= TIMESTAMP '{start}' AND \"at\" < TIMESTAMP '{day}'"
        " GROUP BY series"
    ),
}


def ask(run, sql):
    rows = run(sql)
    walls, cpu = [], time.process_time()
    for _ in range(RUNS):
        begun = time.perf_counter()
        rows = run(sql)
        walls.append((time.perf_counter() - begun) * 1000)
    return rows, statistics.median(walls), (time.process_time() - cpu) * 1000 / RUNS


def fill(template, **words):
    return template.format(start=START, month=MONTH, day=DAY, hundred=HUNDRED, **words)


def duckdb_figures(files, folder):
    import duckdb

    path = os.path.join(folder, "peer.duckdb")
    db = duckdb.connect(path, config={"threads": 1})
    begun, cpu = time.perf_counter(), time.process_time()
    db.execute(
        "CREATE TABLE r AS SELECT series, \"at\", value, quality"
        f" FROM read_parquet({files!r}) ORDER BY series, \"at\""
    )
    db.execute("CHECKPOINT")
    load = time.process_time() - cpu
    count = db.execute("SELECT count(*) FROM r").fetchone()[0]
    figures = {
        name: ask(
            lambda sql: len(db.execute(sql).fetchall()),
            fill(sql, t="r", hour="date_trunc('hour', \"at\")", last="arg_max(value, \"at\")"),
        )
        for name, sql in QUESTIONS.items()
    }
    on_files = {
        name: ask(
            lambda sql: len(db.execute(sql).fetchall()),
            fill(
                sql,
                t=f"read_parquet({files!r})",
                hour="date_trunc('hour', \"at\")",
                last="arg_max(value, \"at\")",
            ),
        )
        for name, sql in QUESTIONS.items()
    }
    db.close()
    return count, load, os.path.getsize(path), figures, on_files


def chdb_figures(files, folder):
    from chdb import session

    home = os.path.join(folder, "chdb")
    db = session.Session(home)
    db.query("CREATE DATABASE p ENGINE = Atomic")
    db.query(
        "CREATE TABLE p.r (series UInt32 CODEC(ZSTD(3)), \"at\" DateTime64(3) CODEC(DoubleDelta, ZSTD(3)),"
        " value Float64 CODEC(ZSTD(3)), quality UInt16 CODEC(ZSTD(3)))"
        " ENGINE = MergeTree ORDER BY (series, \"at\")"
    )
    cpu = time.process_time()
    for file in files:
        db.query(f"INSERT INTO p.r SELECT series, \"at\", value, quality FROM file('{file}', Parquet)")
    db.query("OPTIMIZE TABLE p.r FINAL")
    load = time.process_time() - cpu
    count = int(str(db.query("SELECT count() FROM p.r", "CSV")).strip())
    size = int(
        str(
            db.query(
                "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'r'", "CSV"
            )
        ).strip()
    )

    def run(sql):
        out = db.query(sql + " SETTINGS max_threads = 1", "CSV")
        return str(out).count("\n")

    figures = {
        name: ask(
            run,
            chdb_times(fill(sql, t="p.r", hour="toStartOfHour(\"at\")", last="argMax(value, \"at\")")),
        )
        for name, sql in QUESTIONS.items()
    }
    db.close()
    return count, load, size, figures


def chdb_times(sql):
    """ClickHouse has no TIMESTAMP literal of milliseconds: write the function."""
    parts = sql.split("TIMESTAMP '")
    return parts[0] + "".join(
        "toDateTime64('" + part.replace("'", "', 3)", 1) for part in parts[1:]
    )


def main():
    data, ours = sys.argv[1], json.load(open(sys.argv[2]))
    # Segments that were merged into others lie there for a while yet.
    files = sorted(os.path.join(data, "blob", path) for path in ours["segments"])
    folder = tempfile.mkdtemp(prefix="peers-")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        duck_count, duck_load, duck_size, duck, on_files = duckdb_figures(files, folder)
        house_count, house_load, house_size, house = chdb_figures(files, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    mine = {answer["name"]: answer for answer in ours["queries"]}
    print(f"{ours['readings']} readings, {ours['profile']} profile of Sandan, {len(files)} segments")
    print(f"rows loaded: DuckDB {duck_count}, ClickHouse {house_count}\n")
    print("| wall p50 ms (CPU mean ms) | Sandan | DuckDB on our files | DuckDB native | ClickHouse |")
    print("|---|---|---|---|---|")
    for name in QUESTIONS:
        answer = mine.get(name)
        own = f"{answer['ms_p50']:.1f} ({answer['cpu_ms_mean']:.1f})" if answer else "-"
        cells = [f"{wall:.1f} ({cpu:.1f})" for _, wall, cpu in (on_files[name], duck[name], house[name])]
        rows = {answer["rows"]} if answer else set()
        rows |= {found[name][0] for found in (on_files, duck, house)}
        note = "" if len(rows) == 1 else f" rows differ: {sorted(rows)}"
        print(f"| {name}{note} | {own} | {' | '.join(cells)} |")
    own_bytes = ours["bytes_per_point"]
    print(
        f"| bytes a reading | {own_bytes:.2f} | {own_bytes:.2f} | {duck_size / duck_count:.2f}"
        f" | {house_size / house_count:.2f} |"
    )
    rate = f"{ours['append_per_cpu_s'] / 1e6:.2f} durable, {ours['flush_per_cpu_s'] / 1e6:.2f} flush"
    print(
        f"| M readings a CPU second, written | {rate} | - | {duck_count / duck_load / 1e6:.2f} bulk"
        f" | {house_count / house_load / 1e6:.2f} bulk |"
    )


if __name__ == "__main__":
    main()
