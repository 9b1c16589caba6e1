"""A network that is being described: the only place where a description can still change."""

from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import Any

import numpy as np

from ..equations import Apply, Attribute, Context, Name, Scope, UserFunction, evaluate, is_free_name, walk
from ..errors import ArgumentError, StateError
from ..inputs import STRAIGHT_THROUGH
from ..integrators import EXPLICIT, Integrator
from ..models import Neuron
from ..network import Kind, MonitorSpec, NetworkSpec, PopulationSpec, ProjectionSpec, SynapseMonitorSpec
from ..step import Path
from ..surrogates import Surrogate

SOME_CONNECTOR = "one of its connectors, such as `all_to_all`"
CONNECTORS = {
    Kind.SYNAPSES: SOME_CONNECTOR,
    Kind.DECODING: SOME_CONNECTOR,
    Kind.CONVOLUTION: "`connect_filter` or `connect_filters`",
    Kind.POOLING: "`connect_pooling`",
    Kind.COPY: "`connect_copy`",
    Kind.TRANSPOSE: "`connect`",
    Kind.INJECTION: "`connect_current`",
}


@dataclass
class Draft:
    """Populations, projections and monitors in the order of creation, by name; what equations find around them.

    Args:
        dt: step, ms.
        method: of ODEs that name none.
        populations, projections, monitors: by name; a projection has no connector until it is connected.
        constants: by name.
        functions: that all equations can call.
        disabled: names of populations that stand still.
        surrogate, differentiable_reset: of populations that choose none, None for those of their models.
    """

    dt: float
    method: Integrator = EXPLICIT
    populations: dict[str, PopulationSpec] = field(default_factory=dict)
    projections: dict[str, ProjectionSpec] = field(default_factory=dict)
    monitors: dict[str, MonitorSpec | SynapseMonitorSpec] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)
    functions: tuple[UserFunction, ...] = ()
    disabled: frozenset[str] = frozenset()
    surrogate: Surrogate | None = None
    differentiable_reset: bool | None = None

    def spec(self) -> NetworkSpec:
        """Return the frozen description.

        Raises:
            StateError: a projection has no connector yet.
        """
        unconnected = [name for name, p in self.projections.items() if p.connector is None]
        if unconnected:
            what = CONNECTORS[self.projections[unconnected[0]].kind]
            raise StateError(f"projection `{unconnected[0]}` is not connected: call {what}")
        return self.sketch()

    def sketch(self) -> NetworkSpec:
        """Return the description as far as it goes, connected or not."""
        populations = tuple(
            replace(p, enabled=False) if p.name in self.disabled else p for p in self.populations.values()
        )
        projections, monitors = tuple(self.projections.values()), tuple(self.monitors.values())
        return NetworkSpec(self.dt, populations, projections, monitors, dict(self.constants))

    def parts(self) -> tuple:
        """Return what a compiled network is made of, by content, to find it again."""
        populations = tuple((p.name, p.neuron, id(p.values), p.source) for p in self.populations.values())
        monitors = tuple(tuple(vars(m).values()) for m in self.monitors.values())
        return (self.disabled, populations, tuple(self.projections.values()), monitors)

    def copied(self) -> "Draft":
        """Return a copy that later changes of this one do not reach."""
        kinds = ("populations", "projections", "monitors", "constants")
        return replace(self, **{kind: dict(getattr(self, kind)) for kind in kinds})

    def restore(self, other: "Draft") -> None:
        """Become what another draft is."""
        vars(self).update(vars(other))

    @property
    def context(self) -> Context:
        """What the equations of a model may refer to."""
        return Context(tuple(self.constants), self.functions, self.method)

    def with_gradients(self, model: Neuron, surrogate: str | Surrogate | None, reset: bool | None) -> Neuron:
        """Return a model with the surrogate and the kind of reset of its population, else of the network, else its own.

        Raises:
            ArgumentError: they were given for a neuron without spikes.
        """
        if not model.is_spiking:
            if surrogate is not None or reset is not None:
                raise ArgumentError("`surrogate` and `differentiable_reset` belong to spiking neurons")
            return model
        own = model.surrogate == STRAIGHT_THROUGH  # an input: what spikes by chance or by a table keeps its derivative
        surrogate = self.surrogate if surrogate is None and not own else surrogate
        reset = self.differentiable_reset if reset is None and not own else reset
        return model.with_surrogate(surrogate, reset)

    def add_constant(self, name: str, value: float) -> None:
        """Declare a constant."""
        if not is_free_name(name):
            raise ArgumentError(f"`{name}` cannot be the name of a constant: the equation language uses it, or cannot")
        if name in self.constants:
            raise ArgumentError(f"the constant `{name}` exists already: change it with `set`")
        self.constants[name] = value

    def new_name(self, kind: str, name: str | None) -> str:
        """Return a name for a `population` or `projection` that neither of them has; one that is given must be free."""
        taken = {**self.populations, **self.projections}
        if name is None:
            prefix, number = ("pop", len(self.populations)) if kind == "population" else ("proj", len(self.projections))
            return next(f"{prefix}{i}" for i in count(number) if f"{prefix}{i}" not in taken)
        if name in taken:
            owner = "population" if name in self.populations else "projection"
            raise ArgumentError(f"the name `{name}` is taken by a {owner}: names of attributes would collide")
        return name

    def new_monitor_name(self, population: str, name: str | None) -> str:
        """Return a name for a monitor: that of its population, numbered from the second on."""
        if name is None:
            later = (f"{population}_{i}" for i in count(len(self.monitors)))
            return next(n for n in chain([population], later) if n not in self.monitors)
        if name in self.monitors:
            raise ArgumentError(f"the name `{name}` is taken: {', '.join(f'`{k}`' for k in self.monitors)}")
        return name

    def read(self, path: Path) -> np.ndarray:
        """Return a declared value as far as it is known before anything is drawn."""
        kind, owner, name = path
        if kind == "constants":
            return np.asarray(self.constants[name])
        if kind in ("sums", "spikes"):
            raise StateError(f"population `{owner}` has received and sent nothing yet: compile the network first")
        if kind == "projections":
            raise StateError(f"the weights of projection `{owner}` are drawn when the network starts: compile it first")
        spec = self.populations[owner]
        if spec.source is not None and name in spec.source.arrays:
            return spec.source.arrays[name]
        declared = spec.values.get(name)
        if isinstance(declared, np.ndarray):
            return declared
        if declared is not None:
            raise StateError(f"`{name}` of population `{owner}` is drawn when the network starts: compile it first")
        model = spec.neuron.analysed
        attribute = model.attribute(name)
        names = {node.name for node in walk(attribute.init) if isinstance(node, Name)} & set(model.names)
        values = {other: self.read((kind, owner, other)) for other in names}
        return np.asarray(evaluate(attribute.init, Scope(values, constants=self.constants)))

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
        depends = any(isinstance(node, Name | Apply) for node in walk(attribute.init))
        return None if depends else self.read(path)

    def describe(self, projection: str, **changes: Any) -> None:
        """Replace parts of the description of a projection."""
        self.projections[projection] = replace(self.projections[projection], **changes)

    def read_synaptic(self, projection: str, name: str) -> Any:
        """Return the model's own initial value of an attribute of synapses."""
        attribute = self.projections[projection].synapse.analysed.attribute(name)
        names = {node.name for node in walk(attribute.init) if isinstance(node, Name)} - set(self.constants)
        values = {other: self.read_synaptic(projection, other) for other in names}
        return np.asarray(evaluate(attribute.init, Scope(values, constants=self.constants))).item()

    def write_synaptic(self, projection: str, name: str, value: Any) -> None:
        """Declare the value of an attribute of synapses."""
        self.describe(projection, values={**self.projections[projection].values, name: value})
