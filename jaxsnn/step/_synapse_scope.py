"""Values of all synapses of a projection at once, where every step needs them: contributions, equations, rules."""

from collections.abc import Callable, Iterable

from jax import Array

from ..connectivity import Side
from ..equations import Draw, Expression, Locality, Remote, Scope, reductions, remotes
from ..plan import Delivery, ProjectionPlan, value_name
from ._clock import last_spike_times, present
from ._fractional_delays import interpolated, taps
from ._random_draws import build_draw
from ._state import NetworkParams, NetworkState
from ._state_access import delays_of, last_spikes, reduced_values, remote_values, storage_of, synapse_value
from ._synaptic_event import TIME_OF_LAST_SPIKE


def scope_at_places(
    plan: ProjectionPlan,
    expressions: Iterable[Expression],
    params: NetworkParams,
    state: NetworkState,
    dt: float,
    dtype,
    *,
    ago: int = 0,
) -> Scope:
    """Return what names mean at all places, every value ready to broadcast against them.

    Args:
        plan: the projection.
        expressions: that will be evaluated.
        params, state: present values.
        dt: step, ms.
        dtype: of floating-point values.
        ago: how many steps fewer than the delay `pre.x` is read from the past: 0 before the values of this step have
            joined it, 1 after.
    """
    nodes = remotes(expressions)
    form, storage = plan.form, storage_of(plan, state)
    values = {a.name: _attribute(plan, a.name, a.locality, params, state) for a in plan.model.attributes}
    values |= present(state.step, dt, dtype)
    spread = {Side.PRE: form.pre, Side.POST: form.post}
    for side, steps in last_spikes(plan, state).items():
        times = last_spike_times(TIME_OF_LAST_SPIKE[side], steps, state.step, dt, dtype)
        values |= {name: spread[side](storage, x) for name, x in times.items()}
    remote = _remotes(plan, nodes, params, state, dt, dtype, ago)
    found = reduced_values(plan, reductions(expressions), state)
    scope = Scope(values, reductions=found, constants=params.constants, remote=remote)
    # A place without a synapse is a branch that is not taken.
    return scope if plan.model.are_tame(expressions) else scope.within(form.exists(storage))


def _attribute(
    plan: ProjectionPlan, name: str, locality: Locality, params: NetworkParams, state: NetworkState
) -> Array:
    value = synapse_value(plan, name, params, state)
    return plan.form.post_row(storage_of(plan, state), value) if locality is Locality.POSTSYNAPTIC else value


def _remotes(
    plan: ProjectionPlan,
    nodes: tuple[Remote, ...],
    params: NetworkParams,
    state: NetworkState,
    dt: float,
    dtype,
    ago: int,
) -> dict[Remote, Array]:
    form, storage = plan.form, storage_of(plan, state)
    one_delay = delays_of(plan, state) - ago if plan.delivery is Delivery.UNIFORM else None
    read = remote_values(plan, nodes, params, state, one_delay, dtype)

    def value(node: Remote, x: Array) -> Array:
        if node.owner == "post":
            return form.post(storage, x)
        history = state.histories.get(plan.pre.name, {}).get(value_name(node))
        if not plan.pasts_differ or history is None:
            return form.pre(storage, x)
        past = lambda steps: form.delayed(storage, history, (state.step - steps + ago) % history.shape[0])  # noqa: E731
        if plan.delivery.is_fractional:
            return interpolated(past, taps(plan, params, state, dt))
        return past(delays_of(plan, state))

    return {node: value(node, x) for node, x in read.items()}


def build_synapse_draw(
    plan: ProjectionPlan, locality: Locality, scope: Scope, state: NetworkState, key: Array, dtype
) -> Callable[[Draw], Array]:
    """Return the function that draws the random numbers in equations of one locality."""
    shape = {
        Locality.SHARED: (),
        Locality.POSTSYNAPTIC: (plan.form.ends.post.size,),
        Locality.LOCAL: plan.form.places(storage_of(plan, state)),
    }[locality]
    return build_draw(scope, lambda node: shape, key, dtype)
