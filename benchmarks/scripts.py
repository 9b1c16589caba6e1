"""Whole scripts of users, from process start to the end, first run: jaxsnn over ANNarchy, the same text but one line.

    python benchmarks/scripts.py [--only coba ...] [--again] [--warm] [--quick] [--wait S] [--limit S] [--json PATH]

The scripts are in `scripts/`. Every reading is a fresh process in an empty folder; with `--again` the second run is
timed as well, where each program finds on disk what the first one compiled (`snn.setup(cache=)`; the folder
`annarchy`); with `--warm` what follows `compile()` is done twice in one process, and the second time is timed as well.
ANNarchy is measured where ANNARCHY_PYTHON names a Python that has it. See README.md.
"""

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from _machine import Watch
from _measure import Report, Task, interleaved
from _options import Arguments, begun, parser, repetitions
from _peers import python_of
from _process import environment, package_version

FOLDER = Path(__file__).parent / "scripts"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
TINY = ["gap_junctions"]
OURS, THEIRS = "import jaxsnn as ann\n", "import ANNarchy as ann\n"
COMPILED = "ann.compile()\n"
CACHED = f'{OURS}ann.setup(cache="cache")\n'
LONG = 60.0  # s: a script that takes so long need only be as fast, a shorter one twice as fast


def ended(python: str, text: str, folder: str) -> tuple[float, str]:
    """Run a script in a fresh process; return the seconds from its start to its end, and the last line it printed."""
    script = Path(folder) / "script.py"
    script.write_text(text)
    begin = time.perf_counter()
    done = subprocess.run(
        [python, str(script)], cwd=folder, env=environment(python), capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"the script ended with an error:\n{done.stderr[-2000:]}")
    return seconds, done.stdout.strip().splitlines()[-1]


def first_run(python: str, text: str, told: dict[str, str], name: str) -> float:
    """Run a script in an empty folder."""
    with tempfile.TemporaryDirectory() as empty:
        seconds, told[name] = ended(python, text, empty)
    return seconds


def warm_run(python: str, text: str) -> float:
    """Return the seconds that what follows `compile()` takes for the second time in a process."""
    _, run = text.split(COMPILED)
    clock = "import time\nbegin = time.perf_counter()\n"
    with tempfile.TemporaryDirectory() as empty:
        return float(ended(python, f"{text}\n{clock}{run}\nprint(time.perf_counter() - begin)\n", empty)[1])


def compare(name: str, python: str | None, turns: int, modes: tuple[bool, bool], watch: Watch, report: Report) -> None:
    """Time a script in both programs, in turn; the modes are second runs, and second runs in one process."""
    again, warm = modes
    report.title(name)
    text, told = (FOLDER / f"{name}.py").read_text(), {}
    pythons = {"jaxsnn": (sys.executable, text)}
    if python:
        pythons["ANNarchy"] = (python, text.replace(OURS, THEIRS))
    tasks: dict[str, Task] = {who: partial(first_run, *how, told, who) for who, how in pythons.items()}
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        if again:
            runs = {"jaxsnn, again": (sys.executable, text.replace(OURS, CACHED), ours)}
            if python:
                runs["ANNarchy, again"] = (*pythons["ANNarchy"], theirs)
            for run in runs.values():
                ended(*run)
            tasks |= {who: lambda run=run: ended(*run)[0] for who, run in runs.items()}
        if warm:
            tasks |= {f"{who}, warm": partial(warm_run, *how) for who, how in pythons.items()}
        times = interleaved(tasks, turns, watch, warm_up=0)
    report.table(times, base="jaxsnn")
    for who, line in told.items():
        print(f"{who}: {line}")
    print(watch.told())
    if not python:
        report.within(f"{name}: jaxsnn, s", times["jaxsnn"], LONG)
        return
    bar = 2.0 if times["ANNarchy"].min < LONG else 1.0
    report.faster(f"{name}: jaxsnn over ANNarchy", times["jaxsnn"], times["ANNarchy"], bar)
    for mode in [mode for mode, is_asked in zip(("again", "warm"), modes, strict=True) if is_asked]:
        ours, theirs = times[f"jaxsnn, {mode}"], times[f"ANNarchy, {mode}"]
        report.faster(f"{name}, {mode}: jaxsnn over ANNarchy", ours, theirs, 1.0)


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--only", nargs="+", default=NAMES, choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    options.add_argument("--again", action="store_true", help="time second runs as well")
    options.add_argument("--warm", action="store_true", help="time second runs in one process as well")
    chosen = options.parse_args(arguments)
    watch, report = begun(chosen)
    python = None if chosen.tiny else python_of("ANNARCHY_PYTHON")
    if python:
        print(f"ANNarchy {package_version(python, 'ANNarchy')}")
    for name in TINY if chosen.tiny else chosen.only:
        compare(name, python, repetitions(chosen, 3, 1), (chosen.again, chosen.warm), watch, report)
    report.verdicts()


if __name__ == "__main__":
    main()
