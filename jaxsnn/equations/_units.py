"""Names of physical units, which equations of other simulators have and ours do not."""

UNITS = (
    *("volt", "mV", "uV", "amp", "nA", "pA", "uA", "siemens", "nS", "uS", "mS", "msiemens", "farad", "pF", "nF", "uF"),
    *("second", "ms", "us", "ns", "Hz", "kHz", "hertz", "ohm", "Mohm", "Gohm", "meter", "mm", "um", "mole", "mmolar"),
)


def unit_hint(name: str) -> str:
    """Return what is said of an unknown name that is a unit elsewhere; nothing of any other."""
    if name not in UNITS:
        return ""
    return f" `{name}` is a unit: equations have none. Write numbers alone; times are in ms, rates in Hz."
