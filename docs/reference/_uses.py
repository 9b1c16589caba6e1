"""Where each entry of the reference is used: griffe adds links to the pages and lessons whose Python has its name.

Python is parsed, not run. `snn.STP` is found by the import, `net.connect` by what the variable was assigned: what a
class makes is of that class, what a method returns is what its annotation says.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import griffe
from mkdocs.utils.yaml import yaml_load

PACKAGE = "jaxsnn"
ROOT = Path(__file__).parents[2]
MOST = 6  # links of an entry
SILENT = ("reference/", "architecture.md", "museum.md")  # pages that say how names are made, not what they are good for
# The folder `step` has the name of the function: its directive says where the function stands.
HIDDEN = {"frontend._classic.step": "step"}


@dataclass(frozen=True)
class Page:
    """A page of the site that has Python.

    Attributes:
        title: in the navigation.
        uri: of its Markdown, from the folder `docs`.
        code: its Python, in order.
    """

    title: str
    uri: str
    code: str


@dataclass
class Names(ast.NodeVisitor):
    """Collects public names that Python uses.

    Attributes:
        public: the names that count, without that of the package.
        returns: what calling a public name gives, as the public name of a class.
        used: what was found.
        stands_for: the public name that a variable stands for, or that of its class.
    """

    public: set[str]
    returns: dict[str, str]
    used: set[str] = field(default_factory=set)
    stands_for: dict[str, str | None] = field(default_factory=lambda: {"net": "Network"})

    def visit_Import(self, node: ast.Import) -> None:
        """Learn what `import jaxsnn as snn` calls the package."""
        for alias in node.names:
            if alias.name == PACKAGE or (alias.asname and alias.name.startswith(f"{PACKAGE}.")):
                self.stands_for[alias.asname or PACKAGE] = alias.name.removeprefix(PACKAGE).removeprefix(".")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Learn names that `from jaxsnn import ...` brings."""
        module = node.module or ""
        if module.split(".")[0] != PACKAGE:
            return
        inner = module.removeprefix(PACKAGE).removeprefix(".")
        for alias in node.names:
            if alias.name == "*":
                self.stands_for |= {name: name for name in self.public if "." not in name}
            else:
                self.stands_for[alias.asname or alias.name] = _joined(inner, alias.name)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Learn what a variable is."""
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.stands_for[target.id] = self.meaning(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        """Count a name that is read."""
        if isinstance(node.ctx, ast.Load):
            self._count(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Count a name with a dot."""
        self._count(node)
        self.generic_visit(node)

    def meaning(self, node: ast.expr) -> str | None:
        """Return the public name that an expression stands for, or that of its class; None for anything else."""
        if isinstance(node, ast.Name):
            return self.stands_for.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.meaning(node.value)
            return None if owner is None else _joined(owner, node.attr)
        if isinstance(node, ast.Call):
            return self.returns.get(self.meaning(node.func) or "")
        if isinstance(node, ast.Subscript):
            return self.returns.get(f"{self.meaning(node.value)}.__getitem__")
        return None

    def _count(self, node: ast.expr) -> None:
        name = self.meaning(node)
        if name in self.public:
            self.used.add(name)


class Uses(griffe.Extension):
    """Adds a line with links to the documentation of what the pages of the reference show."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Find uses once every module of the package is read."""
        if pkg.name != PACKAGE:
            return
        entries = dict(_entries(pkg))
        among = pages()
        uses = uses_of(set(entries), _returns(entries), among)
        for docstring, names in _documented(entries):
            found = [page for page in among if any(page in uses.get(name, ()) for name in names)]
            if found:
                docstring.value += "\n\n" + links_to(found)


def uses_of(public: set[str], returns: dict[str, str], among: list[Page]) -> dict[str, list[Page]]:
    """Return the pages that use each public name, in order."""
    found: dict[str, list[Page]] = {}
    for page in among:
        names = Names(public, returns)
        names.visit(ast.parse(page.code))
        for name in names.used:
            found.setdefault(name, []).append(page)
    return found


def pages() -> list[Page]:
    """Return the pages with Python in the order of the navigation, lessons that it does not name at the end."""
    named = dict(_flat(yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    lessons = {f"lessons/{path.stem}.md": path for path in sorted((ROOT / "notebooks").glob("*.py"))}
    lessons = {uri: path for uri, path in lessons.items() if path.read_text("utf-8").startswith("# %% [markdown]")}
    found = []
    for uri in [uri for uri in dict.fromkeys([*named, *lessons]) if not uri.startswith(SILENT)]:
        text = lessons.get(uri, ROOT / "docs" / uri).read_text(encoding="utf-8")
        heading = re.search(r"^(?:# )?# (.+)$", text, re.MULTILINE)
        title = named.get(uri) or (heading[1] if heading else uri)
        found.append(Page(title, uri, _with_imports(lessons[uri]) if uri in lessons else _python_of(text)))
    return [page for page in found if page.code]


def _with_imports(lesson: Path) -> str:
    """Return the Python of a lesson after that of the modules beside it which it imports."""
    text = lesson.read_text(encoding="utf-8")
    names = re.findall(r"^(?:from|import) (\w+)", text, flags=re.MULTILINE)
    modules = [path for path in (lesson.with_name(f"{name}.py") for name in names) if path.exists()]
    return "\n".join([*(path.read_text(encoding="utf-8") for path in modules), text])


def _python_of(text: str) -> str:
    """Return the blocks of Python of a page, as one; without those that show a piece which is no statement."""
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join(block for block in blocks if _is_python(block))


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _flat(nav: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield the pages of a navigation, each with its title, empty if it has none there."""
    for item in nav:
        title, inner = next(iter(item.items())) if isinstance(item, dict) else ("", item)
        if isinstance(inner, list):
            yield from _flat(inner)
        else:
            yield inner, title


def _entries(package: griffe.Module) -> Iterator[tuple[str, griffe.Object]]:
    """Yield what the pages of the reference show, and the members of classes, by public name."""
    for page in sorted((ROOT / "docs" / "reference").glob("*.md")):
        for name in re.findall(rf"^::: {PACKAGE}\.(\S+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
            entry = _itself(package[name])
            yield HIDDEN.get(name) or name, entry
            for member, value in entry.all_members.items() if entry.is_class else ():
                if not member.startswith("_") or member == "__getitem__":
                    yield f"{name}.{member}", _itself(value)


def _itself(entry: griffe.Object | griffe.Alias) -> griffe.Object | griffe.Function:
    return entry.final_target if isinstance(entry, griffe.Alias) else entry


def _returns(entries: dict[str, griffe.Object]) -> dict[str, str]:
    """Return the class of what a call of an entry gives, where the reference shows that class."""
    found = {}
    for name, entry in entries.items():
        owner = name.rpartition(".")[0]
        given = str(entry.returns) if isinstance(entry, griffe.Function) else ""
        if entry.is_class:
            found[name] = name
        elif given in entries:
            found[name] = given
        elif given in ("P", "Self") and owner in entries:
            found[name] = owner
    return found


def _documented(entries: dict[str, griffe.Object]) -> Iterable[tuple[griffe.Docstring, list[str]]]:
    """Return each docstring, with the names of its entry: what classes inherit has one in each of them."""
    found: dict[int, tuple[griffe.Docstring, list[str]]] = {}
    for name, entry in entries.items():
        if entry.docstring is not None:
            found.setdefault(id(entry), (entry.docstring, []))[1].append(name)
    return found.values()


def links_to(found: list[Page]) -> str:
    """Return a line of Markdown with the first pages; links start at a page of the reference."""
    return "*Used in:* " + " · ".join(f"[{page.title}](../{page.uri})" for page in found[:MOST])


def _joined(owner: str, name: str) -> str:
    return f"{owner}.{name}" if owner else name
