"""A population comes into the description of a network."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, Remark
from ..inputs import Input, parameter_tables
from ..models import Neuron
from ..network import PopulationSpec, checked, read_stop_condition
from ._core import Core
from ._names import own_name
from ._spike_choice import SpikeChoice

MODEL_DECIDES = SpikeChoice()
MOST_NEURONS = 2**31 - 1  # of a population: ranks are int32


def add_population(
    core: Core,
    handles: tuple[type, ...],
    described: Input,
    name: str | None = None,
    stop_condition: str | None = None,
    chosen: SpikeChoice = MODEL_DECIDES,
) -> str:
    """Describe a population; return its name. See `Network.create`.

    Args:
        core: of the network.
        handles: classes that will show its attributes, whose own ones must stay visible.
        described: model, geometry, values and what drives it.
        name, stop_condition: as there.
        chosen: about its spikes.
    """
    core.check_open("a population")
    model, shape = described.neuron.within(core.draft.context), _shape(described.geometry)
    model = chosen.of(model, core.draft.spikes)
    core.judge(*model.analysed.remarks)
    judge_names(core, model.analysed.names, handles, "population")
    stop_condition = None if stop_condition is None else arguments.text(stop_condition, "stop_condition")
    stop = None if stop_condition is None else read_stop_condition(stop_condition, model)
    source = None if described.schedule is None else described.schedule.source(core.dt)
    name, size = core.draft.new_name("population", own_name(core, "population", name)), prod(shape)
    begin = dict(model.initial) | dict(described.values)
    values = {a: checked(x, size, f"`{a}` of population `{name}`") for a, x in begin.items()}
    spec = PopulationSpec(name, shape, model, values, source, stop)
    core.draft = core.draft.with_population(spec).with_schedule(name, described.schedule)
    return name


def with_tables(described: Input, tables: Any) -> Input:
    """Return a population some parameters of which follow tables.

    Raises:
        ArgumentError: it is an input, which has a table of its own; see `parameter_tables` for others.
    """
    if described.schedule is not None:
        raise ArgumentError("`tables` belong to populations of a neuron, not to an input, which follows its own")
    size = prod(_shape(described.geometry))
    return replace(described, schedule=parameter_tables(described.neuron, size, tables))


def judge_names(core: Core, names: Sequence[str], handles: tuple[type, ...], what: str) -> None:
    """Judge attributes of a model that have the name of something that a handle has: `get(name)` reads them."""
    own = (name for name in names if name != "refractory" or what == "projection")
    for name in own:
        if any(hasattr(handle, name) for handle in handles):
            message = f"an attribute `{name}` is hidden by that of the {what}: give it another name"
            core.judge(Remark(ArgumentError, (f'{message}, or use `get("{name}")` and `set({{"{name}": value}})`',)))


def model_of(neuron: Any) -> Neuron:
    """Return a model, made with its defaults where it is a class or a function."""
    model = neuron if isinstance(neuron, Neuron) else neuron() if callable(neuron) else None
    if not isinstance(model, Neuron):
        raise ArgumentError(f"`neuron` is a `Neuron` or a built-in such as `Izhikevich`, not {neuron!r}")
    return model


def _shape(geometry: Any) -> tuple[int, ...]:
    shape = tuple(geometry) if isinstance(geometry, tuple | list) else (geometry,)
    if not shape or any(isinstance(g, bool) or not isinstance(g, int | np.integer) or g < 1 for g in shape):
        raise ArgumentError(
            f"`geometry` is a number of neurons or a shape of such numbers, at least 1, not {geometry!r}"
        )
    if prod(int(g) for g in shape) > MOST_NEURONS:
        raise ArgumentError(f"`geometry` is at most {MOST_NEURONS} neurons, whose ranks have 32 bits, not {geometry!r}")
    return tuple(int(g) for g in shape)
