r"""Names of equations as mathematical symbols: `tau_m` becomes \tau_{\mathrm{m}}."""

import re

_LETTERS = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = frozenset(_LETTERS.split())
STEP = r"\Delta t"


def symbol(name: str) -> str:
    r"""Return a name as LaTeX: Greek letters by their name, what follows an underscore as a subscript.

    Example:
        >>> print(symbol("tau_m"), symbol("v"), symbol("g_exc"), symbol("x2"), symbol("noise"), symbol("dt"))
        \tau_{\mathrm{m}} v g_{\mathrm{exc}} x_{2} \mathrm{noise} \Delta t
    """
    if name == "dt":
        return STEP
    base, *parts = name.strip("_").split("_")
    letters, digits = re.fullmatch(r"(.*?)(\d*)", base).groups()  # type: ignore[union-attr]
    if not letters:
        return word(name)
    parts = [part for part in (digits, *parts) if part]
    return _letters(letters) + (f"_{{{','.join(_subscript(p) for p in parts)}}}" if parts else "")


def word(text: str) -> str:
    r"""Return upright text of a formula.

    Example:
        >>> print(word("half_wave"))
        \mathrm{half\_wave}
    """
    return r"\mathrm{" + text.replace("_", r"\_") + "}"


def _letters(letters: str) -> str:
    if letters in GREEK:
        return f"\\{letters}"
    return letters if len(letters) == 1 else word(letters)


def _subscript(part: str) -> str:
    return part if part.isdigit() else f"\\{part}" if part in GREEK else word(part)
