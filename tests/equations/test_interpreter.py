"""Random models against a second implementation: `interpreter.py`, NumPy and loops."""

from contextlib import contextmanager
from random import Random

import hypothesis.strategies as st
import jax
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from .interpreter import Interpreter
from .random_models import CONSTANTS, FUNCTIONS, Writer
from .running import Lone, run

STEPS, POPULATIONS = 8, 4
NOISE = 1e-13
SETTINGS = settings(
    deadline=None,
    suppress_health_check=[*HealthCheck],
    phases=[Phase.generate],  # to shrink would compile for minutes; the message shows the model
    report_multiple_bugs=False,
)


@contextmanager
def double_precision():
    """Switch to float64: hypothesis calls a test many times, a fixture runs once."""
    before = jax.config.read("jax_enable_x64")
    jax.config.update("jax_enable_x64", True)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", before)


def interpreted(lone: Lone, dt: float, noise: float = 0.0) -> dict:
    """Return what the interpreter records of a population."""
    around = {"constants": CONSTANTS, "functions": FUNCTIONS, "noise": noise}
    with np.errstate(all="ignore"):
        return Interpreter(lone.neuron, lone.size, lone.values, dt, **around).run(STEPS)


def check(name: str, lone: Lone, found: dict, dt: float) -> int:
    """Compare a recording with the interpreter's; return the number of steps that could be compared.

    Rounding may tip a comparison, and a difference may grow from step to step. Two runs of the interpreter, one with
    noise a thousand times that of rounding, tell how much: beyond 1e-7 nothing can be said about later steps.
    """
    expected, noisy = interpreted(lone, dt), interpreted(lone, dt, NOISE)
    steps = STEPS
    for variable in (v for v in expected if v != "spike"):
        error = np.abs(expected[variable] - noisy[variable]).reshape(STEPS, -1).max(axis=1)
        wrong = np.flatnonzero(~(error < 1e-7))
        steps = min(steps, *wrong) if wrong.size else steps
    for variable in (v for v in expected if v != "spike"):
        message = f"{name}.{variable}, dt = {dt}, {lone.values}\n{lone.neuron}"
        stored = np.asarray(found[variable], float)[:steps]
        np.testing.assert_allclose(stored, expected[variable][:steps], rtol=1e-6, atol=1e-6, err_msg=message)
    if "spike" in expected:
        early = {i: [s for s in spikes if s < steps] for i, spikes in expected["spike"].items()}
        assert {i: [s for s in spikes if s < steps] for i, spikes in found["spike"].items()} == early, lone.neuron
    return steps


def random_populations(random: Random, spiking: bool) -> dict[str, Lone]:
    """Return some populations of random models."""
    models = [Writer(random, spiking).write() for _ in range(POPULATIONS)]
    return {f"P{i}": Lone(neuron, size, values) for i, (neuron, values, size) in enumerate(models)}


def compare(seed: int, spiking: bool) -> None:
    """Run random populations side by side, because compiling takes the time, and compare each."""
    random = Random(seed)
    with double_precision():
        dt = random.choice((1.0, 0.5, 0.25, 0.1))
        populations = random_populations(random, spiking)
        found = run(populations, STEPS, dt, constants=CONSTANTS, functions=FUNCTIONS)
        for name, lone in populations.items():
            check(name, lone, found[name], dt)


seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("spiking", [False, True], ids=["rate-coded", "spiking"])
@settings(SETTINGS, max_examples=1)
@given(seed=seeds)
def test_random_models(seed, spiking):
    """Oracle: the interpreter of `interpreter.py`."""
    compare(seed, spiking)


@pytest.mark.slow
@pytest.mark.parametrize("spiking", [False, True], ids=["rate-coded", "spiking"])
@settings(SETTINGS, max_examples=20)
@given(seed=seeds)
def test_many_random_models(seed, spiking):
    """Oracle: the interpreter of `interpreter.py`."""
    compare(seed, spiking)
