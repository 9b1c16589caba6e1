"""A network at one moment, as it is written: its description, and its numbers by path."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..connectivity import DELAY, SynapseTable
from ..errors import ArgumentError
from ..frontend._files import check_has_files
from ..frontend._network import Network
from ..network import NetworkSpec, PopulationSpec, ProjectionSpec
from ..simulation import Simulation
from ..step import NetworkParams, NetworkState, Path, find, storage_of


@dataclass(frozen=True, eq=False)
class Moment:
    """A network at one moment.

    Args:
        spec: the description.
        read: returns an attribute as it is stored, by its path.
        table: returns the synapses of a projection by its name.
    """

    spec: NetworkSpec
    read: Callable[[Path], np.ndarray]
    table: Callable[[str], SynapseTable]

    def parameters(self, population: PopulationSpec) -> dict[str, np.ndarray]:
        """Return the parameters of a population and the constants of the network, by name."""
        numbers = {name: self.read(("constants", "", name)) for name in self.spec.constants}
        names = [a.name for a in population.neuron.analysed.attributes if a.is_parameter]
        numbers |= {name: self.read(("populations", population.name, name)) for name in names}
        return numbers | {name: np.ones((), np.float32) for name in gates(population)}

    def weights(self, projection: ProjectionSpec) -> np.ndarray:
        """Return the weight of each synapse in the order of the table."""
        return self.table(projection.name).read(self.read(("projections", projection.name, "w")))

    def delays(self, projection: ProjectionSpec) -> np.ndarray:
        """Return the delay of each synapse in steps, at least 1."""
        steps = self.read(("projections", projection.name, DELAY))
        steps = steps / self.spec.dt if projection.fractional_delays else steps
        return np.maximum(self.table(projection.name).read(steps), 1)

    @property
    def dtype(self) -> np.dtype:
        """The precision of its numbers."""
        floating = [self.parameters(p) for p in self.spec.populations]
        kinds = {np.asarray(x).dtype for values in floating for x in values.values()}
        kinds = {kind for kind in kinds if kind.kind == "f"}
        return max(kinds, default=np.dtype(np.float32))


def gates(population: PopulationSpec) -> tuple[str, ...]:
    """Return the parameters that follow a table which is 0 at first and then 1, as those of `read` for biases."""
    source = population.source
    if source is None or not source.parameters:
        return ()
    tables = {name.removesuffix("_table"): x for name, x in source.arrays.items() if name.endswith("_table")}
    return tuple(name for name, x in tables.items() if len(x) == 1 and (np.asarray(x) == 1).all())


def moment_of(network: Network | Simulation, params: NetworkParams | None, state: NetworkState | None) -> Moment:
    """Return a network at this moment, or a simulation at another one.

    Raises:
        StateError: a network that is not compiled. ArgumentError: a simulation without arrays, or something else.
    """
    if isinstance(network, Network):
        core = network._core
        check_has_files(core, "nir.write()")
        if params is None and state is None:
            return Moment(core.spec, lambda path: np.asarray(core.arrays.read(path)), core.synapses)
        params = network.params if params is None else params
        return _of_arrays(network.simulation, params, network.state if state is None else state)
    if not isinstance(network, Simulation):
        raise ArgumentError(f"a network or a simulation is written, not {network!r}")
    if params is None or state is None:
        raise ArgumentError("a simulation holds no numbers: give `params` and `state`, as `sim.init(seed)` returns")
    return _of_arrays(network, params, state)


def _of_arrays(simulation: Simulation, params: NetworkParams, state: NetworkState) -> Moment:
    plans: Mapping[str, Any] = simulation.compiled.plans

    def table(name: str) -> SynapseTable:
        return plans[name].form.table(storage_of(plans[name], state))

    return Moment(simulation.spec, lambda path: np.asarray(find(params, state, path)), table)
