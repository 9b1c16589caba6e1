"""The battery that `rng.COUNTER` must pass to be the default for the noise inside equations.

Each statistic of the battery takes a matrix of 32-bit words, one row per key and one column per neuron, and returns
p-values. The rows are made in every way in which jaxsnn makes keys: steps, replicas, seeds, populations, draws of one
equation. One p-value has to lie inside (1e-6, 1 - 1e-6), about five standard errors on either side; `pytest -m slow`
repeats everything from many seeds and asks that the p-values be uniform. JAX's threefry goes through the same tests.
"""

import subprocess
import sys
import zlib
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array
from scipy import stats

from jaxsnn import errors, rng
from jaxsnn.normals import standard_normal
from jaxsnn.rng import COUNTER, THREEFRY, Generator

from .cases import some

P_MIN = 1e-6
ROWS, COLUMNS = 1024, 2048
LAGS = np.asarray([*range(1, 33), 1000])
both = pytest.mark.parametrize("generator", [COUNTER, THREEFRY], ids=lambda g: g.name)


# ------------------------------------------------------------------------------------------------ words from keys


def noise_key(key: Array, step, name: str = "P", index: int = 0) -> Array:
    """Derive the key of one draw as `_step.advance` and `_population._drawer` do."""
    return jax.random.fold_in(rng.fold_name(jax.random.fold_in(key, step), name), index)


def counted(seed: int, n: int) -> np.ndarray:
    """Return 0, 1, ... n-1: what is folded into the one key of the seed."""
    return np.arange(n, dtype=np.uint32)


def adjacent(seed: int, n: int) -> np.ndarray:
    """Return the raw keys of n seeds that follow each other."""
    return rng.raw_of_seeds(range(seed * n, (seed + 1) * n))


def names(seed: int, n: int) -> np.ndarray:
    """Return what `fold_name` folds in for populations called P0, P1, ..."""
    return np.asarray([zlib.crc32(f"P{i}".encode()) for i in range(n)], np.uint32)


# name: (what differs from row to row, the key of a row from it and from the key of the seed)
ARRANGEMENTS = {
    "steps": (counted, lambda g, base, x: noise_key(base, x)),
    "late steps": (lambda seed, n: counted(seed, n) + np.uint32(10**8), lambda g, base, x: noise_key(base, x)),
    "draws": (counted, lambda g, base, x: jax.random.fold_in(rng.fold_name(jax.random.fold_in(base, 7), "P"), x)),
    "names": (names, lambda g, base, x: jax.random.fold_in(jax.random.fold_in(jax.random.fold_in(base, 7), x), 0)),
    "split": (counted, lambda g, base, x: jax.random.split(base, ROWS)[x]),
    "replicas": (rng.raw_of_replicas, lambda g, base, x: noise_key(g.wrap(x), 7)),
    "seeds": (adjacent, lambda g, base, x: noise_key(g.wrap(x), 7)),
    "unfolded": (rng.raw_of_replicas, lambda g, base, x: g.wrap(x)),
}


@partial(jax.jit, static_argnums=(0, 1, 4))
def draw_rows(generator: Generator, arrangement: str, base: Array, inputs: Array, sampler) -> Array:
    """Return one row of `sampler(key)` for each input."""
    key = ARRANGEMENTS[arrangement][1]
    return jax.vmap(lambda x: sampler(key(generator, generator.wrap(base), x)))(inputs)


def bits32(key: Array) -> Array:
    """Return a row of words."""
    return jax.random.bits(key, (COLUMNS,), jnp.uint32)


def normals(key: Array) -> Array:
    """Return a row of normal draws in single precision."""
    return standard_normal(key, (COLUMNS,), jnp.float32)


def uniforms(key: Array) -> Array:
    """Return a row of uniform draws in single precision."""
    return jax.random.uniform(key, (COLUMNS,), jnp.float32)


def rows(generator: Generator, arrangement: str, seed: int = 0, sampler=bits32) -> np.ndarray:
    """Return the matrix (ROWS, COLUMNS) of an arrangement."""
    base = rng.raw_of_seeds([seed])[0]
    return np.asarray(draw_rows(generator, arrangement, base, ARRANGEMENTS[arrangement][0](seed, ROWS), sampler))


cached_rows = cache(rows)


@partial(jax.jit, static_argnums=(0, 2, 3))
def bits_of(generator: Generator, raws: Array, shape: tuple[int, ...], dtype) -> Array:
    """Return what `words_of` does."""
    return jax.vmap(lambda raw: jax.random.bits(generator.wrap(raw), shape, dtype))(raws)


def words_of(generator: Generator, raws: np.ndarray, shape: tuple[int, ...], dtype="uint32") -> np.ndarray:
    """Return (len(raws), *shape): bits drawn from each raw key."""
    return np.asarray(bits_of(generator, raws, shape, dtype))


@partial(jax.jit, static_argnums=0)
def words_in_a_network(generator: Generator, raws: Array, steps: Array) -> Array:
    """Return (n, 4): the first words of a population, for each raw key and step."""
    return jax.vmap(lambda raw, step: jax.random.bits(noise_key(generator.wrap(raw), step), (4,)))(raws, steps)


# ---------------------------------------------------------------------------------------------- p-values from words


def check(p) -> None:
    """Assert that p-values lie within the band."""
    p = np.atleast_1d(p)
    assert np.all((p > P_MIN) & (p < 1 - P_MIN)), f"p-values {p.min():.3g} to {p.max():.3g}"


def smallest(p: float, n: int) -> float:
    """Return the p-value of the smallest of n independent p-values."""
    return -np.expm1(n * np.log1p(-p))


def p_of_scores(z: np.ndarray) -> list[float]:
    """Return p-values of independent standard normal scores: of their squares' sum and of the largest one."""
    return [stats.chi2.sf(np.sum(z**2), z.size), smallest(2 * stats.norm.sf(np.abs(z).max()), z.size)]


def p_of_counts(counts: np.ndarray) -> np.ndarray:
    """Return the p-value of Pearson's chi-square for each row of counts that should be equal."""
    counts = np.atleast_2d(counts)
    expected = counts.sum(1, keepdims=True) / counts.shape[1]
    return stats.chi2.sf(np.sum((counts - expected) ** 2 / expected, axis=1), counts.shape[1] - 1)


def table(words: np.ndarray, shift: int, bits: int) -> np.ndarray:
    """Return how often each value of `bits` bits stands at this shift."""
    picked = (words >> words.dtype.type(shift)).astype(np.uint32) & np.uint32(2**bits - 1)
    return np.bincount(picked.ravel(), minlength=2**bits)


def signs(words: np.ndarray, bits: int = 32) -> np.ndarray:
    """Return the bits of words as -1 and 1, along a new last axis."""
    return (words[..., None] >> np.arange(bits, dtype=words.dtype) & words.dtype.type(1)).astype(np.float32) * 2 - 1


def centred(words: np.ndarray) -> np.ndarray:
    """Return words as uniform numbers of mean 0 and variance 1."""
    return ((words.astype(np.float64) + 0.5) / 2**32 - 0.5) * np.sqrt(12)


def lagged_scores(x: np.ndarray) -> np.ndarray:
    """Return the correlation of each row with itself at `LAGS`, summed over rows, in standard errors (by FFT)."""
    n, size = x.shape[1], 2 * x.shape[1]
    power = np.sum(np.abs(np.fft.rfft(x.astype(np.float32), size, axis=1)) ** 2, axis=0, dtype=np.float64)
    return np.fft.irfft(power, size)[LAGS] / np.sqrt(x.shape[0] * (n - LAGS))


def squares(z: np.ndarray) -> np.ndarray:
    """Return the squares of uniform numbers of variance 1, again with mean 0 and variance 1."""
    return (z**2 - 1) / np.sqrt(0.8)


def ks_rows(x: np.ndarray, cdf) -> np.ndarray:
    """Return the exact p-value of the Kolmogorov-Smirnov test of each row."""
    n = x.shape[1]
    levels = cdf(np.sort(x, axis=1).astype(np.float64))
    steps = np.arange(n + 1) / n
    distance = np.maximum(np.max(steps[1:] - levels, axis=1), np.max(levels - steps[:-1], axis=1))
    return stats.kstwo.sf(distance, n)


def collision_p(words: np.ndarray, values: float) -> float:
    """Return the p-value of so few repeats among words of so many possible values: Poisson, ties counting half."""
    repeats, expected = np.sum(np.diff(np.sort(words, axis=None)) == 0), words.size**2 / 2 / values
    return stats.poisson.cdf(repeats, expected) - stats.poisson.pmf(repeats, expected) / 2


# ------------------------------------------------------------------------------------------------------ the battery


def balance_of_bits(words: np.ndarray) -> list[float]:
    """Oracle: each of the 32 bits is a fair coin."""
    octets = np.arange(256, dtype=np.uint32)
    ones = np.concatenate([table(words, i, 8) @ (signs(octets, 8) > 0) for i in (0, 8, 16, 24)])
    return p_of_scores((ones - words.size / 2) / np.sqrt(words.size / 4))


def pairs_of_bits(words: np.ndarray) -> np.ndarray:
    """Oracle: chi-square with 4 equal bins for each of the 31 pairs of neighbouring bits."""
    return p_of_counts(np.stack([table(words, i, 2) for i in range(31)]))


def bytes_of_words(words: np.ndarray) -> np.ndarray:
    """Oracle: chi-square with 256 equal bins at each of the four byte positions."""
    return p_of_counts(np.stack([table(words, i, 8) for i in (0, 8, 16, 24)]))


def halves_of_words(words: np.ndarray) -> np.ndarray:
    """Oracle: chi-square with 65536 equal bins for the low, middle and high 16 bits."""
    return p_of_counts(np.stack([table(words, i, 16) for i in (0, 8, 16)]))


def bits_within_words(words: np.ndarray) -> list[float]:
    """Oracle: the 496 correlations between bits of a word are independent normal scores."""
    x = signs(words[:, :256]).reshape(-1, 32)
    return p_of_scores((x.T @ x)[np.triu_indices(32, 1)] / np.sqrt(len(x)))


def bits_between_words(words: np.ndarray) -> list[float]:
    """Oracle: the 1024 correlations of bits with those of the next neuron, and of the next key, are normal scores."""
    x = signs(words[:, :256])
    along = (x[:, :-1].reshape(-1, 32).T @ x[:, 1:].reshape(-1, 32)) / np.sqrt(x[:, 1:].size / 32)
    across = (x[:-1].reshape(-1, 32).T @ x[1:].reshape(-1, 32)) / np.sqrt(x[1:].size / 32)
    return p_of_scores(along) + p_of_scores(across)


def serial_correlation(words: np.ndarray) -> list[float]:
    """Oracle: correlations at lags 1..32 and 1000, of draws and of their squares, are normal; neurons, then keys."""
    z = centred(words)
    each = [lagged_scores(x) for y in (z, squares(z)) for x in (y, np.ascontiguousarray(y.T))]
    return [p for scores in each for p in p_of_scores(scores)]


def serial_chi_square(words: np.ndarray) -> np.ndarray:
    """Oracle: chi-square with 16 x 16 equal bins of two draws that follow each other: high and low bits, both axes."""
    pairs = [(words[:, ::2], words[:, 1::2]), (words[::2], words[1::2])]
    joint = [(a >> s & 15) * 16 + (b >> s & 15) for a, b in pairs for s in map(np.uint32, (28, 0))]
    return p_of_counts(np.stack([np.bincount(x.ravel(), minlength=256) for x in joint]))


def order_of_triples(words: np.ndarray) -> np.ndarray:
    """Oracle: the six orders of three draws that follow each other are equally likely; neurons, then keys."""
    triples = [words[:, : COLUMNS // 3 * 3].reshape(-1, 3), words[: ROWS // 3 * 3].T.reshape(-1, 3)]
    orders = [(t[:, 0] < t[:, 1]) * 4 + (t[:, 1] < t[:, 2]) * 2 + (t[:, 0] < t[:, 2]) for t in triples]
    # Codes 1 (0 < 2 alone) and 6 (0 < 1 < 2 without 0 < 2) contradict themselves.
    counts = np.stack([np.bincount(x, minlength=8) for x in orders])
    return p_of_counts(counts[:, [0, 2, 3, 4, 5, 7]])


def sums(words: np.ndarray) -> list[float]:
    """Oracle: sums over neurons and over keys, scaled, are normal (Kolmogorov-Smirnov); so are sums of squares."""
    z = centred(words)
    scaled = [y.sum(axis) / np.sqrt(y.shape[axis]) for y in (z, squares(z)) for axis in (0, 1)]
    return [stats.kstest(x, "norm").pvalue for x in scaled]


def uniformity(words: np.ndarray) -> list[float]:
    """Oracle: exact Kolmogorov-Smirnov of each key against the uniform; the p-values over keys are uniform too."""
    levels = (words[:, :1024].astype(np.float64) + 0.5) / 2**32
    return [stats.kstest(ks_rows(x, lambda u: u), "uniform").pvalue for x in (levels, levels.T)]


def collisions(words: np.ndarray) -> float:
    """Oracle: birthday estimate; repeats among words of many keys are Poisson with mean n**2 / 2**33."""
    return collision_p(words, 2**32)


BATTERY = (
    balance_of_bits,
    pairs_of_bits,
    bytes_of_words,
    halves_of_words,
    bits_within_words,
    bits_between_words,
    serial_correlation,
    serial_chi_square,
    order_of_triples,
    sums,
    uniformity,
    collisions,
)
battery = pytest.mark.parametrize("statistic", BATTERY, ids=lambda f: f.__name__)
arranged = pytest.mark.parametrize("arrangement", some(ARRANGEMENTS, 3))


@battery
@arranged
def test_counter(statistic, arrangement):
    """Oracle: that of the statistic, for each way of making keys."""
    check(statistic(cached_rows(COUNTER, arrangement)))


@battery
def test_threefry(statistic):
    """Oracle: that of the statistic; the reference must pass the same battery."""
    check(statistic(cached_rows(THREEFRY, "steps")))


@pytest.mark.slow
@pytest.mark.parametrize(
    "generator, arrangement",
    [*((COUNTER, a) for a in ARRANGEMENTS), (THREEFRY, "steps")],
    ids=[*ARRANGEMENTS, "steps of threefry"],
)
def test_battery_over_many_seeds(generator, arrangement):
    """Oracle: over 16 seeds the p-values of each statistic are uniform (Kolmogorov-Smirnov) and none is extreme."""
    matrices = (rows(generator, arrangement, seed) for seed in range(1, 17))
    p = np.stack([np.concatenate([np.atleast_1d(f(words)) for f in BATTERY]) for words in matrices])
    check(p)
    check([stats.kstest(column, "uniform").pvalue for column in p.T])


def flawed(flaw: str) -> np.ndarray:
    """Return words that are bad in a known way."""
    draw = np.random.default_rng(0)
    words = draw.integers(0, 2**32, (ROWS, COLUMNS), dtype=np.uint32)
    if flaw == "bare counter":
        return np.arange(words.size, dtype=np.uint32).reshape(words.shape) * np.uint32(2654435769)
    if flaw == "two equal keys":
        words[1] = words[0]
    if flaw == "leaning bit":
        words |= (draw.random(words.shape) < 0.01).astype(np.uint32)
    if flaw == "key that shifts":
        words[1:, 1:] = words[:-1, :-1]
    if flaw == "squares follow squares":
        words[:, 1::2] = np.where(draw.random((ROWS, COLUMNS // 2)) < 0.5, words[:, ::2], ~words[:, ::2])
    return words


@pytest.mark.parametrize(
    "flaw, statistic",
    [
        ("bare counter", uniformity),
        ("bare counter", serial_correlation),
        ("bare counter", collisions),
        ("two equal keys", collisions),
        ("leaning bit", balance_of_bits),
        ("leaning bit", pairs_of_bits),
        ("leaning bit", bytes_of_words),
        ("key that shifts", collisions),
        ("squares follow squares", serial_correlation),
        ("squares follow squares", serial_chi_square),
    ],
)
def test_battery_rejects_what_is_bad(flaw, statistic):
    """Oracle: words with a flaw put there on purpose; the statistic meant for it must reject them."""
    with pytest.raises(AssertionError, match="p-values"):
        check(statistic(flawed(flaw)))


def differences(words: np.ndarray) -> np.ndarray:
    """Oracle: differences of words at a fixed lag are uniform: chi-square of their low and high 16 bits."""
    apart = [words[lag:] - words[:-lag] for lag in (1, 2, 8, 1000, 4096, 65536)]
    return p_of_counts(np.stack([table(x, shift, 16) for x in apart for shift in (0, 16)]))


@both
@pytest.mark.parametrize("seed", [0, 1])
def test_differences_within_one_key(generator, seed):
    """Oracle: that of `differences`, on 2**22 words; it sees through a single round of the hash."""
    check(differences(words_of(generator, rng.raw_of_seeds([seed]), (2**22,))[0]))


def test_differences_reject_a_single_round():
    """Oracle: the hash applied once instead of twice, which is known to be too weak."""
    raw = rng.raw_of_seeds([0])[0].astype(np.uint64)
    once = pcg((np.arange(2**22, dtype=np.uint64) * 2654435769 + raw[0]) % 2**32 ^ raw[1])
    with pytest.raises(AssertionError, match="p-values"):
        check(differences(once.astype(np.uint32)))


# ------------------------------------------------------------------------------------------- draws as floating point


# distribution: (sampler, reference, central moments 1 to 8 in units of the standard deviation)
SAMPLERS = {
    "uniform": (uniforms, stats.uniform(), [0, 1, 0, 9 / 5, 0, 27 / 7, 0, 9]),
    "normal": (normals, stats.norm(), [0, 1, 0, 3, 0, 15, 0, 105]),
}
sampled = pytest.mark.parametrize("name", SAMPLERS)


@both
@sampled
def test_moments(generator, name):
    """Oracle: mean, variance, skewness, kurtosis against the exact ones, within 5 standard errors."""
    sampler, reference, moments = SAMPLERS[name]
    z = (cached_rows(generator, "steps", 0, sampler).astype(np.float64) - reference.mean()) / reference.std()
    for k in (1, 2, 3, 4):
        error = np.sqrt((moments[2 * k - 1] - moments[k - 1] ** 2) / z.size)
        assert abs(np.mean(z**k) - moments[k - 1]) < 5 * error


@both
@sampled
def test_kolmogorov_smirnov(generator, name):
    """Oracle: scipy's Kolmogorov-Smirnov of 2**20 draws; exact ones of each key, and their p-values are uniform."""
    sampler, reference, _ = SAMPLERS[name]
    x = cached_rows(generator, "steps", 0, sampler)
    check(stats.kstest(x.ravel()[: 2**20], reference.cdf).pvalue)
    p = ks_rows(x[:, :1024], reference.cdf)
    check([smallest(p.min(), p.size), stats.kstest(p, "uniform").pvalue])


@both
def test_extremes_of_normals(generator):
    """Oracle: the number of draws beyond 4 standard deviations is Poisson, and none lies beyond 7."""
    x = cached_rows(generator, "steps", 0, normals)
    mean = x.size * stats.norm.sf(4)
    for beyond in (np.sum(x > 4), np.sum(x < -4)):
        assert abs(beyond - mean) < 5 * np.sqrt(mean)
    assert np.abs(x).max() < 7


@arranged
def test_every_pair_of_keys_is_uncorrelated(arrangement):
    """Oracle: between rows of normals r**2 has the mean and variance of a Beta(1/2, (n-1)/2); each pair of rows."""
    x = cached_rows(COUNTER, arrangement, 0, normals)
    x = x / np.linalg.norm(x, axis=1, keepdims=True)
    r2 = (x @ x.T)[np.triu_indices(ROWS, 1)].astype(np.float64) ** 2
    law = stats.beta(0.5, (COLUMNS - 1) / 2)
    assert abs(r2.mean() - law.mean()) < 5 * law.std() / np.sqrt(r2.size)
    check(smallest(law.sf(r2.max()), r2.size))


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_noise_of_a_network_averages_out(seed):
    """Oracle: variance of a mean; the average over neurons and steps falls with the root of their number."""
    x = rows(COUNTER, "steps", seed, normals).astype(np.float64)
    per_step, per_neuron = x.mean(1) * np.sqrt(COLUMNS), x.mean(0) * np.sqrt(ROWS)
    check([stats.kstest(per_step, "norm").pvalue, stats.kstest(per_neuron, "norm").pvalue])
    assert abs(x.mean() * np.sqrt(x.size)) < 5


# -------------------------------------------------------------------------------------------------------- all widths


@both
@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_bytes_of_every_width(generator, width, request):
    """Oracle: chi-square with 256 equal bins for each byte of a word; dtype and shape as asked for."""
    if width == 64:
        request.getfixturevalue("double")
    x = words_of(generator, rng.raw_of_seeds(range(64)), (64, 256), f"uint{width}")
    assert x.dtype == f"uint{width}" and x.shape == (64, 64, 256)
    check(p_of_counts(np.stack([table(x, i, 8) for i in range(0, width, 8)])))


@both
def test_halves_of_64_bits_are_independent(generator, double):
    """Oracle: the 1024 correlations between a bit of the low and one of the high half are normal scores."""
    x = signs(words_of(generator, rng.raw_of_seeds(range(64)), (4096,), "uint64"), 64).reshape(-1, 64)
    check(p_of_scores((x[:, :32].T @ x[:, 32:]) / np.sqrt(len(x))))


@both
def test_double_precision_draws(generator, double):
    """Oracle: scipy's Kolmogorov-Smirnov of 2**18 uniform and normal draws in double precision."""
    key = generator.wrap(rng.raw_of_seeds([3])[0])
    uniform, normal = jax.random.uniform(key, (2**18,)), jax.random.normal(key, (2**18,))
    assert uniform.dtype == normal.dtype == np.float64
    check([stats.kstest(uniform, "uniform").pvalue, stats.kstest(normal, "norm").pvalue])


@both
def test_single_precision_uniforms_repeat_as_chance_has_it(generator):
    """Oracle: birthday estimate within one key; draws are multiples of 2**-23, all of them possible."""
    x = np.asarray(jax.random.uniform(generator.wrap(rng.raw_of_seeds([0])[0]), (2**17,)))
    assert np.all((x >= 0) & (x < 1))
    check(collision_p(x, 2**23))


@both
def test_words_of_one_key_repeat_as_chance_has_it(generator):
    """Oracle: birthday estimate; among 2**20 words of one key 128 repeats, give or take 11."""
    check(collision_p(words_of(generator, rng.raw_of_seeds([0]), (2**20,)), 2**32))


# --------------------------------------------------------------------------------------------------------- avalanche


def avalanche_scores(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return for each of the 32 bits how often it flipped, in standard errors from one half."""
    flipped = signs(before ^ after).reshape(-1, 32)
    return flipped.sum(0, dtype=np.float64) / np.sqrt(len(flipped))


def flip(raws: np.ndarray, bit: int) -> np.ndarray:
    """Return raw keys with one of the 64 bits flipped."""
    return raws ^ np.asarray([1 << bit, 0] if bit < 32 else [0, 1 << bit - 32], np.uint32)


@pytest.mark.parametrize(
    "generator, word",
    [
        (COUNTER, 0),
        (COUNTER, 1),
        (THREEFRY, 0),
        (THREEFRY, 1),
    ],
    ids=["counter-0", "counter-1", "threefry-0", "threefry-1"],
)
def test_avalanche_of_a_key(generator, word):
    """Oracle: fair coin; flipping one bit of a raw key flips each bit of the first 4 words in half of 8192 keys."""
    raws = rng.raw_of_seeds(range(8192))
    before = words_of(generator, raws, (4,))
    flips = (words_of(generator, flip(raws, bit), (4,)) for bit in range(32 * word, 32 * word + 32))
    check(p_of_scores(np.stack([avalanche_scores(before, after) for after in flips])))


@both
def test_avalanche_of_a_key_through_a_step(generator):
    """Oracle: fair coin; the same for what a network does with a raw key: fold in step, population and draw."""
    raws, steps = rng.raw_of_seeds(range(8192)), np.full(8192, 7, np.uint32)
    before = np.asarray(words_in_a_network(generator, raws, steps))
    flips = (np.asarray(words_in_a_network(generator, flip(raws, bit), steps)) for bit in range(64))
    check(p_of_scores(np.stack([avalanche_scores(before, after) for after in flips])))


@both
def test_avalanche_of_a_step(generator):
    """Oracle: fair coin; flipping one bit of the step flips each bit of the first 4 words in half of 4096 steps."""
    raws = np.tile(rng.raw_of_seeds([0]), (4096, 1))
    counts = np.arange(4096, dtype=np.uint32)
    for bit in map(np.uint32, range(32)):
        low = counts & ((np.uint32(1) << bit) - np.uint32(1))
        steps = (counts ^ low) << np.uint32(1) | low  # the bit is not set: no pair counts twice
        pair = (steps, steps | np.uint32(1) << bit)
        check(p_of_scores(avalanche_scores(*(np.asarray(words_in_a_network(generator, raws, x)) for x in pair))))


@both
def test_avalanche_of_a_counter(generator):
    """Oracle: fair coin; flipping one bit of a neuron's number flips each bit of its word, in half of 2**17 pairs."""
    words = words_of(generator, rng.raw_of_seeds(range(16)), (2**14,))
    index = np.arange(2**14)
    once = [index[index >> bit & 1 == 0] for bit in range(14)]
    scores = [avalanche_scores(words[:, i], words[:, i ^ 1 << bit]) for bit, i in enumerate(once)]
    check(p_of_scores(np.stack(scores)))


@both
def test_distances_after_a_flip(generator):
    """Oracle: Binomial(32, 1/2); chi-square of the number of bits that differ between words of neighbouring neurons."""
    words = cached_rows(generator, "steps")
    distance = np.bitwise_count(words[:, ::2] ^ words[:, 1::2])
    counts = np.bincount(distance.ravel(), minlength=33)[6:27]
    expected = stats.binom.pmf(np.arange(6, 27), 32, 0.5)
    check(stats.chisquare(counts, expected / expected.sum() * counts.sum()).pvalue)


# ------------------------------------------------------------------------------------------------- the same everywhere


def pcg(x: np.ndarray) -> np.ndarray:
    """Return O'Neill's RXS-M-XS output of one LCG step, written down in 64-bit NumPy."""
    state = (x.astype(np.uint64) * 747796405 + 2891336453) % 2**32
    word = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) % 2**32
    return word >> 22 ^ word


def test_words_are_the_published_hash():
    """Oracle: the hash written down independently in 64-bit NumPy."""
    raw = rng.raw_of_seeds([5])[0].astype(np.uint64)
    counters = np.arange(1000, dtype=np.uint64) * 2654435769
    first = pcg((counters + raw[0]) % 2**32)
    expected = (pcg(first ^ pcg(raw[1])) + first) % 2**32
    np.testing.assert_array_equal(words_of(COUNTER, raw[None].astype(np.uint32), (1000,))[0], expected)


PINNED = {
    "raw": [4070199207, 4202968722],
    "words": [4171078953, 817271697, 2750055107, 4217322445, 104463322, 2926314605],
    "step 7": [2816416425, 579155389, 1721534778, 3640579466],
    "fold_name": [3127034451, 2709209661],
    "split": [[2354189457, 1155156967], [3999205683, 3953818204]],
    "seed 0": [129708002, 2419168863],
    "replicas": [[3617712097, 783310428], [31327077, 89727312]],
}


def test_pinned_words():
    """Oracle: numbers written down. To change them is a breaking change: every seed in use then means another run."""
    raw = rng.raw(rng.key(0))
    key = COUNTER.wrap(raw)
    found = {
        "raw": raw,
        "words": jax.random.bits(key, (6,), jnp.uint32),
        "step 7": jax.random.bits(noise_key(key, 7), (4,), jnp.uint32),
        "fold_name": jax.random.key_data(rng.fold_name(key, "P")),
        "split": jax.random.key_data(jax.random.split(key)),
        "seed 0": jax.random.key_data(jax.random.key(0, impl=COUNTER.impl)),
        "replicas": rng.raw_of_replicas(0, 2),
    }
    assert {name: words.tolist() for name, words in found.items()} == PINNED


def test_pinned_words_of_64_bits(double):
    """Oracle: numbers written down, as in `test_pinned_words`; to change them is a breaking change."""
    words = jax.random.bits(COUNTER.wrap(rng.raw(rng.key(0))), (2,), jnp.uint64)
    assert words.tolist() == [5975247931880348969, 14988419970947781521]


@both
@pytest.mark.parametrize("sampler", [bits32, uniforms, normals])
def test_same_draws_everywhere(generator, sampler):
    """Oracle: bit-equality of eager, jit, vmap, lax.map with batches, and a scan that carries key and step."""
    raw = jnp.asarray(rng.raw_of_seeds([1])[0])
    steps = jnp.arange(10)

    def draw(step):
        return sampler(noise_key(generator.wrap(raw), step))

    def advance(carry, _):
        key, step = carry
        return (key, step + 1), sampler(noise_key(generator.wrap(key), step))

    with jax.disable_jit():
        eager = np.asarray(draw(3))
    compiled = jax.jit(draw)
    expected = np.stack([compiled(step) for step in steps])
    # Operation by operation there is no fused multiply-add, which normals in single precision have.
    np.testing.assert_allclose(eager, expected[3], rtol=1e-6 if sampler is normals else 0)
    np.testing.assert_array_equal(draw(4), expected[4])
    np.testing.assert_array_equal(jax.vmap(draw)(steps), expected)
    np.testing.assert_array_equal(jax.jit(jax.vmap(draw))(steps), expected)
    np.testing.assert_array_equal(jax.lax.map(draw, steps, batch_size=4), expected)
    np.testing.assert_array_equal(jax.lax.scan(advance, (raw, jnp.int32(0)), length=10)[1], expected)


@both
def test_shape_does_not_matter_to_the_words(generator):
    """Oracle: a matrix of draws is the vector of as many, folded; no draws at all is an empty array."""
    key = generator.wrap(rng.raw(rng.key(0)))
    flat = jax.random.bits(key, (60,), jnp.uint32)
    np.testing.assert_array_equal(jax.random.bits(key, (3, 4, 5), jnp.uint32).ravel(), flat)
    assert jax.random.bits(key, (0,), jnp.uint32).shape == (0,)
    assert jax.random.bits(key, (), jnp.uint32) == jax.random.bits(key, (1,), jnp.uint32)[0]


def test_first_words_do_not_depend_on_the_number_of_neurons():
    """Oracle: the counter; neuron i draws the same whether or not others follow it."""
    key = COUNTER.wrap(rng.raw(rng.key(0)))
    np.testing.assert_array_equal(
        jax.random.bits(key, (1000,), jnp.uint32)[:10], jax.random.bits(key, (10,), jnp.uint32)
    )


def test_another_process_draws_the_same():
    """Oracle: a fresh interpreter with another hash seed."""
    code = (
        "import jax; from jaxsnn import rng; k = rng.fold_name(rng.COUNTER.wrap(rng.raw(rng.key(9))), 'exc');"
        "print(*jax.random.bits(k, (4,)).tolist())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    key = rng.fold_name(COUNTER.wrap(rng.raw(rng.key(9))), "exc")
    assert [int(x) for x in out.split()] == jax.random.bits(key, (4,)).tolist()


# --------------------------------------------------------------------------------------------------------- the keys


@both
def test_folds_do_not_commute(generator):
    """Oracle: step 3 of draw 5 is not step 5 of draw 3: no two of 64 x 64 pairs of folds give the same key."""
    base = generator.wrap(rng.raw(rng.key(0)))
    i = jnp.arange(64)
    folds = jax.vmap(lambda a: jax.vmap(lambda b: jax.random.fold_in(jax.random.fold_in(base, a), b))(i))(i)
    data = np.asarray(jax.random.key_data(folds)).reshape(-1, 2)
    assert len(np.unique(data, axis=0)) == 64 * 64


@pytest.mark.slow
@both
def test_keys_of_a_long_run_are_distinct(generator):
    """Oracle: 2**20 steps have as many keys; the words of those keys are balanced bit by bit."""
    base = generator.wrap(rng.raw(rng.key(0)))
    steps = jnp.arange(2**20)
    data = np.asarray(jax.jit(jax.vmap(lambda s: jax.random.key_data(noise_key(base, s))))(steps))
    assert len(np.unique(data.astype(np.uint64) @ np.asarray([2**32, 1], np.uint64))) == 2**20
    for word in data.T:
        check(balance_of_bits(word))


def test_fold_name_is_fold_in_of_crc32():
    """Oracle: zlib.crc32, the same in every process; another name gives another key."""
    key = COUNTER.wrap(rng.raw(rng.key(0)))
    named = jax.random.key_data(rng.fold_name(key, "P"))
    np.testing.assert_array_equal(named, jax.random.key_data(jax.random.fold_in(key, np.uint32(zlib.crc32(b"P")))))
    assert not np.array_equal(named, jax.random.key_data(rng.fold_name(key, "Q")))


@both
def test_names_give_independent_draws(generator):
    """Oracle: the correlation of two populations' draws has standard error 1/sqrt(n); words are not shared."""
    key = generator.wrap(rng.raw(rng.key(0)))
    draws = [centred(np.asarray(jax.random.bits(rng.fold_name(key, n), (2**16,)))) for n in ("exc", "inh", "excinh")]
    scores = np.corrcoef(draws)[np.triu_indices(3, 1)] * 2**8
    assert np.abs(scores).max() < 5


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**32 - 1])
def test_raw_of_seeds_is_raw_of_key(seed):
    """Oracle: the two definitions."""
    np.testing.assert_array_equal(rng.raw_of_seeds([seed])[0], rng.raw(rng.key(seed)))


@pytest.mark.parametrize(
    "setting", [jax.default_prng_impl("rbg"), jax.threefry_partitionable(False)], ids=["rbg", "not partitionable"]
)
def test_raw_of_seeds_follows_the_settings_of_jax(setting):
    """Oracle: `raw` of JAX's own keys, of which these settings make other ones."""
    usual = rng.raw_of_seeds([3])[0]
    with setting:
        np.testing.assert_array_equal(rng.raw_of_seeds([3])[0], rng.raw(rng.key(3)))
        assert not np.array_equal(rng.raw_of_seeds([3])[0], usual)


def test_raw_of_replicas_follows_the_settings_of_jax():
    """Oracle: `raw` of JAX's own keys, which draws other bits if threefry is not partitionable."""
    usual = rng.raw_of_replicas(4, 3)[2]
    with jax.threefry_partitionable(False):
        expected = rng.raw(jax.random.fold_in(rng.key(4), 2))
        np.testing.assert_array_equal(rng.raw_of_replicas(4, 3)[2], expected)
    assert not np.array_equal(expected, usual)


def test_raw_of_replicas_is_raw_of_fold():
    """Oracle: the two definitions; fewer replicas are the first of more."""
    raws = rng.raw_of_replicas(4, 5)
    expected = np.stack([rng.raw(jax.random.fold_in(rng.key(4), i)) for i in range(5)])
    assert raws.dtype == np.uint32 and raws.shape == (5, 2)
    np.testing.assert_array_equal(raws, expected)
    np.testing.assert_array_equal(rng.raw_of_replicas(4, 3), raws[:3])


@both
def test_raw_of_stream_is_raw_of_the_stream(generator):
    """Oracle: `raw` of the stream that `fold_name` makes, also where a setting of JAX has threefry draw others."""
    seed = rng.raw_of_seeds([3])[0]
    for partitionable in (True, False):
        with jax.threefry_partitionable(partitionable):
            drawn = rng.raw_of_stream(generator, seed, "reset 2")
            np.testing.assert_array_equal(drawn, rng.raw(rng.fold_name(generator.wrap(seed), "reset 2")), strict=True)


@pytest.mark.parametrize("make", [lambda n: rng.raw_of_seeds(range(n)), lambda n: rng.raw_of_replicas(0, n)])
def test_raw_keys_are_spread_evenly(make):
    """Oracle: chi-square of each byte, and no two of 2**16 keys alike."""
    raws = make(2**16)
    check(p_of_counts(np.stack([table(raws[:, j], i, 8) for i in (0, 8, 16, 24) for j in (0, 1)])))
    assert len(np.unique(raws.astype(np.uint64) @ np.asarray([2**32, 1], np.uint64))) == 2**16


def test_replicas_differ_from_seeds():
    """Oracle: replica i of seed s is not seed s + i, nor replica s of seed i."""
    seeds, replicas = rng.raw_of_seeds(range(32)), np.concatenate([rng.raw_of_replicas(s, 32) for s in range(32)])
    assert len(np.unique(np.concatenate([seeds, replicas]), axis=0)) == 33 * 32


def test_key_of_an_integer_and_of_a_key():
    """Oracle: `jax.random.key`; integers count modulo 2**32, and a key is returned as it is."""
    given = jax.random.key(3)
    assert rng.key(given) is given
    for seed, same in ((3, 3), (np.int64(3), 3), (2**32 + 3, 3), (-1, 2**32 - 1)):
        np.testing.assert_array_equal(
            jax.random.key_data(rng.key(seed)), jax.random.key_data(jax.random.key(np.uint32(same)))
        )


def test_raw_of_any_key():
    """Oracle: typed and old-style keys of one seed give the same bits."""
    np.testing.assert_array_equal(rng.raw(jax.random.key(7)), rng.raw(jax.random.PRNGKey(7)))
    assert rng.raw(COUNTER.wrap(rng.raw(rng.key(7)))).dtype == jnp.uint32


def test_by_name():
    """Oracle: the names in the documentation; a generator stands for itself."""
    assert rng.by_name("counter") is COUNTER and rng.by_name("threefry") is THREEFRY
    assert rng.by_name(THREEFRY) is THREEFRY
    own = Generator("own", "rbg")
    assert rng.by_name(own) is own


@pytest.mark.parametrize("name, hint", [("conter", "counter"), ("Threefry", "threefry"), ("zzz", ""), (3, "")])
def test_by_name_of_nothing(name, hint):
    """Oracle: the message names what was asked for and the nearest that exists."""
    with pytest.raises(errors.ArgumentError, match=f"unknown random generator `{name}`.*{hint}"):
        rng.by_name(name)


def test_entropy():
    """Oracle: 32 bits, not the same 8 times in a row."""
    seeds = {rng.entropy() for _ in range(8)}
    assert len(seeds) > 1 and all(0 <= s < 2**32 for s in seeds)


# ----------------------------------------------------------------------------------------------------------- poisson


@both
def test_poisson(generator):
    """Oracle: mean and variance are the rate, within 5 standard errors; chi-square against scipy's probabilities."""
    n, rates = 2**16, np.asarray([0.1, 1.0, 3.0, 20.0, 200.0])
    key = generator.wrap(rng.raw(rng.key(0)))
    counts = np.asarray(jax.jit(rng.poisson, static_argnums=2)(key, jnp.asarray(rates)[:, None], (5, n)))
    assert np.all(np.abs(counts.mean(1) - rates) < 5 * np.sqrt(rates / n))
    fourth = rates + 3 * rates**2
    assert np.all(np.abs(np.mean((counts - rates[:, None]) ** 2, 1) - rates) < 5 * np.sqrt((fourth - rates**2) / n))
    bins = np.bincount(counts[2], minlength=10)
    observed = np.append(bins[:9], bins[9:].sum())
    expected = np.append(stats.poisson.pmf(np.arange(9), 3), stats.poisson.sf(8, 3)) * n
    check(stats.chisquare(observed, expected).pvalue)


def test_poisson_needs_the_bridge():
    """Oracle: JAX draws Poisson from threefry alone; the bridge is reproducible and differs from key to key."""
    one, two = COUNTER.wrap(rng.raw(rng.key(0))), COUNTER.wrap(rng.raw(rng.key(1)))
    with pytest.raises(NotImplementedError):
        jax.random.poisson(one, 3.0, (4,))
    first = rng.poisson(one, jnp.asarray(3.0), (100,))
    np.testing.assert_array_equal(first, rng.poisson(one, jnp.asarray(3.0), (100,)))
    assert not np.array_equal(first, rng.poisson(two, jnp.asarray(3.0), (100,)))
