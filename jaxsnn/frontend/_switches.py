"""What of a projection takes place: transmission, equations, changes of weights. All of it can change at any time."""

from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._core import Core
from ._period import steps_of_period


def read_switch(core: Core, projection: str, switch: str) -> Any:
    """Return a switch of a projection; before compilation all that are not set are on."""
    if not core.is_compiled:
        return core.projection(projection).switches.get(switch, True)
    return core.arrays.read(("switches", projection, switch))


def write_switch(core: Core, projection: str, switch: str, value: Any) -> None:
    """Set a switch of a projection."""
    core.check_free()
    array = np.asarray(value)
    if core.is_compiled:
        core.arrays.write(("switches", projection, switch), array)
    else:
        switches = {**core.projection(projection).switches, switch: array}
        core.draft = core.draft.with_changed_projection(projection, switches=switches)


def turn(core: Core, projection: str, switch: str, on: Any) -> None:
    """Turn a switch of a projection on or off."""
    if not isinstance(on, bool | np.bool_):
        raise ArgumentError(f"`{switch}` of projection `{projection}` is True or False, not {on!r}")
    write_switch(core, projection, switch, np.bool_(on))


def enable_learning(core: Core, projection: str, period: float | None, offset: float | None) -> None:
    """Let equations be executed and weights change; see `BaseProjection.enable_learning`."""
    steps = 1 if period is None else steps_of_period(period, core.dt)
    late = 0 if offset is None else round(arguments.real(offset, "offset", "ms") / core.dt)
    if late >= steps:
        raise ArgumentError(f"`offset` is shorter than the period of {steps * core.dt:g} ms, not {offset} ms")
    turn(core, projection, "update", True)
    turn(core, projection, "plasticity", True)
    since = 0 if offset is None else core.step
    write_switch(core, projection, "period", np.int32(steps))
    write_switch(core, projection, "offset", np.int32((since + late) % steps))


def disable_learning(core: Core, projection: str) -> None:
    """Stop learning; see `BaseProjection.disable_learning`."""
    is_spiking = core.population(core.projection(projection).pre).neuron.is_spiking
    turn(core, projection, "plasticity" if is_spiking else "update", False)


def start_rule(core: Core, projection: str, rule: str, period: float | None) -> None:
    """Let a structural rule, `creating` or `pruning`, be executed from the next step on."""
    _check_rule(core, projection, rule)
    steps = 1 if period is None else steps_of_period(period, core.dt)
    write_switch(core, projection, f"{rule}_offset", np.int32(core.step))
    write_switch(core, projection, rule, np.int32(steps))


def stop_rule(core: Core, projection: str, rule: str) -> None:
    """Let a structural rule be executed no more."""
    _check_rule(core, projection, rule)
    write_switch(core, projection, rule, np.int32(0))


def _check_rule(core: Core, projection: str, rule: str) -> None:
    if getattr(core.projection(projection).synapse.analysed, rule) is None:
        message = f"the synapses of projection `{projection}` have no rule `{rule}`"
        raise ArgumentError(f'{message}: give one to their model, `Synapse({rule}="condition : proba=0.1")`')
