"""A bar: two times compared, what was asked of their ratio, and whether it was met."""

from dataclasses import asdict, dataclass

BY_HAND, PEER, LIMIT = "by hand", "peer", "limit"


@dataclass(frozen=True)
class Bar:
    """A comparison of one workload.

    Args:
        what: the workload, and what is compared.
        ours: s, what is held to the bar: the minimum of the readings.
        theirs: s, what it is compared with.
        against: what that is: a loop `by hand`, a `peer`, or a `limit` in seconds.
        ratio: of the minima; for a limit the minimum itself, s.
        medians: likewise of the medians.
        kind: `at most` or `at least`.
        bar: what the ratio is held to; None for no bar, only to know.
    """

    what: str
    ours: float
    theirs: float
    against: str
    ratio: float
    medians: float
    kind: str
    bar: float | None

    @property
    def met(self) -> bool | None:
        """Whether the ratio keeps to the bar; None without one."""
        if self.bar is None:
            return None
        return self.ratio <= self.bar if self.kind == "at most" else self.ratio >= self.bar

    @property
    def verdict(self) -> str:
        return {None: "", True: "ok", False: "MISSED"}[self.met]

    @property
    def asked(self) -> str:
        return "no bar" if self.bar is None else f"{self.kind} {self.bar:g}"

    def __str__(self) -> str:
        return f"{self.what:68s}{self.ratio:8.2f} {self.medians:9.2f}   {self.asked:12s} {self.verdict}".rstrip()

    def as_json(self) -> dict:
        return asdict(self) | {"met": self.met}
