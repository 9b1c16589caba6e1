"""The packages whose versions decide the bits of a run."""

from functools import cache
from importlib.metadata import version

PACKAGES = ("jaxsnn", "jax", "jaxlib", "numpy")


@cache
def versions() -> dict[str, str]:
    """Return the version of each of these packages, by its name."""
    return {name: version(name) for name in PACKAGES}
