"""Physical floors: the least time a workload can take on a machine whose ceilings `machine.py` measured.

Each floor counts the bytes that must move through the level of memory that holds them, and the operations that cannot
be left out; the sum of both, on as many cores as the workload can use. Nothing is added for a language or a library.
"""

from collections.abc import Callable
from dataclasses import dataclass

import _script_coba as coba
import _script_reservoir as reservoir
import _script_stdp as stdp


@dataclass(frozen=True)
class Ceilings:
    """What `machine.py` measured.

    Args:
        found: by name.
        cores: of the machine.
    """

    found: dict[str, float]
    cores: int

    def moved(self, size: float, level: str) -> float:
        """Return s to read and write so many bytes at a level of memory, on one core."""
        return size / self.found[f"triad {level}, 1 threads, B/s"]

    def read(self, size: float, level: str) -> float:
        """Return s to read so many bytes at a level of memory, on all cores."""
        return size / self.found[f"reading {level}, {self.cores} threads, B/s"]

    def added(self, events: float, cells: int) -> float:
        """Return s to add so many numbers at random places of so many cells."""
        return events / self.found[f"additions at random places of {cells}, a second"]

    def drawn(self, numbers: float, kind: str = "normals") -> float:
        """Return s to draw random numbers by a counter-based hash."""
        return numbers / self.found[f"{kind}, JAX, counter-based hash, a second"]

    def exponentials(self, numbers: float) -> float:
        """Return s to compute exponentials."""
        return numbers / self.found["exponentials, JAX, a second"]

    def multiplied(self, operations: float) -> float:
        """Return s for operations of products of matrices in single precision, on all cores."""
        return operations / self.found["matrix product, float32, FLOP/s"]


@dataclass(frozen=True)
class Floor:
    """The floor of a workload.

    Args:
        workload: how the name of its bars begins.
        seconds: by ceilings.
        why: what is counted.
    """

    workload: str
    seconds: Callable[[Ceilings], float]
    why: str


PAGE_STEPS, PAGE_SPIKES, LANES = 1000, 9000, 1000
TRAINED = 4.25e9  # FLOP of a training step of 100 steps: forward, and twice as many backward


def page(c: Ceilings, redraw: bool = False) -> float:
    """One second of the acceptance network on one core."""
    state = c.moved(PAGE_STEPS * 9 * 4 * LANES, "L2")
    rows = c.moved(PAGE_SPIKES * 4 * LANES, "L3")
    return c.drawn(PAGE_STEPS * LANES) + state + rows + (c.drawn(LANES**2, "uniforms") if redraw else 0.0)


def sparse(c: Ceilings, neurons: int, rate: float, level: str, rows: str, cells: int) -> float:
    """One second of COBA or CUBA, at a firing rate in Hz, on one core."""
    state = c.moved(10_000 * 32 * neurons, level)
    events = rate * neurons * coba.SYNAPSES
    return state + c.added(events, cells) + c.moved(8 * events, rows)


def plastic(c: Ceilings) -> float:
    """Ten seconds of STDP: rows of inputs at 15 Hz, columns of outputs at 22 Hz, a uniform for each input and step.

    The synapses of one side lie side by side; those of the other, the rarer one, are a cache line each.
    """
    synapses = 10 * stdp.N_PRE * stdp.N_POST
    return c.moved(12 * 22 * synapses + 132 * stdp.RATE * synapses, "L2") + c.drawn(1e4 * stdp.N_PRE, "uniforms")


def backward(c: Ceilings) -> float:
    """A gradient of 10,000 neurons: events of spikes forward, of the 3.9 % near their threshold backward."""
    forward, back = 10.2 * 0.1 * 1e4 * 100, 0.039 * 100 * 1e4 * 100
    return c.added(forward + back, 100_000) + c.moved(8 * forward + 12 * back, "L3") + c.drawn(1e6)


FLOORS = (
    Floor("one network", page, "1M normals; 9 arrays of 4 kB each step, L2; 9000 rows of 4 kB, L3"),
    Floor("8 networks with raster", lambda c: 8 * page(c, True) / c.cores, "8 of it and 8M uniforms, on all cores"),
    Floor("256 networks with raster", lambda c: 256 * page(c, True) / c.cores, "256 of it, likewise"),
    Floor(
        "sweep of 1000 points, acceptance",
        lambda c: 1000 * page(c) / c.cores,
        "1000 of it, on all cores, one set of weights",
    ),
    Floor(
        "COBA, 4000",
        lambda c: sparse(c, 4000, 20.0, "L2", "L2", 4000),
        "32 B for each neuron and step, L2; 6.4M additions at random places, 8 B each",
    ),
    Floor(
        "CUBA, 4000",
        lambda c: sparse(c, 4000, 5.5, "L2", "L2", 4000),
        "the same, 1.8M additions",
    ),
    Floor(
        "COBA, 100000",
        lambda c: sparse(c, 100_000, 20.0, "L3", "DRAM", 100_000),
        "32 B for each neuron and step, L3; 160M additions, 8 B each from DRAM",
    ),
    Floor(
        "CUBA, 100000",
        lambda c: sparse(c, 100_000, 5.5, "L3", "DRAM", 100_000),
        "the same, 44M additions",
    ),
    Floor(
        "reservoir",
        lambda c: c.read(1e4 * 4 * reservoir.N**2, "L3"),
        "4 MB of weights read at each step, L3, all cores",
    ),
    Floor("STDP", plastic, "22M updates of 12 B, 15M of a cache line, read and written, L2; 10M uniforms"),
    Floor("training, 100 steps", lambda c: c.multiplied(TRAINED), "4.25 GFLOP of products, all cores"),
    Floor("training, 1000 steps", lambda c: c.multiplied(10 * TRAINED), "42.5 GFLOP of products, all cores"),
    Floor(
        "triangle(0.05): sparse over dense, whole", backward, "1M normals; 1M and 3.9M synapses, 8 and 12 B each, L3"
    ),
    Floor("10000 neurons, LeakyIntegrator", lambda c: c.moved(5e6 * 16, "L2"), "16 B for each neuron and step, L2"),
    Floor("10000 neurons, Izhikevich", lambda c: c.moved(5e6 * 24, "L2") + c.drawn(5e6), "a normal and 24 B, L2"),
    Floor("10000 neurons, IF_cond_exp", lambda c: c.moved(5e6 * 36, "L2"), "36 B for each neuron and step, L2"),
    Floor("10000 neurons, HH_cond_exp", lambda c: c.exponentials(6 * 5e6), "6 exponentials for each neuron and step"),
    Floor("10000 neurons, HodgkinHuxley", lambda c: c.exponentials(6 * 5e6), "6 exponentials for each neuron and step"),
)


def floors(ceilings: dict[str, float], cores: int) -> list[tuple[Floor, float]]:
    """Return each floor with its seconds, those whose ceilings were measured."""
    found, c = [], Ceilings(ceilings, cores)
    for floor in FLOORS:
        try:
            found.append((floor, floor.seconds(c)))
        except KeyError:
            continue
    return found
