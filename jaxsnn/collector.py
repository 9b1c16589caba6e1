"""Python's garbage collector leaves alone what is imported: modules of JAX and of jaxsnn stay until the process ends.

They are hundreds of thousands of objects, and the collector, called by the number of new ones, would walk through all
of them several times before the first result, and find nothing: a tenth of the time from process start.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def imported_for_good() -> Iterator[None]:
    """Keep the collector from running during an import, and from looking at what was imported.

    `gc.freeze` spares everything there is. Where JAX was imported before, that may be a user's work: nothing is done.
    """
    if "jax" in sys.modules or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
