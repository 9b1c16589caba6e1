"""What a storage form can do: hold the synapses of a projection and show all of them at once."""

from typing import Any, Protocol

from jax import Array

from ..equations import Operation
from ._edges import Edges, Side
from ._ends import Ends

Storage = Any  # the pytree of a form: what is stored of who is connected to whom


class Form(Protocol):
    """A way to store synapses: a frozen description; its arrays are a pytree of their own, the storage.

    An attribute with one value per synapse is an array of the shape of the places, or () while all are equal.
    """

    @property
    def name(self) -> str:
        """What `summary()` prints and `storage=` accepts."""
        ...

    @property
    def ends(self) -> Ends:
        """The two sides."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places, before they are trimmed."""
        ...

    @property
    def by(self) -> Side:
        """The side whose neurons have the rows of places."""
        ...

    def build(self, edges: Edges) -> tuple[Storage, dict[str, Array]]:
        """Return the storage of some edges, and their values, () or at the places."""
        ...

    def places(self, storage: Storage) -> tuple[int, int]:
        """Return the shape of the places of a storage."""
        ...

    def delayed(self, storage: Storage, history: Array, row: Array) -> Array:
        """Return a value of the pre-synaptic neuron at the places, from rows (places) of (length, population)."""
        ...

    def pre(self, storage: Storage, x: Array) -> Array:
        """Return a value of the pre-synaptic neuron, from (population,) or (), for every place, ready to broadcast."""
        ...

    def post(self, storage: Storage, x: Array) -> Array:
        """Return a value of the post-synaptic neuron, from (population,) or (), for every place, ready to broadcast."""
        ...

    def post_row(self, storage: Storage, x: Array) -> Array:
        """Return a `postsynaptic` attribute, from (post.size,) or (), for every place, ready to broadcast."""
        ...

    def exists(self, storage: Storage) -> Array | None:
        """Return which places are synapses; None for all of them."""
        ...

    def from_matrix(self, storage: Storage, matrix: Array) -> Array:
        """Return the values of (pre.size, post.size) at the places."""
        ...

    def of_post(self, storage: Storage, x: Array, position: int) -> Array:
        """Return the values of x (places) at the synapses of one post-synaptic neuron, and at other places."""
        ...

    def combine(self, storage: Storage, values: Array, operation: Operation, into: Array) -> Array:
        """Return `into` (post population,) plus what the values at the places make for each post-synaptic neuron."""
        ...

    def weighted(self, storage: Storage, weights: Array, x: Array, into: Array) -> Array:
        """Return `into` plus the sums of weights times a value of the pre-synaptic neuron, x (pre population,)."""
        ...
