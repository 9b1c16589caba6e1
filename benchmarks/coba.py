"""COBA, one simulated second in 10,000 steps: jaxsnn against a loop by hand, ANNarchy and Brian2.

    python benchmarks/coba.py [--neurons 4000 100000] [--steps N] [--quick] [--wait S] [--limit S] [--json PATH]

The loop by hand is in `_hand_written_sparse.py`. Peers are measured where ANNARCHY_PYTHON and BRIAN2_PYTHON name a
Python that has them. See README.md.
"""

import _script_coba as script
from _options import Arguments, begun, parser
from _sparse import measure


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--neurons", type=int, nargs="+", default=[script.N], help="sizes of the network")
    options.add_argument("--steps", type=int, default=10_000, help="of 0.1 ms")
    chosen = options.parse_args(arguments)
    watch, report = begun(chosen)
    for size in [500] if chosen.tiny else chosen.neurons:
        measure("coba", script, size, 100 if chosen.tiny else chosen.steps, chosen, watch, report)
    report.verdicts()


if __name__ == "__main__":
    main()
