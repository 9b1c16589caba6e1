"""Back to the beginning: a whole network, some populations, the synapses of some projections."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..editing import (
    attribute_paths,
    drawn_synapse_paths,
    population_paths,
    rewound,
    step_paths,
    synapse_paths,
    with_new_seed,
    without_events,
)
from ._changes import set_schedule
from ._clock import set_seed
from ._core import Core, HasCore
from ._files import restart_loaded_synapses
from ._records import forget_records


def reset(
    network: HasCore,
    populations: bool = True,
    projections: bool = False,
    synapses: bool = False,
    monitors: bool = True,
    reseed_rng: bool = False,
) -> None:
    """Set time to 0, and parts of the network back to what they were before `compile()`.

    The random numbers of the steps to come are others than before: a second run is another trial. Call `set_seed`
    to repeat one.

    Args:
        populations: attributes, spikes and refractory periods of all populations, and what is on its way.
        projections: attributes of synapses, all but `w`.
        synapses: draw weights and connectivity anew; implies `projections`.
        monitors: forget what was recorded.
        reseed_rng: begin with the random numbers of the seed again, so that a second run repeats the first.
    """
    core = network._core
    core.check_compiled("reset()")
    with core.all_or_nothing():
        _rewind(core, populations)
        if synapses:
            restart_synapses(core, list(core.draft.projections), None, True)
        elif projections:
            _restore_synapses(core, list(core.draft.projections), None)
        if populations:
            restart_populations(core, list(core.draft.populations), True)
        if monitors:
            for recording in core.recordings.values():
                recording.clear(core.arrays.step)
        if reseed_rng:
            set_seed(network, core.seed or 0)


def _rewind(core: Core, populations: bool) -> None:
    """Set time to 0, and forget events, whose times would lie ahead."""
    arrays, moment = core.arrays, core.arrays.moment
    if arrays.has_begun:  # elapsed times of event-driven equations would be negative
        moment = without_events(moment, frozenset(core.draft.projections), pending=populations)
    if arrays.step > 0:
        moment = rewound(moment, core.compiled)
    arrays.moment = moment


def restart_populations(
    core: Core, names: Sequence[str], values: bool, attributes: Sequence[str] | None = None
) -> None:
    """Let populations begin again: no spikes, no refractory periods, inputs from their first time.

    Args:
        core: the network.
        names: of the populations.
        values: also set attributes to their initial values.
        attributes: only these; None for all.
    """
    core.check_compiled("reset()")
    arrays, spec = core.arrays, core.simulation.spec
    chosen = None if attributes is None else tuple(attributes)
    paths = [path for name in names for path in attribute_paths(spec, name, chosen)] if values else []
    if arrays.has_begun:
        state = arrays.moment.state
        paths += [path for name in names for path in population_paths(state, name, values)]
        for path in (path for name in names for path in step_paths(state, name)):
            arrays.write(path, np.asarray(arrays.step, np.int32))
    arrays.restore(tuple(paths), arrays.provenance.seed)
    for name in names if values and attributes is None else ():
        _restore_table(core, name)


def _restore_table(core: Core, name: str) -> None:
    """Give a population whose rates follow a table the one that it had before compilation, as in ANNarchy."""
    declared = core.draft.schedules.get(name)
    if declared is None or core.schedule(name) is declared or core.population(name).neuron.is_spiking:
        return
    set_schedule(core, name, declared)


def restart_synapses(core: Core, names: Sequence[str], attributes: Sequence[str] | None, redraw: bool) -> None:
    """Let synapses begin again, without any event behind them.

    Args:
        core: the network.
        names: of the projections; those without synapses of their own stay as they are.
        attributes: that are set to their initial values; None for all but `w`.
        redraw: also draw connectivity, weights and delays anew. Otherwise synapses of a file, or made by hand, which
            the seed would not draw, stay.
    """
    core.check_compiled("reset()")
    if redraw:
        _draw_synapses(core, _with_synapses(core, names))
        return
    _restore_synapses(core, names, attributes)
    if core.arrays.has_begun:
        mine = frozenset(_with_synapses(core, names))
        core.arrays.moment = without_events(core.arrays.moment, mine)


def _with_synapses(core: Core, names: Sequence[str]) -> list[str]:
    return [name for name in names if core.projection(name).kind.has_synapses]


def _restore_synapses(core: Core, names: Sequence[str], attributes: Sequence[str] | None) -> None:
    """Set attributes of synapses to their initial values."""
    arrays, spec, mine = core.arrays, core.simulation.spec, _with_synapses(core, names)
    chosen = None if attributes is None else tuple(attributes)
    rewired = arrays.provenance.rewired.intersection(mine)
    paths = tuple(path for name in mine if name not in rewired for path in synapse_paths(spec, name, chosen))
    arrays.restore(paths, arrays.provenance.weights_seed)
    for name in rewired:
        restart_loaded_synapses(core, name, [attribute for _, _, attribute in synapse_paths(spec, name, chosen)])


def _draw_synapses(core: Core, names: Sequence[str]) -> None:
    """Draw all that projections have of their own but their switches, from a seed that was not used before."""
    arrays, compiled = core.arrays, core.compiled
    provenance, raw = with_new_seed(arrays.provenance, compiled)
    rewired = provenance.rewired.difference(names)
    arrays.provenance = replace(provenance, weights_seed=raw, rewired=rewired)
    plans = [compiled.plans[name] for name in names]
    arrays.restore(tuple(path for plan in plans for path in drawn_synapse_paths(plan)), raw)
    if arrays.has_begun:
        arrays.moment = without_events(arrays.moment, frozenset(names), pending=True)
    drawn = frozenset(plan.name for plan in plans if plan.spec.connector.is_random(plan.spec.ends))
    forget_records(core, drawn)
