"""A network that is being described: the only place where a description can still change."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..compiler import Path
from ..connectivity import Connector
from ..equations import Attribute, Name, Scope, evaluate, walk
from ..errors import ArgumentError, StateError
from ..network import MonitorSpec, NetworkSpec, PopulationSpec, ProjectionSpec


@dataclass
class Draft:
    """Populations, projections and monitors in the order of creation, by name."""

    dt: float
    populations: dict[str, PopulationSpec] = field(default_factory=dict)
    projections: dict[str, ProjectionSpec | None] = field(default_factory=dict)
    monitors: dict[str, MonitorSpec] = field(default_factory=dict)

    def spec(self) -> NetworkSpec:
        """Return the frozen description.

        Raises:
            StateError: a projection has no connector yet.
        """
        unconnected = [name for name, p in self.projections.items() if p is None]
        if unconnected:
            message = (
                f"projection `{unconnected[0]}` is not connected: call one of its connectors, such as `all_to_all`"
            )
            raise StateError(message)
        projections = tuple(p for p in self.projections.values() if p is not None)
        return NetworkSpec(self.dt, tuple(self.populations.values()), projections, tuple(self.monitors.values()))

    def new_name(self, kind: dict, name: str | None, prefix: str) -> str:
        """Return a name that is free in its kind; a name that is given must be free."""
        if name is None:
            return next(f"{prefix}{i}" for i in range(len(kind), 2 * len(kind) + 1) if f"{prefix}{i}" not in kind)
        if name in kind:
            raise ArgumentError(f"the name `{name}` is taken: {', '.join(f'`{k}`' for k in kind)}")
        return name

    def read(self, path: Path) -> np.ndarray:
        """Return a declared value as far as it is known before anything is drawn."""
        kind, owner, name = path
        if kind == "projections":
            raise StateError(f"the weights of projection `{owner}` are drawn when the network starts: compile it first")
        spec = self.populations[owner]
        declared = spec.values.get(name)
        if isinstance(declared, np.ndarray):
            return declared
        if declared is not None:
            raise StateError(f"`{name}` of population `{owner}` is drawn when the network starts: compile it first")
        model = spec.neuron.analysed
        attribute = model.attribute(name)
        names = {node.name for node in walk(attribute.init) if isinstance(node, Name)} & set(model.names)
        values = {other: self.read((kind, owner, other)) for other in names}
        return np.asarray(evaluate(attribute.init, Scope(values)))

    def write(self, path: Path, value) -> None:
        """Declare the value of an attribute of a whole population."""
        _, owner, name = path
        spec = self.populations[owner]
        self.populations[owner] = replace(spec, values={**spec.values, name: value})

    def declared(self, path: Path):
        """Return the declared value itself, None for the model's own."""
        return self.populations[path[1]].values.get(path[2])

    def read_if_literal(self, path: Path, attribute: Attribute) -> np.ndarray | None:
        """Return the model's own initial value, None if it depends on parameters that may still change."""
        depends = any(isinstance(node, Name) for node in walk(attribute.init))
        return None if depends else self.read(path)

    def connect(self, projection: ProjectionSpec, connector: Connector) -> None:
        """Give a projection its connector."""
        self.projections[projection.name] = replace(projection, connector=connector)
