"""The branch that is not taken adds nothing to a derivative, however steep it is there: forward, in reverse, twice.

Oracle: the branch that is taken, written by hand and differentiated alone.
"""

from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn

FUNCTIONS = "guarded(x, y) = ite(x > y, sqrt(x - y), 0.0)"
S = 0.0  # a parameter of the population; every neuron has a k of its own

# Right-hand side of r: the branches, as functions of k and s, with values of k that take them. Each expression has
# values of k at which the other branch has no number, no slope, or an infinite one.
BRANCHES = {
    "if k > s: sqrt(k - s) else: k": [(lambda k, s: jnp.sqrt(k - s), (0.25, 2.0)), (lambda k, s: k, (-50.0, 0.0))],
    "if k <= 0.0: k^2 - s else: k * log(k) / (k + s)": [
        (lambda k, s: k * jnp.log(k) / (k + s), (0.25, 2.0)),
        (lambda k, s: k**2 - s, (-50.0, 0.0)),
    ],
    "2.0 * ite(k > 0.0, 1.0 / k, s) - k": [
        (lambda k, s: 2.0 / k - k, (0.25, 2.0)),
        (lambda k, s: 2.0 * s - k, (-50.0, 0.0)),
    ],
    "if k < 1.0: k else: exp(-1000.0 * k) * k * s": [
        (lambda k, s: k, (-50.0, 0.25)),
        (lambda k, s: jnp.exp(-1000.0 * k) * k * s, (1.0, 2.0)),
    ],
    "if k > 0.0: ite(k > 1.0, log(log(k)), k^1.5) else: ite(k < -1.0, sqrt(-1.0 - k), 3.0 * k)": [
        (lambda k, s: jnp.log(jnp.log(k)), (2.0,)),
        (lambda k, s: k**1.5, (0.25, 1.0)),
        (lambda k, s: jnp.sqrt(-1.0 - k), (-50.0,)),
        (lambda k, s: 3.0 * k, (-1.0, 0.0)),
    ],
    "if k > s and sqrt(abs(k - s)) > 0.1: log(k - s) else: s * k": [
        (lambda k, s: jnp.log(k - s), (0.25, 2.0)),
        (lambda k, s: s * k, (-50.0, 0.0)),
    ],
    "guarded(k, s) + k * guarded(-k, s)": [
        (lambda k, s: jnp.sqrt(k - s), (0.25, 2.0)),
        (lambda k, s: k * jnp.sqrt(-k - s), (-50.0,)),
        (lambda k, s: s * 0.0, (0.0,)),
    ],
    "pos(1.0 - exp(-1000.0 * k)) - neg(exp(1000.0 * k) - 2.0)": [
        (lambda k, s: 2.0 - jnp.exp(1000.0 * k), (-50.0,)),
        (lambda k, s: 1.0 - jnp.exp(-1000.0 * k), (0.25, 2.0)),
    ],
    "clip(log(k - s), -2.0, 2.0 - s)": [
        (lambda k, s: jnp.log(k - s), (0.25, 2.0)),
        (lambda k, s: -2.0, (0.0,)),
        (lambda k, s: 2.0 - s, (50.0,)),
    ],
    "Max(k + 1.0, -sqrt(k)) + Min(s, 1.0 / k) + fdim(-1.0 / k, s)": [(lambda k, s: k + 1.0 + s, (0.0, 0.25, 2.0))],
    "Max(k, log(k)) + fmax(s - 1.0, log(k))": [
        (lambda k, s: k + jnp.log(k), (2.0,)),
        (lambda k, s: k + s - 1.0, (0.0, 0.25)),
    ],
    "log(k - s) : min=-2.0, max=0.5 - s": [
        (lambda k, s: jnp.log(k - s), (0.25,)),
        (lambda k, s: -2.0, (0.0,)),
        (lambda k, s: 0.5 - s, (2.0, 50.0)),
    ],
}
NAMES = [f"P{i}" for i in range(len(BRANCHES))]


@cache
def one_step():
    """Return `step(k, s)`: r of each population, each a function of its k and s alone; and the values of both."""
    net = snn.Network(dt=1.0)
    for name, (text, cases) in zip(NAMES, BRANCHES.items(), strict=True):
        model = snn.Neuron(parameters="k = 0.0; s = 0.0 : population", equations=f"r = {text}", functions=FUNCTIONS)
        k = [x for _, several in cases for x in several]
        P = net.create(len(k), model, name=name)
        P.k, P.s = k, S
        net.monitor(P, "r")
    sim = net.compile()
    params, state = sim.init(0)

    def step(k, s):
        populations = {name: {**own, "k": k[name], "s": s[name]} for name, own in params.populations.items()}
        return {x: of["r"][0] for x, of in sim.run(replace(params, populations=populations), state, 1.0)[1].items()}

    return step, *({name: own[x] for name, own in params.populations.items()} for x in ("k", "s"))


def by_hand(derivative):
    """Return the derivative of the branch that is taken, for each k of each population."""
    found = {}
    for name, cases in zip(NAMES, BRANCHES.values(), strict=True):
        taken = [(lambda k, s, branch=branch: branch(k, s) + 0.0 * (k + s), k) for branch, ks in cases for k in ks]
        found[name] = np.array([derivative(branch, jnp.asarray(k), jnp.asarray(S)) for branch, k in taken])
    return found


def check(found, expected):
    for name, text in zip(NAMES, BRANCHES, strict=True):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-9, atol=1e-12, err_msg=text)


def total(tree):
    return sum(x.sum() for x in jax.tree.leaves(tree))


def test_first_derivatives(double):
    """Forward and in reverse, by a parameter of each neuron and by one that all of a population share."""
    step, k, s = one_step()
    ones = jax.tree.map(jnp.ones_like, k)
    by_k, by_s = by_hand(lambda b, *at: jax.grad(b)(*at)), by_hand(lambda b, *at: jax.grad(b, 1)(*at))
    check(jax.jit(lambda: jax.jvp(lambda k: step(k, s), (k,), (ones,))[1])(), by_k)
    of_k, of_s = jax.jit(jax.grad(lambda k, s: total(step(k, s)), (0, 1)))(k, s)
    check(of_k, by_k)
    check(of_s, {name: x.sum() for name, x in by_s.items()})


@pytest.mark.parametrize("order", ["forward over reverse", "reverse over forward", "reverse over reverse"])
def test_second_derivatives(double, order):
    """By the parameter of each neuron, in the three orders in which JAX can take them."""
    step, k, s = one_step()
    ones = jax.tree.map(jnp.ones_like, k)
    gradient = jax.grad(lambda k: total(step(k, s)))
    twice = {
        "forward over reverse": lambda: jax.jvp(gradient, (k,), (ones,))[1],
        "reverse over forward": lambda: jax.grad(lambda k: total(jax.jvp(lambda k: step(k, s), (k,), (ones,))[1]))(k),
        "reverse over reverse": lambda: jax.grad(lambda k: total(gradient(k)))(k),
    }
    check(jax.jit(twice[order])(), by_hand(lambda branch, *at: jax.grad(jax.grad(branch))(*at)))
