"""What a function does, as a digest: equal for equal functions in every process, different for others."""

import subprocess
import sys
from functools import partial

import jax
import numpy as np
import pytest

from jaxsnn.results import function_digest

LIMIT = 3.0


def reads_a_global(x):
    return x > LIMIT


def names_a_function(x):
    return reads_a_global(x)


def made_with(value):
    return lambda x: x * value


def with_default(value):
    def f(x, by=value):
        return x * by

    return f


class Called:
    def __call__(self, x):
        return x + 1


DIFFERENT = {
    "code": (lambda x: x + 1, lambda x: x + 2),
    "names": (lambda x: x.mean(), lambda x: x.sum()),
    "number around it": (made_with(1.0), made_with(2.0)),
    "array around it": (made_with(np.zeros(3)), made_with(np.ones(3))),
    "key around it": (made_with(jax.random.key(0)), made_with(jax.random.key(1))),
    "default": (with_default(1), with_default(2)),
    "argument": (partial(pow, 2), partial(pow, 3)),
    "compiled": (jax.jit(lambda x: x + 1), jax.jit(lambda x: x + 2)),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_functions_that_differ(case):
    one, other = DIFFERENT[case]
    assert function_digest(one) == function_digest(one) != function_digest(other)


def test_functions_that_are_equal():
    """Oracle: the same text; an object that is called has the digest of its method."""
    assert function_digest(made_with(1.0)) == function_digest(made_with(1.0))
    assert function_digest(Called()) == function_digest(Called())
    assert function_digest(np.mean).startswith("mean ")


def test_what_a_function_names_counts(monkeypatch):
    """Oracle: a global number that is changed, of a function and of one that it calls."""
    before = function_digest(reads_a_global), function_digest(names_a_function)
    monkeypatch.setitem(globals(), "LIMIT", 4.0)
    assert before[0] != function_digest(reads_a_global) and before[1] != function_digest(names_a_function)


@pytest.mark.slow
def test_the_digest_is_the_same_in_every_process():
    """Oracle: two processes in which texts have other hashes, so that sets of them have another order."""
    code = "from jaxsnn.results import function_digest as d; print(d(lambda x: x in {'a', 'b', 'c', 'd', 'e'}))"
    run = partial(subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run(env={"PYTHONHASHSEED": "1"}).stdout == run(env={"PYTHONHASHSEED": "2"}).stdout
