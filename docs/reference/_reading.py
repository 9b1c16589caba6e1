"""How the reference reads the package: what griffe, which does not run it, cannot know by itself.

A method of `Network` is a line `create = describe.create`, where the function stands with all of its kind: such an
attribute becomes the function. A docstring's `Example:` is the section that griffe calls `Examples:`. A line of
`Raises:` that names a second error becomes two.
"""

import re
from typing import Any

import griffe

ONE_EXAMPLE = re.compile(r"^( *)Example:$", re.MULTILINE)
ERRORS = re.compile(r"^( +)\w+Error\b.*", re.MULTILINE)
NEXT_ERROR = re.compile(r"(?<=[.;]) (?=(?:\w+Error, )*\w+Error: )")


class Reading(griffe.Extension):
    """Puts functions in the place of attributes that name them, and sections of docstrings into the form of griffe."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Write sections of a docstring as griffe reads them."""
        if obj.docstring is not None:
            text = ONE_EXAMPLE.sub(r"\1Examples:", obj.docstring.value)
            obj.docstring.value = ERRORS.sub(lambda line: NEXT_ERROR.sub("\n" + line[1], line[0]), text)

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Find methods once every module of the package is read."""
        for module in _modules(pkg):
            for one in list(module.classes.values()):
                if not one.is_alias:
                    _find_methods(one)


def _modules(module: griffe.Module) -> list[griffe.Module]:
    inner = [m for m in module.modules.values() if not m.is_alias]
    return [module, *(found for m in inner for found in _modules(m))]


def _find_methods(owner: griffe.Class) -> None:
    for name, attribute in list(owner.attributes.items()):
        function = None if attribute.is_alias else _function_named_by(attribute)
        if function is not None:
            owner.set_member(name, _as_method(name, function))


def _function_named_by(attribute: griffe.Attribute) -> griffe.Function | None:
    """Return the function that the value of an attribute names, such as `describe.create`; None for another value."""
    if not isinstance(attribute.value, griffe.ExprAttribute | griffe.ExprName):
        return None
    # Names of the file, not of the class, in which `monitors = monitors.get_monitors` hides the first by the second.
    first, *others = str(attribute.value).split(".")
    try:
        found = attribute.modules_collection[".".join([attribute.module.resolve(first), *others])]
        found = found.final_target if found.is_alias else found
    except (KeyError, griffe.NameResolutionError, griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
    return found if found.is_function else None


def _as_method(name: str, function: griffe.Function) -> griffe.Function:
    """Return the function as a method: its first parameter is what a method calls `self`."""
    owner, *others = function.parameters
    itself = griffe.Parameter("self", kind=owner.kind)
    method = griffe.Function(name, parameters=griffe.Parameters(itself, *others), returns=function.returns)
    if function.docstring is not None:
        text, how = function.docstring.value, function.docstring
        method.docstring = griffe.Docstring(text, parent=method, parser=how.parser, parser_options=how.parser_options)
    return method
