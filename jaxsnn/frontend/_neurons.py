"""What populations and views share: attributes of some neurons by name. They read and write the network's values."""

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from .. import arguments
from ..connectivity import Ranks
from ..equations import RATE, Attribute, ValueType, conductance
from ..errors import ArgumentError, Remark, StateError, UnknownAttributeError, UnknownNameError, did_you_mean
from ..models import Neuron
from ..network import PopulationSpec, checked
from ..plan import fed_targets
from ..step import Path
from . import _attributes as attributes
from ._changes import change_population
from ._core import Core
from ._functions import for_python
from ._handle import Handle, all_or_nothing, keep
from ._neurons_html import neurons_html


@dataclass
class _Assigned:
    """What is assigned, which only a message puts into words: a closed loop assigns in every turn."""

    neurons: "Neurons"
    name: str

    def __str__(self) -> str:
        return f"`{self.name}` of {self.neurons!r}"


class Neurons(Handle):
    """Some neurons of a population."""

    _ranks: Ranks

    def _bind(self, core: Core, name: str, ranks: Ranks) -> None:  # type: ignore[override]
        super()._bind(core, name)
        object.__setattr__(self, "_ranks", ranks)

    def get(self, name: str) -> Any:
        """Return the value of an attribute."""
        name = arguments.text(name, "name")
        return self._read(name) if name in self._spec.neuron.analysed.names else getattr(self, name)

    def set(self, values: dict[str, Any]) -> None:
        """Assign several attributes, by name: all of them, or none if one cannot be assigned."""
        with all_or_nothing(self):
            for name, value in arguments.by_name(values, "values").items():
                if name in self._spec.neuron.analysed.names:
                    self._assign(self._attribute(name), value)
                else:
                    setattr(self, name, value)

    @property
    def _spec(self) -> PopulationSpec:
        return self._core.population(self._name)

    @property
    def size(self) -> int:
        """Number of neurons."""
        return self._ranks.size

    @property
    def ranks(self) -> np.ndarray:
        """Ranks of the neurons in their population, (size,) int32."""
        return self._ranks.array

    @property
    def neuron_type(self) -> Neuron:
        """The model."""
        return self._spec.neuron

    @property
    def attributes(self) -> list[str]:
        """Names of parameters and variables."""
        return self.parameters + self.variables

    @property
    def parameters(self) -> list[str]:
        """Names of parameters."""
        return [a.name for a in self._own_attributes if a.is_parameter]

    @property
    def variables(self) -> list[str]:
        """Names of variables; `r`, the mean firing rate of spiking neurons, is among them where it can be read.

        In a strict network that is where something computes it, in any other it is 0 elsewhere, as in ANNarchy.
        """
        names = [a.name for a in self._own_attributes if not a.is_parameter]
        shows_rate = self._spec.neuron.is_spiking and not self._core.is_strict
        return [*names, RATE] if shows_rate and RATE not in names else names

    @property
    def _own_attributes(self) -> list[Attribute]:
        """Attributes that the texts of the model name."""
        model = self._spec.neuron
        hidden = {"refractory"} if isinstance(model.refractory, Real) else set()
        return [a for a in model.analysed.attributes if a.name not in hidden]

    @property
    def targets(self) -> list[str]:
        """Names of the inputs that the equations read."""
        model = self._spec.neuron.analysed
        return list(dict.fromkeys((*model.targets, *model.sums)))

    @property
    def functions(self) -> list[str]:
        """Names of the functions that the model defines; each can be called as a method."""
        return [f.name for f in self._spec.neuron.analysed.functions]

    def sum(self, target: str) -> np.ndarray:
        """Return the last input of a target, (size,): the sum of rates, or the conductance of a spiking neuron."""
        model = self._spec.neuron.analysed
        if target in model.targets:
            path = self._path(conductance(target))
        elif self._core.is_compiled and target in fed_targets(self._core.simulation.spec, self._spec):
            path = ("sums", self._name, target)
        elif target in model.sums:
            return np.zeros(self.size)
        else:
            message = f"{self!r} reads no input `{target}`.{did_you_mean(target, (*model.targets, *model.sums))}"
            self._core.judge(Remark(UnknownNameError, (message,)))
            return np.zeros(self.size)
        return self._of_these(attributes.read(self._core, path))

    # Refractory periods

    @property
    def refractory(self) -> Any:
        """Refractory period, ms; assign a number, one value per neuron, or a distribution."""
        return self._read(self._refractory_attribute())

    @refractory.setter
    def refractory(self, value: Any) -> None:
        model = self._spec.neuron
        if model.is_spiking and model.refractory is None:
            checked(value, self.size, f"`refractory` of {self!r}")
            if self._core.is_compiled:
                raise StateError(f"{self!r} has no refractory period: give it one before `compile()`")
            change_population(self._core, self._name, neuron=model.with_changes(refractory=0.0))
        self._assign(self._attribute(self._refractory_attribute()), value)

    def _refractory_attribute(self) -> str:
        """Return the name of the attribute that holds the refractory period."""
        name = self._spec.neuron.analysed.refractory
        if name is None:
            raise UnknownAttributeError(f"{self!r} has no refractory period")
        return name

    def _repr_html_(self) -> str:
        """Return what a notebook shows: sizes, parameters and variables with their values, equations."""
        return neurons_html(self._core, self._name, self._ranks)

    # Comparison

    def __eq__(self, other: object) -> bool:
        """Tell whether two handles stand for the same neurons of the same network."""
        if not isinstance(other, Neurons) or other._core is not self._core:
            return False
        return (other._name, other._ranks) == (self._name, self._ranks)

    def __hash__(self) -> int:
        return hash((id(self._core), self._name, self._ranks))

    def __len__(self) -> int:
        return self.size

    # Attributes by name

    def __getattr__(self, name: str) -> Any:
        """Return the value of an attribute: a float if shared, else an array of this selection; or a function."""
        if name.startswith("__") or name == "_core":
            raise AttributeError(name)
        attribute = self._found(name)
        if attribute is not None:
            return self._value(attribute)
        for function in self._spec.neuron.analysed.functions:
            if function.name == name:
                return for_python(self._core, function)
        return self._read(name)

    def _read(self, name: str) -> Any:
        attribute = self._found(name)
        if attribute is not None:
            return self._value(attribute)
        if name == RATE and self._has_no_rate:
            self._core.judge(Remark(UnknownAttributeError, (self._no_rate,)))
            return self._shaped(np.zeros(self.size))
        raise self._unknown(name)

    def _value(self, attribute: Attribute) -> Any:
        stored = attributes.read(self._core, self._path(attribute.name))
        return stored.reshape(()).item() if attribute.shared else self._shaped(self._of_these(stored))

    def _of_these(self, stored: np.ndarray) -> np.ndarray:
        """Return the values of these neurons from those of the population, () or (population size,)."""
        return np.full(self.size, stored) if stored.ndim == 0 else np.array(stored[self._ranks.index])

    def _shaped(self, values: np.ndarray) -> Any:
        """Return values (size,) as this selection shows them."""
        return values

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute: a scalar, `size` values in any shape, or a distribution."""
        if self._is_plain(name) and not self._is_of_model(name):
            object.__setattr__(self, name, value)
            return
        attribute = self._found(name)
        if attribute is not None:
            self._assign(attribute, value)
        elif name == RATE and self._has_no_rate:
            self._assign_rate(value)
        else:
            keep(self, name, value, self._unknown(name))

    def _is_of_model(self, name: str) -> bool:
        """Tell whether the model has an attribute of this name that is not hidden by one of this class."""
        return "_core" in vars(self) and not hasattr(type(self), name) and name in self._spec.neuron.analysed.names

    def _assign_rate(self, value: Any) -> None:
        """Assign the mean firing rate where nothing computes it: it stays what it is given."""
        core = self._core
        core.judge(Remark(UnknownAttributeError, (self._no_rate,)))
        core.check_alone()
        with core.all_or_nothing():
            core.change(core.draft.with_rate(self._name))
            self._assign(self._attribute(RATE), value)

    def _assign(self, attribute: Attribute, value: Any) -> None:
        name = attribute.name
        if attribute.shared and not self._ranks.is_everything:
            message = (
                f"`{name}` has one value for population `{self._name}`: assign it to the population, not to a view"
            )
            raise ArgumentError(message)
        what = _Assigned(self, name)
        clean = checked(value, 1 if attribute.shared else self.size, what)
        if isinstance(clean, np.ndarray):
            self._check_numbers(attribute, clean, value, what)
        attributes.write(self._core, self._path(name), attribute, self._ranks, clean)

    def _check_numbers(self, attribute: Attribute, clean: np.ndarray, value: Any, what: _Assigned) -> None:
        """Raise for numbers that an attribute cannot hold; judge NaN and what is out of bounds."""
        if attribute.type is ValueType.INT:
            _check_integers(clean, value, what)
        if clean.dtype.kind == "f" and np.count_nonzero(np.isnan(clean)):  # quicker than `any`
            self._core.judge(Remark(ArgumentError, (f"{what} takes numbers, not NaN, which never leaves a network",)))
        if attribute.limits is not None:
            self._core.judge(*attributes.beyond(attribute.limits, clean, what))
        if attribute.name == self._spec.neuron.analysed.refractory and not ((clean >= 0) & (clean < np.inf)).all():
            raise ArgumentError(f"{what} is a refractory period: a finite number of ms, at least 0, not {value!r}")

    def _found(self, name: str) -> Attribute | None:
        """Return the attribute of a name, None if the model has none."""
        return self._spec.neuron.analysed.find(name)

    def _attribute(self, name: str) -> Attribute:
        found = self._found(name)
        if found is None:
            raise self._unknown(name)
        return found

    def _unknown(self, name: str) -> UnknownAttributeError:
        """Return the error for a name that the model does not have."""
        if name == RATE and self._has_no_rate:
            return UnknownAttributeError(self._no_rate)
        if name == "refractory":
            return UnknownAttributeError(f"population `{self._name}` has no refractory period")
        names = self._spec.neuron.analysed.names
        return UnknownAttributeError(f"population `{self._name}` has no attribute `{name}`.{did_you_mean(name, names)}")

    @property
    def _has_no_rate(self) -> bool:
        model = self._spec.neuron.analysed
        return model.spike is not None and RATE not in model.names

    @property
    def _no_rate(self) -> str:
        return f"population `{self._name}` computes no mean firing rate: call `compute_firing_rate(window)`"

    def _path(self, name: str) -> Path:
        return ("populations", self._name, name)


def _check_integers(clean: np.ndarray, value: Any, what: _Assigned) -> None:
    """Raise for numbers that an attribute of type `int` cannot hold."""
    if (clean != np.rint(clean)).any():
        raise ArgumentError(f"{what} takes integers, not {value!r}")
    if not (abs(clean.astype(float)) < 2**31).all():
        raise ArgumentError(f"{what} has 32 bits: it takes integers between -2^31 and 2^31, not {value!r}")
