"""Rules of structural plasticity: `condition : proba=0.1, w=0.01`."""

from dataclasses import replace

from ..errors import did_you_mean
from . import _nodes as n
from ._model import Locality
from ._parse import parse_rule
from ._resolve import Resolver
from ._synapse_model import StructuralRule

FLAGS = ("proba", "w", "d")


def read_rule(text: str, resolver: Resolver, creates: bool) -> StructuralRule:
    """Read a rule.

    Args:
        text: `condition : flags`.
        resolver: of the synapse's equations.
        creates: whether it creates synapses: then nothing of the synapse can stand in it, and `w` and `d` may.

    Raises:
        EquationError: a mistake in the text.
    """
    rule = parse_rule(text)
    # What a synapse that does not exist cannot have: local attributes.
    known = {k: v for k, v in resolver.attributes.items() if not creates or v is not Locality.LOCAL}
    mine = replace(resolver, text=text, attributes=known, level=Locality.LOCAL, random=True, _seen={})
    given = {flag.name: flag for flag in rule.flags}
    for flag in rule.flags:
        _check_rule_flag(flag, given[flag.name] is flag, mine, creates)
    condition = mine.resolve(rule.condition)
    proba, weight, delay = (mine.resolve_optional(given[f].value) if f in given else None for f in FLAGS)
    resolver.draws = mine.draws
    return StructuralRule(condition, n.Number(1.0) if proba is None else proba, weight, delay)


def _check_rule_flag(flag: n.Flag, only_one: bool, resolver: Resolver, creates: bool) -> None:
    known = FLAGS if creates else FLAGS[:1]
    if flag.name not in known:
        message = f"a rule that {'creates' if creates else 'prunes'} synapses has no flag `{flag.name}`"
        raise resolver.fail(f"{message}.{did_you_mean(flag.name, known)}", flag.at)
    if not only_one:
        raise resolver.fail(f"the flag `{flag.name}` stands twice", flag.at)
    if flag.value is None:
        raise resolver.fail(f"the flag `{flag.name}` needs a value, such as `{flag.name}=0.1`", flag.at)
    if flag.name == "proba" and isinstance(flag.value, n.Number) and not 0.0 <= flag.value.value <= 1.0:
        raise resolver.fail(f"`proba` is a probability, between 0 and 1, not {flag.value.value}", flag.at)
