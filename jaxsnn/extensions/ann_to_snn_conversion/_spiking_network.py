"""The network of spiking neurons that stands for an artificial one: a population for each layer."""

from typing import Any

import numpy as np

from ...frontend._network import Network
from ...frontend._population import Population
from ...models import Neuron
from ._artificial_layers import Layer, Pooling2D, Shape
from ._artificial_network import ArtificialNetwork
from ._integrating_neurons import THRESHOLD, Model
from ._read_outs import ReadOut
from ._weighted_layers import Conv2D, Dense

TARGET, OUTPUT = "exc", "output"
LOWERED = 0.05  # of the threshold of each further hidden layer: less arrives there, and later
LEAST = 0.05
RATE, WEIGHTED_RATE = "pre.mask", "pre.mask * w"


def spiking_network(
    network: ArtificialNetwork, encoding: Neuron, hidden: Model, read_out: ReadOut, seed: int | None
) -> Network:
    """Return a network with a population for the input and for each layer, and the monitor `output` of the last one.

    Args:
        network: without layers that flatten; its weights and biases are those of the spiking neurons.
        encoding: neurons of the input.
        hidden: neurons of all layers but the last one.
        read_out: which has those of the last one.
        seed: of the network.
    """
    net = Network(dt=1.0, seed=seed)
    before = net.create(network.input_shape, encoding, name=network.input_name)
    for i, (layer, name, threshold) in enumerate(
        zip(network.layers, network.names, thresholds_of(network), strict=True)
    ):
        bias, is_last = getattr(layer, "bias", None), i == len(network.layers) - 1
        neuron = (read_out.neuron if is_last else hidden)(bias is not None)
        stop = read_out.stop_condition if is_last else None
        after = net.create(network.shapes[i + 1], neuron, name=name, stop_condition=stop)
        if "vt" in neuron.analysed.names:
            after.vt = threshold
        if bias is not None:
            after.bias = np.broadcast_to(bias, after.geometry)
        _connect(net, before, after, layer)
        before = after
    net.monitor(before, read_out.recorded, name=OUTPUT)
    return net


def thresholds_of(network: ArtificialNetwork) -> list[float]:
    """Return the thresholds of all layers: the deeper a hidden one lies the lower, that of the last one stays."""
    hidden = [max(THRESHOLD - LOWERED * depth, LEAST) for depth in network.depths[:-1]]
    return [*hidden, THRESHOLD]


def _connect(net: Network, before: Population, after: Population, layer: Layer) -> None:
    """Connect the population of a layer to that of the one before it."""
    name = f"{before.name}_{after.name}"
    match layer:
        case Dense():
            net.connect(before, after, target=TARGET, name=name).connect_from_matrix(layer.weights.T)
        case Conv2D():
            filters = np.moveaxis(layer.weights, -1, 0)
            made = net.convolution(before, after, TARGET, psp=WEIGHTED_RATE, name=name)
            made.connect_filters(filters, subsampling=_centres(layer, before.geometry))
        case Pooling2D():
            made = net.pooling(before, after, TARGET, psp=RATE, operation=layer.operation, name=name)
            made.connect_pooling((*layer.extent(before.geometry), 1))


def _centres(layer: Conv2D, shape: Shape) -> Any:
    """Return the centre of the window of each neuron; None where windows lie around all places, one by one."""
    if layer.padding == "same" and layer.strides == (1, 1):
        return None
    rows, columns = (
        first + (kernel - 1) // 2
        for first, kernel in zip(layer.first_rows_and_columns(shape), layer.weights.shape[:2], strict=True)
    )
    grid = np.stack(np.meshgrid(rows, columns, [(shape[2] - 1) // 2], indexing="ij"), axis=-1).reshape(-1, 3)
    return np.repeat(grid, layer.weights.shape[3], axis=0)
