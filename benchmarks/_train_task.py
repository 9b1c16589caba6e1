"""What is learned: a network 700-128-128-20 with two recurrent layers, its first weights, and spikes to classify.

NumPy alone, so that every peer can import it in its own Python.
"""

import numpy as np

BATCH, INPUTS, HIDDEN, CLASSES = 64, 700, 128, 20
DECAY, THRESHOLD = 0.95, 1.0  # of potentials in each step; of hidden neurons
STEEPNESS, RATE = 25.0, 1e-3  # of the surrogate 1 / (1 + 25 |d|)^2; of Adam


def data(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return spikes, (steps, batch, inputs) zeros and ones, 2 % ones; and labels, (batch,).

    Each class has 35 channels of its own, which fire more often.
    """
    rng = np.random.default_rng(0)
    labels = rng.integers(0, CLASSES, BATCH)
    chance = np.full((BATCH, INPUTS), 0.015, np.float32)
    for row, label in zip(chance, labels, strict=True):
        row[label * 35 : (label + 1) * 35] += 0.1
    spikes = rng.random((steps, BATCH, INPUTS), np.float32) < chance
    return spikes.astype(np.float32), labels


def weights() -> dict[str, np.ndarray]:
    """Return the first weights, (pre, post) for each of the projections, in the order of the signal."""
    rng = np.random.default_rng(1)
    sizes = {
        "input": (INPUTS, HIDDEN, 0.06),
        "recurrent": (HIDDEN, HIDDEN, 0.04),
        "between": (HIDDEN, HIDDEN, 0.1),
        "recurrent2": (HIDDEN, HIDDEN, 0.04),
        "output": (HIDDEN, CLASSES, 0.1),
    }
    return {k: (s * rng.standard_normal((pre, post))).astype(np.float32) for k, (pre, post, s) in sizes.items()}
