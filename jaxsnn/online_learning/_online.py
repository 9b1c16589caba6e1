"""`online`: gradients that are known while the network runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jax import Array

from ..compiler import with_own_paths
from ..errors import ArgumentError, UnknownNameError, did_you_mean
from ..models import Synapse
from ..recording import Record
from ..simulation import Simulation
from ..step import NetworkParams, NetworkState
from ._derived import tangent_of_weights
from ._diagonal import own_gradient
from ._explain import NUMERICAL, Explanation
from ._full import FullGradient
from ._leaves import CARRIED, REMEMBERED, float_leaves
from ._loss import CheckedLoss, StepLoss, checked_loss
from ._signals import Signal, checked_signals
from ._synapse_text import synapse_of
from ._trainables import Trainable, trainables_of

ALGORITHMS = ("diagonal", "full")


@dataclass(frozen=True, eq=False, repr=False)
class OnlineRule:
    """Two pure functions that learn while a network runs; `init, step = rule` takes them apart.

    `print(rule)` shows what was derived: for each parameter how a small change runs through the equations of a neuron.
    `epsilon_v` is the change of v, `z_pre` what arrives in a step, `psi` the surrogate derivative of the spike.

    Args:
        sim: the network.
        trained: what is trained, and the trace that it needs.
        init: `init(params, state) -> traces`.
        step: `step(params, state, traces, target) -> (state, traces, gradients, records)`; gradients are arrays by
            public name, of the shapes of the parameters.
        algorithm: `"diagonal"` or `"full"`.
        loss: of a step.
        signals: by population that hears of the error from elsewhere.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> source = net.create(snn.inputs.PoissonPopulation(20, rates=50.0), name="source")
        >>> cells = net.create(5, snn.LIF().with_changes(refractory=None), name="cells")
        >>> _ = net.connect(source, cells, "exc", name="in").all_to_all(weights=0.1)
        >>> _ = net.monitor(cells, "spike")
        >>> print(snn.online(net.compile(), lambda r, rate: ((r["cells"]["spike"] - rate) ** 2).sum(), "in.w"))
        Online learning by paths within a neuron.
        <BLANKLINE>
        in.w: one trace for each pre-synaptic neuron, which all of its synapses share
            pre_spike      z_pre = 1.0, in this step
            equations      epsilon_v = exp(-dt / tau_m) * epsilon_v + z_pre
            psi            fast_sigmoid(beta=10) of v - v_thresh
            eligibility    psi * epsilon_v
            gradient       dE/dv * epsilon_v + dE/dspike * eligibility
    """

    sim: Simulation
    trained: tuple[Trainable, ...]
    init: Callable[[NetworkParams, NetworkState], Any]
    step: Callable[..., tuple[NetworkState, Any, dict[str, Array], Record]]
    algorithm: str
    loss: StepLoss
    signals: Mapping[str, Signal]

    def __repr__(self) -> str:
        return f"OnlineRule({', '.join(t.name for t in self.trained)}; {self.algorithm})"

    def __str__(self) -> str:
        if self.algorithm == "full":
            names = ", ".join(t.name for t in self.trained)
            return f"Online learning by all paths.\n\n{names}: the derivative of the whole state, {NUMERICAL}"
        explanation = Explanation(self.sim.compiled, self.sim.shapes, self.signals)
        return "\n\n".join(["Online learning by paths within a neuron.", *(explanation.of(t) for t in self.trained)])

    def synapse(self, projection: str, signal: str | None = None) -> Synapse:
        """Return the eligibility trace of trained weights as a synapse in the language of equations.

        It transmits as the projection does, `g_target += w`, and carries `epsilon_v` and its kin, of which the present
        values are the trace before a reset, and `eligibility`, which says how much the spike of this step depends on w.
        Where the projection has delays, give them to the new one as well.

        Args:
            projection: its name; its weights are trained.
            signal: an expression of a learning signal, such as `post.L`: `gradient` adds up `signal * eligibility`.

        Raises:
            UnknownNameError: no weights of such a projection are trained.
            UnsupportedError: the text could not have the numbers of `step`; says what stands in the way.
            EquationError: `signal` is no expression.

        Example:
            >>> import jaxsnn as snn
            >>> net = snn.Network(dt=1.0, seed=1)
            >>> source = net.create(snn.inputs.PoissonPopulation(20, rates=50.0), name="source")
            >>> cells = net.create(5, snn.LIF().with_changes(refractory=None), name="cells")
            >>> _ = net.connect(source, cells, "exc", name="in").all_to_all(weights=0.1)
            >>> rule = snn.online(net.compile(), lambda records, target: 0.0, "in.w")
            >>> print(rule.synapse("in").equations)
            epsilon_v = exp(-dt / post.tau_m) * epsilon_v + z_pre
            z_pre = 0.0
            z_post = if t - t_post < 0.5 * dt: 1.0 else: 0.0
            distance = post.v + post.v_thresh * z_post - post.v_thresh
            eligibility = 1.0 / (1.0 + 10.0 * abs(distance))**2.0 * epsilon_v
        """
        known = {t.projection: self.sim.compiled.plans[t.projection] for t in self.trained if t.trace.is_of_weights}
        if projection not in known:
            raise UnknownNameError(
                f"no weights of a projection `{projection}` are trained that merely add to an input."
                f"{did_you_mean(str(projection), known)}"
            )
        plan = known[projection]
        return synapse_of(plan.post.neuron, tangent_of_weights(plan), projection, signal)

    def __iter__(self) -> Iterator[Callable]:
        """Yield `init` and `step`."""
        return iter((self.init, self.step))


def online(
    sim: Simulation,
    loss: StepLoss,
    trainable: Sequence[str] | str | None = None,
    *,
    algorithm: str = "diagonal",
    signals: Mapping[str, Signal] | None = None,
) -> OnlineRule:
    """Derive from the equations of a network how its parameters learn while it runs.

    A parameter has an eligibility trace: how much the present state would differ if the parameter had been a little
    larger all along. The trace follows its own equation, step by step; no past is kept. The gradient of the loss of a
    step is the product of the trace and of what the loss says of the state (R. J. Williams, D. Zipser, Neural
    Computation 1, 1989, doi:10.1162/neco.1989.1.2.270).

    `"full"` keeps the derivative of the whole state: the gradient of backpropagation through time, with as many copies
    of the state as there are trained numbers. `"diagonal"` keeps what a neuron could know: the derivative of its own
    variables, d numbers for each weight that ends in it. Paths through other neurons are left out (e-prop: G. Bellec
    et al., Nature Communications 11, 2020, doi:10.1038/s41467-020-17236-y).

    Args:
        sim: a compiled network.
        loss: `loss(records, target)`, one number for each step, of what its monitors record in the step: `spike` as
            (n,) floats, `v` as (n,) floats. Traced, so pure. The loss of a run is the sum over its steps.
        trainable: names or patterns as for `fit`: weights, parameters of neurons, constants of synapses, delays with
            `fractional_delays`. None is everything.
        algorithm: `"diagonal"` or `"full"`.
        signals: how a population hears of the error, by name. By default it is the derivative of the loss by its own
            variables and spikes in this step; a population that the loss does not read needs a `Broadcast` or a
            `Reward`. For `"diagonal"` only.

    Returns:
        The rule, `init, step = rule`.

    Raises:
        UnknownNameError: a name or pattern matches nothing.
        UnsupportedError: a parameter without an eligibility trace, with the reason.
        ArgumentError, ShapeError: an option makes no sense; the loss is not one of a step.

    Example:
        >>> import jax, jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> noise = net.create(snn.inputs.PoissonPopulation(20, rates=50.0), name="noise")
        >>> cells = net.create(5, snn.LIF(), name="cells")
        >>> _ = net.connect(noise, cells, "exc", name="in").all_to_all(weights=snn.Uniform(0.0, 0.2))
        >>> _ = net.monitor(cells, "spike")
        >>> sim = net.compile()
        >>> params, state = sim.init(1)
        >>> init, step = snn.online(sim, lambda r, rate: ((r["cells"]["spike"] - rate) ** 2).sum(), "in.w")
        >>> traces = init(params, state)
        >>> state, traces, gradients, records = jax.jit(step)(params, state, traces, 0.02)
        >>> gradients["in.w"].shape
        (20, 5)
    """
    if not isinstance(sim, Simulation):
        raise ArgumentError(f"`sim` is what `net.compile()` returns, not {sim!r}")
    if algorithm not in ALGORITHMS:
        raise ArgumentError(
            f'`algorithm` is "diagonal" or "full", not {algorithm!r}.{did_you_mean(str(algorithm), ALGORITHMS)}'
        )
    trained, of_step = trainables_of(sim, trainable), checked_loss(loss)
    if algorithm == "full":
        if signals:
            raise ArgumentError(
                "`signals` are for `algorithm='diagonal'`: the full gradient knows all paths to the loss"
            )
        return _full(sim, trained, of_step)
    return _diagonal(sim, trained, of_step, signals)


def _full(sim: Simulation, trained: tuple[Trainable, ...], loss: CheckedLoss) -> OnlineRule:
    leaves = float_leaves(sim.shapes[1], lambda place: place.field in (*CARRIED, *REMEMBERED))
    gradient = FullGradient(sim.compiled, leaves, tuple(t.name for t in trained), loss)
    return OnlineRule(sim, trained, gradient.init, gradient.step, "full", loss, {})


def _diagonal(sim: Simulation, trained: tuple[Trainable, ...], loss: CheckedLoss, signals: Any) -> OnlineRule:
    compiled = with_own_paths(sim.compiled)
    checked = checked_signals(compiled, signals)
    gradient = own_gradient(compiled, sim.shapes[1], trained, loss, checked)
    return OnlineRule(sim, trained, gradient.init, gradient.step, "diagonal", loss, checked)
