"""The acceptance script, ANNarchy's notebook page "Parallel run", for jaxsnn and for ANNarchy alike.

python _page.py MODULE          from process start to the first raster: prints the time of each part; with the variable
                                BENCHMARK_COMPILATION set, how long JAX traced and compiled, too; with a
                                folder in BENCHMARK_CACHE, what was compiled is kept there
python _page.py MODULE serve    describes and compiles, then times whatever is asked for on standard input
"""

import importlib
import os
import sys
import time

import numpy as np
from _answer import answering

N, N_EXC = 1000, 800


class Page:
    """Population and monitor, global as on the page: ANNarchy sends the method to other processes by its name."""

    P = None
    M = None


def describe(sim) -> None:
    """Describe the network with the module-level functions of a simulator."""
    P = sim.Population(geometry=N, neuron=sim.Izhikevich)
    exc, inh = P[:N_EXC], P[N_EXC:]
    re, ri = np.random.random(N_EXC), np.random.random(N - N_EXC)
    exc.noise, exc.a, exc.b = 5.0, 0.02, 0.2
    exc.c, exc.d = -65.0 + 15.0 * re**2, 8.0 - 6.0 * re**2
    exc.v = -65.0
    exc.u = exc.v * exc.b
    inh.noise, inh.c, inh.d = 2.0, -65.0, 2.0
    inh.a, inh.b = 0.02 + 0.08 * ri, 0.25 - 0.05 * ri
    inh.v = -65.0
    inh.u = inh.v * inh.b
    sim.Projection(exc, P, "exc").connect_all_to_all(weights=sim.Uniform(0.0, 0.5))
    sim.Projection(inh, P, "inh").connect_all_to_all(weights=sim.Uniform(0.0, 1.0))
    Page.P, Page.M = P, sim.Monitor(P, "spike")


def run_network(idx, net):
    """The page's method: new parameters for every replica, one second, a raster."""
    population = net.get(Page.P)
    exc, inh = population[:N_EXC], population[N_EXC:]
    re = np.random.random(N_EXC)
    exc.c = -65.0 + 15.0 * re**2
    exc.d = 8.0 - 6.0 * re**2
    ri = np.random.random(N - N_EXC)
    inh.noise = 2.0
    inh.a = 0.02 + 0.08 * ri
    inh.b = 0.25 - 0.05 * ri
    inh.u = inh.v * inh.b
    net.simulate(1000.0)
    return net.get(Page.M).raster_plot()


def only_advance(idx, net):
    """Only advance: what is left of the page's method without assignments and raster."""
    net.simulate(1000.0)


def first_raster(module: str) -> dict:
    """Run the script once, as a user would; return when each part ended (epoch) and the number of spikes."""
    ends = {"start of Python, NumPy": time.time()}
    sim = importlib.import_module(module)
    ends["import"] = time.time()
    compilation = heard() if os.environ.get("BENCHMARK_COMPILATION") else {}
    if folder := os.environ.get("BENCHMARK_CACHE"):
        sim.setup(cache=folder)
    describe(sim)
    ends["describe"] = time.time()
    sim.compile(silent=True)
    ends["compile"] = time.time()
    sim.simulate(1000.0)
    times, _ = Page.M.raster_plot()
    ends["simulate + raster"] = time.time()
    return {"ends": ends, "told": len(times), "compilation": compilation}


def heard() -> dict[str, float]:
    """Return seconds by what JAX does with a function, which go on counting."""
    import jax

    names = {"jaxpr_trace": "tracing", "jaxpr_to_mlir_module": "lowering", "backend_compile": "XLA"}
    sums = dict.fromkeys(names.values(), 0.0)

    def listen(event: str, seconds: float, **_: object) -> None:
        name = names.get(event.rsplit("/", 1)[-1].removesuffix("_duration"))
        if name:
            sums[name] += seconds

    jax.monitoring.register_event_duration_secs_listener(listen)
    return sums


def serve(module: str, answer) -> None:
    """Answer each line of standard input, the name of a task, with its time and the mean number of spikes."""
    sim = importlib.import_module(module)
    sim.setup(seed=1)
    describe(sim)
    sim.compile(silent=True)
    tasks = {
        "simulate": lambda: sim.simulate(1000.0),
        "sequential": lambda: sim.parallel_run(method=run_network, number=8, sequential=True),
        "parallel": lambda: sim.parallel_run(method=run_network, number=8),
        "parallel, 256": lambda: sim.parallel_run(method=run_network, number=256),
    }
    for i, line in enumerate(sys.stdin):
        np.random.seed(i)  # processes start from their parent's generator
        begin = time.perf_counter()
        rasters = tasks[line.strip()]()
        seconds = time.perf_counter() - begin
        rasters = rasters or [Page.M.raster_plot()]
        spikes = float(np.mean([len(times) for times, _ in rasters]))
        answer({"seconds": seconds, "told": spikes, "cpu": sum(os.times()[:4])})


def main() -> None:
    answer = answering()
    module = sys.argv[1]
    if sys.argv[2:] == ["serve"]:
        serve(module, answer)
    else:
        answer(first_raster(module))


if __name__ == "__main__":
    main()
