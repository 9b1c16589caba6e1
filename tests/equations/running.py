"""What the tests of the language share: golden numbers, and networks of lone populations that are run and recorded."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import jaxsnn as snn

GOLDEN = Path(__file__).parent.parent / "golden"


@cache
def golden(name: str) -> dict[str, Any]:
    """Return numbers of ANNarchy 4.8.2 from `tests/golden`."""
    return json.loads((GOLDEN / f"{name}.json").read_text())


@dataclass
class Lone:
    """A population without synapses: its model, its size, values to assign before the first step."""

    neuron: snn.Neuron
    size: int = 1
    values: dict[str, Any] = field(default_factory=dict)


def rate(equations: str, parameters: str = "", size: int = 1, **values: Any) -> Lone:
    """Return a population of rate-coded neurons; `r` is added where the test has no use for it."""
    defines_r = re.search(r"(^|[;\n])\s*r\s*\+?=|dr/dt", equations)
    return Lone(snn.Neuron(parameters, equations if defines_r else equations + "\nr = 0.0"), size, values)


def run(
    populations: dict[str, Lone],
    steps: int,
    dt: float = 1.0,
    seed: int = 1,
    constants: Mapping[str, float] | None = None,
    functions: str = "",
) -> dict[str, dict[str, Any]]:
    """Run populations side by side in one network, because compiling costs more than running.

    Args:
        populations: by name.
        steps, dt, seed: of the run.
        constants, functions: of the network.

    Returns:
        By population and variable the values at the end of each step, (steps, size) or (steps,) for a variable with
        one value per population; `spike` maps ranks to steps.
    """
    net = snn.Network(dt=dt, seed=seed)
    for name, value in (constants or {}).items():
        net.constant(name, value)
    net.add_function(functions)
    monitors = {name: _add(net, name, lone) for name, lone in populations.items()}
    net.compile()
    net.simulate(steps * dt)
    return {name: monitor.get(force_dict=True) for name, monitor in monitors.items()}


def _add(net: snn.Network, name: str, lone: Lone):
    population = net.create(lone.size, lone.neuron, name=name)
    population.set(lone.values)
    spikes = ["spike"] if lone.neuron.is_spiking else []
    return net.monitor(population, population.variables + spikes)


def run_one(lone: Lone, steps: int, dt: float = 1.0, seed: int = 1) -> dict[str, np.ndarray]:
    """Run one population; see `run`."""
    return run({"P": lone}, steps, dt, seed)["P"]
