"""A network script of jaxsnn or ANNarchy in its own process: `python _serve.py MODULE SCRIPT SIZE DURATION DT OPTIONS`.

Each line of standard input advances the network by `DURATION` ms; the answer is one line of JSON. With a duration of 0,
what the script returns advances the network, and that is timed.
"""

import importlib
import json
import os
import sys
import time

from _answer import answering


def main() -> None:
    answer = answering()
    module, script, size, duration, dt, options = sys.argv[1:7]
    sim = importlib.import_module(module)
    sim.setup(dt=float(dt), seed=7, **json.loads(options))
    told = importlib.import_module(script).describe(sim, int(size))
    sim.compile(silent=True)
    sim.simulate(float(dt))
    for _ in sys.stdin:
        told()
        begin = time.perf_counter()
        if float(duration):
            sim.simulate(float(duration))
        else:
            told()
        seconds = time.perf_counter() - begin
        answer({"seconds": seconds, "told": told(), "cpu": sum(os.times()[:4])})


if __name__ == "__main__":
    main()
