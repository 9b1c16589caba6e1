"""How a network comes into being: with what it is made, and what a class of one's own does in its constructor.

A class that inherits from `Network` need not call its constructor, as in ANNarchy 5: the network is there before that
of the class runs, and takes `dt` and `seed`, whether or not the class takes them too.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import numpy as np

from .. import rng
from ..errors import ArgumentError
from ._core import Core
from ._draft import Draft
from ._new_core import new_core
from ._settings import set_precision, unknown_settings

SETTINGS = ("dt", "seed")  # what every class of networks takes
CONFIGURED = ("dt", "seed", "method", "strict", "spikes")
EVERYTHING = "**"  # stands for any keyword among the names that a function takes


@dataclass(frozen=True)
class Construction:
    """What the constructor of a class of one's own was called with.

    Args:
        arguments, options: in order and by name.
        calls_base: whether it calls the constructor of `Network` itself.
    """

    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    calls_base: bool = False


def seed_of(core: Core) -> int:
    """Return the seed of a network; where none was given a fresh one, which then stays."""
    if core.seed is None:
        core.seed = rng.entropy()
    return core.seed


def generator_of(core: Core) -> np.random.Generator:
    """Return NumPy's generator of a network, the same one at each call."""
    if core.generator is None:
        core.generator = np.random.default_rng(seed_of(core))
    return core.generator


def configure(network: Any, **settings: Any) -> None:
    """Change how a network is made that has no population yet, as ANNarchy 5 does.

    Args:
        **settings: `dt`, `seed`, `method`, `strict`, `spikes`, and `precision`, which is that of the whole process.
            Those of ANNarchy for compilers and threads are accepted and ignored.

    Raises:
        ArgumentError: another setting, or `dt` or `method` of a network that has populations.
        StateError: the network is compiled.
    """
    core, old = network._core, network._core.draft
    core.check_open("a setting")
    core.judge(*unknown_settings(settings, (*CONFIGURED, "precision")))
    present = {"dt": core.dt, "seed": core.seed, "method": old.method, "strict": core.options.strict}
    present["spikes"] = old.spikes.spikes
    other = new_core(**(present | {name: settings[name] for name in CONFIGURED if name in settings}))
    if core.is_strict and old.populations and (other.dt, other.draft.method) != (old.dt, old.method):
        raise ArgumentError("`dt` and `method` are set before the first population, since it depends on them")
    about_spikes = replace(old.spikes, spikes=other.draft.spikes.spikes)
    draft = replace(old.with_step(other.dt), method=other.draft.method, spikes=about_spikes)
    if "precision" in settings:
        set_precision(settings["precision"])
    core.draft = draft
    core.options = replace(core.options, strict=other.options.strict)
    core.seed, core.generator = other.seed, None


def clear(network: Any) -> None:
    """Forget all parts of a network; its settings stay."""
    core, old = network._core, network._core.draft
    core.check_free()
    draft = Draft(old.dt, old.method, old.spikes)
    network._core = Core(draft, core.options, core.seed)


def with_network_first(constructor: Callable[..., None]) -> Callable[..., None]:
    """Return the constructor of a class of one's own that finds an empty network when it begins."""

    @wraps(constructor)
    def construct(network: Any, *arguments: Any, **options: Any) -> None:
        if "_core" not in vars(network):  # else a class below this one has begun already
            core = new_core(**{name: options[name] for name in SETTINGS if name in options})
            network._core = core
            network._construction = Construction(arguments, options)
        taken = _parameters(constructor)
        passed = {k: v for k, v in options.items() if k not in SETTINGS or taken & {k, EVERYTHING}}
        constructor(network, *arguments, **passed)

    return construct


def builds_itself(network: Any) -> bool:
    """Tell whether a network comes from a constructor that does not call that of `Network`, as in ANNarchy 5."""
    return network._construction is not None and not network._construction.calls_base


def for_constructor(network: Any, names: Iterable[str], method: Callable) -> list[str]:
    """Return which arguments of a `parallel_run` are for the constructor of the network: those the method lacks."""
    if network._construction is None:
        return []
    constructed, called = _parameters(type(network).__init__), _parameters(method)
    return [] if EVERYTHING in called else [name for name in names if name in constructed and name not in called]


def rebuilt(network: Any, seed: int, changes: Mapping[str, Any]) -> Any:
    """Return a network of the same class with another seed, built by its constructor.

    Args:
        network: of a class with a constructor of its own.
        seed: of the new one.
        changes: arguments of the constructor, in the place of those that built `network`.
    """
    made: Construction = network._construction
    named = by_name(network, made.arguments)
    arguments = (*(changes.get(name, value) for name, value in named.items()), *made.arguments[len(named) :])
    settings = {"dt": network.dt, "seed": seed}
    if made.calls_base:
        settings = {"seed": seed} if _parameters(type(network).__init__) & {"seed", EVERYTHING} else {}
    options = {**made.options, **{k: v for k, v in changes.items() if k not in named}, **settings}
    new = type(network)(*arguments, **options)
    new._core.seed = seed
    return new


def by_name(network: Any, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Return arguments of the constructor of a network's class that were given in order, by name."""
    return dict(zip(list(inspect.signature(type(network).__init__).parameters)[1:], arguments, strict=False))


def _parameters(function: Callable) -> set[str]:
    """Return the names that a function takes, and `EVERYTHING` where it takes any keyword."""
    parameters = inspect.signature(function).parameters.values()
    takes_all = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
    return {p.name for p in parameters} | ({EVERYTHING} if takes_all else set())
