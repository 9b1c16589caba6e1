"""Distributions: their draws against scipy's laws, shapes, dtypes, clipping, reproducibility."""

from dataclasses import fields
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from jaxsnn import rng
from jaxsnn.distributions import (
    Binomial,
    DiscreteUniform,
    Distribution,
    Exponential,
    Gamma,
    LogNormal,
    Normal,
    TruncatedNormal,
    Uniform,
)
from jaxsnn.equations import DISTRIBUTIONS

N = 2**16
P_MIN = 1e-6

CONTINUOUS = {
    "uniform": (Uniform(-1.0, 3.0), stats.uniform(-1, 4)),
    "uniform of integers": (Uniform(0, 1), stats.uniform(0, 1)),
    "normal": (Normal(-65.0, 5.0), stats.norm(-65, 5)),
    "truncated normal": (TruncatedNormal(1.5, 0.75, min=0.1, max=3.0), stats.truncnorm(-1.4 / 0.75, 2.0, 1.5, 0.75)),
    "normal with a lower bound": (TruncatedNormal(1.0, 0.5, min=1.5), stats.truncnorm(1.0, np.inf, 1.0, 0.5)),
    "lognormal": (LogNormal(0.5, 0.4), stats.lognorm(s=0.4, scale=np.exp(0.5))),
    "exponential": (Exponential(2.5), stats.expon(scale=2.5)),
    "gamma": (Gamma(2.0, 3.0), stats.gamma(2, scale=3)),
    "gamma below one": (Gamma(0.5), stats.gamma(0.5)),
    "gamma of integers": (Gamma(3, 2), stats.gamma(3, scale=2)),
}
DISCRETE = {
    "integers": (DiscreteUniform(-2, 5), stats.randint(-2, 6)),
    "binomial": (Binomial(10, 0.3), stats.binom(10, 0.3)),
    "binomial of many": (Binomial(100, 0.4), stats.binom(100, 0.4)),
}
ALL = CONTINUOUS | DISCRETE
CLIPPED = {
    "normal": (Normal(0.0, 1.0, min=-0.5, max=1.0), stats.norm()),
    "lognormal": (LogNormal(0.0, 1.0, min=0.5, max=2.0), stats.lognorm(1)),
    "exponential": (Exponential(1.0, min=0.2, max=2.0), stats.expon()),
    "gamma": (Gamma(2.0, 1.0, min=0.5, max=3.0), stats.gamma(2)),
}
EACH = ["uniform", "integers", "normal", "lognormal", "exponential", "gamma", "binomial"]
each = pytest.mark.parametrize("name", EACH)
both = pytest.mark.parametrize("generator", [rng.THREEFRY, rng.COUNTER], ids=lambda g: g.name)


def key_of(seed: int, generator: rng.Generator = rng.THREEFRY) -> jax.Array:
    """Return the key that a network of this seed has."""
    return generator.wrap(rng.raw_of_seeds([seed])[0])


@cache
def draws(distribution: Distribution, generator: rng.Generator = rng.THREEFRY, n: int = N) -> np.ndarray:
    """Return n draws in double precision, drawn in single."""
    return np.asarray(distribution.sample(key_of(0, generator), (n,)), np.float64)


@both
@pytest.mark.parametrize("name", ALL)
def test_mean_and_variance(name, generator):
    """Oracle: scipy's mean and variance, within 5 standard errors."""
    distribution, law = ALL[name]
    mean, variance, excess = (float(m) for m in law.stats("mvk"))
    x = draws(distribution, generator)
    assert abs(x.mean() - mean) < 5 * np.sqrt(variance / N)
    assert abs(np.mean((x - mean) ** 2) - variance) < 5 * variance * np.sqrt((excess + 2) / N)


@both
@pytest.mark.parametrize("name", CONTINUOUS)
def test_law_of_continuous_draws(name, generator):
    """Oracle: Kolmogorov-Smirnov against scipy's distribution function."""
    distribution, law = CONTINUOUS[name]
    assert stats.kstest(draws(distribution, generator), law.cdf).pvalue > P_MIN


@both
@pytest.mark.parametrize("name", DISCRETE)
def test_law_of_discrete_draws(name, generator):
    """Oracle: chi-square against scipy's probabilities, of the values expected 5 times or more."""
    distribution, law = DISCRETE[name]
    x = draws(distribution, generator)
    values = np.arange(law.support()[0], law.support()[1] + 1)
    assert np.all(np.isin(x, values))
    values = values[law.pmf(values) * N >= 5]
    observed, expected = np.sum(x[:, None] == values, axis=0), law.pmf(values) * N
    rest = np.maximum(N - expected.sum(), 1e-9)
    square = np.sum((observed - expected) ** 2 / expected)
    assert abs(N - observed.sum() - rest) < 5 * np.sqrt(rest) + 1
    assert stats.chi2.sf(square, values.size - 1) > P_MIN


@each
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3), [4, 1]])
def test_shape(name, shape):
    """Oracle: the shape asked for, as a tuple or a list; single precision, and the dtype asked for."""
    sample = ALL[name][0].sample
    x = jax.eval_shape(lambda key: sample(key, shape), key_of(0))
    assert x.shape == tuple(shape) and x.dtype == jnp.float32
    assert jax.eval_shape(lambda key: sample(key, shape, jnp.float16), key_of(0)).dtype == jnp.float16


@each
def test_dtype_in_double_precision(name, double):
    """Oracle: double precision by default, and the dtype asked for."""
    sample = ALL[name][0].sample
    assert jax.eval_shape(lambda key: sample(key, (3,)), key_of(0)).dtype == jnp.float64
    assert jax.eval_shape(lambda key: sample(key, (3,), jnp.float32), key_of(0)).dtype == jnp.float32


@pytest.mark.parametrize("name", CONTINUOUS)
def test_law_in_double_precision(name, double):
    """Oracle: Kolmogorov-Smirnov against scipy's distribution function; more values than single precision has."""
    distribution, law = CONTINUOUS[name]
    x = distribution.get_values(N, seed=1)
    assert x.dtype == np.float64
    assert stats.kstest(x, law.cdf).pvalue > P_MIN
    assert np.any(x != x.astype(np.float32))


@both
@pytest.mark.parametrize("name", CLIPPED)
def test_clipping_moves_to_the_bound(name, generator):
    """Oracle: scipy's tails; as many draws at each bound as would lie outside, and none beyond."""
    distribution, law = CLIPPED[name]
    x = np.asarray(distribution.sample(key_of(0, generator), (N,)))
    low, high = np.float32(distribution.min), np.float32(distribution.max)
    assert x.min() == low and x.max() == high
    for p, number in ((law.cdf(low), np.sum(x == low)), (law.sf(high), np.sum(x == high))):
        assert abs(number - N * p) < 5 * np.sqrt(N * p * (1 - p))


@pytest.mark.parametrize("name", CLIPPED)
@pytest.mark.parametrize("side", ["min", "max"])
def test_clipping_on_one_side(name, side):
    """Oracle: NumPy's minimum and maximum of the draws without bounds."""
    distribution = CLIPPED[name][0]
    parameters = [getattr(distribution, field.name) for field in fields(distribution)[:-3]]
    free = np.asarray(type(distribution)(*parameters).sample(jax.random.key(2), (1000,)))
    bounded = type(distribution)(*parameters, **{side: 1.0}).sample(jax.random.key(2), (1000,))
    np.testing.assert_array_equal(bounded, (np.maximum if side == "min" else np.minimum)(free, np.float32(1.0)))


@pytest.mark.parametrize("low, high", [(0, 1), (-2, 5), (3, 3)])
def test_discrete_uniform_includes_both_ends(low, high):
    """Oracle: the set of integers from min to max."""
    x = draws(DiscreteUniform(low, high), n=1000)
    assert set(x) == set(range(low, high + 1))


def test_uniform_stays_in_its_interval():
    """Oracle: the interval; 0 included and 1 excluded."""
    x = draws(Uniform(0.0, 1.0), n=2**20)
    assert x.min() >= 0 and x.max() < 1
    wide = draws(Uniform(-3.0, 7.0), n=2**20)
    assert wide.min() >= -3 and wide.max() <= 7


def test_exponential_takes_a_scale_and_equations_a_rate():
    """Oracle: mean 4 of Exponential(4), mean 1/4 of the same word inside an equation, within 5 standard errors."""
    scale, rate = Exponential(4.0), DISTRIBUTIONS["Exponential"][1](4.0)
    assert abs(draws(scale).mean() - 4.0) < 5 * 4.0 / np.sqrt(N)
    assert abs(draws(rate).mean() - 0.25) < 5 * 0.25 / np.sqrt(N)


@each
def test_get_values(name):
    """Oracle: `sample` with the key of the seed; an integer or a sequence as shape."""
    distribution = ALL[name][0]
    values = distribution.get_values((2, 3), seed=4)
    assert isinstance(values, np.ndarray)
    np.testing.assert_array_equal(values, distribution.sample(rng.key(4), (2, 3)))
    np.testing.assert_array_equal(distribution.get_values([2, 3], seed=4), values)
    assert distribution.get_values(6, seed=4).shape == (6,)


def test_get_values_without_a_seed_is_fresh():
    """Oracle: two calls agree with probability 2**-32."""
    distribution = Normal(0.0, 1.0)
    assert distribution.get_values(20).dtype == np.float32
    assert not np.array_equal(distribution.get_values(20), distribution.get_values(20))


@each
def test_key_decides(name):
    """Oracle: the same key gives the same draws, another key others; jit and vmap change nothing but rounding."""
    distribution, keys = ALL[name][0], [key_of(seed, rng.COUNTER) for seed in (0, 1)]
    first, second = (np.asarray(distribution.sample(k, (50,))) for k in keys)
    np.testing.assert_array_equal(distribution.sample(keys[0], (50,)), first)
    assert not np.array_equal(first, second)
    many = jax.jit(jax.vmap(lambda k: distribution.sample(k, (50,))))(jnp.stack(keys))
    np.testing.assert_allclose(many, [first, second], rtol=2e-6)


@each
def test_parameters_may_be_arrays(name):
    """Oracle: an array of equal parameters, one for each neuron, gives the draws of the number."""
    distribution = ALL[name][0]
    fields = [f for f in distribution.__dataclass_fields__ if getattr(distribution, f) is not None]
    arrays = {f: jnp.full(50, getattr(distribution, f), jnp.float32) for f in fields}
    drawn = type(distribution)(**arrays).sample(key_of(0, rng.COUNTER), (50,))
    np.testing.assert_allclose(drawn, distribution.sample(key_of(0, rng.COUNTER), (50,)), rtol=2e-6)


def test_each_neuron_has_its_own_parameters():
    """Oracle: means of normals with ten different mu and sigma, within 5 standard errors."""
    mu, sigma = jnp.arange(10.0), jnp.linspace(0.1, 1.0, 10)
    x = np.asarray(Normal(mu[:, None], sigma[:, None]).sample(jax.random.key(0), (10, 4096)))
    assert np.all(np.abs(x.mean(1) - mu) < 5 * sigma / 64)


def test_gradients_flow_to_the_parameters():
    """Oracle: d(mu + sigma z)/d(mu, sigma) is (1, z)."""
    z = Normal(0.0, 1.0).sample(jax.random.key(0), ())
    by_mu, by_sigma = jax.grad(lambda m, s: Normal(m, s).sample(jax.random.key(0), ()), (0, 1))(2.0, 3.0)
    assert by_mu == 1.0 and by_sigma == z


@pytest.mark.parametrize("name", ALL)
def test_is_a_distribution(name):
    """Oracle: the type; descriptions are values, equal when their parameters are and not to be changed."""
    distribution = ALL[name][0]
    fields = {f: getattr(distribution, f) for f in distribution.__dataclass_fields__}
    assert isinstance(distribution, Distribution) and not isinstance(3.0, Distribution)
    assert type(distribution)(**fields) == distribution
    with pytest.raises(AttributeError):
        setattr(distribution, next(iter(fields)), 0.0)
