"""Convolution and pooling: the numbers of ANNarchy, loops in NumPy, and the general path for the fast one."""

from itertools import product
from math import log1p, prod

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from jaxsnn.equations import Operation
from jaxsnn.errors import ArgumentError, ShapeError
from jaxsnn.propagation import convolution, convolve, weights_at
from jaxsnn.propagation._pooling import pool, pooling
from jaxsnn.propagation._shared_weights import combine, patches
from tests.equations.running import golden

from ..cases import some

SUM, MEAN, MAX, MIN = Operation.SUM, Operation.MEAN, Operation.MAX, Operation.MIN
RATES = np.sin(np.arange(36.0))
KERNEL = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9.5]])
EVEN = np.array([[1.0, 2.0], [3.0, 4.0]])


def numbers(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape))


def assert_same(a, b, rtol=1e-9):
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=rtol, atol=1e-3 * rtol), a, b)


def general(description, values, weights):
    """Return the inputs from the general path, which any contribution can take."""
    return combine(description, weights_at(description, weights) * patches(description, values)[0])


def by_product(description, values, weights):
    """Return the inputs from matrix products of patches, where the operation is a sum or mean."""
    return convolve(description, values, weights, as_product=True)


PATHS = (convolve, by_product, general)


# --- ANNarchy 4.8.2 --------------------------------------------------------------------------------------------------

GOLDEN = {
    "conv_same": ((6, 6), KERNEL, {}),
    "conv_sub": ((3, 3), KERNEL, {}),
    "conv_bank": ((6, 6, 2), np.stack([KERNEL, -KERNEL]), {"bank": True}),
    "conv_border": ((6, 6), KERNEL, {"padding": "border"}),
    "conv_even": ((6, 6), EVEN, {}),
}


@pytest.mark.parametrize("as_product", [False, True])
@pytest.mark.parametrize("name", GOLDEN)
def test_sums_of_annarchy(double, name, as_product):
    """Oracle: golden numbers."""
    post, weights, options = GOLDEN[name]
    made = convolution((6, 6), post, weights.shape, **options)
    found = convolve(made, jnp.asarray(RATES), jnp.asarray(weights), as_product)
    assert_same(found.reshape(post), np.array(golden("synapse_traces")["conv_pool"]["values"][name]))


def test_maximum_of_annarchy(double):
    """Oracle: golden numbers where they are a maximum; else (four windows at the border) the maximum of a NumPy loop.

    There all products inside are negative; ANNarchy gives 0, exactly, and no window in the middle is all negative.
    """
    expected = np.array(golden("synapse_traces")["conv_pool"]["values"]["conv_max"]).reshape(-1)
    made = convolution((6, 6), (6, 6), (3, 3), operation=MAX)
    found = np.asarray(convolve(made, jnp.asarray(RATES), jnp.asarray(KERNEL)))
    is_maximum, at_border = expected != 0.0, made.windows.skips > 0
    assert_same(found[is_maximum], expected[is_maximum])
    assert_same(found[~is_maximum], looped(made, RATES, KERNEL)[~is_maximum])
    assert (found[~is_maximum] < 0).all()
    assert at_border[~is_maximum].all()
    assert (~is_maximum).sum() == 4


def test_padding_of_annarchy(double):
    """Oracle: a golden probe: corner 34, upper edge 16, left edge 36, inside 9."""
    made = convolution((4, 4), (4, 4), (3, 3), padding=10.0)
    found = convolve(made, jnp.ones(16), jnp.ones((3, 3))).reshape(4, 4)
    assert_same(found, np.array(golden("synapse_probes")["extra"]["convolution_padding_10"]["result"], float))


@pytest.mark.parametrize("operation", [MAX, MEAN, MIN])
def test_pooling_of_annarchy(double, operation):
    """Oracle: golden numbers; where ANNarchy gives its smallest double, the maximum of NumPy."""
    expected = np.array(golden("synapse_traces")["conv_pool"]["values"][f"pool_{operation.value}"])
    defects = expected == np.finfo(float).tiny
    assert defects.sum() == (3 if operation is MAX else 0)
    blocks = RATES.reshape(3, 2, 3, 2)
    expected[defects] = blocks.max(axis=(1, 3))[defects]
    assert_same(pool(pooling((6, 6), (3, 3), operation=operation), jnp.asarray(RATES)).reshape(3, 3), expected)


def test_image_notebook(double):
    """Oracle: NumPy, for the steps of ANNarchy's Image notebook: block means, box filter, bank that mixes colours."""
    image, bank = np.random.default_rng(0).random((12, 8, 3)), np.random.default_rng(1).normal(size=(4, 1, 1, 3))
    small = pool(pooling((12, 8, 3), (6, 4, 3), operation=MEAN), jnp.asarray(image.reshape(-1)))
    blocks = image.reshape(6, 2, 4, 2, 3).mean(axis=(1, 3))
    assert_same(small, blocks.reshape(-1))
    smooth = convolve(convolution((6, 4, 3), (6, 4, 3), (3, 3, 1)), small, jnp.full((3, 3, 1), 1 / 9))
    padded = np.pad(blocks, ((1, 1), (1, 1), (0, 0)))
    box = np.sum([padded[i : i + 6, j : j + 4] for i in range(3) for j in range(3)], axis=0) / 9
    assert_same(smooth, box.reshape(-1))
    mixed = convolve(convolution((6, 4, 3), (6, 4, 4), bank.shape, bank=True), smooth, jnp.asarray(bank))
    assert_same(mixed, (box @ bank[:, 0, 0].T).reshape(-1))


# --- Loops in NumPy --------------------------------------------------------------------------------------------------

# pre, post, weights, options: sizes odd and even, strides, 1 to 4 dimensions, layers apart or under the kernel, banks
GEOMETRIES = {
    "line": ((7,), (7,), (3,), {}),
    "line, even, stride": ((12,), (4,), (4,), {}),
    "line, gaps": ((12,), (3,), (1,), {}),
    "line, wide kernel": ((3,), (3,), (6,), {}),
    "line to filters": ((5,), (3,), (3, 5), {"bank": True}),
    "plane": ((4, 5), (4, 5), (3, 2), {}),
    "plane, strides": ((6, 4), (2, 2), (2, 3), {}),
    "plane, bank": ((4, 6), (2, 3, 2), (2, 3, 3), {"bank": True}),
    "plane, bank of one": ((4, 3), (4, 3, 1), (1, 2, 3), {"bank": True}),
    "layers kept": ((4, 4, 3), (2, 4, 3), (3, 2), {"keep_last_dimension": True}),
    "layers kept in a bank": ((4, 4, 3), (2, 4, 3, 2), (2, 3, 2, 1), {"bank": True}),
    "layers covered": ((4, 4, 2), (2, 4), (3, 3, 2), {}),
    "layers covered in a bank": ((4, 3, 3), (4, 3, 2), (2, 3, 3, 3), {"bank": True}),
    "first dimension covered": ((3, 4, 2), (1, 4, 2), (3, 3, 1), {}),
    "volume": ((3, 4, 3), (3, 4, 3), (3, 2, 3), {}),
    "four dimensions": ((2, 4, 3, 2), (2, 2, 3, 2), (2, 3, 3, 2), {}),
    "four dimensions, covered": ((2, 4, 3, 3), (2, 2, 3), (2, 3, 1, 3), {}),
    "anywhere": ((5, 4), (2, 2), (3, 2), {"subsampling": [[0, 0], [4, 3], [2, 1], [2, 1]]}),
    "anywhere, bank": ((5,), (2, 2), (2, 3), {"bank": True, "subsampling": [[0], [0], [3], [3]]}),
    "anywhere, layers kept": (
        (5, 2),
        (2, 2),
        (3,),
        {"keep_last_dimension": True, "subsampling": [[0, 0], [0, 0], [4, 1], [4, 0]]},
    ),
    "anywhere, layers covered": ((5, 3), (2,), (3, 3), {"subsampling": [[0, 0], [3, 2]]}),
}
PADDINGS = {"zero": 0.0, "number": -2.5, "border": "border"}


def made_of(name, padding="zero", operation=SUM):
    pre, post, weights, options = GEOMETRIES[name]
    return convolution(pre, post, weights, padding=PADDINGS[padding], operation=operation, **options)


def looped(made, values, weights, psp=lambda w, r: w * r):
    """Convolve by loops that follow the reference: index after index, what is outside counted once."""
    values, filters = np.asarray(values).reshape(made.pre), np.asarray(weights).reshape(made.filters or 1, *made.extent)
    own = made.post if made.filters is None else made.post[:-1]
    everywhere = list(np.ndindex(*own)) if made.subsampling is None else made.subsampling
    inputs = []
    for rank, position in enumerate(everywhere):
        centre = [_centre(made, d, position) for d in range(len(made.pre))] if made.subsampling is None else position
        assert made.centre(rank * len(filters)) == tuple(centre)
        for kernel in filters:
            found = [float(psp(w, values[i])) for w, i in _walk(made, kernel, centre, ()) if i is not None]
            outside = [made.padding for _, i in _walk(made, kernel, centre, ()) if i is None]
            inputs.append(_reduced(made, found, outside if made.padding else []))
    return np.array(inputs)


def _centre(made, dimension, position):
    if dimension == len(position):
        return (made.pre[-1] - 1) // 2
    ratio = made.pre[dimension] // made.post[dimension]
    return int((ratio - 1) / 2) + ratio * position[dimension]


def _walk(made, kernel, centre, index):
    """Yield (weight, index) of places inside, and (None, None) once per index that is outside."""
    d = len(index)
    if d == len(made.pre):
        yield kernel, index
        return
    n = made.extent[d]
    middle = (n - 1) // 2 if n % 2 else n // 2 - 1
    for k in range(n):
        i = centre[d] + k - middle
        if made.padding is None:
            i = min(max(i, 0), made.pre[d] - 1)
        if 0 <= i < made.pre[d]:
            yield from _walk(made, kernel[k], centre, (*index, i))
        else:
            yield None, None


def _reduced(made, found, outside):
    every = found + outside
    if made.operation in (SUM, MEAN):
        return sum(every) / (prod(made.extent) if made.operation is MEAN else 1)
    return max(every) if made.operation is MAX else min(every)


@pytest.mark.parametrize("name", some(GEOMETRIES, 2))
def test_convolution_equals_loops(double, name):
    """Oracle: loops in NumPy, for every padding and operation, by each path."""
    cases = {(padding, o): made_of(name, padding, o) for padding in PADDINGS for o in Operation}
    some = made_of(name)
    values, weights = numbers(prod(some.pre)), numbers(some.weights_shape, 1)

    def by_each_path(values, weights):
        return [[path(made, values, weights) for path in PATHS] for made in cases.values()]

    for case, found in zip(cases, jax.jit(by_each_path)(values, weights), strict=True):
        expected = looped(cases[case], values, weights)
        assert expected.shape == (prod(some.post),)
        for result in found:
            np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-12, err_msg=str(case))


@pytest.mark.parametrize("name", ["plane, strides", "plane, bank", "layers kept", "anywhere"])
def test_any_contribution(double, name):
    """Oracle: loops in NumPy, of the manual's `w * log(1 + pre.r)` and of a psp without values."""
    for padding, operation in product(PADDINGS, Operation):
        made = made_of(name, padding, operation)
        values, weights = jnp.abs(numbers(prod(made.pre))), numbers(made.weights_shape, 1)
        patch, inside = patches(made, values)
        assert patch.shape == inside.shape == (prod(made.post), prod(made.kernel))
        w = weights_at(made, weights)
        assert_same(combine(made, w * jnp.log1p(patch)), looped(made, values, weights, lambda w, r: w * log1p(r)))
        assert_same(combine(made, w**2), looped(made, values, weights, lambda w, r: w**2))


POOLINGS = {
    "line": ((12,), (4,), None),
    "plane": ((4, 6), (2, 2), None),
    "nothing": ((3, 2), (3, 2), None),
    "layers": ((4, 6, 2), (2, 3, 2), (2, 2, 1)),
    "layers covered": ((4, 6, 2), (2, 3), (2, 2, 2)),
    "first dimension covered": ((2, 6, 2), (3, 2), (2, 2, 1)),
    "everything": ((4, 6), (1,), (4, 6)),
    "four dimensions": ((2, 4, 2, 3), (1, 2, 2, 1), None),
    "a rest": ((7, 5, 2), (3, 2, 2), (2, 2, 1)),
}


@pytest.mark.parametrize("operation", [MAX, MEAN, MIN])
@pytest.mark.parametrize("name", some(POOLINGS, 2))
def test_pooling_equals_loops(double, name, operation):
    """Oracle: loops in NumPy over slices; values are all negative in some regions."""
    made = pooling(*POOLINGS[name], operation=operation)
    values = numbers(prod(made.pre)) - 0.5
    array, reduce = np.asarray(values).reshape(made.pre), getattr(np, operation.value)
    corners = product(*(range(0, n - e + 1, e) for n, e in zip(made.pre, made.extent, strict=True)))
    slices = (tuple(slice(c, c + e) for c, e in zip(corner, made.extent, strict=True)) for corner in corners)
    expected = np.array([reduce(array[where]) for where in slices])
    assert expected.shape == (prod(made.post),)
    assert_same(pool(made, values), expected)
    patch, inside = patches(made, values)
    assert inside.all()
    assert_same(combine(made, patch), expected)


# --- The general path, derivatives, transformations ------------------------------------------------------------------


def everything_of(f, args, batch, axes):
    """Return values and gradients of f, alone and in a batch."""

    def both(*args):
        return f(*args), jax.grad(lambda *args: (f(*args) ** 2).sum(), tuple(range(len(args))))(*args)

    return jax.jit(lambda: (both(*args), jax.vmap(both, axes)(*batch)))()


REGULAR = [name for name in GEOMETRIES if "anywhere" not in name]
SOME = ["line, gaps", "plane, strides", "layers kept in a bank"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "padding"), some([*((name, "zero") for name in REGULAR), *product(SOME, ["number", "border"])], 2)
)
def test_fast_sums_equal_the_general_path(double, name, padding):
    """Oracle: the general path: values and gradients, alone and in a batch of values or of both, all under jit."""
    made, axes = made_of(name, padding, MEAN if "plane" in name else SUM), (0, 0 if "layers" in name else None)
    args = numbers(prod(made.pre)), numbers(made.weights_shape, 1)
    batch = tuple(x if axis is None else jnp.stack([x, x - 1.0]) for x, axis in zip(args, axes, strict=True))
    expected = everything_of(lambda x, w: general(made, x, w), args, batch, axes)
    assert_same(everything_of(lambda x, w: convolve(made, x, w), args, batch, axes), expected)
    assert_same(everything_of(lambda x, w: by_product(made, x, w), args, batch, axes), expected)


@pytest.mark.parametrize("operation", [MAX, MEAN, MIN])
@pytest.mark.parametrize("name", ["line", "layers covered", "four dimensions"])
def test_fast_pooling_equals_the_general_path(double, name, operation):
    """Oracle: the general path, as above; of equal values, too, which share the derivative of a maximum."""
    made = pooling(*POOLINGS[name], operation=operation)
    values = jnp.maximum(numbers(prod(made.pre)), 0.0)
    batch = (jnp.stack([values, jnp.ones_like(values)]),)
    expected = everything_of(lambda x: combine(made, patches(made, x)[0]), (values,), batch, (0,))
    assert_same(everything_of(lambda x: pool(made, x), (values,), batch, (0,)), expected)


@pytest.mark.parametrize("name", ["plane, strides", "layers covered in a bank", "anywhere"])
def test_derivatives_of_convolutions(double, name):
    """Oracle: finite differences."""
    made = [made_of(name, *case) for case in (("zero", SUM), ("number", MEAN), ("zero", MAX), ("border", MIN))]
    args = numbers(prod(made[0].pre)), numbers(made[0].weights_shape, 1)
    check_grads(jax.jit(lambda x, w: [convolve(m, x, w) for m in made]), args, order=1, rtol=1e-6)


@pytest.mark.parametrize("operation", [MAX, MEAN, MIN])
def test_derivatives_of_poolings(double, operation):
    """Oracle: finite differences."""
    made = pooling((4, 6), (2, 2), operation=operation)
    check_grads(lambda x: pool(made, x), (numbers(24),), order=1, rtol=1e-6)


@pytest.mark.parametrize("padding", PADDINGS)
def test_single_precision(padding):
    """Oracle: loops in NumPy, in double precision."""
    values, weights = numbers(24), numbers((2, 3, 3), 1)
    for operation in Operation:
        made = made_of("plane, bank", padding, operation)
        found = jax.jit(lambda x, w, made=made: convolve(made, x, w))(values, weights)
        assert found.dtype == jnp.float32
        np.testing.assert_allclose(found, looped(made, values, weights), rtol=1e-5, atol=1e-5)
    pooled = pool(pooling((4, 6), (2, 3)), -jnp.abs(values))
    assert pooled.dtype == jnp.float32
    np.testing.assert_array_equal(pooled, -np.abs(values).reshape(2, 2, 3, 2).min(axis=(1, 3)).reshape(-1))


def test_values_of_another_type_are_promoted():
    """Oracle: the same convolution of floating-point numbers."""
    made, weights = made_of("plane"), numbers((3, 2))
    flags = np.random.default_rng(0).random(20) < 0.5
    np.testing.assert_array_equal(
        convolve(made, jnp.asarray(flags), weights), convolve(made, jnp.asarray(flags, jnp.float32), weights)
    )


def test_descriptions_are_values():
    """Oracle: equality of what the user gave; a centre of the manual; the last coordinate of `subsampling` is ours."""
    assert made_of("anywhere") == made_of("anywhere")
    assert hash(made_of("anywhere")) == hash(made_of("anywhere"))
    assert made_of("plane") != made_of("plane", "border")
    assert convolution((100, 100), (50, 50), (3, 3)).centre(10 * 50 + 10) == (20, 20)
    assert made_of("anywhere, layers kept").subsampling == ((0, 0), (0, 1), (4, 0), (4, 1))
    assert made_of("anywhere, layers covered").subsampling == ((0, 1), (3, 1))


# --- Errors ----------------------------------------------------------------------------------------------------------

FOUR, SQUARE = [[0, 0]] * 4, ((4, 4), (4, 4))
MISTAKES = [
    (
        ((1,) * 5, (4,), (3,)),
        {},
        "convolution is defined in 1 to 4 dimensions, the pre-synaptic geometry is (1, 1, 1, 1, 1)",
    ),
    (((4,), (), (3,)), {}, "the post-synaptic geometry is (): create this population with fewer dimensions"),
    ((*SQUARE, (3,)), {}, "weights have shape (3,); the pre-synaptic geometry (4, 4) needs a kernel with 2 dimensions"),
    ((*SQUARE, (3,)), {}, "Set `keep_last_dimension=True` to apply this kernel to each layer of the last dimension"),
    ((*SQUARE, (2, 3, 3)), {}, "each of size 1 or more. Or are these the weights of a bank of filters?"),
    ((*SQUARE, (3, 0)), {}, "weights have shape (3, 0)"),
    ((*SQUARE, (3, 3)), {"keep_last_dimension": True}, "needs a kernel with 1 dimensions"),
    ((*SQUARE, (3, 3)), {"bank": True}, "needs a bank of filters of shape (filters, *kernel) with 3 dimensions"),
    (
        ((4,), (4,), ()),
        {"keep_last_dimension": True},
        "needs a pre-synaptic geometry of 2 or more dimensions, not (4,)",
    ),
    (
        ((4, 4, 3), (4, 4, 3, 2), (2, 3, 3)),
        {"bank": True, "keep_last_dimension": True},
        "give filters of size 1 in the last dimension, and a post-synaptic population of geometry (..., 3, filters)",
    ),
    (
        ((4, 4), (4, 4, 3), (2, 3, 3)),
        {"bank": True},
        "a bank of 2 filters needs a post-synaptic geometry (..., 2), not",
    ),
    (((4, 4), (4, 2), (3,)), {"keep_last_dimension": True}, "of 2 dimensions whose last has size 4, as in the pre-"),
    (((4, 4), (4,), (3,)), {"keep_last_dimension": True}, "of 2 dimensions whose last has size 4, as in the pre-"),
    (
        ((4,), (4, 4), (3,)),
        {},
        "the post-synaptic geometry (4, 4) does not fit the pre-synaptic geometry (4,): give it as",
    ),
    (((4, 4), (2,), (2, 3, 3)), {"bank": True}, "as many dimensions or one less, and a last one for the filters"),
    (((4, 4), (4,), (3, 3)), {}, "so the kernel must have size 4 in it, not 3"),
    (((4, 4), (3, 4), (3, 3)), {}, "(4, 4) is not a multiple of the post-synaptic (3, 4): give `subsampling`"),
    (((4,), (8,), (3,)), {}, "(4,) is not a multiple of the post-synaptic (8,)"),
    ((*SQUARE, (3, 3)), {"padding": "edge"}, "`padding` is a finite number or 'border', not 'edge'"),
    ((*SQUARE, (3, 3)), {"padding": np.inf}, "`padding` is a finite number or 'border', not inf"),
    ((*SQUARE, (3, 3)), {"padding": None}, "`padding` is a finite number or 'border', not None"),
    ((*SQUARE, (3, 3)), {"padding": True}, "`padding` is a finite number or 'border', not True"),
    (
        ((4, 4), (2, 2), (3, 3)),
        {"subsampling": FOUR[:3]},
        "has shape (3, 2) of int64; it needs 4 lists of 2 integers, for",
    ),
    (((4, 4), (2, 2), (3, 3)), {"subsampling": [[0.5, 0]] * 4}, "has shape (4, 2) of float64; it needs 4 lists of 2"),
    (((4, 4), (2, 2), (3, 3)), {"subsampling": [[0], [0, 0]]}, "it needs 4 lists of 2 integers"),
    (((4, 4), (2, 2), (3, 3)), {"subsampling": [*FOUR[:3], [0, 4]]}, "the centre (0, 4), which lies outside the pre-"),
    (
        ((4, 4), (2, 2), (3, 3)),
        {"subsampling": [*FOUR[:3], [0, -1]]},
        "the centre (0, -1), which lies outside the pre-",
    ),
    (
        ((4,), (2, 2), (2, 3)),
        {"bank": True, "subsampling": [[0], [1], [2], [2]]},
        "the filters of a bank look through the same windows: in `subsampling`, give the same centre to all 2 neurons",
    ),
]


@pytest.mark.parametrize(("geometries", "options", "message"), MISTAKES)
def test_mistakes_of_convolutions(geometries, options, message):
    """Oracle: the message says what was given, what was expected, what to do."""
    with pytest.raises((ShapeError, ArgumentError)) as caught:
        convolution(*geometries, **options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((2,) * 5, (2,)), "a pooling is defined in 1 to 4 dimensions, the pre-synaptic geometry is (2, 2, 2, 2, 2)"),
        (
            ((4, 4), (2,)),
            "(4, 4) and the post-synaptic (2,) differ in the number of dimensions: give `extent`, the 2 numbers",
        ),
        (((4, 4), (5, 2)), "(4, 4) is smaller than the post-synaptic (5, 2): change one of them"),
        (
            ((4, 4), (3, 2)),
            "regions of extent (1, 2) in the pre-synaptic geometry (4, 4) need the post-synaptic geometry",
        ),
        (((4, 4), (2, 2), (2,)), "`extent` has 2 positive integers for the pre-synaptic geometry (4, 4), not (2,)"),
        (((4, 4), (2, 2), (2, 0)), "`extent` has 2 positive integers"),
        (((4, 4), (2, 2), (2, 2.0)), "`extent` has 2 positive integers"),
        (((4, 4), (2, 2), (5, 2)), "regions of extent (5, 2) do not fit the pre-synaptic geometry (4, 4)"),
        (
            ((4, 4), (2, 2), (2, 4)),
            "the post-synaptic geometry (2, 1) (dimensions of size 1 may be left out), not (2, 2)",
        ),
        (((4, 4), (2, 2), None, SUM), "a pooling has the operation max, mean or min, not sum: take the mean, or"),
    ],
)
def test_mistakes_of_poolings(arguments, message):
    """Oracle: the message says what was given, what was expected, what to do."""
    with pytest.raises((ShapeError, ArgumentError)) as caught:
        pooling(*arguments)
    assert message in str(caught.value)


def test_mistakes_of_arrays():
    """Oracle: the message says what was given and what was expected."""
    made = convolution((4, 4), (4, 4), (3, 3))
    with pytest.raises(ShapeError, match=r"the weights have shape \(3, 2\), the convolution needs \(3, 3\)"):
        convolve(made, jnp.ones(16), jnp.ones((3, 2)))
    message = (
        r"the values have shape \(4, 4\), the pre-synaptic population of geometry \(4, 4\) needs \(16,\): give one"
    )
    for call in (
        lambda x: convolve(made, x, jnp.ones((3, 3))),
        lambda x: pool(pooling((4, 4), (2, 2)), x),
        lambda x: patches(made, x),
    ):
        with pytest.raises(ShapeError, match=message):
            call(jnp.ones((4, 4)))
