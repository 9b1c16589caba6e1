"""Parameters of any neuron that follow a table: `I(t)`, read by its equations without a population in between."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..errors import ArgumentError, ShapeError
from ..models import Neuron
from ._input import Schedule, Source
from ._rate_tables import RateTable, Times, read_table, row_of


@dataclass(frozen=True, eq=False)
class Table:
    """Values that a parameter of a population takes one after the other, for `Network.create(tables=)`.

    The equations of a step read the row of that step: nothing is sent, so there is no delay. Before the first time the
    parameter is 0, after the last one it keeps its value. Gradients with respect to the values flow: they are the
    parameter `<population>.<name>_table` of `sim.run`, `fit` and `sweep`, and `sim.run(..., inputs={"<population>.
    <name>_table": values})` replaces them for one run. What the parameter itself is assigned is not used.

    Args:
        values: (times,) for all neurons, or (times, ...), the axes behind the first as the geometry.
        schedule: ms, when each row begins, counted from the last reset; a number s stands for 0, s, 2 s, ..., and 0
            for one row per step.
        period: ms after which the values begin again; -1 for never.

    Raises:
        ArgumentError: values that are not finite numbers.

    Example:
        >>> import numpy as np, jaxsnn as snn
        >>> cell = snn.Neuron(parameters="tau = 10.0 ; I = 0.0", equations="tau * dv/dt = I - v", spike="v > 2.0")
        >>> net = snn.Network(dt=1.0)
        >>> P = net.create(1, cell, name="P", tables={"I": snn.inputs.Table([1.0, 0.0], schedule=[0.0, 2.0])})
        >>> M = net.monitor(P, "v")
        >>> _ = net.compile()
        >>> net.simulate(4.0)
        >>> [round(float(v), 3) for v in M.get("v")[:, 0]]
        [0.1, 0.19, 0.171, 0.154]
    """

    values: Any
    schedule: Times = 0.0
    period: float = -1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_table(self.values, "Table", word="values"))


@dataclass(frozen=True, eq=False)
class ParameterTables(Schedule):
    """The tables that parameters of a population follow, by the name of the parameter."""

    tables: Mapping[str, RateTable]

    def source(self, dt: float) -> Source:
        """Return all tables, those of `I` as `I_table`, `I_schedule` and `I_period`, and what reads them."""
        arrays: dict[str, np.ndarray] = {}
        for name, table in self.tables.items():
            own = table.source(dt).arrays
            arrays |= {table_name(name): own["rates"], f"{name}_schedule": own["schedule"]}
            arrays |= {f"{name}_period": own["period"]}
        return Source(arrays, partial(_drive, tuple(self.tables)), parameters=True)

    def changed(self, **values: Any) -> "ParameterTables":
        """Return the same with another `Table`, or other values, for some parameters."""
        new = {name: _changed(self.tables[name], x, name) for name, x in values.items()}
        return replace(self, tables={**self.tables, **new})


def table_name(parameter: str) -> str:
    """Return the name of the table that a parameter follows."""
    return f"{parameter}_table"


def parameter_tables(neuron: Neuron, size: int, given: Mapping[str, Any]) -> ParameterTables:
    """Return the schedule of a population of a neuron some parameters of which follow tables.

    Raises:
        ArgumentError: not `Table`s by name; a name that is no parameter with real values.
        ShapeError: values for another number of neurons.
    """
    if not isinstance(given, Mapping) or not all(isinstance(table, Table) for table in given.values()):
        raise ArgumentError(f"`tables` are `inputs.Table(values)` by the name of a parameter, not {given!r}")
    known = {a.name: a for a in neuron.analysed.attributes if a.is_parameter and a.type.value == "float"}
    tables = {}
    for name, table in given.items():
        if name not in known:
            raise ArgumentError(
                f"`tables`: `{name}` is no parameter of the neuron with real values; it has "
                f"{', '.join(known) or 'none'}: declare `{name} = 0.0` among its `parameters`"
            )
        tables[name] = _for_neurons(table, 1 if known[name].shared else size, name)
    return ParameterTables(tables)


def _for_neurons(table: Table, size: int, name: str) -> RateTable:
    """Return a table with a column for each neuron, or one for all."""
    values = table.values.reshape(len(table.values), -1)
    if values.shape[1] not in (1, size):
        raise ShapeError(f"the table of `{name}` has {values.shape[1]} values per time for {size} neurons")
    return RateTable(values, table.schedule, table.period, size, name)


def _changed(old: RateTable, new: Any, name: str) -> RateTable:
    table = new if isinstance(new, Table) else Table(new, old.schedule, old.period)
    return _for_neurons(table, old.size, name)


def _drive(names: tuple[str, ...], tables: Mapping[str, Array], step: Array) -> dict[str, Array]:
    return {name: _row(tables, name, step) for name in names}


def _row(tables: Mapping[str, Array], name: str, step: Array) -> Array:
    own = {"schedule": tables[f"{name}_schedule"], "period": tables[f"{name}_period"]}
    row = row_of(own, step)
    return jnp.where(row >= 0, tables[table_name(name)][jnp.maximum(row, 0)], 0.0)
