"""What an arriving spike does at a synapse, as far as planning asks: whether it adds up, whether it is constant."""

from ..equations import G_TARGET, Name, SynapseEquations, remotes, walk


def is_constant(model: SynapseEquations) -> bool:
    """Tell whether an arriving spike adds something that nothing changes, and changes nothing else."""
    fixed = {a.name for a in model.attributes if a.is_parameter}
    names = {node.name for e in model.at_arrival() for node in walk(e) if isinstance(node, Name)}
    known = {a.name for a in model.attributes} | {"t", "t_pre", "t_post", G_TARGET}
    adds = bool(model.transmission) and adds_up(model) and not any(s.unless_post for s in model.transmission)
    return adds and not model.changed_by_pre and not remotes(model.at_arrival()) and (names & known) <= fixed


def adds_up(model: SynapseEquations) -> bool:
    """Tell whether what arriving spikes do to an input adds up, so that their order does not matter."""
    statements = (*model.transmission, *model.axon_transmission)
    reads = any(node == Name(G_TARGET) for s in statements for node in walk(s.expression))
    plain = all(s.operator in ("+=", "-=") and s.low is None and s.high is None for s in statements)
    changes = any(node == Name(G_TARGET) for s in model.on_pre for node in walk(s.expression))
    return plain and not reads and not changes
