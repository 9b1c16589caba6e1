"""Some steps of a network with dense records: layer by layer, each by a scan over time."""

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..compiler import CompiledNetwork, Layer, UnshiftedSpikes, join_layers, layers_of
from ..propagation import Spikes, Unpacked
from ..recording import Record, build_record
from ..step import Constants, NetworkParams, NetworkState
from ._loop_state import without_constants

# stretch(params, constants, state, counter) -> (state, records): as many steps as the counter has entries
Stretch = Callable[[NetworkParams, Constants, NetworkState, Array], tuple[NetworkState, Record]]


def build_stretch(compiled: CompiledNetwork) -> Stretch:
    """Return the function that advances a state without constants by some steps."""
    layers = layers_of(compiled)
    advances = [(_at_once if layer.is_driven else _one_by_one)(layer) for layer in layers]

    def stretch(params: NetworkParams, constants: Constants, state: NetworkState, counter: Array):
        sent: dict[str, Array | UnshiftedSpikes] = {}
        records: Record = {}
        states = []
        for layer, advance in zip(layers, advances, strict=True):
            fed = layer.fed(params, replace(state, constants=constants), sent)
            own = _unpacked(layer.own(state), layer.walked)
            after, (recorded, out) = advance(params, constants, own, (counter, fed))
            states, records, sent = [*states, _packed(after)], records | recorded, sent | out
        return join_layers(state, states), records

    return stretch


def _one_by_one(layer: Layer):
    """Return what advances a layer by a scan over the counter and what it is fed with."""
    record = build_record(layer.compiled, dense=True)

    def advance(params: NetworkParams, constants: Constants, state: NetworkState, inputs: tuple):
        def body(carried: NetworkState, given: tuple):
            before = replace(carried, constants=constants)
            after, emitted = layer.compiled.advance(params, before, *given)
            return without_constants(after), (record(after, emitted), layer.sent(before))

        return lax.scan(body, state, inputs)

    return advance


def _at_once(layer: Layer):
    """Return what advances a layer by all steps side by side, where none depends on another."""
    record, tables = build_record(layer.compiled, dense=True), layer.tables

    def advance(params: NetworkParams, constants: Constants, state: NetworkState, inputs: tuple):
        counter, _ = inputs
        n, passed = len(counter), {name: state.step - state.origins[name] for name in tables}
        rows = {name: _rows(params.populations[name][t], passed[name], n) for name, t in tables.items()}

        def step(i: Array, mine: dict[str, Array]):
            now = state.step + i
            origins = {**state.origins, **dict.fromkeys(tables, now)}
            before = replace(state, step=now, constants=constants, origins=origins)
            after, emitted = layer.compiled.advance(_with_rows(params, tables, mine), before, None)
            return without_constants(after), record(after, emitted), layer.sent(replace(after, constants=constants))

        after, records, sent = jax.vmap(step)(jnp.arange(n, dtype=jnp.int32), rows)
        begun = layer.sent(replace(state, constants=constants))
        final = replace(jax.tree.map(lambda x: x[-1], after), origins=state.origins)
        return final, (records, {name: UnshiftedSpikes(begun[name], x) for name, x in sent.items()})

    return advance


def _rows(table: Array, first: Array, n: int) -> Array:
    """Return n rows of a table from one on, zeros behind its end: the table itself where it is all of it."""
    read = lambda: table.at[first + jnp.arange(n)].get(mode="fill", fill_value=0)  # noqa: E731 - a branch
    return lax.cond(first == 0, lambda: table, read) if n == table.shape[0] else read()


def _with_rows(params: NetworkParams, tables: dict[str, str], rows: dict[str, Array]) -> NetworkParams:
    """Return the parameters with tables of a single row each."""
    own = {name: {**params.populations[name], tables[name]: row[None]} for name, row in rows.items()}
    return replace(params, populations={**params.populations, **own})


def _unpacked(state: NetworkState, walked: frozenset[str]) -> NetworkState:
    """Return the state with the spikes of populations that no kernel walks as flags, which takes less to read."""

    def of(spikes: dict[str, Spikes]) -> dict:
        return {name: x if name in walked else x.unpacked() for name, x in spikes.items()}

    trains = {name: x if name in walked else jax.vmap(Spikes.unpacked)(x) for name, x in state.trains.items()}
    return replace(state, spikes=of(state.spikes), axon_spikes=of(state.axon_spikes), trains=trains)


def _packed(state: NetworkState) -> NetworkState:
    def of(x: Spikes | Unpacked) -> Spikes:
        return x.packed() if isinstance(x, Unpacked) else x

    trains = {name: jax.vmap(Unpacked.packed)(x) if isinstance(x, Unpacked) else x for name, x in state.trains.items()}
    spikes, axon_spikes = ({name: of(x) for name, x in d.items()} for d in (state.spikes, state.axon_spikes))
    return replace(state, spikes=spikes, axon_spikes=axon_spikes, trains=trains)
