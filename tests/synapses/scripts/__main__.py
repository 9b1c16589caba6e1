"""Run a group, or some of its cases, under ANNarchy."""

import json
import sys
from pathlib import Path

import ANNarchy  # type: ignore[import-not-found]

from . import packed, script, tables

group, path, *names = sys.argv[1:]
# The compiler does not optimise: it takes a third of the time, and no operations are fused.
found = tables(script(ANNarchy, group, names or None, compiler_flags="-O0"))
Path(path).write_text(json.dumps(packed(found), separators=(",", ":")))
