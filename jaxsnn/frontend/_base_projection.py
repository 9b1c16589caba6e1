"""What every projection has, whatever it is made of: two sides, a target, a delay, switches."""

from typing import Any

from ..connectivity import Ranks
from ..models import Synapse
from ..network import ProjectionSpec
from . import _switches as switches
from . import _synapse_attributes as synapse_attributes
from ._core import Core
from ._delays import change_delays
from ._handle import Part
from ._input_populations import population_of
from ._population import PopulationView, Ranked
from ._projection_html import projection_html


class BaseProjection(Part):
    """Handle of a projection."""

    _kind = "projection"
    _ends: tuple[Ranked | None, Ranked | None]

    def _bind(self, core: Core, name: str, pre: Ranked | None = None, post: Ranked | None = None) -> None:  # type: ignore[override]
        super()._bind(core, name)
        object.__setattr__(self, "_ends", (pre, post))

    @property
    def _spec(self) -> ProjectionSpec:
        return self._core.projection(self._name)

    @property
    def pre(self) -> Ranked:
        """The pre-synaptic population or view."""
        return self._ends[0] or _side(self._core, self._spec.pre, self._spec.pre_ranks)

    @property
    def post(self) -> Ranked:
        """The post-synaptic population or view."""
        return self._ends[1] or _side(self._core, self._spec.post, self._spec.post_ranks)

    @property
    def target(self) -> str | list[str]:
        """Which input of the post neurons it feeds; a list where it feeds several."""
        targets = self._spec.targets
        return targets[0] if len(targets) == 1 else list(targets)

    @property
    def synapse_type(self) -> Synapse:
        """The model of its synapses."""
        return self._spec.synapse

    @property
    def connector_name(self) -> str:
        """What ANNarchy calls its connector."""
        connector, kind = self._spec.connector, self._spec.kind
        return "" if connector is None else connector.title or kind.value.capitalize()

    @property
    def id(self) -> int:
        """Number of the projection in its network, from 0."""
        return list(self._core.draft.projections).index(self._name)

    @property
    def delay(self) -> Any:
        """Delays in ms: a number where all synapses have the same, else lists as for other attributes."""
        return synapse_attributes.read_delays(self._core, self._name)

    @delay.setter
    def delay(self, value: Any) -> None:
        change_delays(self._core, self._name, value)

    # Switches

    @property
    def transmission(self) -> bool:
        """Whether anything arrives at the synapses; without it nothing is learnt either."""
        return bool(switches.read_switch(self._core, self._name, "transmission"))

    @transmission.setter
    def transmission(self, value: bool) -> None:
        switches.turn(self._core, self._name, "transmission", value)

    @property
    def axon_transmission(self) -> bool:
        """Whether axonal spikes arrive."""
        return bool(switches.read_switch(self._core, self._name, "axon_transmission"))

    @axon_transmission.setter
    def axon_transmission(self, value: bool) -> None:
        switches.turn(self._core, self._name, "axon_transmission", value)

    @property
    def update(self) -> bool:
        """Whether the equations of the synapses are executed."""
        return bool(switches.read_switch(self._core, self._name, "update"))

    @update.setter
    def update(self, value: bool) -> None:
        switches.turn(self._core, self._name, "update", value)

    @property
    def plasticity(self) -> bool:
        """Whether `w` can change."""
        return bool(switches.read_switch(self._core, self._name, "plasticity"))

    @plasticity.setter
    def plasticity(self, value: bool) -> None:
        switches.turn(self._core, self._name, "plasticity", value)

    def enable_learning(self, period: float | None = None, offset: float | None = None) -> None:
        """Let the equations of the synapses be executed and their weights change.

        Args:
            period: ms between two executions, each of which stands for the whole period; None for every step.
            offset: ms within the period of the first of them, counted from now, or, where it is negative, from the end
                of a period; None counts periods from time 0.

        Raises:
            ArgumentError: a period below one step, an offset that is as long as the period.
        """
        switches.enable_learning(self._core, self._name, period, offset)

    def disable_learning(self, update: bool | None = None) -> None:
        """Stop learning: a rate-coded projection executes no equations, a spiking one keeps its `w`.

        `update` is accepted and ignored.
        """
        switches.disable_learning(self._core, self._name)

    def start_creating(self, period: float | None = None) -> None:
        """Let the rule `creating` of the synapses be executed, from the next step on.

        Args:
            period: ms between two executions; None for every step.

        Raises:
            ArgumentError: the synapses have no such rule, or a period below one step.
        """
        switches.start_rule(self._core, self._name, "creating", period)

    def stop_creating(self) -> None:
        """Create no synapses any more."""
        switches.stop_rule(self._core, self._name, "creating")

    def start_pruning(self, period: float | None = None) -> None:
        """Let the rule `pruning` of the synapses be executed, from the next step on; see `start_creating`."""
        switches.start_rule(self._core, self._name, "pruning", period)

    def stop_pruning(self) -> None:
        """Prune no synapses any more."""
        switches.stop_rule(self._core, self._name, "pruning")

    def _repr_html_(self) -> str:
        """Return what a notebook shows: its two sides, its synapses and their equations."""
        return projection_html(self._core, self._name)

    def __repr__(self) -> str:
        return f"projection `{self._name}`"


def _side(core: Core, name: str, ranks: Ranks) -> Ranked:
    """Return the handle of a population, or of a part of it."""
    population = population_of(core, name)
    return population if ranks.is_everything else PopulationView(population, ranks)
