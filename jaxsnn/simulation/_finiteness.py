"""Which values of a network are not finite, in the order in which a step computes them: causes before effects."""

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..compiler import CompiledNetwork
from ..equations import WEIGHT, Locality, Sequence, conductance, parts_of, sum_name
from ..errors import JaxsnnWarning, NonFiniteError, warn
from ..network import PopulationSpec
from ..plan import ProjectionPlan
from ..step import Emitted, NetworkParams, NetworkState, storage_of
from ._simulation import Simulation

MANY = 1000  # steps, beside which a look at all synapses costs nothing
FINITE = 2**31 - 1  # stands in the place of a step for what stayed finite


class Place(NamedTuple):
    """What was found: a variable, an input or a weight; `kind` is `populations` or `projections`."""

    kind: str
    owner: str
    name: str


def unsound(
    compiled: CompiledNetwork, params: NetworkParams, state: NetworkState, emitted: Emitted | None = None
) -> dict[Place, Array]:
    """Return for each value whether it is not finite anywhere, () bool, in the order of a step.

    Args:
        compiled: the network.
        params, state: after the step.
        emitted: by the step; None leaves out inputs and what no step changes.
    """
    plans, populations = list(compiled.plans.values()), compiled.spec.populations
    found: dict[Place, Array] = {}
    for q in plans if emitted else ():
        found |= {Place("projections", q.name, WEIGHT): x for x in _constant_weight(q, params)}
    for q in plans:
        found |= _of_projection(q, q.model.changed_by_pre, state)
    for p in populations if emitted else ():
        found |= _inputs(p, emitted)  # type: ignore[arg-type]
    for p in populations:
        found |= _of_population(p, state)
    for q in plans:
        found |= _of_projection(q, (*_names(_updates(q)), *state.projections.get(q.name, {})), state)
    return found


def is_sound(compiled: CompiledNetwork, params: NetworkParams, state: NetworkState, n: Array) -> Array:
    """Return whether all values of a state are finite, () bool, after n steps.

    Synapses are many, and what is wrong with them soon reaches neurons: they are looked at only after many steps.
    """
    neurons = [_zeros(p.size, state.populations[p.name]) for p in compiled.spec.populations]
    others = lambda: ~jnp.any(jnp.stack([*unsound(compiled, params, state).values()]))  # noqa: E731
    fine = lambda: jnp.bool_(True)  # noqa: E731
    synapses = lax.cond(n >= MANY, others, fine) if state.projections else fine()
    return reduce(jnp.logical_and, [jnp.isfinite(x.sum()) for x in neurons if x is not None], synapses)


def _zeros(size: int, own: dict[str, Array]) -> Array | None:
    """Return 0 for each neuron whose variables are finite, else NaN: one array is sooner looked at than several."""
    real = [jnp.broadcast_to(x, (size,)) * 0.0 for x in own.values() if jnp.issubdtype(x.dtype, jnp.floating)]
    return reduce(jnp.add, real) if real else None


def places(compiled: CompiledNetwork, params: NetworkParams, state: NetworkState) -> tuple[Place, ...]:
    """Return where `unsound` looks after a step, in order; nothing is computed."""
    found: list[Place] = []

    def look(params: NetworkParams, state: NetworkState) -> None:
        found.extend(unsound(compiled, params, *compiled.advance(params, state, jnp.int32(0))))

    jax.eval_shape(look, params, state)
    return tuple(found)


def none_unsound(compiled: CompiledNetwork, params: NetworkParams, state: NetworkState) -> Array:
    """Return what `first_unsound` gives where all is finite, (places,) int32."""
    return jnp.full(len(places(compiled, params, state)), FINITE, jnp.int32)


def first_unsound(
    compiled: CompiledNetwork,
    params: NetworkParams,
    state: NetworkState,
    emitted: Emitted,
    step: Array,
    before: Array,
) -> Array:
    """Return the step in which each place, in the order of `places`, first was not finite, (places,) int32.

    Args:
        compiled: the network.
        params, state, emitted: after the step.
        step: its index, as `state.step` counts them.
        before: what the steps before have found.
    """
    found = list(unsound(compiled, params, state, emitted).values())
    return jnp.minimum(before, jnp.where(jnp.stack(found), step, FINITE)) if found else before


def non_finite_error(
    compiled: CompiledNetwork, params: NetworkParams, state: NetworkState, steps: np.ndarray, run: int | None = None
) -> NonFiniteError | None:
    """Return the error that names what first was not finite; None if all is finite.

    Args:
        compiled: the network.
        params, state: of it, or their shapes.
        steps: what `first_unsound` has found, (places,).
        run: of which run of a sweep; None for a single network.
    """
    if not (steps != FINITE).any():
        return None
    where = int(np.argmin(steps))  # of those in the earliest step, the first in the order of computation
    return NonFiniteError(*places(compiled, params, state)[where], int(steps[where]), compiled.spec.dt, run)


def _constant_weight(plan: ProjectionPlan, params: NetworkParams) -> Iterator[Array]:
    """Yield whether a weight is NaN that nothing changes; an infinite one may have a meaning."""
    weight = params.projections[plan.name].get(WEIGHT)
    if weight is not None:
        yield jnp.any(jnp.isnan(weight))


def _inputs(population: PopulationSpec, emitted: Emitted) -> dict[Place, Array]:
    sums = {sum_name(t): x for t, x in emitted.sums.get(population.name, {}).items()}
    arrived = {conductance(t): x for t, x in emitted.conductances.get(population.name, {}).items()}
    mine = {name: arrived[name] for name in population.neuron.analysed.instantaneous if name in arrived}
    return {Place("populations", population.name, name): _is_unsound(x) for name, x in (sums | mine).items()}


def _of_population(population: PopulationSpec, state: NetworkState) -> dict[Place, Array]:
    model, own = population.neuron.analysed, state.populations[population.name]
    order = (*_names((*model.shared_updates, *model.updates)), *own)
    names = [name for name in dict.fromkeys(order) if name in own and name not in model.instantaneous]
    return {Place("populations", population.name, name): _is_unsound(own[name]) for name in names}


def _of_projection(plan: ProjectionPlan, names: tuple[str, ...], state: NetworkState) -> dict[Place, Array]:
    own = state.projections.get(plan.name, {})
    found = [name for name in dict.fromkeys(names) if name in own]
    return {Place("projections", plan.name, name): _is_unsound(_synapses(plan, name, own, state)) for name in found}


def _synapses(plan: ProjectionPlan, name: str, own: dict[str, Array], state: NetworkState) -> Array:
    """Return the values of synapses, 0 where there is none."""
    attribute = {a.name: a for a in plan.model.attributes}.get(name)
    if attribute is None or attribute.locality is not Locality.LOCAL or own[name].ndim == 0:
        return own[name]
    exists = plan.form.exists(storage_of(plan, state))
    return own[name] if exists is None else jnp.where(exists, own[name], 0)


def _is_unsound(x: Array) -> Array:
    return ~jnp.isfinite(x).all()


def _updates(plan: ProjectionPlan) -> Sequence:
    return (*plan.model.shared_updates, *plan.model.post_updates, *plan.model.updates)


def _names(updates: Sequence) -> tuple[str, ...]:
    """Return the variables that updates compute, in order."""
    return tuple(part.name for part in parts_of(updates))


def _is_suspect(state: NetworkState, n: int) -> bool:
    """Tell whether some value may not be finite after n steps: a sum is."""
    parts = [state.populations, state.projections] if n >= MANY else state.populations
    real = (x for x in jax.tree.leaves(parts) if jnp.issubdtype(x.dtype, jnp.floating))
    with np.errstate(all="ignore"):
        return not all(np.isfinite(_sum(x)) for x in real)


def _sum(x: Array) -> Array | np.number:
    """Return a sum: on a CPU by NumPy, which compiles nothing; on an accelerator where the array is."""
    return np.asarray(x).sum() if jax.default_backend() == "cpu" else x.sum()


def warn_of_unsound(simulation: Simulation, params: NetworkParams, state: NetworkState, n: int) -> bool:
    """Warn of a state that is not finite after a call of n steps; return whether it is so.

    As in `is_sound`, synapses are looked at after many steps only.
    """
    if not _is_suspect(state, n):
        return False
    bad = [place for place, is_bad in unsound(simulation.compiled, params, state).items() if bool(is_bad)]
    if not bad:
        return False
    kind, owner, name = bad[0]
    time = int(state.step) * simulation.dt
    others = f" and {len(bad) - 1} other{'s' * (len(bad) > 2)}" if len(bad) > 1 else ""
    warn(
        f"`{name}` of {kind[:-1]} `{owner}`{others} is not finite at t = {time:g} ms. Go back "
        "(`reset()`) and call `simulate(..., check_finite=True)`: it names what was the first, and the step",
        JaxsnnWarning,
    )
    return True


def warn_of_unsound_runs(is_sound: np.ndarray, what: str, call: str, runs: np.ndarray | None = None) -> None:
    """Warn if the last states of some runs are not finite.

    Args:
        is_sound: whether the last state of each is finite.
        what: runs or replicas.
        call: that knows `check_finite`.
        runs: which they are; None for all, in order.
    """
    bad = np.flatnonzero(~is_sound) if runs is None else runs[~is_sound]
    if not bad.size:
        return
    shown = ", ".join(map(str, bad[:5])) + (", ..." if bad.size > 5 else "")
    warn(
        f"the last state of {bad.size} of {is_sound.size} {what} is not finite: {shown}. "
        f"`{call}(..., check_finite=True)` names what first stopped being finite, and the step",
        JaxsnnWarning,
    )
