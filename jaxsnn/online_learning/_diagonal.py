"""Gradients of what a neuron could know: traces of its own variables, d numbers for each parameter that acts on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ..compiler import CompiledNetwork
from ..network import named_leaves
from ..plan import ProjectionPlan
from ..recording import Record
from ..step import Emitted, NetworkParams, NetworkState
from . import _rows, _shared_traces, _synapses
from ._columns import Columns, Own, columns_of, own_of, rows_of, slopes_of, unit_changes
from ._derived import reached_by_weights
from ._feedback import FromReadout, feedback_of
from ._leaves import CARRIED, Leaves, Place, float_leaves
from ._linear_step import Change, linear_step
from ._loss import CheckedLoss, Error, error_of
from ._signals import Broadcast, Reward, Signal, way_to_readout
from ._synapses import weighed
from ._trainables import Trace, Trainable

Outputs = Array | list[Array]  # by output of the neurons; for weights, by what went into the step


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Traces:
    """What online learning carries from step to step.

    Args:
        single: by leaf of the state, a leading axis of parameters that act by one value on each neuron.
        synapses: by name of the weights.
        rows: by name of what else synapses have: by leaf, a leading axis of rows.
        heard: by name of what is trained, the eligibility that waits for a learning signal from elsewhere.
    """

    single: tuple[Array, ...]
    synapses: dict[str, _synapses.SynapticTrace] = field(default_factory=dict)
    rows: dict[str, tuple[Array, ...]] = field(default_factory=dict)
    heard: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """What a step was, and what it has made; the arguments of everything that goes on from there.

    Args:
        params, before: with which it began.
        after: the state after it.
        columns: Jacobians by population.
        error: what the loss says.
        state, emitted: what the changes in all directions have become.
    """

    params: NetworkParams
    before: NetworkState
    after: NetworkState
    columns: dict[str, Columns]
    error: Error
    state: tuple[Array, ...]
    emitted: Emitted


@dataclass(frozen=True, eq=False)
class OwnGradient:
    """The gradient by paths within a neuron.

    Args:
        compiled: the network, whose derivatives stay within neurons.
        leaves: what of the state has a trace, or is read by the loss.
        owns: what neurons have, by population.
        trained: what is trained.
        loss: of a step.
        feedback: by population whose learning signal is not the derivative of the loss.
        reached: by name of the weights, which variables of the neuron they act on.
    """

    compiled: CompiledNetwork
    leaves: Leaves
    owns: dict[str, Own]
    trained: tuple[Trainable, ...]
    loss: CheckedLoss
    feedback: dict[str, FromReadout | Reward]
    reached: dict[str, tuple[int, ...]]

    @property
    def single(self) -> list[Trainable]:
        """What acts by one value on each neuron."""
        return [t for t in self.trained if t.trace in (Trace.PER_NEURON, Trace.SHARED)]

    def init(self, params: NetworkParams, state: NetworkState) -> Traces:
        """Return the traces of a state that does not depend on the parameters yet."""
        known, plans = named_leaves(params), self.compiled.plans
        synapses = {
            t.name: _of_weights(t).begin(plans[t.projection], len(self.reached[t.name]), known[t.name])
            for t in self.trained
            if t.trace.is_of_weights
        }
        rows = {
            t.name: _rows.begin(plans[t.projection], known[t.name], state)
            for t in self.trained
            if t.trace is Trace.PER_ROW
        }
        heard = {t.name: self._unheard(t, known[t.name]) for t in self.trained if t.population in self.feedback}
        return Traces(self.leaves.zeros(state, len(self.single)), synapses, rows, heard)

    def step(
        self, params: NetworkParams, state: NetworkState, traces: Traces, target: Any
    ) -> tuple[NetworkState, Traces, dict[str, Array], Record]:
        """Advance by one step; return the state, the traces, the gradient of its loss, and its records."""
        moment, records = self._moment(params, state, traces, target)
        made = {t.name: self._made(t, moment, traces) for t in self.trained}
        gradients, heard = {}, {}
        for t in self.trained:
            gradient = self._exact(t, moment, made[t.name][1])
            if t.population in self.feedback:
                eligibility = self._eligibility(t, moment, made[t.name][1])
                heard[t.name], more = self._heard(t, moment, traces.heard[t.name], eligibility)
                gradient = more if isinstance(self.feedback[t.population], Reward) else gradient + more
            gradients[t.name] = self._in_shape(t, moment, gradient)
        synapses = {t.name: made[t.name][0] for t in self.trained if t.trace.is_of_weights}
        rows = {t.name: made[t.name][0] for t in self.trained if t.trace is Trace.PER_ROW}
        single = tuple(x[: len(self.single)] for x in moment.state)
        new = Traces(single, synapses, rows, heard)
        return moment.after, new, gradients, records

    def _moment(self, params: NetworkParams, state: NetworkState, traces: Traces, target: Any) -> tuple[Moment, Record]:
        """Advance by one step, with changes in all directions that are asked for."""
        names, owns = tuple(t.name for t in self.single), list(self.owns.values())
        targets = {own.population: own.targets for own in owns}
        after, emitted, push = linear_step(self.compiled, params, state, self.leaves, names, targets)
        first = len(names)
        total = first + max((own.directions for own in owns), default=0)
        units, inputs = unit_changes(owns, self.leaves.of(state), first, total)
        floats = tuple(u.at[:first].set(e) for u, e in zip(units, traces.single, strict=True))
        changes = push(Change(_own_directions(names, params, total), floats, inputs))
        error, records = error_of(self.compiled, self.loss, self.leaves, after, emitted, target)
        columns = {own.population: columns_of(own, *changes, first) for own in owns}
        return Moment(params, state, after, columns, error, *changes), records

    def _made(self, t: Trainable, moment: Moment, traces: Traces) -> tuple[Any, Outputs]:
        """Return the trace after a step, and the derivative of each output of the neurons, (outputs, ...).

        For weights it is what went into the step at each place, from which `_slopes` of it go on.
        """
        plan = self.compiled.plans.get(t.projection)
        if t.trace.is_of_weights and plan is not None:
            columns, dt = moment.columns[t.population].among(self.reached[t.name]), self.compiled.spec.dt
            trace = traces.synapses[t.name]
            return _of_weights(t).carry_on(plan, moment.params, moment.before, trace, columns, dt)
        if t.trace is Trace.PER_ROW and plan is not None:
            trace = traces.rows[t.name]
            return _rows.carry_on(self.compiled, plan, t.name, moment.params, moment.before, trace)
        if not t.population:
            return None, jnp.zeros(())
        row = self.single.index(t)
        return None, self.owns[t.population].outputs(moment.state, moment.emitted, row)

    def _exact(self, t: Trainable, moment: Moment, outputs: Outputs) -> Array:
        """Return the gradient by the variables of each neuron, in the shape of an eligibility."""
        if not t.population:
            return _along(self.single.index(t), moment)
        slopes = slopes_of(self.owns[t.population], moment.error)
        return weighed(self._spread(t, moment), self._slopes(t, moment, slopes), outputs)

    def _slopes(self, t: Trainable, moment: Moment, slopes: Array) -> Array:
        """Return slopes by the outputs of the neurons as slopes by what `_made` has returned.

        For weights they go back through the Jacobian neuron by neuron, so that a synapse has d + 1 products.
        """
        if not t.trace.is_of_weights:
            return slopes
        reached = self.reached[t.name]
        rows = moment.columns[t.population].among(reached).rows(self.compiled.plans[t.projection].targets)
        own = slopes[rows_of(reached, self.owns[t.population].spike, len(slopes))]
        return jnp.sum(own[:, None] * rows, 0)

    def _spread(self, t: Trainable, moment: Moment) -> Callable[[Array], Array]:
        """Return what brings a value of each neuron to where eligibilities stand."""
        if t.trace.is_of_weights or t.trace is Trace.PER_ROW:
            return _synapses.at_places(self.compiled.plans[t.projection], moment.before)
        return lambda x: x

    def _in_shape(self, t: Trainable, moment: Moment, gradient: Array) -> Array:
        """Return a gradient in the shape of its parameter."""
        if t.trace is Trace.SHARED:
            return jnp.sum(gradient)
        if t.trace is Trace.PER_NEURON:
            return gradient
        return _synapses.only_synapses(self.compiled.plans[t.projection], moment.before, gradient)

    def _eligibility(self, t: Trainable, moment: Moment, outputs: Outputs) -> Array:
        """Return how much the spikes of this step depend on what is trained."""
        own, spikes = self.owns[t.population], moment.after.spikes[t.population]
        psi = self.compiled.spec.population(t.population).neuron.surrogate_function.slope(spikes.distance)
        if not t.trace.is_of_weights:
            return self._spread(t, moment)(psi) * outputs[own.spike]
        alone = jnp.zeros_like(slopes_of(own, moment.error)).at[own.spike].set(psi)
        return weighed(self._spread(t, moment), self._slopes(t, moment, alone), outputs)

    def _unheard(self, t: Trainable, value: Array) -> Any:
        """Return the eligibility that waits before the first step."""
        per_neuron = t.trace in (Trace.PER_NEURON, Trace.SHARED)
        nothing = jnp.zeros(self.owns[t.population].size if per_neuron else value.shape, value.dtype)
        feedback = self.feedback[t.population]
        if isinstance(feedback, Reward):
            return nothing
        return feedback.begin(nothing)

    def _heard(self, t: Trainable, moment: Moment, kept: Any, eligibility: Array) -> tuple[Any, Array]:
        """Return the eligibility that waits after a step, and the gradient by the learning signal."""
        feedback = self.feedback[t.population]
        if isinstance(feedback, Reward):
            kept = kept * exp(-self.compiled.spec.dt / feedback.tau) + eligibility
            return kept, moment.error.value * kept
        own = self.owns[feedback.plan.post.name]
        columns = moment.columns[own.population]
        slopes = feedback.pulled(feedback.back(moment.params, moment.before, slopes_of(own, moment.error)), columns)
        gradient = weighed(self._spread(t, moment), slopes, [*kept[0], kept[1]])
        return (feedback.filtered(kept, columns), eligibility), gradient


def own_gradient(
    compiled: CompiledNetwork,
    shapes: Any,
    trained: tuple[Trainable, ...],
    loss: CheckedLoss,
    signals: dict[str, Signal],
) -> OwnGradient:
    """Return the gradient by paths within a neuron of what is trained in a network.

    Args:
        compiled: the network, whose derivatives stay within neurons.
        shapes: of its state.
        trained: what is trained.
        loss: of a step.
        signals: learning signals by population.
    """
    targets = _targets(compiled, trained, signals)
    leaves = float_leaves(shapes, _belongs(trained, set(targets)))
    owns = {name: own_of(compiled, leaves, leaves.of(shapes), name, tuple(found)) for name, found in targets.items()}
    plans = {t.name: compiled.plans[t.projection] for t in trained if t.trace.is_of_weights}
    reached = {name: _reached(leaves, owns, plan) for name, plan in plans.items()}
    feedback: dict[str, FromReadout | Reward] = {}
    for name, signal in signals.items():
        if isinstance(signal, Broadcast):
            plan = way_to_readout(compiled, name, signal.readout)
            feedback[name] = feedback_of(plan, signal, _reached(leaves, owns, plan))
        else:
            feedback[name] = signal
    return OwnGradient(compiled, leaves, owns, trained, loss, feedback, reached)


def _reached(leaves: Leaves, owns: dict[str, Own], plan: ProjectionPlan) -> tuple[int, ...]:
    """Return which of a neuron's variables a weight acts on, all where the equations do not tell."""
    names = [leaves.places[position].name for position in owns[plan.post.name].variables]
    reached = reached_by_weights(plan)
    return tuple(i for i, name in enumerate(names) if reached is None or name in reached)


def _targets(
    compiled: CompiledNetwork, trained: tuple[Trainable, ...], signals: dict[str, Signal]
) -> dict[str, dict[str, None]]:
    """Return the inputs through which trained weights, and spikes to a readout, act, by population."""
    found: dict[str, dict[str, None]] = {t.population: {} for t in trained if t.population}
    for t in trained:
        if t.trace.is_of_weights:
            found[t.population] |= dict.fromkeys(compiled.plans[t.projection].targets)
    for name, signal in signals.items():
        if isinstance(signal, Broadcast):
            plan = way_to_readout(compiled, name, signal.readout)
            found[plan.post.name] = found.get(plan.post.name, {}) | dict.fromkeys(plan.targets)
    return found


def _belongs(trained: tuple[Trainable, ...], populations: set[str]) -> Callable[[Place], bool]:
    """Return which leaves of a state have a trace, or are read by the loss."""
    everywhere = any(not t.population for t in trained)
    projections = {t.projection for t in trained if t.trace in (Trace.SHARED, Trace.PER_NEURON)}

    def belongs(place: Place) -> bool:
        return place.field in CARRIED and (everywhere or place.owner in populations | projections)

    return belongs


def _of_weights(t: Trainable) -> ModuleType:
    """Return what carries on the trace of weights."""
    return _shared_traces if t.trace is Trace.PER_SENDER else _synapses


def _own_directions(names: tuple[str, ...], params: NetworkParams, total: int) -> dict[str, Array]:
    """Return changes of the parameters, each by one in a direction of its own, for all neurons at once."""
    known = named_leaves(params)
    return {n: jnp.zeros((total, *known[n].shape), known[n].dtype).at[i].set(1.0) for i, n in enumerate(names)}


def _along(row: int, moment: Moment) -> Array:
    """Return how much the loss changes in one direction."""
    slopes = jax.tree.leaves((moment.error.state, moment.error.emitted))
    changes = jax.tree.leaves((moment.state, moment.emitted))
    return jnp.asarray(sum(jnp.vdot(s, c[row]) for s, c in zip(slopes, changes, strict=True)))
