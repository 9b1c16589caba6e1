"""Other processes: a fresh Python up to its first raster, and a peer that stands by and answers with times."""

import json
import os
import subprocess
import time
from pathlib import Path

PAGE = Path(__file__).parent / "_page.py"


def first_raster(python: str, module: str, folder: str) -> tuple[float, dict[str, float], int]:
    """Start Python on the acceptance script; return (s to the first raster, s of each part, number of spikes).

    The clock is this process's: from the start of the other to the line it writes when it has the raster.
    """
    begin, epoch = time.perf_counter(), time.time()
    with _start(python, [module], folder) as process:
        line = process.stdout.readline()
        seconds = time.perf_counter() - begin
    answer = _read(line, module)
    marks = [epoch, *answer["ends"].values()]
    parts = {name: after - before for name, before, after in zip(answer["ends"], marks, marks[1:], strict=False)}
    return seconds, parts, answer["spikes"]


class Peer:
    """A simulator in its own Python, described and compiled, that times the page's parts when it is asked."""

    def __init__(self, python: str, module: str, folder: str) -> None:
        self.process, self.module = _start(python, [module, "serve"], folder), module
        self.spikes: dict[str, float] = {}
        self.cpu = 0.0
        self.ask("simulate")

    def ask(self, task: str) -> float:
        """Return the seconds that `simulate`, `sequential` or `parallel` took there."""
        self.process.stdin.write(task + "\n")
        self.process.stdin.flush()
        answer = _read(self.process.stdout.readline(), self.module)
        self.spikes[task], self.cpu = answer["spikes"], answer["cpu"]
        return answer["seconds"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def package_version(python: str, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _start(python: str, arguments: list[str], folder: str) -> subprocess.Popen:
    # The folder of the interpreter comes first on PATH: a simulator that compiles C++ looks for its tools there.
    path = os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")])
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PATH": path}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([python, str(PAGE), *arguments], cwd=folder, env=environment, text=True, **pipes)


def _read(line: str, module: str) -> dict:
    if not line:
        raise RuntimeError(
            f"the process with {module} ended without an answer: run `_page.py {module}` by hand to see why"
        )
    return json.loads(line)
