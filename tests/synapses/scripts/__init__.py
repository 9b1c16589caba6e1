"""Networks of synapses in ANNarchy's words, which run as they stand under both packages; see `test_script.py`.

A case describes a small network of its own. It is a generator: its first `yield` compiles, every further `yield` runs
one part of the simulation, and what it returns is compared: monitors, which are read at the very end, or values. All
cases of a group share one compilation, one clock, and the parts of its schedule.

The numbers come from `python -m tests.synapses.scripts GROUP FILE` in an environment with ANNarchy 4.8.2.
"""

from . import access, axons, delays, equations, events, fine, more, rates, switches, timing, wiring
from .harness import GROUPS, packed, script, tables, unpacked

__all__ = ["GROUPS", "access", "axons", "delays", "equations", "events", "fine", "more", "packed", "rates", "script"]
__all__ += ["switches", "tables", "timing", "unpacked", "wiring"]
