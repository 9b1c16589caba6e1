"""`BoldMonitor`: records the BOLD signal of populations while they are simulated."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from numbers import Real
from typing import Any

import numpy as np

from ... import arguments
from ...errors import ArgumentError, did_you_mean, warn
from ...frontend._changes import change_schedule
from ...frontend._core import Core
from ...frontend._describe import create
from ...frontend._describe_projection import check_mine
from ...frontend._handle import Handle
from ...frontend._input_populations import population_of
from ...frontend._monitor import Monitor, monitor, monitor_of
from ...frontend._population import Population, Ranked
from ...frontend._population_mean import MeanProjection
from ...frontend._special_methods import population_mean
from ...inputs import SWITCH, Input, Standby
from ._bold_model import BoldModel
from ._stephan2007 import balloon_RN

Model = BoldModel | Callable[[], BoldModel]


class BoldMonitor(Handle):
    """Records the BOLD signal of populations: what functional magnetic resonance imaging would measure of them.

    The signal is that of a neuron of its own, whose equations are the model. At every step each of its inputs grows by
    the mean of a variable over each population. All of it is a part of the network: it is compiled with it, has
    derivatives (fit a model's parameters under the name of the monitor, `bold.kappa`), and runs in replicas. Create it
    before `compile()`. It records nothing until `start`.

    Parameters and variables of the model are attributes of the monitor: `m.kappa = 0.7`.

    Args:
        populations: one population or view, or several.
        bold_model: a `BoldModel`, or a class of such.
        mapping: for each input of the model, the name of the variable that feeds it. `r` of a spiking population is its
            mean firing rate: call `compute_firing_rate` of that population.
        scale_factor: what the mean of each population is multiplied with, a number or one for each population. None
            weights populations by their size, so that all neurons count alike.
        normalize_input: ms, a number or one for each population: so long after `start` nothing arrives, and the mean is
            taken as the baseline b; what arrives afterwards is the relative change (x - b) / (abs(b) + 1e-7). None or 0
            lets the mean itself arrive.
        recorded_variables: one name, or several; None for the output of the model.
        start: whether to record from the beginning.
        net_id: accepted and ignored: the network is that of the populations.
        copied: accepted and ignored.

    Raises:
        ArgumentError: populations of several networks, an input that is not mapped, another number of factors.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.extensions.bold import BoldMonitor, balloon_RN
        >>> net = snn.Network(seed=1)
        >>> P = net.create(10, snn.Izhikevich(noise=5.0), name="P")
        >>> P.compute_firing_rate(100.0)
        >>> m = BoldMonitor(P, balloon_RN(), mapping={"I_CBF": "r"}, normalize_input=50.0)
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> m.start()
        >>> net.simulate(100.0)
        >>> m.get("BOLD").shape
        (100, 1)

    References:
        O. Maith, H. U. Dinkelbach, J. Baladron, J. Vitay, F. H. Hamker, "BOLD monitoring in the neural simulator
        ANNarchy", Frontiers in Neuroinformatics 16, 2022, doi:10.3389/fninf.2022.790966.
    """

    def __init__(  # noqa: PLR0913 - ANNarchy's signature
        self,
        populations: Ranked | Sequence[Ranked] | None = None,
        bold_model: Model = balloon_RN,
        mapping: Mapping[str, str] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        normalize_input: float | Sequence[float] | None = None,
        recorded_variables: str | Sequence[str] | None = None,
        start: bool = False,
        net_id: int = 0,
        copied: bool = False,
    ) -> None:
        recorded, model = _several(populations), _model(bold_model)
        core = recorded[0]._core
        for population in recorded:
            check_mine(core, population)
        feeds = _feeds(model, {"I_CBF": "r"} if mapping is None else arguments.by_name(mapping, "mapping"))
        sizes = np.array([p.size for p in recorded], float)
        scales = _each(scale_factor, len(recorded), "scale_factor", sizes / sizes.sum())
        baselines = _each(normalize_input, len(recorded), "normalize_input", np.zeros(len(recorded)))
        variables = model.output if recorded_variables is None else recorded_variables
        core.check_open("a BOLD monitor")
        self._bind(core, _new_name(core))
        with core.all_or_nothing():
            signal = create(self, Input(1, model, schedule=Standby(bool(start))), name=self._name)
            for target, variable in feeds.items():
                for population, scale, baseline in zip(recorded, scales, baselines, strict=True):
                    mean = population_mean(self, population, signal, target, f"pre.{variable}")
                    mean.connect_mean(float(scale), float(baseline))
            monitor(self, signal, variables, start=bool(start), name=self._name)

    # When

    def start(self) -> None:
        """Let the model run, and record, from now on; the baseline of a normalised input is measured anew."""
        self._switch(True)
        for mean in self._means():
            mean.restart_baseline()
        self._monitor.resume()

    def stop(self) -> None:
        """Let the model stand still, and record nothing, until `start`."""
        self._switch(False)
        self._monitor.pause()

    def reset(self) -> None:
        """Let the model begin anew, with its initial values, and forget what was recorded."""
        self._signal.reset()
        self._monitor.reset()

    def _switch(self, on: bool) -> None:
        change_schedule(self._core, self._name, {SWITCH: on})

    # What

    def get(self, variables: str | Sequence[str] | None = None, keep: bool = False, reshape: bool = False) -> Any:
        """Return what was recorded, and forget it: (samples, 1) for one name, else a dictionary; see `Monitor.get`."""
        names = variables if variables is None or isinstance(variables, str) else list(variables)
        return self._monitor.get(names, keep, reshape)

    @property
    def _signal(self) -> Population:
        return population_of(self._core, self._name)

    @property
    def _monitor(self) -> Monitor:
        return monitor_of(self._core, self._name)

    def _means(self) -> list[MeanProjection]:
        afferent = self._core.draft.sketch().afferent(self._name)
        return [MeanProjection._of(self._core, projection.name) for projection in afferent]

    # Parameters and variables of the model

    def __getattr__(self, name: str) -> Any:
        """Return a parameter of the model, a number, or a variable, (1,)."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._signal, name)
        return value.item() if name in self._signal.parameters and np.size(value) == 1 else value

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign a parameter or variable of the model."""
        setattr(self._signal, name, value)

    def __repr__(self) -> str:
        return f"BOLD monitor `{self._name}` of {', '.join(self._monitor.variables)}"


def _several(populations: Any) -> list[Ranked]:
    """Return the recorded populations as a list."""
    found: list[Any] = list(populations) if isinstance(populations, list | tuple) else [populations]
    if not found or not all(isinstance(p, Ranked) for p in found):
        raise ArgumentError(f"`populations` of a BOLD monitor is a population, or a list of them, not {populations!r}")
    return found


def _model(given: Any) -> BoldModel:
    model = given if isinstance(given, BoldModel) else given() if callable(given) else given
    if not isinstance(model, BoldModel):
        raise ArgumentError(f"`bold_model` is a `BoldModel` such as `balloon_RN()`, not {given!r}")
    return model


def _feeds(model: BoldModel, mapping: Mapping[str, str]) -> Mapping[str, str]:
    """Return the mapping, if it names only inputs of the model; warn of inputs that it does not name."""
    for name in mapping:
        if name not in model.inputs:
            hint = did_you_mean(name, model.inputs)
            raise ArgumentError(f"`mapping` names the input `{name}`, which {model!r} does not have.{hint}")
    for name in model.inputs:
        if name not in mapping:
            warn(f"`mapping` names no variable for the input `{name}` of {model!r}: it stays 0")
    return mapping


def _each(given: Any, number: int, argument: str, default: np.ndarray) -> np.ndarray:
    """Return one number for each population."""
    if given is None:
        return default
    values = [given] * number if isinstance(given, Real) else list(given)
    if len(values) != number or not all(isinstance(x, Real) for x in values):
        raise ArgumentError(f"`{argument}` is a number, or one for each of {number} populations, not {given!r}")
    return np.array(values, float)


def _new_name(core: Core) -> str:
    """Return a name that no part of the network has: `bold`, `bold1`, ..."""
    draft = core.draft
    taken = {*draft.populations, *draft.projections, *draft.monitors}
    return next(name for i in count() if (name := f"bold{i or ''}") not in taken)
