"""Several monitors at once."""

from typing import Any

from .. import io
from ..errors import ArgumentError
from ._monitor import Monitor


class MonitorList(list[Monitor]):
    """A list of monitors whose recordings go into one file.

    Example:
        >>> import os, tempfile, h5py, jaxsnn as snn
        >>> net = snn.Network(seed=0)
        >>> P, Q = (net.create(2, snn.Izhikevich, name=name) for name in "PQ")
        >>> both = snn.MonitorList([net.monitor(P, ["v", "u"]), net.monitor(Q, "v")])
        >>> _ = net.compile()
        >>> net.simulate(5.0)
        >>> filename = os.path.join(tempfile.mkdtemp(), "both.hdf5")
        >>> both.save_all(filename)
        >>> with h5py.File(filename) as file:
        ...     file["P/v"].shape, sorted(file)
        ((5, 2), ['P', 'Q'])
    """

    def save_all(
        self, filename: io.Filename, keep: bool = False, reshape: bool = False, flat_keys: bool = False
    ) -> None:
        """Write what all have recorded into an HDF5 file.

        Args:
            filename: `.hdf5` or `.h5`.
            keep: do not forget it.
            reshape: give per-neuron variables of a whole population its geometry.
            flat_keys: name the arrays `P_v`, in the place of `v` in a group `P`, P being what is recorded.

        Raises:
            ArgumentError: another ending.
            MissingPackageError: the package `h5py` is not there.
        """
        if not str(filename).endswith((".hdf5", ".h5")):
            raise ArgumentError(f"recordings of several monitors are written to `.hdf5`, not to `{filename}`")
        tree: dict[str, Any] = {}
        for monitor in self:
            tree.setdefault(monitor.object.name, {}).update(monitor.get(keep=True, reshape=reshape, force_dict=True))
        if flat_keys:
            tree = {f"{owner}_{name}": value for owner, data in tree.items() for name, value in data.items()}
        io.write_recordings(filename, tree)
        for monitor in self if not keep else ():
            monitor.get(force_dict=True)
