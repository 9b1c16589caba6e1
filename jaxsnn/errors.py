"""Every exception that jaxsnn raises on purpose, and the words they share.

Each class derives from `JaxsnnError` and from the built-in exception it refines, so that both
`except jaxsnn.errors.JaxsnnError` and `except ValueError` catch what one would expect.
"""

import os
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

PACKAGE = str(Path(__file__).parent) + os.sep


class JaxsnnError(Exception):
    """The root of all jaxsnn exceptions."""


class EquationError(JaxsnnError, ValueError):
    """An equation cannot be read; the message shows its line and a caret.

    Attributes:
        line: line number in the text, from 1.
        column: column in that line, from 1.
    """

    def __init__(self, message: str, text: str, line: int, column: int) -> None:
        self.line, self.column = line, column
        lines = text.splitlines() or [""]
        shown = lines[min(line, len(lines)) - 1].replace("\t", " ")
        super().__init__(f"{message}\n  line {line}: {shown}\n{' ' * (len(f'  line {line}: ') + column - 1)}^")


class UnknownAttributeError(JaxsnnError, AttributeError):
    """A population, projection or view has no attribute of this name."""


class UnknownNameError(JaxsnnError, LookupError):
    """No population, target, variable, parameter or option has this name."""


class ShapeError(JaxsnnError, ValueError):
    """An array has the wrong shape."""


class ArgumentError(JaxsnnError, ValueError):
    """An argument has a value that makes no sense."""


class StateError(JaxsnnError, RuntimeError):
    """A call came at the wrong moment, such as `simulate` before `compile`."""


class FileFormatError(JaxsnnError, ValueError):
    """A file is damaged, of another program, or does not fit the network into which it is loaded."""


class StoreError(JaxsnnError, OSError):
    """Results cannot be kept in a folder: there is no space, or it holds those of something else; says what differs."""


class PrecisionError(JaxsnnError, TypeError):
    """Arrays of one precision met a network compiled for another."""


class UnsupportedError(JaxsnnError, NotImplementedError):
    """ANNarchy has it, or JAX does; jaxsnn does not (yet)."""


class MissingPackageError(JaxsnnError, ImportError):
    """Something needs an optional package that is not installed; says which, and how to get it."""


class NonFiniteError(JaxsnnError, FloatingPointError):
    """The state of a network stopped being finite.

    Attributes:
        population, projection: where, one of them None. variable: of it. step: index of the first step that ended with
            such a value; of several, the variable that is computed first. run: of a sweep, else None.
    """

    def __init__(self, kind: str, owner: str, variable: str, step: int, dt: float, run: int | None = None) -> None:
        self.population, self.projection = (owner, None) if kind == "populations" else (None, owner)
        self.variable, self.step, self.run = variable, step, run
        where = "" if run is None else f" in run {run}"
        kept = "The network keeps the state it had before this call. " if run is None else ""
        super().__init__(
            f"`{variable}` of {kind[:-1]} `{owner}` is not finite after step {step} (t = {step * dt:g} ms){where}. "
            f"{kept}Try a smaller `dt`, or bound the variable with `min=` and `max=`."
        )


class RecordMemoryError(JaxsnnError, MemoryError):
    """What the monitors of a run would record does not fit in memory.

    Attributes:
        needed, available: bytes.
    """

    def __init__(self, steps: int, duration: float, needed: int, available: int) -> None:
        self.needed, self.available = needed, available
        super().__init__(
            f"the monitors would record {needed / 2**30:.1f} GiB in {steps} steps ({duration:g} ms), but only "
            f"{available / 2**30:.1f} GiB of memory are available. Record fewer variables or a view, give the monitor "
            "a longer `period`, pause it, or record to a folder: `simulate(..., to=folder)`"
        )


class MemoryBudgetError(JaxsnnError, MemoryError):
    """No way to keep and recompute states fits into the memory that a backward pass may take."""

    def __init__(self, n: int, budget: str, least: str, fixed: str) -> None:
        super().__init__(
            f"the backward pass of {n} steps does not fit into {budget}: it needs at least {least}, of which {fixed} "
            "are records, gradients of parameters and their copies. Record less (fewer variables, a period, a window), "
            "run in pieces, truncate gradients (`truncate=`), use a smaller batch, or allow more"
        )


class ReplicaError(JaxsnnError, RuntimeError):
    """The method of one replica raised; its own exception is the `__cause__`.

    Attributes:
        index: which replica. results: what the others returned, None where one has no result.
    """

    def __init__(self, index: int, number: int, error: BaseException, results: list) -> None:
        self.index, self.results = index, results
        super().__init__(
            f"replica {index} of {number} raised {type(error).__name__}: {error} (its traceback is above; the results "
            "of the others are in the attribute `results` of this exception)"
        )


class FitError(JaxsnnError, FloatingPointError):
    """The loss of a fit or its gradient stopped being finite.

    Attributes:
        step: number of updates before. names: trained parameters by which the gradient is not finite.
        result: the `FitResult` until then, with the best parameters; None if there is none.
        params: the parameters of this step, at which `diagnose` tells the equation that was the first.
    """

    def __init__(self, step: int, what: str, result: object, names: Sequence[str] = (), params: object = None) -> None:
        self.step, self.result, self.names, self.params = step, result, tuple(names), params
        listed = ", ".join(f"`{name}`" for name in names)
        by = f", nor is its derivative by {listed}" if names and what == "loss" else ""
        of = f" by {listed}" if names and what == "gradient" else ""
        super().__init__(
            f"the {what}{of} is not finite at step {step}{by}. {_cure(step)}; `result` of this exception holds the "
            "best so far, and `diagnose` at its `params` names the equation that was the first"
        )


def _cure(step: int) -> str:
    """Return what may help a fit; nothing that changes steps can help before the first."""
    lower = "a steeper or lower surrogate (`height`) or a shorter run"
    if step == 0:
        return f"So it is at the start, where neither a learning rate nor clipping can help: take {lower}"
    return f"Try a smaller learning rate, clip the gradient (optax.clip_by_global_norm), or take {lower}"


class JaxsnnWarning(UserWarning):
    """Something that runs in ANNarchy, and here, is suspicious or without effect; an error in a strict network."""


@dataclass(frozen=True)
class Remark:
    """Something suspicious, found but not judged yet: a strict network raises it, any other warns.

    Args:
        kind: of the error that a strict network raises.
        arguments: with which the error is made.

    Example:
        >>> Remark(UnknownNameError, ("nobody reads `g_exc`",)).error()
        UnknownNameError('nobody reads `g_exc`')
    """

    kind: type[JaxsnnError]
    arguments: tuple

    def error(self) -> JaxsnnError:
        """Return the error."""
        return self.kind(*self.arguments)


class FitWarning(UserWarning):
    """A fit can run, but perhaps not as it is meant: a trained parameter that the loss does not depend on."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest known name, or lists what is known.

    Example:
        >>> did_you_mean("v_tresh", ["v_thresh", "v", "u"])
        ' Did you mean `v_thresh`?'
        >>> did_you_mean("zzz", ["u", "v"])
        ' Known names: u, v.'
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6) if isinstance(name, str) else []
    if near:
        return f" Did you mean `{near[0]}`?"
    return f" Known names: {', '.join(names)}." if names else ""


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn about the line of the caller's own code that has led here, however many of our functions lie between."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
