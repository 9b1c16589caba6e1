"""What of a projection takes place: transmission, equations, changes of weights. All of it can change at any time."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError

if TYPE_CHECKING:
    from ._network import Network


class Learning:
    """The switches of a projection; see `Projection`."""

    _network: "Network"
    _name: str

    @property
    def transmission(self) -> bool:
        """Whether anything arrives at the synapses; without it nothing is learnt either."""
        return bool(self._switch("transmission"))

    @transmission.setter
    def transmission(self, value: bool) -> None:
        self._set_switch("transmission", value)

    @property
    def axon_transmission(self) -> bool:
        """Whether axonal spikes arrive."""
        return bool(self._switch("axon_transmission"))

    @axon_transmission.setter
    def axon_transmission(self, value: bool) -> None:
        self._set_switch("axon_transmission", value)

    @property
    def update(self) -> bool:
        """Whether the equations of the synapses are executed."""
        return bool(self._switch("update"))

    @update.setter
    def update(self, value: bool) -> None:
        self._set_switch("update", value)

    @property
    def plasticity(self) -> bool:
        """Whether `w` can change."""
        return bool(self._switch("plasticity"))

    @plasticity.setter
    def plasticity(self, value: bool) -> None:
        self._set_switch("plasticity", value)

    def enable_learning(self, period: float | None = None, offset: float | None = None) -> None:
        """Let the equations of the synapses be executed and their weights change.

        Args:
            period: ms between two executions, each of which stands for the whole period; None for every step.
            offset: ms within the period of the first of them, counted from now; None counts periods from time 0.

        Raises:
            ArgumentError: a period below one step, an offset that does not lie within it.
        """
        dt, now = self._network.dt, self._network.get_current_step()
        steps = self._steps(period)
        late = 0 if offset is None else round(offset / dt)
        if not 0 <= late < steps:
            raise ArgumentError(f"`offset` lies within the period of {steps * dt:g} ms, not at {offset} ms")
        for name, value in (("update", True), ("plasticity", True)):
            self._set_switch(name, value)
        self._network.write_switch(self._name, "period", np.int32(steps))
        since = 0 if offset is None else now
        self._network.write_switch(self._name, "offset", np.int32((since + late) % steps))

    def disable_learning(self) -> None:
        """Stop learning: a rate-coded projection executes no equations, a spiking one keeps its `w`."""
        spiking = self._network.population_spec(self._network.projection_spec(self._name).pre).neuron.is_spiking
        self._set_switch("plasticity" if spiking else "update", False)

    # Structural rules

    def start_creating(self, period: float | None = None) -> None:
        """Let the rule `creating` of the synapses be executed, from the next step on.

        Args:
            period: ms between two executions; None for every step.

        Raises:
            ArgumentError: the synapses have no such rule, or a period below one step.
        """
        self._start("creating", period)

    def stop_creating(self) -> None:
        """Create no synapses any more."""
        self._stop("creating")

    def start_pruning(self, period: float | None = None) -> None:
        """Let the rule `pruning` of the synapses be executed, from the next step on; see `start_creating`."""
        self._start("pruning", period)

    def stop_pruning(self) -> None:
        """Prune no synapses any more."""
        self._stop("pruning")

    def _start(self, kind: str, period: float | None) -> None:
        self._check_rule(kind)
        self._network.write_switch(self._name, f"{kind}_offset", np.int32(self._network.get_current_step()))
        self._network.write_switch(self._name, kind, np.int32(self._steps(period)))

    def _stop(self, kind: str) -> None:
        self._check_rule(kind)
        self._network.write_switch(self._name, kind, np.int32(0))

    def _check_rule(self, kind: str) -> None:
        if getattr(self._network.projection_spec(self._name).synapse.analysed, kind) is None:
            message = f"the synapses of projection `{self._name}` have no rule `{kind}`"
            raise ArgumentError(f'{message}: give one to their model, `Synapse({kind}="condition : proba=0.1")`')

    def _steps(self, period: float | None) -> int:
        dt = self._network.dt
        steps = 1 if period is None else round(period / dt)
        if steps < 1:
            raise ArgumentError(f"`period` is at least one step of {dt:g} ms, not {period} ms")
        return steps

    def _switch(self, name: str) -> Any:
        return self._network.read_switch(self._name, name)

    def _set_switch(self, name: str, value: Any) -> None:
        if not isinstance(value, bool | np.bool_):
            raise ArgumentError(f"`{name}` of projection `{self._name}` is True or False, not {value!r}")
        self._network.write_switch(self._name, name, np.bool_(value))
