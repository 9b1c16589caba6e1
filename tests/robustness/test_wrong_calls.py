"""Every wrong call says what was given, what is expected and what to do, and leaves networks as they were."""

import warnings

import pytest

from jaxsnn.errors import JaxsnnError

from .world import parts_of, world
from .wrong_calls import Call, calls

LEAST = 2900  # calls that the tables must have: they only grow


@pytest.fixture(scope="module")
def names():
    """Return what the calls name, shared by all: a call that fails changes nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return world()


def fault_of(call: Call, names: dict) -> str | None:
    """Return what is wrong with what a wrong call does; None if it raises our own error, or one of a file."""
    try:
        exec(call.code, names)
    except (JaxsnnError, OSError) as error:
        return None if call.says in str(error) else f"{call.code}: `{call.says}` is not in `{error}`"
    except Exception as error:  # noqa: BLE001 - what the test looks for
        return f"{call.code}: {type(error).__name__}: {error}"
    return f"{call.code}: accepted"


@pytest.mark.filterwarnings("ignore")
def test_wrong_calls_say_what_is_wrong(names, tmp_path, monkeypatch, capsys):
    """Oracle: the tables; each row holds a part of its message."""
    monkeypatch.chdir(tmp_path)
    before, time = parts_of(names["net"]), names["done"].get_time()
    made = list(calls())
    faults = [fault for call in made if (fault := fault_of(call, names)) is not None]
    assert faults == []
    assert len(made) >= LEAST
    assert parts_of(names["net"]) == before
    assert names["done"].get_time() == time
    names["done"].simulate(1.0)  # and the compiled one goes on
    assert names["done"].get_time() == time + 1.0
