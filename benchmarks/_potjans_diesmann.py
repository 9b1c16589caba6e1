"""The microcircuit of Potjans and Diesmann: numbers of the paper, as both simulators take them.

Four layers of cortex under one square millimetre, an excitatory and an inhibitory population in each. T. C. Potjans,
M. Diesmann, Cerebral Cortex 24:785, 2014, doi:10.1093/cercor/bhs358.
"""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

DT = 0.1  # ms
NAMES = ("L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I")
SIZES = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])
# Probability that a pair has at least one synapse: rows receive, columns send.
CONNECTED = np.array(
    [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000],
        [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
    ]
)
EXTERNAL = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100])  # synapses of the background
BACKGROUND = 8.0  # Hz
RATES = np.array([0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829])  # Hz, at full scale
CAPACITANCE, TAU_M, TAU_SYN, REFRACTORY = 250.0, 10.0, 0.5, 2.0  # pF, ms
REST, THRESHOLD, RESET = -65.0, -50.0, -65.0  # mV
START = -58.0, 10.0  # mV, mean and deviation of the first potentials
WEIGHT, SPREAD, INHIBITION = 87.8, 0.1, -4.0  # pA; deviation as a share; inhibitory weights as multiples
DELAYS = {"E": (1.5, 0.75), "I": (0.75, 0.375)}  # ms, mean and deviation
FARTHEST = 5.0  # deviations above its mean up to which a delay is drawn


@dataclass(frozen=True)
class Bundle:
    """The synapses from one population to another.

    Args:
        pre, post: names.
        number: of synapses.
        weight, spread: pA, mean and deviation.
        delay: ms, mean and deviation.
    """

    pre: str
    post: str
    number: int
    weight: float
    spread: float
    delay: tuple[float, float]

    @property
    def farthest(self) -> float:
        """Return the longest delay, ms, a whole number of steps."""
        return ceil((self.delay[0] + FARTHEST * self.delay[1]) / DT) * DT


@dataclass(frozen=True)
class Circuit:
    """The network at a scale: numbers of neurons and of synapses of each, with the input that scaling takes away.

    Args:
        scale: 1 for the full size.
        populations: that are there.
    """

    scale: float
    populations: tuple[str, ...] = NAMES

    @property
    def sizes(self) -> dict[str, int]:
        return {name: round(n * self.scale) for name, n in zip(NAMES, SIZES, strict=True) if name in self.populations}

    @property
    def bundles(self) -> list[Bundle]:
        """Return the synapses between populations."""
        full = _numbers()
        found = []
        for i, post in enumerate(NAMES):
            for j, pre in enumerate(NAMES):
                number = round(full[i, j] * self.scale**2)
                if number and {pre, post} <= set(self.populations):
                    weight = _weights()[i, j] / sqrt(self.scale)
                    found.append(Bundle(pre, post, number, weight, abs(weight) * SPREAD, DELAYS[pre[-1]]))
        return found

    def constant_input(self, noisy: bool) -> dict[str, float]:
        """Return a constant current for each population, pA.

        Args:
            noisy: whether the background comes as spikes, so that only what scaling takes away is constant.
        """
        from_network = (1.0 - sqrt(self.scale)) * (_weights() * _numbers() / SIZES[:, None]) @ RATES
        background = EXTERNAL * BACKGROUND * WEIGHT * (1.0 - sqrt(self.scale) if noisy else 1.0)
        return dict(zip(NAMES, TAU_SYN * 1e-3 * (from_network + background), strict=True))

    def background_rates(self) -> dict[str, float]:
        """Return the rate of all spikes of the background at a neuron, Hz."""
        return dict(zip(NAMES, EXTERNAL * BACKGROUND * self.scale, strict=True))

    @property
    def background_weight(self) -> float:
        """Return the weight of a spike of the background, pA."""
        return WEIGHT / sqrt(self.scale)


def _numbers() -> np.ndarray:
    """Return the numbers of synapses at full scale, rows receive: so many draws reach that share of the pairs."""
    pairs = np.outer(SIZES, SIZES).astype(float)
    return np.round(np.log(1.0 - CONNECTED) / np.log1p(-1.0 / pairs))


def _weights() -> np.ndarray:
    """Return mean weights, pA, rows receive; from L4E to L23E they are doubled."""
    columns = [WEIGHT if name[-1] == "E" else INHIBITION * WEIGHT for name in NAMES]
    weights = np.tile(columns, (len(NAMES), 1))
    weights[NAMES.index("L23E"), NAMES.index("L4E")] *= 2.0
    return weights


def published() -> dict[str, float]:
    """Return the rates at full scale, Hz."""
    return dict(zip(NAMES, RATES, strict=True))


def statistics(spikes: dict[str, tuple[np.ndarray, np.ndarray]], sizes: dict[str, int], duration: float) -> dict:
    """Return rates, CV of intervals and correlations of each population, as lists.

    Args:
        spikes: (times in ms, ranks) of each population.
        sizes: numbers of neurons.
        duration: ms.
    """
    return {name: _statistics(*spikes[name], size, duration) for name, size in sizes.items()}


BIN, CHOSEN, FEWEST = 2.0, 200, 4  # ms; neurons whose correlations are computed; spikes of one whose CV is


def _statistics(times: np.ndarray, ranks: np.ndarray, size: int, duration: float) -> dict[str, list[float]]:
    counts = np.bincount(ranks, minlength=size)
    order = np.lexsort((times, ranks))
    trains = np.split(times[order], np.cumsum(counts)[:-1])
    gaps = [np.diff(train) for train in trains if len(train) >= FEWEST]
    bins = int(duration / BIN)
    active = np.flatnonzero(counts)[:CHOSEN]
    binned = np.zeros((len(active), bins))
    for row, rank in zip(binned, active, strict=True):
        np.add.at(row, np.minimum(trains[rank] / BIN, bins - 1).astype(int), 1)
    correlations = np.corrcoef(binned)[np.triu_indices(len(active), 1)] if len(active) > 1 else np.zeros(0)
    return {
        "rate": (counts / duration * 1e3).tolist(),
        "CV": [float(gap.std() / gap.mean()) for gap in gaps],
        "correlation": correlations.tolist(),
    }


def synapse_count(circuit: Circuit) -> int:
    """Return the number of all synapses."""
    return sum(bundle.number for bundle in circuit.bundles)
