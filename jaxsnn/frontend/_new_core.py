"""An empty network, of checked settings."""

from math import isfinite
from numbers import Integral, Real

from .. import arguments, integrators, rng
from ..errors import ArgumentError
from ..models import GRADIENTS, SPIKES
from ..propagation import KNOWN
from ..surrogates import Surrogate, by_name
from ._core import Core, Options
from ._default_value import default
from ._draft import Draft
from ._spike_choice import SpikeChoice


def new_core(  # noqa: PLR0913 - settings of one thing, by keyword
    dt: float | None = None,
    seed: int | None = None,
    method: str | integrators.Integrator | None = None,
    random: str = "counter",
    kernel: str | None = None,
    surrogate: str | Surrogate | None = None,
    differentiable_reset: bool | None = None,
    strict: bool | None = None,
    spikes: str | None = None,
    gradients: str | None = None,
) -> Core:
    """Return the core of a network that has no parts yet; see `Network`. None takes what `setup` has chosen."""
    dt = default.settings.get("dt", 1.0) if dt is None else dt
    chosen_method = default.settings.get("method", "explicit") if method is None else method
    if not (isinstance(dt, Real) and not isinstance(dt, bool) and isfinite(dt) and dt > 0):
        raise ArgumentError(f"`dt` is a step in ms, greater than 0, not {dt!r}")
    if not (seed is None or (isinstance(seed, Integral) and not isinstance(seed, bool))):
        raise ArgumentError(f"`seed` is an integer, taken modulo 2^32, or None, not {seed!r}")
    if not isinstance(differentiable_reset, bool | None):
        raise ArgumentError(f"`differentiable_reset` is True or False, not {differentiable_reset!r}")
    if not isinstance(strict, bool | None):
        raise ArgumentError(f"`strict` is True or False, not {strict!r}")
    if kernel is not None:
        arguments.one_of(kernel, "kernel", KNOWN)
    chosen = None if surrogate is None else by_name(surrogate)
    if spikes is not None:
        arguments.one_of(spikes, "spikes", SPIKES)
    if gradients is not None:
        arguments.one_of(gradients, "gradients", GRADIENTS)
    about_spikes = SpikeChoice(chosen, differentiable_reset, spikes, gradients)
    draft = Draft(float(dt), integrators.by_name(chosen_method), about_spikes)
    return Core(draft, Options(rng.by_name(random), kernel, strict=strict), None if seed is None else int(seed))
