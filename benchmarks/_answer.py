"""Answers of a process that another one asks: lines of JSON on standard output, and nothing else there."""

import json
import os
import sys
import time
from collections.abc import Callable


def answering() -> Callable[[dict], None]:
    """Send whatever is printed from now on to standard error; return the function that writes an answer."""
    output = os.dup(1)
    os.dup2(2, 1)
    return lambda value: os.write(output, (json.dumps(value) + "\n").encode())


def train_on_demand(train: Callable[[], float]) -> None:
    """Answer each line of standard input with a training step: its seconds and its loss, from before the step."""
    answer = answering()
    for _ in sys.stdin:
        begin = time.perf_counter()
        loss = train()
        answer({"seconds": time.perf_counter() - begin, "loss": loss, "cpu": sum(os.times()[:4])})
