"""Other processes: a fresh Python up to its first raster, and a peer that stands by and answers with times."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PAGE, SERVE, BRIAN2, RESERVOIR = "_page.py", "_serve.py", "_serve_brian2.py", "_serve_reservoir.py"
SPYX, TORCH = "_train_spyx.py", "_train_torch.py"
BRAINTRACE = "_serve_braintrace.py"


def first_raster(
    python: str, module: str, folder: str, options: dict[str, str] | None = None
) -> tuple[float, dict[str, float], dict]:
    """Start Python on the acceptance script; return (s to the first raster, s of each part, its answer).

    The clock is this process's: from the start of the other to the line it writes when it has the raster.

    Args:
        python: that has the module.
        module: `jaxsnn` or `ANNarchy`.
        folder: where it runs.
        options: of its environment.
    """
    begin, epoch = time.perf_counter(), time.time()
    with _start(python, PAGE, [module], folder, options) as process:
        line = process.stdout.readline()
        seconds = time.perf_counter() - begin
    answer = _read(line, PAGE)
    marks = [epoch, *answer["ends"].values()]
    parts = {name: after - before for name, before, after in zip(answer["ends"], marks, marks[1:], strict=False)}
    return seconds, parts, answer


class Peer:
    """A simulator in its own Python, described and compiled, that times what it is asked for.

    Args:
        python: that has it.
        script: what it runs, of this folder.
        arguments: of the script.
        folder: where it may write.
    """

    def __init__(self, python: str, script: str, arguments: list[str], folder: str) -> None:
        self.process, self.command = _start(python, script, arguments, folder), " ".join([script, *arguments])
        self.told: dict[str, float] = {}  # what each task told beside its time, such as the number of spikes
        self.answer: dict[str, float] = {}  # the last one
        self.cpu = 0.0
        self.ask("simulate")

    def ask(self, task: str) -> float:
        """Return the seconds that a task took there: one of the script's, `simulate` in all."""
        self.process.stdin.write(task + "\n")
        self.process.stdin.flush()
        answer = _read(self.process.stdout.readline(), self.command)
        self.answer, self.cpu = answer, answer["cpu"]
        self.told[task] = answer.get("told", 0)
        return answer["seconds"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def answer_of(script: str, arguments: list[str], python: str = sys.executable) -> dict:
    """Return what a script of this folder answers, in a fresh process of this Python or another."""
    with _start(python, script, arguments, str(HERE)) as process:
        line = process.stdout.readline()
    return _read(line, " ".join([script, *arguments]))


def package_version(python: str, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def environment(python: str) -> dict[str, str]:
    """Return the environment of a process that runs as a user's would: what it imports is kept as bytecode.

    The folder of its interpreter comes first on PATH: a simulator that compiles C++ looks for its tools there.
    """
    path = os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")])
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PATH": path}


def _start(
    python: str, script: str, arguments: list[str], folder: str, options: dict[str, str] | None = None
) -> subprocess.Popen:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    variables = environment(python) | (options or {})
    return subprocess.Popen([python, str(HERE / script), *arguments], cwd=folder, env=variables, text=True, **pipes)


def _read(line: str, command: str) -> dict:
    if not line:
        raise RuntimeError(f"`{command}` ended without an answer: run it by hand to see why")
    return json.loads(line)
