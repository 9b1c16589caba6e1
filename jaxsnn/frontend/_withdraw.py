"""A projection whose connector fails leaves the description; another call of a connector brings it back."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..errors import StateError
from ._base_projection import BaseProjection

P = TypeVar("P", bound=BaseProjection)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Connect = Callable[Concatenate[P, Arguments], Result]
WITHDRAWN = "_withdrawn"  # attribute of the handle: the description of its projection


def connects(connect: Connect[P, Arguments, Result]) -> Connect[P, Arguments, Result]:
    """Let the connector of a projection leave no projection behind if it fails, or is interrupted."""

    @wraps(connect)
    def connected(projection: P, *arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        _bring_back(projection)
        core = projection._core
        before = core.draft
        try:
            return connect(projection, *arguments, **options)
        except BaseException:
            core.draft = before
            _withdraw(projection)
            raise

    return connected


def _withdraw(projection: BaseProjection) -> None:
    """Take a projection that was never connected out of the description, unless something there refers to it."""
    core, name = projection._core, projection._name
    spec = core.draft.projections.get(name)
    if core.is_compiled or spec is None or spec.connector is not None or core.draft.uses_projection(name):
        return
    core.draft = core.draft.without_projection(name)
    object.__setattr__(projection, WITHDRAWN, spec)


def _bring_back(projection: BaseProjection) -> None:
    """Describe a projection again whose connector has failed before.

    Raises:
        StateError: another projection has its name now.
    """
    spec: Any = vars(projection).get(WITHDRAWN)
    if spec is None:
        return
    draft = projection._core.draft
    if spec.name in draft.projections or spec.name in draft.populations:
        message = f"{projection!r} is not a part of the network, as its connector has failed, and its name is taken now"
        raise StateError(f"{message}: use what was created since")
    projection._core.draft = draft.with_projection(spec)
    object.__delattr__(projection, WITHDRAWN)
