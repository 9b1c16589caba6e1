"""Artificial networks made of spiking neurons: `from jaxsnn.extensions.ann_to_snn_conversion import ANNtoSNNConverter`.

`ANNtoSNNConverter` is ANNarchy's. Beyond it are layers as plain arrays (`Dense`, `Conv2D`, `MaxPooling2D`,
`AveragePooling2D`, `Flatten`), `layers_of_parameters` for those of other programs, and `ArtificialNetwork`, which says
what an artificial network makes of its samples.
"""

from ._artificial_layers import AveragePooling2D as AveragePooling2D
from ._artificial_layers import Flatten as Flatten
from ._artificial_layers import MaxPooling2D as MaxPooling2D
from ._artificial_network import ArtificialNetwork as ArtificialNetwork
from ._converter import ANNtoSNNConverter as ANNtoSNNConverter
from ._parameter_trees import layers_of_parameters as layers_of_parameters
from ._weighted_layers import Conv2D as Conv2D
from ._weighted_layers import Dense as Dense
