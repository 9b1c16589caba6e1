"""The surface of ANNarchy 4.8.2: its names, arguments in their order, and defaults.

The table in tests/golden/annarchy_signatures.json was made by `inspect` on the installed package: functions, classes
with their public methods and properties; "property" and "value" stand for what has no arguments.
"""

import ast
import inspect
import json
from pathlib import Path

import pytest

import jaxsnn

TABLE = json.loads((Path(__file__).parent / "golden" / "annarchy_signatures.json").read_text())

INTERNAL = "of ANNarchy's own code, in no manual"
ELSEWHERE = "in `jaxsnn.extensions`, as in the manual; ANNarchy's star import leaks it"
GENERATOR = "of ANNarchy's code generator"
ABSENT = {
    "CmdLineArgParser": INTERNAL,
    "Global": INTERNAL,
    "GlobalObjectManager": INTERNAL,
    "Messages": INTERNAL,
    "NetworkManager": INTERNAL,
    "OMP_MIN_NB_NEURONS": INTERNAL,
    "Profiler": INTERNAL,
    "bold": ELSEWHERE,
    "check_profile_results": INTERNAL,
    "convolution": ELSEWHERE,
    "core": INTERNAL,
    "cython_ext": INTERNAL,
    "generator": INTERNAL,
    "get_global_config": INTERNAL,
    "hybrid": ELSEWHERE,
    "intern": INTERNAL,
    "parser": INTERNAL,
    "report": "written with the extensions",
}
ABSENT_MEMBERS = {
    "CSR": "filled by ANNarchy's connectors",
    "Constant": "those of float; ours can be set",
    "Copy.generate_omp": GENERATOR,
    "LILConnectivity": "filled by ANNarchy's connectors",
    "Network": "its own tests",
    "generate": GENERATOR,
    "get_cpp_args": GENERATOR,
    "keywords": GENERATOR,
    "latex": "`report` typesets distributions",
    "PopulationView.max_delay": INTERNAL,
    "TimedArray.r": "an attribute of the model",
}
OTHER_ARGUMENTS = {
    "Dendrite": "made by projections only",
    "PopulationView.set": "`values`, as of a population",
    "setup": "all settings by name",
}
NOT_HERE: set[str] = set()


def functions():
    return sorted(TABLE["functions"].keys() - ABSENT)


def classes():
    return sorted(TABLE["classes"].keys() - ABSENT - {"CSR", "LILConnectivity", "Network", "Constant"})


def given(signature):
    """Return names and defaults of the table; None for an argument without one."""
    for text in signature:
        name, _, default = text.partition("=")
        yield name, (ast.literal_eval(default) if default else inspect.Parameter.empty)


def alike(theirs, ours):
    """Tell whether two defaults mean the same; a list is a tuple here, a dictionary a read-only one."""
    if isinstance(theirs, list | dict):
        return type(theirs)(ours) == theirs
    return theirs == ours or (theirs in (None, "") and ours in (None, ""))


def differences(signature, ours, label):
    """Return what differs between a signature of the table and a callable of ours, which may take more at its end."""
    mine = list(inspect.signature(ours).parameters.values())
    found = []
    for place, (name, default) in enumerate(given(signature)):
        if name in NOT_HERE:
            break
        if name.startswith("*"):
            kind = inspect.Parameter.VAR_KEYWORD if name.startswith("**") else inspect.Parameter.VAR_POSITIONAL
            found += [] if any(p.kind is kind for p in mine) else [f"{label}: no `{name}`"]
            continue
        if place >= len(mine) or (mine[place].name != name and name != "self"):
            found.append(f"{label}: argument {place} is {mine[place].name if place < len(mine) else None}, not {name}")
        elif default is not inspect.Parameter.empty and not alike(default, mine[place].default):
            found.append(f"{label}: `{name}` is {mine[place].default!r} by default, not {default!r}")
    extra = [
        p for p in mine[len(signature) :] if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]
    return found + [f"{label}: `{p.name}` must be given" for p in extra]


def test_the_star_import_gives_all_names():
    """Oracle: the names of `from ANNarchy import *`."""
    names = {}
    exec("from jaxsnn import *", names)
    theirs = {**TABLE["functions"], **TABLE["classes"], **TABLE["others"]}
    assert theirs.keys() - names.keys() - ABSENT.keys() == set()
    assert names["np"].__name__ == "numpy"
    assert [name for name in ABSENT if name not in theirs] == []


@pytest.mark.parametrize("name", functions())
def test_functions(name):
    """Oracle: the table."""
    assert differences(TABLE["functions"][name], getattr(jaxsnn, name), name) == [] or name in OTHER_ARGUMENTS


@pytest.mark.parametrize("name", classes())
def test_classes(name):
    """Oracle: the table: the class, its bases as far as they are public, its methods and properties."""
    theirs, ours = TABLE["classes"][name], getattr(jaxsnn, name)
    assert all(issubclass(ours, getattr(jaxsnn, base)) for base in theirs["bases"] if hasattr(jaxsnn, base))
    found = [] if name in OTHER_ARGUMENTS or not theirs["signature"] else differences(theirs["signature"], ours, name)
    for member, signature in theirs["members"].items():
        label = f"{name}.{member}"
        if member in ABSENT_MEMBERS or label in ABSENT_MEMBERS:
            continue
        if not hasattr(ours, member):
            found.append(f"{label} is missing")
        elif isinstance(signature, list) and label not in OTHER_ARGUMENTS and callable(getattr(ours, member)):
            found += differences(signature, getattr(ours, member), label)
    assert found == []
