"""Handle of a monitor: what was recorded, and the first statistics of it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import analysis
from ..errors import UnknownNameError, did_you_mean
from ._recording import Recording

if TYPE_CHECKING:
    from ._network import Network


class Monitor:
    """A monitor of a network. Reading erases what is read, unless `keep` is set, as in ANNarchy.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=0)
        >>> P = net.create(2, snn.Izhikevich(i_offset=10.0), name="P")
        >>> M = net.monitor(P, ["spike", "v"])
        >>> _ = net.compile()
        >>> net.simulate(20.0)
        >>> M.get("v").shape
        (20, 2)
        >>> M.get("spike")
        {0: [4], 1: [4]}
    """

    def __init__(self, network: "Network", name: str) -> None:
        self._network = network
        self._name = name

    @property
    def name(self) -> str:
        """Name of the monitor."""
        return self._name

    @property
    def variables(self) -> list[str]:
        """Names of what is recorded."""
        return list(self._recording.spec.variables)

    @property
    def _recording(self) -> Recording:
        return self._network.recording(self._name)

    def get(
        self,
        variables: str | list[str] | None = None,
        keep: bool = False,
        reshape: bool = False,
        force_dict: bool = False,
    ) -> Any:
        """Return what was recorded and forget it.

        Args:
            variables: one name, several, or None for all.
            keep: do not forget.
            reshape: give per-neuron variables of a whole population its geometry.
            force_dict: return a dictionary also for one name.

        Returns:
            For one name its data, else a dictionary. A variable is (n_steps, n); `spike` maps each recorded rank to
            the list of steps in which it spiked.
        """
        names = self.variables if variables is None else [variables] if isinstance(variables, str) else variables
        data = {name: self._read(name, reshape) for name in names}
        if not keep:
            for name in names:
                self._recording.forget(name)
        return data[variables] if isinstance(variables, str) and not force_dict else data

    def _read(self, name: str, reshape: bool) -> Any:
        self._check(name)
        recording = self._recording
        if name == "spike":
            return analysis.spike_dict(*recording.spikes(), recording.spec.ranks.array.tolist())
        values = recording.values(name)
        geometry = self._network.population_spec(recording.spec.population).geometry
        fits = recording.spec.ranks.is_everything and values.ndim == 2
        return values.reshape(len(values), *geometry) if reshape and fits else values

    def _check(self, name: str) -> None:
        if name not in self.variables:
            raise UnknownNameError(
                f"monitor `{self._name}` does not record `{name}`.{did_you_mean(name, self.variables)}"
            )

    def raster_plot(self, spikes: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of a raster plot, and forget the spikes.

        Args:
            spikes: a spike dictionary to use in the place of the recording.

        Returns:
            `(times, ranks)`, neuron by neuron; times in ms.
        """
        if spikes is not None:
            return analysis.raster_plot(spikes, self._network.dt)
        self._check("spike")
        steps, ranks = self._recording.spikes()
        self._recording.forget("spike")
        return steps * self._network.dt, ranks

    def mean_fr(self, spikes: Any = None) -> float:
        """Return the mean firing rate of the recorded neurons, Hz, and forget the spikes."""
        given = self.get("spike") if spikes is None else spikes
        return analysis.mean_fr(given, self._recording.spike_duration() * self._network.dt)

    def population_rate(self, smooth: float = 0.0) -> np.ndarray:
        """Return the firing rate of the recorded neurons in each step, Hz, and forget the spikes.

        Args:
            smooth: time constant of a low-pass filter, ms.
        """
        self._check("spike")
        recording, n = self._recording, self._recording.n_steps("spike")
        first = recording.chunks["spike"][0][0] if n else 0
        steps, _ = recording.spikes()
        recording.forget("spike")
        return analysis.population_rate(steps - first, recording.spec.ranks.size, n, self._network.dt, smooth)

    def __repr__(self) -> str:
        return f"monitor `{self._name}` of {', '.join(self.variables)}"
