"""A population begins again while the network goes on."""

from dataclasses import replace

from ..network import NetworkSpec
from ._state import NetworkParams, NetworkState, find, put
from ._step import locals_of, with_locals

Values = tuple[NetworkParams, NetworkState]


def restarted(
    spec: NetworkSpec, name: str, now: Values, fresh: Values, values: bool, attributes: tuple[str, ...] | None
) -> Values:
    """Return parameters and state in which a population has never spiked.

    Args:
        spec: the network.
        name: of the population.
        now: present parameters and state.
        fresh: those of a network that has just been initialised.
        values: also set attributes to those of `fresh`.
        attributes: only these; None for all.
    """
    params, state = now
    begun = locals_of(fresh[1], name)
    origin = None if begun.origin is None else state.step + 0 * begun.origin
    variables = dict(state.populations[name])
    reductions = begun.reductions if values else state.reductions[name]
    state = with_locals(state, name, replace(begun, variables=variables, origin=origin, reductions=reductions))
    if not values:
        return params, state
    for attribute in spec.population(name).neuron.analysed.names if attributes is None else attributes:
        path = ("populations", name, attribute)
        params, state = put(params, state, path, find(*fresh, path))
    return params, state
