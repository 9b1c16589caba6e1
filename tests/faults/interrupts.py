"""Interrupts a call, as Ctrl-C does, and looks at what it leaves.

    python -m tests.faults.interrupts [N]

sends N signals at random moments of `simulate` (100 unless told otherwise), and prints how many of them fell into the
call, and how many left a network that was not as before, or did not go on with the bits of one that ran undisturbed.
"""

import random
import signal
import sys
import time

import numpy as np

import jaxsnn as snn

OURS = str(snn.__path__[0])


class Twins:
    """A network and one that is never disturbed, with noise, a monitor of values and one of spikes.

    Args:
        size: number of neurons.
    """

    def __init__(self, size=20):
        self.net, self.other = (self._made(size) for _ in range(2))
        self.simulate(30.0)

    def _made(self, size):
        net = snn.Network(dt=0.1, seed=3)
        P = net.create(size, snn.Izhikevich(noise=5.0), stop_condition="v > 1000.0", name="P")
        net.connect(P, P, "exc", snn.STDP(), name="exc").fixed_probability(0.3, snn.Uniform(0.0, 1.0), delays=0.3)
        net.monitor(P, ["v", "spike"], name="M")
        net.compile()
        return net

    def simulate(self, duration):
        for net in (self.net, self.other):
            net.simulate(duration)

    def differences(self):
        """Return what of the network is not as in the undisturbed one: time, values, weights, samples."""
        ours, theirs = (_everything(net) for net in (self.net, self.other))
        pairs = zip(ours, theirs, strict=True)
        return [i for i, (a, b) in enumerate(pairs) if not np.array_equal(a, b)]


def _everything(net):
    values = [net.get_time(), net.population("P").v, net.projection("exc").connectivity_matrix()]
    held = net._core.recordings["M"]
    return [*values, held.rows("v"), held.sample_steps("v"), *(np.ravel(held.spans.get(v, ())) for v in ("v", "spike"))]


def interrupted_at_line(n, call):
    """Call a function, and raise KeyboardInterrupt before the n-th line of ours; return whether it came so far."""
    left = n

    def trace(frame, event, _):
        nonlocal left
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(None)
    return False


def interrupted_after(seconds, call):
    """Call a function, and let a signal interrupt it after a time; return whether it did."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        call()
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    except KeyboardInterrupt:
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    return False


def campaign(number):
    """Return how many of so many signals fell into a call, and how many left something else than before."""
    twins, draw, hits, broken, longest = Twins(200), random.Random(1), 0, 0, 0.3
    for _ in range(number):
        hit = interrupted_after(draw.uniform(0.0, longest), lambda net=twins.net: net.simulate(2000.0))
        hits += hit
        if not hit:
            begin = time.perf_counter()
            twins.other.simulate(2000.0)
            longest = 0.9 * (time.perf_counter() - begin)  # so that most of the next ones fall into a call
        if not _goes_on(twins):
            broken, twins = broken + 1, Twins(200)
        for net in (twins.net, twins.other):
            net.get_monitor("M").get()
    return hits, broken


def _goes_on(twins):
    """Tell whether the networks are the same a step later."""
    try:
        twins.simulate(1.0)
    except Exception as error:  # noqa: BLE001 - counted
        print(f"{type(error).__name__}: {error}")
        return False
    return not twins.differences()


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    hits, broken = campaign(number)
    print(f"{number} signals, {hits} of them during a call; {broken} left a network that was not as before")
