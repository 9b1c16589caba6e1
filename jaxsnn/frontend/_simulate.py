"""A network in time: `simulate` and its kin."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from .. import io
from ..compiler import Goal
from ..errors import ArgumentError
from ..recording import record_bytes as bytes_of_records
from ..simulation import n_steps
from ._core import Core, HasCore
from ._describe_projection import check_mine
from ._last_step import check_time
from ._population import Population
from ._progress import say
from ._record_session import Resume, recorded_to
from ._records import keep_records
from ._turn import in_turn


def simulate(
    network: HasCore,
    duration: float,
    measure_time: bool = False,
    progress_bar: bool = False,
    callbacks: bool = True,
    check_finite: bool = False,
    *,
    to: io.Filename | None = None,
    resume: Resume = False,
) -> None:
    """Advance the network.

    Args:
        duration: ms, rounded up to whole steps.
        measure_time: print how long it took.
        progress_bar: show one.
        callbacks: call the functions registered by `every`. If one raises, the network stays at the time of that call.
        check_finite: look for NaN and infinity at every step, in all variables, inputs and weights, at some cost.
        to: a folder that takes what monitors record, while the network runs (extra `results`); `open_records` reads it.
            Monitors themselves hold nothing of it. A folder that ends at the present time gets longer. See
            `docs/results.md`.
        resume: go on with a call that was interrupted: where the network stands as it did at the beginning of that
            call, it takes the state that the folder holds, and simulates what is left, to the same bits.
            `"ignore-version"` does so in other versions of jaxsnn, JAX or NumPy, too.

    After any other error, and after Ctrl-C, time, values and records are those of before the call, and what callbacks
    did to the network is undone; another call goes on from there. A folder keeps what it had at its last commit.

    Raises:
        StateError: the network is not compiled, another thread simulates it, or it would pass step 2137483647, the last
            one that is counted: 59 hours at dt = 0.1 ms.
        ArgumentError: a negative, infinite or NaN duration.
        NonFiniteError: found by `check_finite`; names a variable, its owner and the step. The network stays as it was.
        RecordMemoryError: what the monitors would record does not fit in memory: give a folder.
        StoreError: the disk is full; the folder is of another network, of other monitors, or ends at another time;
            another process writes to it.

    Warns:
        JaxsnnWarning: the state is not finite; said once. It is looked at after the calls 1, 2, 4, 8 and so on since
            the beginning or a reset, and after each 512th step.
    """
    core = network._core
    core.check_compiled("simulate()")
    start, steps = time.perf_counter(), n_steps(duration, core.dt)
    options, calls = (progress_bar, check_finite), callbacks and bool(core.callbacks.registered)
    if resume and to is None and not core.folders:
        raise ArgumentError("`resume` goes on with a call that recorded to a folder: name it, `to=`")
    if to is not None or core.folders:
        _raise(in_turn(core, _advance_into, steps, options, calls, to, resume))
    elif calls:
        _raise(in_turn(core, _until_one_fails, steps, partial(_advance, core, options=options)))
    else:
        in_turn(core, _advance, steps, options)
    if measure_time:
        say(f"Simulating {duration / 1000:g} seconds of the network took {time.perf_counter() - start:g} seconds.")


def _raise(error: Exception | None) -> None:
    """Raise what a callback has raised, which leaves the network at its time; any other error undoes all."""
    if error is not None:
        raise error


def _until_one_fails(core: Core, steps: int, advance: Callable[[int], None], done: int = 0) -> Exception | None:
    """Advance, and return what a callback has raised; None if all went well.

    Args:
        core: of the network.
        steps: of the whole call.
        advance: by so many steps.
        done: steps that are done already, with the callbacks before them.
    """
    for step, function, count in core.callbacks.calls(steps, core.dt):
        if step < done:
            continue
        if step > done:
            advance(step - done)
            done = step
        try:
            function(count)
        except Exception as error:  # noqa: BLE001 - raised again, when what was done until then is safe
            return error
    if steps > done or steps == 0:
        advance(steps - done)
    return None


def _advance(core: Core, n: int, options: tuple[bool, bool] = (False, False)) -> None:
    """Advance by n steps and keep what monitors record."""
    check_time(core, n)
    keep_records(core, core.arrays.advance(n, *options))


def _advance_into(
    core: Core,
    n: int,
    options: tuple[bool, bool] = (False, False),
    calls: bool = False,
    to: io.Filename | None = None,
    resume: Resume = False,
) -> Exception | None:
    """Advance by n steps, less those that folders have already, and let them keep what monitors record.

    Args:
        core: of the network.
        n: steps.
        options: whether to show progress, and to look at every value.
        calls: whether to call what is registered.
        to, resume: see `simulate`.

    Returns:
        What a callback has raised.
    """
    from tqdm.auto import tqdm

    bar = tqdm(total=n, desc="simulating", unit="steps", disable=not options[0])
    with bar, recorded_to(core, to, n, resume) as (parts, done):
        bar.update(done)
        advance = partial(parts.advance, check_finite=options[1], bar=bar)
        return _until_one_fails(core, n, advance, done) if calls else advance(n - done)


def simulate_until(
    network: HasCore,
    max_duration: float,
    population: Population | Sequence[Population],
    operator: str = "and",
    measure_time: bool = False,
) -> float:
    """Advance the network until populations meet their `stop_condition`, tested after each step.

    Args:
        max_duration: ms, at which to stop in any case.
        population: one or several; those without a condition never meet it.
        operator: `"and"` to wait for all of them, `"or"` for any.
        measure_time: print how long it took.

    Returns:
        How long it ran, ms.

    Raises:
        ArgumentError: none of the populations has a condition, or another operator.
    """
    core = network._core
    core.check_compiled("simulate_until()")
    start, most = time.perf_counter(), n_steps(max_duration, core.dt)
    goal = _goal(core, population, operator)
    steps = in_turn(core, _advance_until, most, goal)
    if measure_time:
        say(f"Simulating {steps * core.dt / 1000:g} seconds took {time.perf_counter() - start:g} seconds.")
    return steps * core.dt


def _advance_until(core: Core, most: int, goal: Goal) -> int:
    """Advance until a goal is reached and keep what monitors record; return the steps."""
    check_time(core, most)
    if core.folders:
        with recorded_to(core, None, most) as (parts, _):
            pieces, steps = core.arrays.advance_until(most, goal)
            parts.keep(pieces)
        return steps
    pieces, steps = core.arrays.advance_until(most, goal)
    keep_records(core, pieces)
    return steps


def _goal(core: Core, population: Population | Sequence[Population], operator: str) -> Goal:
    """Return what `simulate_until` waits for."""
    if operator not in ("and", "or"):
        raise ArgumentError(f"`operator` is 'and' or 'or', not {operator!r}")
    several: list = list(population) if isinstance(population, list | tuple) else [population]
    for one in several:
        check_mine(core, one)
    names = tuple(p.name for p in several)
    if not any(core.population(name).stop for name in names):
        raise ArgumentError("no population has a `stop_condition`: give one where it is created, or `simulate`")
    return Goal(names, operator == "and")


def step(network: HasCore) -> None:
    """Advance the network by one step of dt; callbacks are not called."""
    core = network._core
    core.check_compiled("step()")
    in_turn(core, _advance_into if core.folders else _advance, 1)


def record_bytes(network: HasCore, duration: float) -> int:
    """Return how much memory the monitors would take for so many ms; `simulate` refuses what does not fit."""
    simulation = network._core.simulation
    return bytes_of_records(simulation.compiled, n_steps(duration, simulation.dt), simulation.recorded)
