"""The page "Parallel simulations" of ANNarchy 4.8, timed: `python -m jaxsnn.demo [figure.png]`.

Eight networks of 1000 Izhikevich neurons, connected all to all, one second each, once one after the other and once as
one batch; the rasters of two of them go to a PNG.
"""

import sys
import time
from pathlib import Path

import numpy as np

import jaxsnn as ann

NUMBER = 8


def describe() -> tuple:
    """Describe the network of the page on the default network; return its population and monitor."""
    ann.clear()
    P = ann.Population(geometry=1000, neuron=ann.Izhikevich)
    Exc, Inh = P[:800], P[800:]
    re, ri = np.random.random(800), np.random.random(200)
    Exc.set({"noise": 5.0, "a": 0.02, "b": 0.2, "c": -65.0 + 15.0 * re**2, "d": 8.0 - 6.0 * re**2, "v": -65.0})
    Inh.set({"noise": 2.0, "a": 0.02 + 0.08 * ri, "b": 0.25 - 0.05 * ri, "c": -65.0, "d": 2.0, "v": -65.0})
    P.u = P.v * P.b
    ann.Projection(Exc, P, "exc").connect_all_to_all(weights=ann.Uniform(0.0, 0.5))
    ann.Projection(Inh, P, "inh").connect_all_to_all(weights=ann.Uniform(0.0, 1.0))
    return P, ann.Monitor(P, "spike")


def run_network(idx: int, net: ann.Network, P, M) -> tuple[np.ndarray, np.ndarray]:
    """Run one replica with parameters of its own, as on the page; return its raster."""
    Exc, Inh = net.get(P)[:800], net.get(P)[800:]
    re, ri = np.random.random(800), np.random.random(200)
    Exc.c, Exc.d = -65.0 + 15.0 * re**2, 8.0 - 6.0 * re**2
    Inh.a, Inh.b = 0.02 + 0.08 * ri, 0.25 - 0.05 * ri
    Inh.u = Inh.v * Inh.b
    net.simulate(1000.0)
    return net.get(M).raster_plot()


def timed(what: str, call):
    """Print how long a call took and return its result."""
    start = time.perf_counter()
    result = call()
    print(f"{what:<58}{time.perf_counter() - start:8.3f} s")
    return result


def figure(rasters: list, path: Path) -> None:
    """Draw two rasters next to each other."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    fig, both = plt.subplots(1, 2, figsize=(13, 5.5), sharey=True, layout="constrained")
    for i, (axes, (times, ranks)) in enumerate(zip(both, rasters, strict=False)):
        ann.plotting.raster(times, ranks, axes)
        axes.axhline(800, color="tab:red", linewidth=0.8)
        axes.set(title=f"network {i}: {len(times)} spikes in 1000 ms", xlim=(0, 1000), ylim=(0, 1000))
    both[1].set_ylabel("")
    fig.savefig(path, dpi=110)


def main(arguments: list[str]) -> None:
    """Run the page, print its timings, write its figure."""
    path = Path(arguments[0] if arguments else "acceptance.png")
    P, M = timed("describe 1000 neurons, 1,000,000 synapses", describe)
    timed("compile()", lambda: ann.compile(silent=True))
    print("\n" + ann.default_network().summary() + "\n")

    def run(**options) -> list:
        return ann.parallel_run(lambda idx, net: run_network(idx, net, P, M), number=NUMBER, **options)

    timed(f"{NUMBER} networks, one after the other, first call (compiles)", lambda: run(sequential=True))
    timed(f"{NUMBER} networks, one after the other", lambda: run(sequential=True))
    rasters = timed(f"{NUMBER} networks as one batch", run)
    print(f"\nspikes in 1000 ms: {', '.join(str(len(times)) for times, _ in rasters)}")
    timed("figure", lambda: figure(rasters[:2], path))
    print(f"rasters of two networks: {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
