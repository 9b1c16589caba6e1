"""Distributions: their draws against scipy's laws, shapes, dtypes, clipping, reproducibility."""

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
    Uniform,
)
from jaxsnn.equations import DISTRIBUTIONS

N = 2**16
P_MIN = 1e-6

CONTINUOUS = {
    "uniform": (Uniform(-1.0, 3.0), stats.uniform(-1, 4)),
    "uniform of integers": (Uniform(0, 1), stats.uniform(0, 1)),
    "normal": (Normal(-65.0, 5.0), stats.norm(-65, 5)),
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
every = pytest.mark.parametrize("name", ALL)
keys = pytest.mark.parametrize(
    "key",
    [jax.random.key(0), rng.COUNTER.wrap(rng.raw_of_seeds([0])[0])],
    ids=["threefry", "counter"],
)


def draws(distribution: Distribution, key: jax.Array, n: int = N) -> np.ndarray:
    """Return n draws in double precision, drawn in single."""
    return np.asarray(jax.jit(lambda k: distribution.sample(k, (n,)))(key), np.float64)


@keys
@every
def test_mean_and_variance(name, key):
    """Oracle: scipy's mean and variance, within 5 standard errors."""
    distribution, law = ALL[name]
    mean, variance, excess = (float(m) for m in law.stats("mvk"))
    x = draws(distribution, key)
    assert abs(x.mean() - mean) < 5 * np.sqrt(variance / N)
    assert abs(np.mean((x - mean) ** 2) - variance) < 5 * variance * np.sqrt((excess + 2) / N)


@keys
@pytest.mark.parametrize("name", CONTINUOUS)
def test_law_of_continuous_draws(name, key):
    """Oracle: Kolmogorov-Smirnov against scipy's distribution function."""
    distribution, law = CONTINUOUS[name]
    assert stats.kstest(draws(distribution, key), law.cdf).pvalue > P_MIN


@keys
@pytest.mark.parametrize("name", DISCRETE)
def test_law_of_discrete_draws(name, key):
    """Oracle: chi-square against scipy's probabilities, of the values expected 5 times or more."""
    distribution, law = DISCRETE[name]
    x = draws(distribution, key)
    values = np.arange(law.support()[0], law.support()[1] + 1)
    values = values[law.pmf(values) * N >= 5]
    observed, expected = np.sum(x[:, None] == values, axis=0), law.pmf(values) * N
    observed, expected = np.append(observed, N - observed.sum()), np.append(expected, N - expected.sum())
    kept = expected > 1e-6
    assert observed[~kept].sum() == 0
    assert stats.chi2.sf(np.sum((observed - expected)[kept] ** 2 / expected[kept]), kept.sum() - 1) > P_MIN


@every
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3), [4, 1]])
def test_shape(name, shape):
    """Oracle: the shape asked for, as a tuple or a list; single precision."""
    x = ALL[name][0].sample(jax.random.key(0), shape)
    assert x.shape == tuple(shape) and x.dtype == jnp.float32


@every
def test_dtype_in_double_precision(name, double):
    """Oracle: double precision by default, and the dtype asked for."""
    distribution = ALL[name][0]
    assert distribution.sample(jax.random.key(0), (3,)).dtype == jnp.float64
    assert distribution.sample(jax.random.key(0), (3,), jnp.float32).dtype == jnp.float32
    assert distribution.get_values(3, seed=0).dtype == np.float64


@pytest.mark.parametrize("name", CONTINUOUS)
def test_law_in_double_precision(name, double):
    """Oracle: Kolmogorov-Smirnov against scipy's distribution function; more values than single precision has."""
    distribution, law = CONTINUOUS[name]
    x = np.asarray(distribution.sample(jax.random.key(1), (N,)))
    assert stats.kstest(x, law.cdf).pvalue > P_MIN
    assert np.any(x != x.astype(np.float32))


@keys
@pytest.mark.parametrize("name", CLIPPED)
def test_clipping_moves_to_the_bound(name, key):
    """Oracle: scipy's tails; as many draws at each bound as would lie outside, and none beyond."""
    distribution, law = CLIPPED[name]
    x = np.asarray(distribution.sample(key, (N,)))
    low, high = np.float32(distribution.min), np.float32(distribution.max)
    assert x.min() == low and x.max() == high
    for p, number in ((law.cdf(low), np.sum(x == low)), (law.sf(high), np.sum(x == high))):
        assert abs(number - N * p) < 5 * np.sqrt(N * p * (1 - p))


@pytest.mark.parametrize("name", CLIPPED)
@pytest.mark.parametrize("side", ["min", "max"])
def test_clipping_on_one_side(name, side):
    """Oracle: NumPy's minimum and maximum of the draws without bounds."""
    distribution = CLIPPED[name][0]
    parameters = [getattr(distribution, field) for field in list(distribution.__dataclass_fields__)[:-2]]
    free = np.asarray(type(distribution)(*parameters).sample(jax.random.key(2), (1000,)))
    bounded = type(distribution)(*parameters, **{side: 1.0}).sample(jax.random.key(2), (1000,))
    np.testing.assert_array_equal(bounded, (np.maximum if side == "min" else np.minimum)(free, np.float32(1.0)))


@pytest.mark.parametrize("low, high", [(0, 1), (-2, 5), (3, 3)])
def test_discrete_uniform_includes_both_ends(low, high):
    """Oracle: the set of integers from min to max."""
    x = draws(DiscreteUniform(low, high), jax.random.key(0), 1000)
    assert set(x) == set(range(low, high + 1))


def test_uniform_stays_in_its_interval():
    """Oracle: the interval; 0 included and 1 excluded."""
    x = draws(Uniform(0.0, 1.0), jax.random.key(0), 2**20)
    assert x.min() >= 0 and x.max() < 1
    wide = draws(Uniform(-3.0, 7.0), jax.random.key(0), 2**20)
    assert wide.min() >= -3 and wide.max() <= 7


def test_exponential_takes_a_scale_and_equations_a_rate():
    """Oracle: mean 4 of Exponential(4), mean 1/4 of the same word inside an equation, within 5 standard errors."""
    scale, rate = Exponential(4.0), DISTRIBUTIONS["Exponential"][1](4.0)
    assert abs(draws(scale, jax.random.key(0)).mean() - 4.0) < 5 * 4.0 / np.sqrt(N)
    assert abs(draws(rate, jax.random.key(0)).mean() - 0.25) < 5 * 0.25 / np.sqrt(N)


@every
def test_get_values(name):
    """Oracle: `sample` with the key of the seed; an integer or a sequence as shape."""
    distribution = ALL[name][0]
    values = distribution.get_values((2, 3), seed=4)
    assert isinstance(values, np.ndarray)
    np.testing.assert_array_equal(values, distribution.sample(rng.key(4), (2, 3)))
    np.testing.assert_array_equal(distribution.get_values([2, 3], seed=4), values)
    assert distribution.get_values(5).shape == (5,)


def test_get_values_without_a_seed_is_fresh():
    """Oracle: two calls agree with probability 2**-32."""
    distribution = Normal(0.0, 1.0)
    assert not np.array_equal(distribution.get_values(20), distribution.get_values(20))


@keys
@every
def test_key_decides(name, key):
    """Oracle: the same key gives the same draws, another key others; jit and vmap change nothing."""
    distribution = ALL[name][0]
    first = np.asarray(distribution.sample(key, (50,)))
    np.testing.assert_array_equal(distribution.sample(key, (50,)), first)
    assert not np.array_equal(distribution.sample(jax.random.fold_in(key, 1), (50,)), first)
    np.testing.assert_allclose(jax.jit(lambda k: distribution.sample(k, (50,)))(key), first, rtol=1e-6)
    several = jax.vmap(lambda i: distribution.sample(jax.random.fold_in(key, i), (50,)))(jnp.arange(3))
    np.testing.assert_allclose(several[1], distribution.sample(jax.random.fold_in(key, 1), (50,)), rtol=1e-6)


@pytest.mark.parametrize("name", ["uniform", "integers", "normal", "lognormal", "exponential", "gamma", "binomial"])
def test_parameters_may_be_arrays(name):
    """Oracle: each neuron's own parameters; an array of equal ones gives the draws of the number."""
    distribution = ALL[name][0]
    fields = [f for f in distribution.__dataclass_fields__ if getattr(distribution, f) is not None]
    arrays = {f: jnp.full(40, getattr(distribution, f), jnp.float32) for f in fields}
    expected = distribution.sample(jax.random.key(3), (40,))
    np.testing.assert_allclose(type(distribution)(**arrays).sample(jax.random.key(3), (40,)), expected, rtol=1e-6)


def test_each_neuron_has_its_own_parameters():
    """Oracle: means of normals with ten different mu and sigma, within 5 standard errors."""
    mu, sigma = jnp.arange(10.0), jnp.linspace(0.1, 1.0, 10)
    x = np.asarray(Normal(mu[:, None], sigma[:, None]).sample(jax.random.key(0), (10, 4096)))
    assert np.all(np.abs(x.mean(1) - mu) < 5 * sigma / 64)


def test_gradients_flow_to_the_parameters():
    """Oracle: d(mu + sigma z)/d(mu, sigma) is (1, z)."""
    z = jax.random.normal(jax.random.key(0), ())
    by_mu, by_sigma = jax.grad(lambda m, s: Normal(m, s).sample(jax.random.key(0), ()), (0, 1))(2.0, 3.0)
    assert by_mu == 1.0 and by_sigma == z


@every
def test_is_a_distribution(name):
    """Oracle: the protocol; descriptions are values, equal when their parameters are and not to be changed."""
    distribution = ALL[name][0]
    fields = {f: getattr(distribution, f) for f in distribution.__dataclass_fields__}
    assert isinstance(distribution, Distribution) and not isinstance(3.0, Distribution)
    assert type(distribution)(**fields) == distribution
    with pytest.raises(AttributeError):
        setattr(distribution, next(iter(fields)), 0.0)
