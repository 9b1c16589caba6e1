"""`BoldModel`: how a BOLD signal follows from the activity of populations, as the user writes it."""

from collections.abc import Sequence

from ...equations import NeuronTexts
from ...errors import ArgumentError, did_you_mean
from ...models import Neuron

RATE = "r"


class BoldModel(Neuron):
    """A model of the BOLD signal, described by the equations of one rate-coded neuron.

    The neuron reads what drives blood flow or oxygen consumption by `sum(input)`; a `BoldMonitor` maps a variable of
    the recorded populations to each input. It needs no variable `r`: without one, `r` is the first output.

    Args:
        parameters: `name = value` definitions, as those of a `Neuron`.
        equations: as those of a `Neuron`; times are in ms.
        inputs: name of an input, or several. Each is read by `sum(name)` in the equations.
        output: name of the variable that is the signal, or several. They are recorded by default.
        name, description: for the reader.
        functions: definitions `f(x) = expression`, one per line, for the equations.

    Raises:
        EquationError: a mistake in one of the texts, with line and caret.
        ArgumentError: an input that the equations do not read, an output that they do not compute.

    Example:
        >>> import jaxsnn as snn
        >>> from jaxsnn.extensions.bold import BoldModel, BoldMonitor
        >>> low_pass = BoldModel(
        ...     parameters="tau = 1000.0",
        ...     equations="I_CBF = sum(I_CBF) ; tau * dBOLD/dt = I_CBF - BOLD",
        ...     inputs="I_CBF",
        ... )
        >>> low_pass.inputs, low_pass.output
        (('I_CBF',), ('BOLD',))
    """

    inputs: tuple[str, ...]
    output: tuple[str, ...]

    def __init__(
        self,
        parameters: str = "",
        equations: str = "",
        inputs: str | Sequence[str] = (),
        output: str | Sequence[str] = ("BOLD",),
        name: str = "Custom BOLD model",
        description: str = "",
        functions: str | None = "",
    ) -> None:
        reads, computes = _names(inputs, "inputs"), _names(output, "output")
        if not computes:
            raise ArgumentError("`output` of a BOLD model is the name of a variable, or several: there is none")
        texts = _with_rate(parameters, equations, computes[0])
        super().__init__(parameters, texts, functions=functions, name=name, description=description)
        object.__setattr__(self, "inputs", reads)
        object.__setattr__(self, "output", computes)
        model = self.analysed
        _check(reads, model.sums, "input", "read no", "sum({})")
        variables = [a.name for a in model.attributes if not a.is_parameter]
        _check(computes, variables, "output", "compute no", "{}")

    def __repr__(self) -> str:
        return f"BOLD model `{self.name}`: {', '.join(self.inputs)} -> {', '.join(self.output)}"


def _names(given: str | Sequence[str], argument: str) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else tuple(given)
    if not all(isinstance(name, str) for name in names):
        raise ArgumentError(f"`{argument}` of a BOLD model is a name or a list of names, not {given!r}")
    return names


def _with_rate(parameters: str, equations: str, output: str) -> str:
    """Return the equations of a model; where nothing defines the rate `r`, it is the output."""
    texts = NeuronTexts(parameters, equations)
    has_rate = any(defined == RATE for _, defined, _ in (*texts.constants, *texts.items))
    return equations if has_rate else f"{equations}\n{RATE} = {output}"


def _check(names: Sequence[str], known: Sequence[str], what: str, verb: str, shape: str) -> None:
    for name in names:
        if name not in known:
            found = f"the equations {verb} `{shape.format(name)}`.{did_you_mean(name, known)}"
            raise ArgumentError(f"`{name}` is no {what} of this BOLD model: {found}")
