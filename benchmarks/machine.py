"""What this machine can do at best: the ceilings that the floors of `docs/performance.md` stand on.

    python benchmarks/machine.py [--quick] [--wait S] [--json PATH]

Bandwidth by level of memory (the triad a = b + s c, of doubles: bytes read and written, not those fetched to be
overwritten; and a sum, which only reads), products, additions at random places, random numbers. Needs a C compiler for
the first and the third.
"""

import json
import tempfile
from pathlib import Path

from _ceilings import SIZES, compiled, drawn, products, reading, scattered, triad
from _machine import cores, facts
from _options import Arguments, begun, parser, repetitions


def ceilings(readings: int, tiny: bool = False) -> dict[str, float]:
    """Return what was measured, by name."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        loops = compiled(folder)
        if loops is None:
            print("no C compiler: bandwidth and scattered additions left out")
        else:
            for level, size in (dict(list(SIZES.items())[:1]) if tiny else SIZES).items():
                for threads in sorted({1, cores()}):
                    found[f"triad {level}, {threads} threads, B/s"] = triad(loops, size, threads, readings)
                    found[f"reading {level}, {threads} threads, B/s"] = reading(loops, size // 3, threads, readings)
            for cells in (4000, 100_000):
                found[f"additions at random places of {cells}, a second"] = scattered(loops, cells, readings)
    sizes = (100,) if tiny else ()
    return found | products(readings, *sizes) | drawn(readings, *((1000,) if tiny else ()))


def main(arguments: Arguments = None) -> None:
    chosen = parser(__doc__).parse_args(arguments)
    watch, _ = begun(chosen)
    with watch.turn():
        found = ceilings(repetitions(chosen, 30, 12), chosen.tiny)
    for name, value in found.items():
        print(f"{name:52s}{value:12.4g}")
    print(watch.told())
    if chosen.json:
        told = {"machine": facts(), "ceilings": found, "sections": [], "bars": []}
        Path(chosen.json).write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
