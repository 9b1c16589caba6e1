"""Numerical methods for a block of coupled ordinary differential equations.

A method advances all variables of a block by one step. It sees the equations as functions of the variables' values (a
`System`); how these come out of the text is not its business. Each file names its methods in `METHODS`: one that is
added there becomes a flag of equations, an argument of `Network(method=...)` and a name that errors suggest.
"""

from ..errors import ArgumentError, UnsupportedError, did_you_mean
from . import _exact, _exponential, _implicit, _runge_kutta, _stochastic
from ._exact import EXACT as EXACT
from ._exponential import EXPONENTIAL as EXPONENTIAL
from ._exponential import ROSENBROCK as ROSENBROCK
from ._exponential import SEMIIMPLICIT as SEMIIMPLICIT
from ._implicit import IMPLICIT as IMPLICIT
from ._integrator import Integrator as Integrator
from ._integrator import Step as Step
from ._integrator import System as System
from ._runge_kutta import EXPLICIT as EXPLICIT
from ._runge_kutta import HEUN as HEUN
from ._runge_kutta import MIDPOINT as MIDPOINT
from ._runge_kutta import RK4 as RK4
from ._stochastic import MILSTEIN as MILSTEIN

# The default comes first; an error that names two methods which exclude each other names them in this order.
FAMILIES = (_implicit, _exponential, _runge_kutta, _exact, _stochastic)
METHODS = tuple(dict.fromkeys((EXPLICIT, *(method for family in FAMILIES for method in family.METHODS))))
KNOWN = {method.name: method for method in METHODS} | {"runge-kutta4": RK4}
SYNAPTIC = ("event-driven", "exact")


def by_name(name: str | Integrator) -> Integrator:
    """Return the method of this name.

    Raises:
        UnsupportedError: a method that exists in synapses only.
        ArgumentError: nobody has it.
    """
    if isinstance(name, Integrator):
        return name
    if name in SYNAPTIC and name not in KNOWN:
        raise UnsupportedError(
            f"`{name}` integrates synaptic variables at spikes only; a neuron needs a method by step"
        )
    if name not in KNOWN:
        raise ArgumentError(f"unknown numerical method `{name}`.{did_you_mean(str(name), KNOWN)}")
    return KNOWN[name]
