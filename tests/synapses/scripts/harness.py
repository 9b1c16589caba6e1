"""How a case is described and run, and how its numbers are kept; see the package."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Case = Callable[[Any], Generator]


@dataclass
class Group:
    """Cases that run together: a step, and what happens in turn, so many ms or something else."""

    dt: float
    schedule: tuple[Any, ...]
    cases: dict[str, Case] = field(default_factory=dict)


GROUPS: dict[str, Group] = {
    "events": Group(1.0, (45.0,)),
    "timing": Group(1.0, (45.0,)),
    "equations": Group(1.0, (16.0, 16.0)),
    "rates": Group(1.0, (30.0,)),
    "flags": Group(1.0, (12.0,) * 4),
    "wiring": Group(1.0, (40.0,)),
    "delays": Group(1.0, (15.0,) * 3),
    "growth": Group(1.0, (15.0,) * 3),
    "access": Group(1.0, (10.0,) * 3),
    "axons": Group(1.0, (15.0,) * 3),
    "more": Group(1.0, (22.0,) * 2),
    "reset": Group(1.0, (18.0, lambda ann: ann.reset(), 18.0)),
    "reset_projections": Group(1.0, (18.0, lambda ann: ann.reset(projections=True), 18.0)),
    "reset_synapses": Group(1.0, (18.0, lambda ann: ann.reset(synapses=True), 18.0)),
    "fine": Group(0.1, (4.5,)),
}


def case(group: str, **variants: Any) -> Callable[[Callable], Callable]:
    """Register a case; `name=[values]` registers one for each value, passed as an argument of that name."""

    def register(run: Callable) -> Callable:
        if not variants:
            GROUPS[group].cases[run.__name__] = run
        for name, values in variants.items():
            for value in values:
                GROUPS[group].cases[f"{run.__name__}_{value}"] = _with(run, name, value)
        return run

    return register


def _with(run: Callable, name: str, value: Any) -> Case:
    return lambda ann: run(ann, **{name: value})


def script(ann, group: str, only=None, **options: Any) -> dict[str, dict[str, Any]]:
    """Run the cases of a group with `ann`, or some of them; return by case what it recorded."""
    described = GROUPS[group]
    ann.setup(dt=described.dt, seed=1)
    running = {name: run(ann) for name, run in described.cases.items() if only is None or name in only}
    found: dict[str, Any] = {}
    _resume(running, found)
    ann.compile(silent=True, **options)
    for part in described.schedule:
        _resume(running, found)
        if callable(part):
            part(ann)
        else:
            ann.simulate(part)
    _resume(running, found)
    assert not running, f"more parts than the group has: {running}"
    return {name: {key: _read(value) for key, value in case.items()} for name, case in found.items()}


def _resume(running: dict[str, Generator], found: dict[str, Any]) -> None:
    for name in list(running):
        try:
            next(running[name])
        except StopIteration as stop:
            found[name] = stop.value
            del running[name]


def _read(value: Any) -> Any:
    return value.get() if hasattr(value, "resume") else value


def tables(x: dict[str, Any]) -> dict[str, Any]:
    """Return everything that was recorded as tables of numbers: one row for each step, or spike, or post neuron."""
    return {str(k): tables(v) if isinstance(v, dict) else _table(v) for k, v in x.items()}


def _table(x: Any) -> list[list[float]]:
    return [list(_numbers(row)) for row in x] if isinstance(x, list | np.ndarray) else [[float(x)]]


def _numbers(x: Any) -> Generator:
    if isinstance(x, int | float | np.number | np.bool_):
        yield float(x)
    else:
        for y in x:
            yield from _numbers(y)


def packed(x: Any) -> Any:
    """Return tables with 11 digits, and null for what the row above holds too."""
    if isinstance(x, dict):
        return {k: packed(v) for k, v in x.items()}
    above, rows = [], []
    for row in ([float(f"{v:.11g}") for v in row] for row in x):
        same = len(row) == len(above)
        rows.append([None if same and v == u else v for v, u in zip(row, above, strict=True)] if same else row)
        above = row
    return [[None if v is None else int(v) if v == int(v) else v for v in row] for row in rows]


def unpacked(x: Any) -> Any:
    """Return the tables that `packed` was given."""
    if isinstance(x, dict):
        return {k: unpacked(v) for k, v in x.items()}
    rows: list[list[float]] = []
    for row in x:
        rows.append([float(rows[-1][k] if v is None else v) for k, v in enumerate(row)])
    return rows
