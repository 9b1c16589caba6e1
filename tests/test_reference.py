"""The reference names everything public, and nothing else; the site itself is built by `mkdocs build --strict`."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import jaxsnn

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "reference").glob("*.md"))
STUB = Path(jaxsnn.__file__).with_suffix(".pyi")
# Names that ANNarchy's star import brings along, such as `np`: they belong to others.
BORROWED = "frontend._star_names"
# Modules of which every function and class is for users.
OPEN = (
    *("analysis", "distributions", "fitting", "inputs", "losses", "measures", "nir", "plotting", "surrogates"),
    "integrators",
)
EXTENSIONS = ("ann_to_snn_conversion", "bold", "convolution", "diagonal", "hybrid", "image", "tensorboard")
# What open modules give to other parts of the package.
INTERNAL = {
    "errors": {"Remark", "did_you_mean", "warn"},
    "inputs": {
        *("CorrelationTable", "Input", "ParameterTables", "Raster", "RateTable", "Schedule", "Source", "SpikeTimes"),
        *("Standby", "parameter_tables"),
    },
    "integrators": {"ArgumentError", "UnsupportedError", "did_you_mean", "Step"},
}
# The folder `step` has the name of the function: the reference says where the function stands.
HIDDEN = {"jaxsnn.frontend._classic.step": "jaxsnn.step"}


def directives() -> list[str]:
    """Return what the pages of the reference show, by its public name."""
    found = [name for page in PAGES for name in re.findall(r"^::: (\S+)$", page.read_text(), flags=re.MULTILINE)]
    return [HIDDEN.get(name, name) for name in found]


def exported() -> dict[str, str]:
    """Return the names of the stub, each with the module that it comes from."""
    imports = [node for node in ast.parse(STUB.read_text()).body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: node.module or "" for node in imports for alias in node.names}


def named(name: str):
    """Return what a dotted name stands for."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise LookupError(name)


def public_of(module) -> set[str]:
    """Return the functions and classes that a file defines, or that a folder gives, without an underscore."""
    internal = INTERNAL.get(module.__name__.split(".")[-1], set())
    origin = "jaxsnn" if hasattr(module, "__path__") else module.__name__
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in internal
        if (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__.startswith(origin)
    }


def test_every_exported_name_is_in_the_reference():
    """Oracle: the stub, which decides what `import jaxsnn` gives."""
    names = {n for n, where in exported().items() if where != BORROWED and not inspect.ismodule(getattr(jaxsnn, n))}
    assert len(names) > 100
    assert sorted(names - {d.removeprefix("jaxsnn.") for d in directives()}) == []


@pytest.mark.parametrize("module", [*OPEN, "errors", *(f"extensions.{name}" for name in EXTENSIONS)])
def test_every_name_of_a_public_module_is_in_the_reference(module):
    """Oracle: the module itself; a name that stands at the top level too may be shown there."""
    shown = {id(named(d)) for d in directives()}
    found = importlib.import_module(f"jaxsnn.{'fitting.losses' if module == 'losses' else module}")
    assert sorted(n for n in public_of(found) if id(getattr(found, n)) not in shown) == []


def test_every_public_module_is_looked_at():
    """Oracle: the stub and the folder of extensions; `models` and `simulation` share names with other parts."""
    modules = {n for n in exported() if inspect.ismodule(getattr(jaxsnn, n)) and exported()[n] != BORROWED}
    assert modules == {*OPEN, "errors", "extensions", "models", "simulation"}
    folder = Path(jaxsnn.__file__).parent / "extensions"
    assert {p.stem for p in folder.iterdir() if not p.name.startswith("_")} == set(EXTENSIONS)


def test_every_directive_is_a_name_and_stands_once():
    """Oracle: the package: a directive that has grown stale, or stands twice, is found before the site is built."""
    names = directives()
    assert sorted(n for n in set(names) if names.count(n) > 1) == []
    assert [n for n in names if named(n) is None] == []


def test_a_method_by_assignment_is_shown_with_its_documentation():
    """Oracle: the class: `create = describe.create` is a method with the docstring, and without the first parameter."""
    griffe = pytest.importorskip("griffe", reason="needs the extra `docs`")
    how = griffe.load_extensions(str(ROOT / "docs" / "reference" / "_reading.py"))
    network = griffe.load("jaxsnn", search_paths=[str(ROOT)], extensions=how)["frontend._network.Network"]
    methods = {
        n for n in vars(jaxsnn.Network) if not n.startswith("_") and inspect.isfunction(getattr(jaxsnn.Network, n))
    }
    assert methods == {n for n in network.functions if not n.startswith("_")}
    assert [p.name for p in network["monitor"].parameters][:2] == ["self", "obj"]
    assert inspect.cleandoc(jaxsnn.Network.clear.__doc__) == network["clear"].docstring.value


def test_errors_in_one_line_are_shown_one_by_one():
    """Oracle: the docstring: each error of `Raises:` with what it says of that error alone."""
    griffe = pytest.importorskip("griffe", reason="needs the extra `docs`")
    how = griffe.load_extensions(str(ROOT / "docs" / "reference" / "_reading.py"))
    rate = griffe.load("jaxsnn.fitting.losses._counts", search_paths=[str(ROOT)], extensions=how)["rate"]
    [raises] = [s for s in rate.docstring.parse("google") if s.kind is griffe.DocstringSectionKind.raises]
    assert [str(r.annotation) for r in raises.value] == ["ShapeError", "ArgumentError"]


def test_every_page_is_in_the_navigation():
    """Oracle: the folder: each page of the documentation is named once in `mkdocs.yml`."""
    text = (ROOT / "mkdocs.yml").read_text()
    pages = [p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").rglob("*.md")]
    assert [p for p in pages if len(re.findall(rf"[ :-] {re.escape(p)}$", text, flags=re.MULTILINE)) != 1] == []
