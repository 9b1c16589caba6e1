"""A population that leaves its network for another one, as ANNarchy 5 creates inputs."""

from dataclasses import replace

from ._core import Core
from ._population import Population


def move_population(core: Core, given: Population, name: str | None) -> Population:
    """Let a population of another network, to which nothing there refers, be one of this network; its handle follows.

    Raises:
        ArgumentError: something refers to it.
        StateError: its network is compiled.
    """
    other = given._core
    if other is core:
        return given
    other.check_open("a population that moves to another network")
    draft, old = other.draft.without_population(given.name), other.draft.populations[given.name]
    taken = given.name in core.draft.populations or given.name in core.draft.projections
    name = core.draft.new_name("population", given.name if name is None and not taken else name)
    schedule = other.schedule(given.name)
    source = None if schedule is None else schedule.source(core.dt)
    spec = replace(old, name=name, neuron=old.neuron.within(core.draft.context), source=source)
    core.draft = core.draft.with_population(spec).with_schedule(name, schedule)
    other.draft = draft
    del other.parts[given._kind, old.name]
    given._bind(core, name)
    return given
