"""Graphs that have every kind of node, with numbers that no power of two rounds."""

from itertools import pairwise

import nir
import numpy as np


class Numbers:
    """Random numbers in one precision."""

    def __init__(self, dtype: type, seed: int = 5) -> None:
        self.dtype, self.generator = dtype, np.random.default_rng(seed)

    def __call__(self, *shape: int, low: float = -1.0, high: float = 1.0) -> np.ndarray:
        """Return numbers of a shape."""
        return self.generator.uniform(low, high, shape).astype(self.dtype)

    def tau(self, *shape: int) -> np.ndarray:
        """Return time constants, s."""
        return self(*shape, low=0.002, high=0.05)

    def positive(self, *shape: int) -> np.ndarray:
        """Return positive numbers."""
        return self(*shape, low=0.1, high=3.0)


def lif(x: Numbers, *shape: int) -> nir.LIF:
    """Return leaky integrate-and-fire neurons."""
    return nir.LIF(tau=x.tau(*shape), r=x.positive(*shape), v_leak=x(*shape), v_threshold=x.positive(*shape),
                   v_reset=x(*shape))  # fmt: skip


def cuba_lif(x: Numbers, *shape: int) -> nir.CubaLIF:
    """Return neurons with a synaptic current."""
    parameters = {name: x.positive(*shape) for name in ("r", "v_threshold", "w_in")}
    return nir.CubaLIF(tau_syn=x.tau(*shape), tau_mem=x.tau(*shape), v_leak=x(*shape), v_reset=x(*shape), **parameters)


def images(dtype: type) -> nir.NIRGraph:
    """Return convolutions and poolings over images, and a matrix behind them."""
    x = Numbers(dtype)
    nodes = {
        "image": nir.Input(input_type=np.array([2, 8, 6])),
        "conv": nir.Conv2d((8, 6), x(3, 2, 3, 3), (2, 1), (1, 1), (1, 1), 1, x(3)),
        "cells": nir.IF(r=x.positive(3, 4, 6), v_threshold=x.positive(3, 4, 6), v_reset=x(3, 4, 6)),
        "pool": nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        "pooled": lif(x, 3, 2, 3),
        "mean": nir.AvgPool2d(np.array([2, 3]), np.array([2, 1]), np.array([0, 1])),
        "flat": nir.Flatten({"input": np.array([3, 1, 3])}, 0, -1),
        "dense": nir.Affine(x(4, 9), x(4)),
        "last": lif(x, 4),
        "output": nir.Output(output_type=np.array([4])),
    }
    names = list(nodes)
    return nir.NIRGraph(nodes, list(pairwise(names)))


def sequences(dtype: type) -> nir.NIRGraph:
    """Return a convolution in one dimension."""
    x = Numbers(dtype)
    return nir.NIRGraph(
        {
            "sound": nir.Input(input_type=np.array([2, 12])),
            "conv": nir.Conv1d(12, x(3, 2, 5), 2, 1, 1, 1, x(3)),
            "cells": lif(x, 3, 5),
            "output": nir.Output(output_type=np.array([3, 5])),
        },
        [("sound", "conv"), ("conv", "cells"), ("cells", "output")],
    )


def neurons(dtype: type) -> nir.NIRGraph:
    """Return all neurons, delays, recurrence, and nodes without a state."""
    x = Numbers(dtype)
    nodes = {
        "input": nir.Input(input_type=np.array([5])),
        "w1": nir.Affine(x(6, 5), x(6)),
        "cuba": cuba_lif(x, 6),
        "back": nir.Linear(x(6, 6)),
        "late": nir.Delay((x.generator.integers(1, 9, 6) * 1e-3).astype(dtype)),
        "w2": nir.Linear(x(4, 6)),
        "lif": lif(x, 4),
        "w3": nir.Affine(x(3, 4), x(3)),
        "li": nir.LI(tau=x.tau(3), r=x.positive(3), v_leak=x(3)),
        "w4": nir.Linear(x(3, 4)),
        "cubali": nir.CubaLI(tau_syn=x.tau(3), tau_mem=x.tau(3), r=x.positive(3), v_leak=x(3), w_in=x.positive(3)),
        "w5": nir.Linear(x(3, 3)),
        "i": nir.I(r=x.positive(3)),
        "scale": nir.Scale(x.positive(3)),
        "threshold": nir.Threshold(x.positive(3)),
        "output": nir.Output(output_type=np.array([3])),
        "spikes": nir.Output(output_type=np.array([3])),
    }
    edges = [
        ("input", "w1"), ("w1", "cuba"), ("cuba", "back"), ("back", "cuba"), ("cuba", "late"), ("late", "w2"),
        ("w2", "lif"), ("lif", "w3"), ("w3", "li"), ("lif", "w4"), ("w4", "cubali"), ("cubali", "w5"), ("w5", "i"),
        ("i", "scale"), ("scale", "threshold"), ("threshold", "spikes"), ("li", "output"),
    ]  # fmt: skip
    return nir.NIRGraph(nodes, edges)


GRAPHS = {"images": images, "sequences": sequences, "neurons": neurons}
