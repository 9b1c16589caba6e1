"""Shapes of kernels and populations that a convolution takes."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ShapeError

KERNEL = np.arange(1.0, 10.0).reshape(3, 3)
PLANE = [83, 139, 178, 121, 198, 303, 348, 225, 330, 483, 528, 333, 181, 253, 274, 163]
LAYERS = [166, 194, 278, 317, 356, 395, 242, 266, 396, 429, 606, 651, 696, 741, 450, 477]
LAYERS += [660, 693, 966, 1011, 1056, 1101, 666, 693, 362, 378, 506, 527, 548, 569, 326, 338]
CASES = {
    "plane": ((4, 4), (4, 4), KERNEL, {}, PLANE),
    "plane to layer": ((4, 4), (4, 4, 1), KERNEL, {}, PLANE),
    "layer to plane": ((4, 4, 1), (4, 4), KERNEL[..., None], {}, PLANE),
    "one layer": ((4, 4, 1), (4, 4, 1), KERNEL[..., None], {}, PLANE),
    "each layer": ((4, 4, 2), (4, 4, 2), KERNEL[..., None], {}, LAYERS),
    "each layer kept": ((4, 4, 2), (4, 4, 2), KERNEL, {"keep_last_dimension": True}, LAYERS),
    "both": ((4, 4, 2), (4, 4, 2), KERNEL[..., None], {"keep_last_dimension": True}, LAYERS),
}


def test_kernels_of_one_layer():
    """Oracle: measured in ANNarchy 4.8.2, in which all these shapes go together."""
    net = snn.Network()
    posts = {}
    for name, (pre, post, kernel, options, _) in CASES.items():
        image = net.create(snn.inputs.InputArray(pre), name=f"image of {name}")
        image.r = np.arange(image.size)
        posts[name] = net.create(post, snn.Neuron(equations="r = sum(exc)"), name=name)
        conv = net.convolution(image, posts[name], target="exc").connect_filter(kernel, **options)
        assert conv.weights.shape == kernel.shape
    net.compile()
    net.simulate(2.0)
    for name, (*_, expected) in CASES.items():
        assert posts[name].r.reshape(-1).tolist() == expected, name


def test_kernels_that_do_not_fit():
    """Oracle: ANNarchy 4.8.2 refuses a kernel with a layer more than the population."""
    net = snn.Network()
    image = net.create(snn.inputs.InputArray((4, 4)))
    conv = net.convolution(image, net.create((4, 4), snn.Neuron(equations="r = sum(exc)")), target="exc")
    with pytest.raises(ShapeError, match="needs a kernel with 2 dimensions"):
        conv.connect_filter(KERNEL[..., None])
