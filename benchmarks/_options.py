"""The options that all benchmarks have, and what they make of them."""

import argparse
import math
from collections.abc import Sequence

from _machine import Watch, header
from _measure import Report

Arguments = Sequence[str] | None


def parser(what: str | None) -> argparse.ArgumentParser:
    """Return the parser of a benchmark, to which it adds options of its own."""
    options = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = options.add_argument
    add("--quick", action="store_true", help="few repetitions: for a first look")
    add("--tiny", action="store_true", help="a few seconds: the smallest size, once, without peers")
    add("--wait", type=float, default=0.0, metavar="S", help="wait for quiet moments, S seconds in all")
    add("--limit", type=float, default=math.inf, metavar="S", help="begin no turn S seconds after a section's first")
    add("--json", metavar="PATH", help="write readings and bars into this file")
    return options


def begun(chosen: argparse.Namespace) -> tuple[Watch, Report]:
    """Print the machine and versions; return what watches, and what reports."""
    print(header(), flush=True)
    return Watch(chosen.wait, chosen.limit), Report(chosen.json)


def repetitions(chosen: argparse.Namespace, usual: int, quick: int) -> int:
    """Return how many turns a section takes."""
    return 1 if chosen.tiny else quick if chosen.quick else usual


def warm_up(chosen: argparse.Namespace) -> int:
    """Return how many calls do not count."""
    return 1 if chosen.tiny else 2
