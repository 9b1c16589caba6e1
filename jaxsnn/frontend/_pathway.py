"""What every projection has, whatever it is made of: two sides, a target, a delay, switches."""

from typing import TYPE_CHECKING, Any

from ..models import Synapse
from ..network import ProjectionSpec
from . import _synaptic as synaptic
from ._learning import Learning

if TYPE_CHECKING:
    from ._network import Network


class Pathway(Learning):
    """Handle of a projection."""

    _network: "Network"
    _name: str

    def __init__(self, network: "Network", name: str) -> None:
        object.__setattr__(self, "_network", network)
        object.__setattr__(self, "_name", name)

    @property
    def name(self) -> str:
        """Name of the projection."""
        return self._name

    @property
    def _spec(self) -> ProjectionSpec:
        return self._network.projection_spec(self._name)

    @property
    def pre(self) -> Any:
        """The pre-synaptic population or view."""
        return self._handles()[0]

    @property
    def post(self) -> Any:
        """The post-synaptic population or view."""
        return self._handles()[1]

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
    def delay(self) -> Any:
        """Delays in ms: a number where all synapses have the same, else lists as for other attributes."""
        return synaptic.read_delays(self._network, self._name)

    @delay.setter
    def delay(self, value: Any) -> None:
        self._network.change_delays(self._name, value)

    # Helpers

    def _handles(self) -> tuple[Any, Any]:
        """Return the populations or views on both sides."""
        spec = self._network.projection_spec(self._name)
        return self._network.side(spec.pre, spec.pre_ranks), self._network.side(spec.post, spec.post_ranks)

    def __repr__(self) -> str:
        return f"projection `{self._name}`"
