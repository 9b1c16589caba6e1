"""Whether the arrays of a file fit what a network has: the type and shape of each."""

from collections.abc import Iterable, Mapping

from ..equations import Attribute, Locality
from ._document import Document, Parts

ANY, SOME = None, -1  # any length; any but 0
Shape = tuple[int | None, ...]


def attribute_kind(attribute: Attribute) -> list[str]:
    """Return what a file says of an attribute."""
    role = "parameter" if attribute.is_parameter else "variable"
    return [role, attribute.locality.name.lower(), attribute.type.value]


def attribute_shapes(attribute: Attribute, n: int, n_post: int = 0) -> list[Shape]:
    """Return the shapes that the values of an attribute can have; parameters that are all equal are one number.

    Args:
        attribute: of neurons or synapses.
        n: number of neurons or synapses.
        n_post: number of post-synaptic neurons.
    """
    whole = {Locality.LOCAL: (n,), Locality.POSTSYNAPTIC: (n_post,), Locality.SHARED: ()}[attribute.locality]
    return [(), whole] if attribute.is_parameter else [whole]


def must_fit(document: Document, what: str, theirs: Parts, mine: Parts, shapes: Mapping[str, list[Shape]]) -> None:
    """Raise if an array of a file has another type or shape than it can have here.

    Args:
        document: of the file.
        what: whose arrays they are, such as "population `P`".
        theirs: of the file.
        mine: of the network, which say what type is expected, and the shape.
        shapes: that are expected in the place of that.

    Raises:
        FileFormatError: names the array, what was found and what was expected.
    """
    for name in sorted(theirs.keys() & mine.keys()):
        found, expected = theirs[name], shapes.get(name, [mine[name].shape])
        if found.dtype != mine[name].dtype or not any(_agree(found.shape, shape) for shape in expected):
            wanted = " or ".join(str(shape).replace("None", "any").replace("-1", "any") for shape in expected)
            message = (
                f"`{name}` of {what} is {found.dtype.name} {found.shape}, {mine[name].dtype.name} {wanted} is expected"
            )
            raise document.error(f"{message}: load it into a network of the same description")


def _agree(found: tuple[int, ...], expected: Shape) -> bool:
    """Tell whether a shape is as expected."""
    pairs = zip(found, expected, strict=False)
    return len(found) == len(expected) and all(e is ANY or f == e or (e == SOME and f > 0) for f, e in pairs)


def one_sided(what: str, theirs: Iterable[str], mine: Iterable[str]) -> list[str]:
    """Return what only a file or only the network has, for a warning."""
    found = []
    for names, others, owner in ((theirs, set(mine), "the file"), (mine, set(theirs), "the network")):
        only = ", ".join(f"`{name}`" for name in names if name not in others)
        found += [f"only {owner} has {only} of {what}"] if only else []
    return found
