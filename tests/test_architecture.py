"""The shape of the package: imports run one way, without circles, files stay small, importing is silent."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import jaxsnn

ROOT = Path(jaxsnn.__file__).parent
ORDER = [
    "collector",
    "errors",
    "arguments",
    "files",
    "rng",
    "normals",
    "distributions",
    "points",
    "analysis",
    "measures",
    "plotting",
    "html",
    "integrators",
    "surrogates",
    "equations",
    "models",
    "inputs",
    "connectivity",
    "propagation",
    "network",
    "plan",
    "step",
    "compiler",
    "editing",
    "recording",
    "results",
    "simulation",
    "fitting",
    "online_learning",
    "io",
    "reports",
    "frontend",
    "formats",
    "extensions",
    "nir",
    "demo",
]
FILES = sorted(ROOT.rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 60


def part_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    """Return the top-level parts of jaxsnn that a file imports, wherever in the file."""
    depth = len(path.relative_to(ROOT).parts)
    parts = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth and node.level > 0:
            parts |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jaxsnn."):
            parts.add(node.module.split(".")[1])
        if isinstance(node, ast.Import):
            parts |= {a.name.split(".")[1] for a in node.names if a.name.startswith("jaxsnn.")}
    return parts


def test_every_file_has_a_place_in_the_order():
    assert {part_of(f) for f in FILES} - {"__init__"} <= set(ORDER)


def test_imports_run_one_way():
    """Oracle: the order of design, from equations to the front end; a file imports only what stands before it."""
    backwards = [
        f"{path.relative_to(ROOT)} imports {part}"
        for path in FILES
        if part_of(path) not in ("__init__", "demo")
        for part in imported_parts(path) - {part_of(path)}
        if ORDER.index(part) >= ORDER.index(part_of(path))
    ]
    assert backwards == []


def test_the_walk_sees_an_arrow_backwards(tmp_path, monkeypatch):
    """The test above can fail: a file that imports the front end from `equations` is found."""
    folder = tmp_path / "equations"
    folder.mkdir()
    bad = folder / "_bad.py"
    bad.write_text("from ..frontend import x\nfrom .. import rng\n")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert imported_parts(bad) == {"frontend", "rng"}


def imported_files(path: Path, root: Path) -> set[Path]:
    """Return the files of a package that a file imports, wherever in the file, for the type checker too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            places = [folder / alias.name for alias in node.names] + [folder]
            files = [f for place in places for f in (place.with_suffix(".py"), place / "__init__.py") if f.exists()]
            modules = [f for f in files if f.stem in {alias.name for alias in node.names}]
            found |= set(modules or files[:1])
    return {f for f in found if f.is_relative_to(root)}


def test_no_circle_of_imports():
    """Oracle: files have an order in which each imports only files before it; what is imported for types counts."""
    graph = {path: imported_files(path, ROOT) for path in FILES}
    assert graph[ROOT / "frontend" / "_new_core.py"] > {ROOT / "frontend" / "_core.py", ROOT / "rng.py"}
    order = [f.relative_to(ROOT) for f in TopologicalSorter(graph).static_order()]
    assert len(order) == len(FILES)


def test_the_walk_sees_a_circle(tmp_path):
    """The test above can fail: two files that know each other, one of them only for its types, are a circle."""
    texts = {
        "_a.py": "from ._b import b\n",
        "_b.py": "if TYPE_CHECKING:\n    from . import _a\n",
        "_c.py": "from . import _a",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    graph = {tmp_path / name: imported_files(tmp_path / name, tmp_path) for name in texts}
    with pytest.raises(CycleError) as caught:
        tuple(TopologicalSorter(graph).static_order())
    assert {f.name for f in caught.value.args[1]} == {"_a.py", "_b.py"}


def test_files_and_functions_stay_small():
    long_files = [f.name for f in FILES if len(f.read_text().splitlines()) > MOST_LINES]
    functions = [
        (f.name, node.name, node.end_lineno - node.lineno)
        for f in FILES
        for node in ast.walk(ast.parse(f.read_text()))
        if isinstance(node, ast.FunctionDef) and not _is_mostly_docstring(node)
    ]
    assert long_files == []
    assert [f for f in functions if f[2] > MOST_FUNCTION_LINES] == []


def _is_mostly_docstring(node: ast.FunctionDef) -> bool:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return not body or body[-1].end_lineno - body[0].lineno < MOST_FUNCTION_LINES - 20


def test_no_private_interface_of_jax():
    sources = {f.name: f.read_text() for f in FILES}
    assert [name for name, text in sources.items() if "jax._src" in text or "jaxpr" in text] == []


def test_public_names_have_docstrings():
    public = [getattr(jaxsnn, name) for name in dir(jaxsnn) if not name.startswith("_")]
    assert [x for x in public if not (getattr(x, "__doc__", None) or "").strip()] == []


def test_import_prints_nothing_and_touches_no_device():
    """Oracle: a fresh process in which nothing is loaded before it is used, and JAX's backends stay uninitialised."""
    code = (
        "import sys, jaxsnn\n"
        "assert 'jax' not in sys.modules\n"
        "import jax\n"
        "assert jaxsnn.Population and jaxsnn.Network and 'optax' not in sys.modules\n"
        "jax.config.update('jax_platforms', 'no_such_platform')\n"
        "assert 'lark' not in sys.modules and 'matplotlib' not in sys.modules\n"
        "try:\n    jax.devices()\nexcept RuntimeError:\n    sys.exit(0)\n"
        "sys.exit('a device was in use')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_architecture_page_names_files_that_exist():
    """Oracle: the folders: each `folder/_file.py` of the page is a file, so the page does not grow stale."""
    text = (ROOT.parent / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`((?:\w+/)+\w+\.py)`", text))
    assert len(named) > 30
    assert [name for name in sorted(named) if not any((base / name).exists() for base in (ROOT, ROOT.parent))] == []
