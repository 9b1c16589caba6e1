"""One step of each method for affine equations x' = M x + c, written down in NumPy: the oracle of these tests."""

import numpy as np
from scipy.linalg import expm

from jaxsnn.integrators import METHODS

from ..cases import quick

NAMES = [method.name for method in METHODS]
QUICK = ("explicit", "exponential", "midpoint", "implicit")  # of each kind one, which runs by default
OTHERS = tuple(name for name in NAMES if name not in QUICK)
COUPLED = [
    "explicit",
    "implicit",
    "midpoint",
    "rk4",
    "exact",
    "heun",
    "milstein",
]  # these see the whole of M, the others its diagonal alone
TAYLOR = {
    "explicit": 1,
    "milstein": 1,
    "midpoint": 2,
    "heun": 2,
    "rk4": 4,
}  # terms of the exponential series that the method has


def each(names):
    """Return methods for `parametrize`, of which the quick ones run by default."""
    return quick(names, QUICK.__contains__)


def beside(method: str) -> tuple[str, ...]:
    """Return the methods whose populations share a network with those of a method."""
    return QUICK if method in QUICK else OTHERS


def affine_step(method: str, matrix, constant, x, dt: float):
    """Return x one step later.

    Args:
        method: its name.
        matrix, constant, x: (n, n), (n,) and (n,).
        dt: step.
    """
    matrix, constant, x = np.asarray(matrix), np.asarray(constant), np.asarray(x)
    slope, own = matrix @ x + constant, np.diag(matrix)
    if method == "implicit":
        return np.linalg.solve(np.eye(len(x)) - dt * matrix, x + dt * constant)
    if method == "exact":
        augmented = np.block([[matrix, constant[:, None]], [np.zeros((1, len(x) + 1))]])
        return (expm(dt * augmented) @ np.append(x, 1.0))[:-1]
    if method == "semiimplicit":
        return x + dt * slope / (1 - dt * own)
    if method in ("exponential", "rosenbrock"):
        return x + np.where(own == 0, dt, np.expm1(dt * own) / np.where(own == 0, 1, own)) * slope
    for k in range(1, TAYLOR[method] + 1):  # x + dt f + dt^2/2 M f + dt^3/6 M^2 f + ...
        x = x + dt * slope
        slope = dt / (k + 1) * matrix @ slope
    return x


def factor(method: str, z):
    """Return the stability function R(z), x(dt) / x(0) for x' = z/dt x; not only for real z in coupled methods."""
    if method in ("implicit", "semiimplicit"):
        return 1 / (1 - z)
    if method in ("exponential", "rosenbrock", "exact"):
        return np.exp(z)
    return np.polyval([1 / 24, 1 / 6, 1 / 2, 1, 1][-1 - TAYLOR[method] :], z)
