"""How long a user waits: imports, and from process start to the first raster, with and without a cache on disk.

    python benchmarks/first_result.py [--quick] [--wait S] [--limit S] [--json PATH]

Every reading is a fresh process on the acceptance page; the cache is that of `snn.setup(cache=)`. ANNarchy is measured
where ANNARCHY_PYTHON names a Python that has it. See README.md.
"""

import argparse
import subprocess
import sys
import tempfile
from functools import partial

from _machine import Watch
from _measure import Report, Task, Times, interleaved
from _options import Arguments, begun, parser, repetitions
from _peers import python_of
from _process import environment, first_raster, package_version

BARE, JAX, OURS, USED = "import numpy", "import jax", "import jaxsnn", "import jaxsnn, and name a Network"
FIRST, CACHED = "jaxsnn, nothing compiled yet", "jaxsnn, with a cache on disk"
ANEW, AGAIN = "ANNarchy, nothing compiled yet", "ANNarchy, again in the same folder"
LIMIT = 1.5  # s


def imports(chosen: argparse.Namespace, watch: Watch, report: Report) -> None:
    """Time fresh processes that import one package and end."""
    report.title("1. A process that imports, and ends")
    code = {JAX: JAX, USED: "import jaxsnn; jaxsnn.Network"} | ({} if chosen.tiny else {BARE: BARE, OURS: OURS})
    variables = environment(sys.executable)
    run = {
        name: partial(subprocess.run, [sys.executable, "-c", text], env=variables, check=True)
        for name, text in code.items()
    }
    tasks: dict[str, Task] = {name: lambda task=task: task() and None for name, task in run.items()}
    times = interleaved(tasks, repetitions(chosen, 12, 4), watch, warm_up=0 if chosen.tiny else 1)
    report.table(times, base=JAX)
    print(watch.told())
    report.at_most("a process that imports jaxsnn's Network / one that imports jax", times[USED], times[JAX], None)


def compiled_anew(annarchy: str) -> tuple:
    """Run ANNarchy in an empty folder."""
    with tempfile.TemporaryDirectory() as empty:
        return first_raster(annarchy, "ANNarchy", empty)


def rasters(chosen: argparse.Namespace, watch: Watch, report: Report, folder: str) -> None:
    """Time fresh processes up to their first raster; the first of each fills caches and does not count."""
    report.title("2. From process start to the first raster")
    answers: dict[str, tuple] = {}
    ours = partial(first_raster, sys.executable, "jaxsnn", folder)
    starts = {FIRST: ours, CACHED: partial(ours, {"BENCHMARK_CACHE": folder})}
    python = None if chosen.tiny else python_of("ANNARCHY_PYTHON")
    if python:
        print(f"ANNarchy {package_version(python, 'ANNarchy')}")
        starts |= {ANEW: partial(compiled_anew, python), AGAIN: partial(first_raster, python, "ANNarchy", folder)}

    def kept(name: str) -> float:
        answers[name] = starts[name]()
        return answers[name][0]

    tasks: dict[str, Task] = {name: partial(kept, name) for name in starts}
    times = interleaved(tasks, repetitions(chosen, 6, 2), watch, warm_up=0 if chosen.tiny else 1)
    report.table(times, base=FIRST)
    print(watch.told())
    for name, (_, parts, _) in answers.items():
        print(f"{name}, the last: " + ", ".join(f"{part} {s:.2f} s" for part, s in parts.items()))
    judged(times, report)
    if not chosen.tiny:
        compilation(folder)


def judged(times: dict[str, Times], report: Report) -> None:
    """Hold what was measured to its bars."""
    report.within("process start to the first raster, jaxsnn, s", times[FIRST], LIMIT)
    report.within("process start to the first raster, jaxsnn with a cache on disk, s", times[CACHED], LIMIT)
    if ANEW in times:
        report.faster("process start to the first raster: jaxsnn over ANNarchy", times[FIRST], times[ANEW], 1.0)
        report.faster("the same, both compiled before: jaxsnn over ANNarchy", times[CACHED], times[AGAIN], None)


def compilation(folder: str) -> None:
    """Tell what JAX did, once without a cache and once with it; its clock runs only here."""
    for name, options in ((FIRST, {}), (CACHED, {"BENCHMARK_CACHE": folder})):
        _, _, answer = first_raster(sys.executable, "jaxsnn", folder, {"BENCHMARK_COMPILATION": "1", **options})
        told = ", ".join(f"{part} {s:.2f} s" for part, s in answer["compilation"].items())
        print(f"{name}, of which JAX: {told}")


def main(arguments: Arguments = None) -> None:
    chosen = parser(__doc__).parse_args(arguments)
    watch, report = begun(chosen)
    imports(chosen, watch, report)
    with tempfile.TemporaryDirectory() as folder:
        rasters(chosen, watch, report, folder)
    report.verdicts()


if __name__ == "__main__":
    main()
