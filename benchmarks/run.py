"""All benchmarks, one after the other, bounded: one table of ratios, one of physical floors, one JSON.

    python benchmarks/run.py [--json PATH] [--page PATH] [--only NAME ...] [--wait S] [--minutes 14.5] [--tiny]

Peers are measured where environment variables name a Python that has them (README.md). Each benchmark is a process of
its own and gets a share of the time; what does not fit is told as left out, never dropped in silence. The exit status
is 0 whatever the bars say, 1 if a benchmark failed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _tables
from _machine import Watch, facts, header
from _options import Arguments

HERE = Path(__file__).parent
PLAN: dict[str, list[str]] = {  # how each keeps to its share of a quarter of an hour
    "machine": ["--quick"],
    "first_result": ["--limit", "30"],
    "parallel_run": ["--limit", "6"],
    "coba": ["--limit", "8", "--neurons", "4000", "100000"],
    "cuba": ["--limit", "8", "--neurons", "4000", "100000"],
    "cores": ["--quick", "--steps", "500"],
    "reservoir": ["--limit", "12"],
    "closed_loop": ["--limit", "12"],
    "stdp": ["--limit", "12"],
    "sweep": ["--limit", "6"],
    "train": ["--limit", "8"],
    "online": ["--quick", "--neurons", "100"],
    "large": ["--quick", "--only", "sizes", "--sizes", "10000", "100000"],
    "microcircuit": ["--scale", "0.1", "--duration", "1000"],
    "populations": ["--limit", "3"],
    "scripts": ["--quick", "--only", "bcm", "coba", "gap_junctions", "hodgkin_huxley", "stp"],
}


MOST = 0.3  # of the time, for one of them


def one(name: str, arguments: list[str], seconds: float) -> dict:
    """Run a benchmark for so many seconds at most; return what it wrote, and `failed` with a reason if it did."""
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "told.json"
        command = [sys.executable, str(HERE / f"{name}.py"), *arguments, "--json", str(path)]
        try:
            done = subprocess.run(command, timeout=max(seconds, 1.0), check=False)
            failed = f"exit status {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired:
            failed = f"did not end within {seconds:.0f} s"
        told = json.loads(path.read_text()) if path.exists() else {}
    failed = failed or ("" if told else "wrote nothing")
    return told | {"seconds": time.perf_counter() - begin} | ({"failed": failed} if failed else {})


def everything(chosen: argparse.Namespace) -> _tables.Told:
    """Run what was chosen, as long as there is time."""
    told: _tables.Told = {}
    end = time.monotonic() + 60 * chosen.minutes
    waits = ["--wait", f"{chosen.wait / len(chosen.only):.1f}"]
    for name in chosen.only:
        left = end - time.monotonic()
        print(f"\n=== {name}, {left:.0f} s left", flush=True)
        arguments = ["--tiny"] if chosen.tiny else PLAN[name] + waits
        share = min(left, MOST * 60 * chosen.minutes)
        told[name] = one(name, arguments, share) if left > 0 else {"failed": "no time"}
    return told


def printed(told: _tables.Told, others: str) -> dict[str, list[str]]:
    """Print the tables, what failed, and what other programs took; return the tables by name."""
    known = facts()
    ceilings = told.get("machine", {}).get("ceilings", {})
    head = [f"{line}." for line in (*header().splitlines(), others.capitalize())]
    tables = {
        "machine": head,
        "ratios": _tables.ratios(told),
        "floors": _tables.distances(told, ceilings, known["cores"]),
        "ceilings": _tables.measured(ceilings),
    }
    for rows in tables.values():
        print("", *rows, sep="\n")
    for name, each in told.items():
        if "failed" in each:
            print(f"{name}: {each['failed']}")
    print(f"{sum(each.get('seconds', 0.0) for each in told.values()):.0f} s in all")
    return tables


def main(arguments: Arguments = None) -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = options.add_argument
    add("--json", metavar="PATH", help="write everything into this file")
    add("--page", metavar="PATH", help="put the tables into this page, between its marks")
    add("--only", nargs="+", default=list(PLAN), choices=list(PLAN), metavar="NAME", help=", ".join(PLAN))
    add("--wait", type=float, default=0.0, metavar="S", help="wait for quiet moments, S seconds in all")
    add("--minutes", type=float, default=14.5, help="for all together")
    add("--tiny", action="store_true", help="the smallest size of each, without peers")
    chosen = options.parse_args(arguments)
    watch = Watch(0.0)
    with watch.turn():
        told = everything(chosen)
    tables = printed(told, watch.told())
    if chosen.json:
        Path(chosen.json).write_text(json.dumps({"machine": facts(), "benchmarks": told}, indent=1) + "\n")
    if chosen.page:
        _tables.write(chosen.page, tables)
    return int(any("failed" in each for each in told.values()))


if __name__ == "__main__":
    sys.exit(main())
