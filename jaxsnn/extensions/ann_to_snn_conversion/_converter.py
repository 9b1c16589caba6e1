"""`ANNtoSNNConverter`: from a trained artificial network to a spiking one, and from samples to classes."""

from collections.abc import Iterable
from math import prod
from numbers import Real
from os import PathLike
from typing import Any

import numpy as np

from ...errors import ArgumentError, ShapeError, StateError, did_you_mean, warn
from ...frontend._network import Network
from ...frontend._progress import say
from ...models import Neuron
from ...simulation import sweep
from ._artificial_layers import Layer, Shape
from ._artificial_network import ArtificialNetwork, network_of_layers
from ._chosen_models import chosen_encoding, chosen_hidden, chosen_read_out
from ._keras_files import read_keras_file
from ._keras_layers import network_of_keras
from ._keras_models import network_of_model
from ._normalisation import PERCENTILE, normalised
from ._spiking_network import OUTPUT, spiking_network, thresholds_of

OPTIONS = {"max_f": 100.0, "k": None, "seed": None}


class ANNtoSNNConverter:
    """Converts a trained artificial network into a network of spiking neurons, layer by layer.

    Each layer becomes a population of neurons that integrate and fire, with the weights of the layer, scaled so that
    their rates tell its activations (Diehl et al. 2015; Rueckauer et al. 2017). What is made is an ordinary `Network`,
    with a population for the input and for each layer: `input`, `layer_1`, ..., or as the layers are named in Keras.

    Its weights can be fitted. Convolutions and poolings read the variable `mask`, which changes when a neuron is reset:
    gradients pass them with `differentiable_reset=True` alone.

    The choices by default are ANNarchy's. Least is lost by `regular` inputs at 1000 Hz, `IaF_subtract` and weights
    normalised by samples.

    Args:
        input_encoding: how samples become spikes: `CPN` (Poisson), `IB` (intrinsically bursting), `PSO` (a threshold
            that oscillates), `regular` (regular trains; not in ANNarchy); or a `Neuron` with the parameter `rates` and,
            for convolutions and poolings, the variable `mask`.
        hidden_neuron: `IaF` (integrate and fire), `IaF_subtract` (with a reset by subtraction; not in ANNarchy); or a
            `Neuron` that reads `g_exc`, likewise with `mask`.
        read_out: which neuron of the last layer is the class: `spike_count` (most spikes), `time_to_first_spike`,
            `time_to_k_spikes` (with `k=`), or `membrane_potential` (the largest at the end, without spikes).
        **kwargs: `max_f`: `rates` of a value of 1, Hz (100). `k`: see above. `seed`: of the network, for `CPN`. Others
            are ignored, with a warning.

    Raises:
        ArgumentError: an unknown choice.

    Example:
        >>> import numpy as np
        >>> converter = ANNtoSNNConverter(input_encoding="regular", max_f=500.0)
        >>> net = converter.load_layers([np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])])
        >>> converter.predict(np.array([[0.9, 0.1], [0.2, 0.6]]), duration_per_sample=100)
        [1, 0]
        >>> net.population("layer_1").size
        2

    References:
        P. U. Diehl et al., "Fast-classifying, high-accuracy spiking deep networks through weight and threshold
        balancing", IJCNN 2015, doi:10.1109/IJCNN.2015.7280696.

        B. Rueckauer et al., "Conversion of continuous-valued deep networks to efficient event-driven networks for image
        classification", Frontiers in Neuroscience 11, 2017, doi:10.3389/fnins.2017.00682.
    """

    def __init__(
        self,
        input_encoding: str | Neuron = "CPN",
        hidden_neuron: str | Neuron = "IaF",
        read_out: str = "spike_count",
        **kwargs: Any,
    ) -> None:
        for name in set(kwargs) - set(OPTIONS):
            warn(f"`ANNtoSNNConverter` has no option `{name}`, which is ignored.{did_you_mean(name, OPTIONS)}")
        options = OPTIONS | kwargs
        self._encoding = chosen_encoding(input_encoding)
        self._hidden = chosen_hidden(hidden_neuron)
        self._read_out = chosen_read_out(read_out, self._hidden, options["k"])
        self._max_f, self._seed = _positive(options["max_f"]), options["seed"]
        self._network: Network | None = None

    def load_keras_model(
        self,
        filename: str | PathLike[str],
        directory: str = "annarchy",
        scale_factor: Any = None,
        show_info: bool = True,
        *,
        samples: Any = None,
        percentile: float = PERCENTILE,
    ) -> Network:
        """Convert a model that Keras has saved; neither Keras nor TensorFlow is needed.

        Args:
            filename: a `.keras` or `.h5` file of `model.save`.
            directory: accepted and ignored.
            scale_factor: of the normalised weights: a number, or a list with one for each layer that has weights; None
                stands for 2, 3, 4, ... by the place of the layer, poolings counted; with `samples` for 1.
            show_info: print the layers.
            samples: such as it was trained with, (number, ...): weights are then normalised by the activations that
                they cause, not by the weights alone.
            percentile: of those activations: the one at which a neuron gets as much as an input of 1 sends.

        Returns:
            The network, compiled.

        Raises:
            FileFormatError: the file holds no model of Keras.
            UnsupportedError: it cannot be converted.
            MissingPackageError: h5py is not installed.
        """
        artificial = network_of_keras(read_keras_file(filename))
        return self._convert(artificial, scale_factor, show_info, samples, percentile)

    def init_from_keras_model(
        self,
        model: Any,
        scale_factor: Any = None,
        show_info: bool = True,
        *,
        samples: Any = None,
        percentile: float = PERCENTILE,
    ) -> Network:
        """Convert a Keras model that is in memory, with any back end; a file name is that of `load_keras_model`."""
        if isinstance(model, str | PathLike):
            artificial = network_of_keras(read_keras_file(model))
        else:
            artificial = network_of_model(model)
        return self._convert(artificial, scale_factor, show_info, samples, percentile)

    def load_layers(
        self,
        layers: Iterable[Layer | np.ndarray],
        input_shape: Shape | None = None,
        scale_factor: Any = None,
        show_info: bool = False,
        *,
        samples: Any = None,
        percentile: float = PERCENTILE,
    ) -> Network:
        """Convert layers that are given as arrays.

        Args:
            layers: from the first to the last: `Dense`, `Conv2D`, `MaxPooling2D`, `AveragePooling2D`, `Flatten`; or
                arrays of weights, (inputs, outputs) or (height, width, channels before, channels after).
            input_shape: of one sample; None takes it from the weights of a dense layer that comes first.
            scale_factor, show_info, samples, percentile: see `load_keras_model`.

        Raises:
            ShapeError: layers do not fit each other.
        """
        return self._convert(network_of_layers(layers, input_shape), scale_factor, show_info, samples, percentile)

    def get_annarchy_network(self) -> Network:
        """Return the network of spiking neurons.

        Raises:
            StateError: nothing is converted yet.
        """
        if self._network is None:
            raise StateError("nothing is converted yet: call `load_keras_model` or `load_layers`")
        return self._network

    def predict(
        self,
        samples: Any,
        duration_per_sample: float = 1000,
        multiple: bool = False,
        *,
        batch_size: int | None = None,
        progress_bar: bool = False,
    ) -> list[Any]:
        """Return the classes of samples, all of which are simulated in batched calls.

        Every sample begins with the network at rest. Weights are those of the moment: they may have been assigned.

        Args:
            samples: (number, ...), values between 0 and 1.
            duration_per_sample: ms.
            multiple: return all classes that are equal, a list for each sample, in the place of one of them at random.
            batch_size: how many samples are advanced together; None takes as many as memory allows.
            progress_bar: show one.

        Raises:
            ShapeError: samples of another size than the input.
            ArgumentError: some are not finite.
        """
        net = self.get_annarchy_network()
        source = net.populations()[0]
        values = _of_size(samples, source.size)
        if not len(values):
            return []
        scores = sweep(
            net.compile(),
            {f"{source.name}.rates": values * self._max_f},
            duration_per_sample,
            measure=self._score,
            params=net.params,
            key=net.seed or 0,
            batch_size=batch_size,
            progress=progress_bar,
        )
        best = [np.flatnonzero(row == row.max()).tolist() for row in scores]
        return best if multiple else [int(np.random.choice(classes)) for classes in best]

    def _score(self, records: Any) -> Any:
        """Return a number for each class, from what the last layer has done in one run."""
        return self._read_out.score(records[OUTPUT][self._read_out.recorded])

    def _convert(
        self, artificial: ArtificialNetwork, scale_factor: Any, show_info: bool, samples: Any, percentile: float
    ) -> Network:
        if artificial.has_bias and not self._encoding.in_hertz:
            raise ArgumentError(
                "biases are inputs at a rate, to which that of the samples must be proportional: choose the encoding "
                "'CPN' or 'regular', or train without biases (`use_bias=False`)"
            )
        ranked = artificial.in_order_of_ranks()
        scaled = normalised(ranked, scale_factor, self._max_f / 1000.0, thresholds_of(ranked), samples, percentile)
        made = spiking_network(scaled, self._encoding.neuron, self._hidden, self._read_out, self._seed)
        made.compile()
        self._network = made
        if show_info:
            say(str(artificial))
        return made


def _of_size(samples: Any, size: int) -> np.ndarray:
    """Return samples as rows of so many numbers."""
    values = np.asarray(samples, float)
    if values.ndim < 2 or prod(values.shape[1:]) != size:
        raise ShapeError(f"samples are (number, ...) with {size} values each, not {values.shape}")
    if not np.isfinite(values).all():
        raise ArgumentError("samples are finite numbers, between 0 and 1")
    return values.reshape(len(values), size)


def _positive(max_f: Any) -> float:
    if isinstance(max_f, bool) or not isinstance(max_f, Real) or not 0 < float(max_f) < np.inf:
        raise ArgumentError(f"`max_f` is a rate in Hz, greater than 0, not {max_f!r}")
    return float(max_f)
