"""The synapses of a network: where they are stored, their switches and delays, their structure, learning."""

from typing import Any

import numpy as np

from ..connectivity import DELAY, Ranks, SynapseTable
from ..distributions import Distribution
from ..editing import Wiring
from ..errors import ArgumentError, StateError, UnsupportedError
from . import _synaptic as synaptic
from ._neurons import PopulationView
from ._pathway import Pathway
from ._population import Population
from ._running import Running


class Wired(Running):
    """What a network does with its projections; see `Network`."""

    def side(self, name: str, ranks: Ranks) -> Population | PopulationView:
        """Return the handle of a population, or of a part of it."""
        return self.population(name) if ranks.is_everything else PopulationView(self, name, ranks)  # type: ignore[arg-type]

    def synapse_table(self, name: str) -> SynapseTable:
        """Return where the synapses of a projection are stored."""
        storage = self.values.read_storage(name)
        kept = vars(self.values).setdefault("_tables", {})
        if name not in kept or kept[name][0] is not storage:
            kept[name] = (storage, self.simulation.compiled.plans[name].form.table(storage))
        return kept[name][1]

    # Switches

    def read_switch(self, name: str, switch: str) -> Any:
        """Return a switch of a projection; before compilation all of them are on."""
        if not self.is_compiled:
            return self.projection_spec(name).switches.get(switch, True)
        return self.values.read(("switches", name, switch))

    def write_switch(self, name: str, switch: str, value: Any) -> None:
        """Set a switch of a projection."""
        self.must_be_free()
        if self.is_compiled:
            self.values.write(("switches", name, switch), np.asarray(value))
        else:
            switches = {**self.projection_spec(name).switches, switch: np.asarray(value)}
            self._draft.describe(name, switches=switches)

    def enable_learning(
        self, projections: Any = None, period: float | None = None, offset: float | None = None
    ) -> None:
        """Enable learning in projections, all of them by default; see `Projection.enable_learning`."""
        for projection in self._chosen(projections):
            projection.enable_learning(period, offset)

    def disable_learning(self, projections: Any = None) -> None:
        """Disable learning in projections, all of them by default; see `Projection.disable_learning`."""
        for projection in self._chosen(projections):
            projection.disable_learning()

    def _chosen(self, projections: Any) -> list[Pathway]:
        if projections is None:
            return self.projections()
        several = [projections] if isinstance(projections, Pathway) else list(projections)
        for one in several:
            if not isinstance(one, Pathway) or one._network._draft is not self._draft:
                raise ArgumentError(f"a projection of this network is expected here, not {one!r}")
        return several

    # Delays

    def change_delays(self, name: str, value: Any) -> None:
        """Set the delays of a projection: one number of ms, or for synapses with delays of their own lists."""
        if not self.is_compiled:
            if isinstance(value, list | tuple | np.ndarray):
                raise StateError(f"give the delays of projection `{name}` to its connector")
            connector = self.projection_spec(name).connector
            self._draft.describe(name, connector=connector.with_delays(_checked(value)))
            return
        self.must_be_free()
        if self.projection_spec(name).fractional_delays:
            found, old = synaptic.table(self, name), synaptic.stored(self, name, DELAY) * self.dt
            given = np.full(found.size, value) if np.ndim(value) == 0 else found.joined(value, f"`delay` of `{name}`")
            self.values.write(("projections", name, DELAY), found.written(old, given.astype(float)))
            return
        steps = self._delay_steps(name, value)
        self._see_back(name, int(steps.max()))
        self.values.write(("projections", name, DELAY), steps)

    def _delay_steps(self, name: str, value: Any) -> np.ndarray:
        old = synaptic.stored(self, name, DELAY)
        if old.ndim == 0:
            if np.ndim(value):
                raise ArgumentError(f"projection `{name}` has one delay for all synapses: assign one number of ms")
            return _steps(np.asarray(float(value)), self.dt)
        found = synaptic.table(self, name)
        given = (
            np.full(found.size, float(value)) if np.ndim(value) == 0 else found.joined(value, f"`delay` of `{name}`")
        )
        return found.written(old, _steps(given, self.dt)).astype(np.int32)

    # Structure

    def create_synapses(self, name: str, post: int, ranks: np.ndarray, weights: np.ndarray, delays: np.ndarray) -> None:
        """Create synapses of one post neuron by hand; see `Dendrite.create_synapses`."""
        self.must_be_free()
        found = synaptic.table(self, name)
        self._check_pairs(name, post, ranks)
        there = np.isin(ranks, found.of(post).pre)
        if there.any():
            raise ArgumentError(f"there is a synapse from neuron {ranks[there][0]} to neuron {post} already")
        steps = self._created_steps(name, delays)
        pre, after = np.append(found.pre, ranks), np.append(found.post, np.full(len(ranks), post))
        source = np.append(np.arange(found.size), np.full(len(ranks), -1))
        order = np.lexsort((pre, after))
        begin: dict[str, np.ndarray] = {"w": np.append(np.zeros(found.size), weights)[order]}
        if steps is not None:
            begin[DELAY] = np.append(np.ones(found.size, np.int32), steps)[order]
        self._rewire(name, Wiring(pre[order], after[order], source[order], begin))

    def prune_synapses(self, name: str, post: int, ranks: np.ndarray) -> None:
        """Remove synapses of one post neuron by hand; see `Dendrite.prune_synapses`."""
        self.must_be_free()
        found = synaptic.table(self, name)
        self._check_pairs(name, post, ranks)
        missing = ranks[~np.isin(ranks, found.of(post).pre)]
        if len(missing):
            raise ArgumentError(f"there is no synapse from neuron {missing[0]} to neuron {post}")
        kept = np.flatnonzero((found.post != post) | ~np.isin(found.pre, ranks))
        self._rewire(name, Wiring(found.pre[kept], found.post[kept], kept, {}))

    def _rewire(self, name: str, wiring: Wiring) -> None:
        if self.projection_spec(name).fractional_delays:
            raise UnsupportedError(f"projection `{name}`: synapses whose delays are parameters stay as they are")
        self.values.rewire(name, synaptic.table(self, name).place, wiring)
        if not self.projection_spec(name).synapse.analysed.is_structural:  # there, every pair has its own place
            self.forget_records(frozenset([name]))

    def _check_pairs(self, name: str, post: int, ranks: np.ndarray) -> None:
        ends = self.projection_spec(name).ends
        for side, given, known in (("pre", ranks, ends.pre), ("post", np.array([post]), ends.post)):
            strange = given[~np.isin(given, known.array)]
            if len(strange):
                message = f"neuron {strange[0]} is not on the {side}-synaptic side of projection `{name}`"
                raise ArgumentError(f"{message}, which has {known.size} neurons")
        if len(np.unique(ranks)) < len(ranks):
            raise ArgumentError(f"a pre neuron stands twice in {ranks.tolist()}")

    def _created_steps(self, name: str, delays: np.ndarray) -> np.ndarray | None:
        """Return the delays of new synapses in steps, None where all synapses of the projection have the same."""
        steps = _steps(delays, self.dt)
        old = synaptic.stored(self, name, DELAY)
        if old.ndim == 0:
            if (delays > 0).any() and (steps != old).any():
                message = f"all synapses of projection `{name}` have the same delay of {int(old) * self.dt:g} ms"
                raise ArgumentError(f"{message}: leave `delays` out, or connect it with a distribution of delays")
            return None
        self._see_back(name, int(steps.max(initial=1)))
        return steps

    def _see_back(self, name: str, steps: int) -> None:
        """Keep the past of so many steps for a projection."""
        if steps > self.simulation.compiled.plans[name].longest:
            self._must_be_alone()
            with self._changing():
                self._draft.describe(name, longest_delay=float(steps * self.dt))

    # Back to the beginning

    def restart_synapses(self, names: list[str], attributes: list[str] | None, synapses: bool) -> None:
        """Let synapses begin again; see `Projection.reset`."""
        self._must_run("reset()")
        names = [name for name in names if self.projection_spec(name).kind.has_synapses]
        if synapses:
            specs = [self.projection_spec(name) for name in names]
            self.values.redraw_weights(tuple(names))
            self.forget_records(frozenset(q.name for q in specs if q.connector.is_random(q.ends)))
        self.values.restart_synapses(tuple(names), None if attributes is None else tuple(attributes))


def _steps(delays: np.ndarray, dt: float) -> np.ndarray:
    """Return delays in ms as steps, at least 1."""
    if not (np.isfinite(delays).all() and (delays >= 0).all()):
        raise ArgumentError(f"a delay is a finite number of ms, at least 0, not {delays.tolist()}")
    return np.maximum(1, np.rint(delays / dt)).astype(np.int32)


def _checked(value: Any) -> float | Distribution:
    if isinstance(value, Distribution):
        return value
    if not (np.isreal(value) and np.isfinite(value) and value >= 0):
        raise ArgumentError(f"a delay is a finite number of ms, at least 0, not {value!r}")
    return float(value)
