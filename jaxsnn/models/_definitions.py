"""Parameters and equations as Python values, as ANNarchy 5 writes them: what are flags in text are arguments here.

They become the text of the equation language, which is the one form that models are read from. Values that are drawn
have no text; they stand beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from numbers import Integral, Real
from typing import Any

import numpy as np

from .. import arguments
from ..distributions import Distribution
from ..equations import METHODS, Derivative, Name, parse_definitions, walk
from ..errors import ArgumentError, did_you_mean

TYPES = {float: "float", int: "int", bool: "bool"}
LOCALITIES = ("local", "semiglobal", "global")

Text = Any  # a field of a model: a text once it is made; its constructor also takes the Python values of this file
Drawn = tuple[tuple[str, Distribution], ...]  # initial values by name


@dataclass(frozen=True)
class Parameter:
    """A parameter of a neuron or a synapse, in a dictionary of them.

    Args:
        value: a number, a distribution from which initial values are drawn, or the name of a constant.
        locality: `"global"`, one value per population or projection, as for a plain value in the dictionary;
            `"local"`, one per neuron or synapse; `"semiglobal"`, one per post-synaptic neuron.
        type: `float`, `int` or `bool`, or its name.

    Raises:
        ArgumentError: another locality or type.

    Example:
        >>> import jaxsnn as snn
        >>> parameters = {"tau": 10.0, "E": snn.Parameter(-70.0, "local")}
        >>> cell = snn.Neuron(parameters=parameters, equations=["tau * dr/dt = E - r"])
        >>> print(cell.parameters)
        tau = 10.0 : population
        E = -70.0
    """

    value: Any
    locality: str = "global"
    type: Any = "float"

    def __post_init__(self) -> None:
        _check_choices(self)
        _check_value(self.value, "value")


@dataclass(frozen=True)
class Variable:
    """A variable of a neuron or a synapse with its equation, in a list of equations.

    Args:
        equation: an assignment or an ODE, such as `"tau * dv/dt = -v"`.
        init: initial value: a number, a distribution, or the name of a parameter or constant; None is 0.
        min, max: bounds, numbers or names; None for none.
        method: numerical method of an ODE; `"event-driven"` in synapses. None takes that of the network.
        locality: as for `Parameter`, but local unless it says otherwise.
        type: see `Parameter`.

    Raises:
        ArgumentError: another locality or type.

    Example:
        >>> import jaxsnn as snn
        >>> cell = snn.Neuron(equations=[snn.Variable("r += t", init=1.0, max=5.0), "y = 2 * r"])
        >>> print(cell.equations)
        r += t : init=1.0, max=5.0
        y = 2 * r
    """

    equation: str
    init: Any = None
    min: Any = None
    max: Any = None
    method: str | None = None
    locality: str = "local"
    type: Any = "float"

    def __post_init__(self) -> None:
        arguments.text(self.equation, "equation")
        _check_choices(self)
        for name in ("init", "min", "max"):
            if getattr(self, name) is not None:
                _check_value(getattr(self, name), name)
        if self.method is not None:
            arguments.one_of(self.method, "method", METHODS)


@dataclass(frozen=True)
class Creating:
    """When a synapse is created; see `Projection.start_creating`.

    Args:
        equation: the condition, on both neurons and on parameters that all synapses share.
        proba: with which it comes into being when the condition holds.
        w: its weight.
        d: its delay, ms; None is the one that all have, or else one step.

    Example:
        >>> import jaxsnn as snn
        >>> growing = snn.Synapse(creating=snn.Creating("pre.r * post.r > 1.0", proba=0.1, w=0.01))
        >>> growing.creating
        'pre.r * post.r > 1.0 : proba=0.1, w=0.01'
    """

    equation: str
    proba: float = 1.0
    w: float = 0.0
    d: float | None = None

    def __post_init__(self) -> None:
        _check_rule(self)
        arguments.real(self.w, "w")
        if self.d is not None:
            arguments.real(self.d, "d", "ms", least=0.0)


@dataclass(frozen=True)
class Pruning:
    """When a synapse is removed; see `Projection.start_pruning`.

    Args:
        equation: the condition.
        proba: with which it goes when the condition holds.

    Example:
        >>> import jaxsnn as snn
        >>> snn.Synapse(parameters={"T": 0.1}, equations="dw/dt = -w", pruning=snn.Pruning("w < T", 0.5)).pruning
        'w < T : proba=0.5'
    """

    equation: str
    proba: float = 1.0

    def __post_init__(self) -> None:
        _check_rule(self)


def parameter_texts(given: Any, words: Mapping[str, str]) -> tuple[Any, Drawn]:
    """Return parameters as text, and the distributions from which initial values are drawn.

    Args:
        given: a dictionary of values and `Parameter`; anything else is returned as it is.
        words: the flag for each locality, "" for that of which there is one per neuron or synapse.
    """
    if not isinstance(given, Mapping):
        return given, ()
    parameters = {
        name: value if isinstance(value, Parameter) else Parameter(value, "global", _type_of(value))
        for name, value in given.items()
    }
    lines = [
        _with_flags(f"{name} = {_number(0 if _is_drawn(p.value) else p.value, p.type)}", _flags(p, words))
        for name, p in parameters.items()
    ]
    return "\n".join(lines), tuple((name, p.value) for name, p in parameters.items() if _is_drawn(p.value))


def equation_texts(given: Any, words: Mapping[str, str]) -> tuple[Any, Drawn]:
    """Return equations as text, and the distributions from which initial values are drawn.

    Args:
        given: a `Variable`, or a list of these and of texts; anything else is returned as it is.
        words: see `parameter_texts`.
    """
    listed = [given] if isinstance(given, Variable) else given
    if not isinstance(listed, list | tuple):
        return given, ()
    variables = [v for v in listed if isinstance(v, Variable)]
    lines = [_line(v, words) if isinstance(v, Variable) else v for v in listed]
    strange = next((line for line in lines if not isinstance(line, str)), None)
    if strange is not None:
        raise ArgumentError(f"a list of equations holds texts and `Variable`, not {strange!r}")
    return "\n".join(lines), tuple((_name_of(v), v.init) for v in variables if _is_drawn(v.init))


def plain_texts(model: Any, words: Mapping[str, str], statements: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields of a model that were given as Python values, as text.

    Args:
        model: a neuron or a synapse.
        words: see `parameter_texts`.
        statements: names of fields that hold equations or statements.
    """
    parameters, drawn = parameter_texts(model.parameters, words)
    texts = {name: equation_texts(getattr(model, name), words) for name in statements}
    initial = (*model.initial, *drawn, *(pair for _, drawn in texts.values() for pair in drawn))
    return {"parameters": parameters, "initial": initial} | {name: text for name, (text, _) in texts.items()}


def rule_text(given: Any) -> Any:
    """Return a rule of structural plasticity, `Creating` or `Pruning`, as text."""
    if not isinstance(given, Creating | Pruning):
        return given
    flags = {name: value for name, value in vars(given).items() if name != "equation" and value is not None}
    return _with_flags(given.equation, [f"{name}={value!r}" for name, value in flags.items()])


def _check_rule(given: Creating | Pruning) -> None:
    arguments.text(given.equation, "equation")
    arguments.real(given.proba, "proba", least=0.0, most=1.0)


def _check_value(value: Any, name: str) -> None:
    """Raise for what is no number, no distribution and no name."""
    number = arguments.as_number(value)
    if isinstance(value, Distribution | str | bool | np.bool_) or (number is not None and not isnan(number)):
        return
    raise ArgumentError(f"`{name}` is a number, a distribution or a name, not {value!r}")


def _check_choices(given: Parameter | Variable) -> None:
    if given.locality not in LOCALITIES:
        hint = did_you_mean(str(given.locality), LOCALITIES)
        raise ArgumentError(f"`locality` is one of {', '.join(LOCALITIES)}, not {given.locality!r}.{hint}")
    if TYPES.get(given.type, given.type) not in TYPES.values():
        raise ArgumentError(f"`type` is float, int or bool, not {given.type!r}")


def _is_drawn(value: Any) -> bool:
    return isinstance(value, Distribution)


def _type_of(value: Any) -> str:
    return "bool" if isinstance(value, bool | np.bool_) else "float"


def _flags(given: Parameter | Variable, words: Mapping[str, str]) -> list[str]:
    """Return the flags for locality and type."""
    if given.locality not in words:
        raise ArgumentError(f"a neuron has no values that are {given.locality!r}: `local` or `global`")
    kind = TYPES.get(given.type, given.type)
    return [word for word in (words[given.locality], "" if kind == "float" else kind) if word]


def _line(variable: Variable, words: Mapping[str, str]) -> str:
    """Return an equation with its flags; those that its text has already stay as they are."""
    values = {"init": None if _is_drawn(variable.init) else variable.init, "min": variable.min, "max": variable.max}
    bounds = [f"{name}={_number(value, variable.type)}" for name, value in values.items() if value is not None]
    methods = [] if variable.method is None else [variable.method]
    written = [flag.name for flag in parse_definitions(variable.equation)[-1].flags]
    added = [f for f in (*_flags(variable, words), *methods, *bounds) if f.split("=")[0] not in written]
    return _with_flags(variable.equation.rstrip(), added, follows=bool(written))


def _with_flags(text: str, flags: list[str], follows: bool = False) -> str:
    """Return a definition with flags behind it, on a line of their own where a comment may end the last one."""
    sign = "," if follows else " :"
    return f"{text}{chr(10) if '#' in text else ''}{sign} {', '.join(flags)}" if flags else text


def _number(value: Any, kind: Any) -> str:
    """Return a value as the equation language writes it; a name or an expression as it is."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Real | np.bool_):
        raise ArgumentError(f"a value is a number, a distribution or a name, not {value!r}")
    if TYPES.get(kind, kind) == "bool" or isinstance(value, bool | np.bool_):
        return str(bool(value))
    return repr(int(value) if isinstance(value, Integral) else float(value))


def _name_of(variable: Variable) -> str:
    """Return which variable an equation changes."""
    left = parse_definitions(variable.equation)[-1].left
    return next(node.name for kind in (Derivative, Name) for node in walk(left) if isinstance(node, kind))
