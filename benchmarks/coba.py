"""COBA, one simulated second in 10,000 steps: jaxsnn against a loop by hand, ANNarchy and Brian2.

    python benchmarks/coba.py [--neurons 4000 100000] [--steps N] [--quick] [--wait S] [--limit S] [--json PATH]

The loop by hand is in `_hand_written_sparse.py`. Peers are measured where ANNARCHY_PYTHON and BRIAN2_PYTHON name a
Python that has them. See README.md.
"""

import _script_coba as script
from _options import Arguments
from _sparse import run


def main(arguments: Arguments = None) -> None:
    run(__doc__, "coba", script, arguments)


if __name__ == "__main__":
    main()
