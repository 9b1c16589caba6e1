"""The words of the equation language: functions, constants, distributions, reductions, flags. One table each.

The analysis reads them to accept or refuse a name, the evaluation to compute it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import e, pi

import jax.numpy as jnp
from jax import Array
from jax.scipy import special

from .. import distributions, integrators
from ._input_names import is_conductance


@dataclass(frozen=True)
class Function:
    """A function of the language.

    Args:
        arity: number of its arguments.
        compute: its value.
        is_tame: whether value and slope are finite wherever the arguments are, short of an overflow of the arguments.
        taken: which arguments the value comes from, a boolean for each of them; None where it comes from all.
    """

    arity: int
    compute: Callable[..., Array]
    is_tame: bool = False
    taken: Callable[..., tuple] | None = None


def _power(x, n):
    """Return x**n for an integer n: exact also where x is negative."""
    return jnp.power(x, jnp.asarray(n).astype(jnp.int32)) if not isinstance(n, float) else x ** int(n)


def _round(x):
    """Round half away from zero, as C does; x + 0.5 would round up the number below 0.5."""
    whole = jnp.trunc(x)
    return whole + jnp.where(jnp.abs(x - whole) >= 0.5, jnp.sign(x), 0.0)


def _root(x):
    """Return the square root with the gradient 0 at 0, where the true one is infinite and would poison every other."""
    return jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0)


def _positive(x):
    return jnp.maximum(x, 0.0)


def _negative(x):
    return jnp.minimum(x, 0.0)


def _taken_by_clip(x, low, high):
    at_top = jnp.maximum(x, low) > high
    return ~(x < low) & ~at_top, ~(low < x) & ~at_top, ~(high > jnp.maximum(x, low))


FUNCTIONS: dict[str, Function] = {
    "pos": Function(1, _positive, True, lambda x: (~(x < 0),)),
    "positive": Function(1, _positive, True, lambda x: (~(x < 0),)),
    "neg": Function(1, _negative, True, lambda x: (~(x > 0),)),
    "negative": Function(1, _negative, True, lambda x: (~(x > 0),)),
    "clip": Function(3, lambda x, low, high: jnp.minimum(jnp.maximum(x, low), high), True, _taken_by_clip),
    "modulo": Function(2, lambda a, b: jnp.fmod(jnp.trunc(a), jnp.trunc(b))),
    "power": Function(2, _power),
    "pow": Function(2, jnp.power),
    "ite": Function(3, jnp.where, True),
    "round": Function(1, _round, True),
    "isnan": Function(1, jnp.isnan, True),
    "isfinite": Function(1, jnp.isfinite, True),
    "isinf": Function(1, jnp.isinf, True),
    "Max": Function(2, jnp.maximum, True, lambda a, b: (~(a < b), ~(b < a))),
    "Min": Function(2, jnp.minimum, True, lambda a, b: (~(a > b), ~(b > a))),
    "fmax": Function(2, jnp.fmax, True, lambda a, b: ((a > b) | jnp.isnan(b), ~((a > b) | jnp.isnan(b)))),
    "fmin": Function(2, jnp.fmin, True, lambda a, b: ((a < b) | jnp.isnan(b), ~((a < b) | jnp.isnan(b)))),
    "fmod": Function(2, jnp.fmod),
    "fabs": Function(1, jnp.abs, True),
    "abs": Function(1, jnp.abs, True),
    "Abs": Function(1, jnp.abs, True),
    "sign": Function(1, jnp.sign, True),
    "sqrt": Function(1, jnp.sqrt),
    "cbrt": Function(1, jnp.cbrt),
    "hypot": Function(2, jnp.hypot),
    "exp": Function(1, jnp.exp),
    "exp2": Function(1, jnp.exp2),
    "expm1": Function(1, jnp.expm1),
    "log": Function(1, jnp.log),
    "ln": Function(1, jnp.log),
    "log2": Function(1, jnp.log2),
    "log10": Function(1, jnp.log10),
    "log1p": Function(1, jnp.log1p),
    "floor": Function(1, jnp.floor, True),
    "ceil": Function(1, jnp.ceil, True),
    "ceiling": Function(1, jnp.ceil, True),
    "trunc": Function(1, jnp.trunc, True),
    "sin": Function(1, jnp.sin, True),
    "cos": Function(1, jnp.cos, True),
    "tan": Function(1, jnp.tan),
    "asin": Function(1, jnp.arcsin),
    "acos": Function(1, jnp.arccos),
    "atan": Function(1, jnp.arctan, True),
    "atan2": Function(2, jnp.arctan2),
    "sinh": Function(1, jnp.sinh),
    "cosh": Function(1, jnp.cosh),
    "tanh": Function(1, jnp.tanh, True),
    "asinh": Function(1, jnp.arcsinh, True),
    "acosh": Function(1, jnp.arccosh),
    "atanh": Function(1, jnp.arctanh),
    "erf": Function(1, special.erf, True),
    "erfc": Function(1, special.erfc, True),
    "gamma": Function(1, special.gamma),
    "tgamma": Function(1, special.gamma),
    "lgamma": Function(1, special.gammaln),
    "copysign": Function(2, jnp.copysign),
    "fdim": Function(2, lambda a, b: jnp.maximum(a - b, 0.0), True, lambda a, b: (~(a < b), ~(a < b))),
}

CONSTANTS: dict[str, float] = {"pi": pi, "E": e}

DISTRIBUTIONS: dict[str, tuple[int, Callable]] = {
    "Uniform": (2, distributions.Uniform),
    "DiscreteUniform": (2, distributions.DiscreteUniform),
    "Normal": (2, distributions.Normal),
    "LogNormal": (2, distributions.LogNormal),
    # Inside equations the argument of Exponential is a rate, outside a scale: as in ANNarchy.
    "Exponential": (1, lambda rate: distributions.Exponential(1.0 / rate)),
    "Gamma": (2, distributions.Gamma),
    "Binomial": (2, distributions.Binomial),
}

REDUCTIONS: dict[str, Callable[[Array], Array]] = {
    "min": jnp.min,
    "max": jnp.max,
    "mean": jnp.mean,
    "norm1": lambda x: jnp.sum(jnp.abs(x)),
    "norm2": lambda x: _root(jnp.sum(x * x)),
}

METHODS = tuple(dict.fromkeys((*integrators.KNOWN, *integrators.SYNAPTIC)))
BOUND_FLAGS = ("init", "min", "max")
TYPES = ("int", "bool", "float")
LOCALITIES = ("population", "postsynaptic", "projection")
PLAIN_FLAGS = ("population", *TYPES, "unless_refractory")
FLAGS = (*METHODS, *BOUND_FLAGS, *PLAIN_FLAGS)

PROVIDED = ("t", "dt", "t_last")
RESERVED = (*PROVIDED, "t_pre", "t_post", "last_spike", "rk_post", "rk_pre", "i", "j", "active", "refractory", "size")
LANGUAGE_NAMES = (
    *("sum", "pos", "positive", "neg", "negative", "clip", "modulo", "power", "ite", "round", "isnan", "isfinite"),
    *("Max", "Min", *REDUCTIONS, *DISTRIBUTIONS),
)


def is_free_name(name: object) -> bool:
    """Tell whether a user may give something this name: an identifier that the language does not use itself."""
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        return False
    return name not in (*RESERVED, *LANGUAGE_NAMES, *CONSTANTS, *_KEYWORDS) and not is_conductance(name)


_KEYWORDS = ("if", "else", "and", "or", "not", "is", "True", "False", "true", "false")
