"""Who computes which part: claims by atomic renames, on any file system that processes share, without a server.

A part is a file in one of three folders. It is renamed from `free` to `claimed`, where its name tells the owner, and
written in `done`. A rename succeeds for one process only. A claim whose owner is dead, or was silent for a stated time,
is renamed by whoever comes next.
"""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import replaced

HOST = "".join(c if c.isalnum() else "-" for c in socket.gethostname())


@dataclass(frozen=True)
class Claim:
    """A part that a process computes.

    Args:
        part: its number.
        attempt: how often the part was claimed, this time included.
        host, pid: of the owner.
    """

    part: int
    attempt: int
    host: str
    pid: int

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.part:06d}.{self.attempt}.{self.host}.{self.pid}"

    @classmethod
    def read(cls, name: str) -> "Claim":
        """Return the claim that a file's name tells."""
        part, attempt, host, pid = name.split(".")
        return cls(int(part), int(attempt), host, int(pid))

    @property
    def is_dead(self) -> bool:
        """Whether the owner was a process of this machine that does not run any more."""
        return self.host == HOST and not _runs(self.pid)


@dataclass(frozen=True)
class Claims:
    """The parts of a store.

    Args:
        folder: which holds `free`, `claimed` and `done`.
        silent: s, after which a claim that its owner has not renewed may be taken over.
    """

    folder: Path
    silent: float = 600.0

    @classmethod
    def create(cls, folder: Path, number: int) -> None:
        """Make the folders of so many parts, all of them free."""
        for name in ("free", "claimed", "done"):
            (folder / name).mkdir(parents=True)
        for part in range(number):
            (folder / "free" / f"{part:06d}").touch()

    def take(self, part: int) -> Claim | None:
        """Claim a part that is free, or whose owner is dead or silent; None where somebody has it, or it is done."""
        if self.is_done(part):
            return None
        first = Claim(part, 1, HOST, os.getpid())
        if self._renamed(self.folder / "free" / f"{part:06d}", first):
            return first
        return next((mine for old in self._claimed(part) if (mine := self._taken_over(old)) is not None), None)

    def release(self, claim: Claim) -> None:
        """Let somebody else have a part that was not computed."""
        with suppress(FileNotFoundError):
            os.rename(self._place(claim), self.folder / "free" / f"{claim.part:06d}")

    def finish(self, claim: Claim, record: dict[str, Any]) -> None:
        """Write that a part is done, and what is known of it."""
        with replaced(self.folder / "done" / f"{claim.part:06d}.json") as file:
            file.write(json.dumps(record | {"attempt": claim.attempt, "host": claim.host, "pid": claim.pid}).encode())
        with suppress(FileNotFoundError):
            self._place(claim).unlink()

    def reopen(self, part: int) -> None:
        """Make a part free again, because what was written of it is wrong, or its file is lost."""
        (self.folder / "free" / f"{part:06d}").touch()
        (self.folder / "done" / f"{part:06d}.json").unlink(missing_ok=True)

    def record(self, part: int) -> dict[str, Any]:
        """Return what is known of a part that is done."""
        return json.loads((self.folder / "done" / f"{part:06d}.json").read_bytes())

    def done(self) -> set[int]:
        """Return the parts that are done."""
        return {int(path.stem) for path in (self.folder / "done").glob("??????.json")}

    def lost(self, number: int) -> set[int]:
        """Return which of so many parts are neither free nor claimed nor done: somebody has removed their files."""
        names = (path.name for kind in ("free", "claimed") for path in (self.folder / kind).iterdir())
        known = {int(name[:6]) for name in names if name[:6].isdigit()}
        return set(range(number)) - known - self.done()  # what is done is read last, since parts go there

    def is_done(self, part: int) -> bool:
        """Tell whether a part is done."""
        return (self.folder / "done" / f"{part:06d}.json").exists()

    @contextmanager
    def kept(self, claim: Claim) -> Iterator[None]:
        """Renew a claim while its part is computed."""
        stop = threading.Event()

        def renew() -> None:
            while not stop.wait(self.silent / 4):
                with suppress(FileNotFoundError):
                    os.utime(self._place(claim))

        thread = threading.Thread(target=renew, name="jaxsnn-claim", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _taken_over(self, old: Claim) -> Claim | None:
        if not (old.is_dead or self._is_silent(old)):
            return None
        with suppress(FileNotFoundError):
            os.utime(self._place(old))  # before the rename, or others would find the new claim as silent as the old
        mine = Claim(old.part, old.attempt + 1, HOST, os.getpid())
        return mine if self._renamed(self._place(old), mine) else None

    def _is_silent(self, claim: Claim) -> bool:
        """Tell whether a claim is old, by the clock of the file system: those of machines may differ."""
        clock = self.folder / f"clock.{HOST}.{os.getpid()}"
        clock.touch()
        try:
            now, renewed = clock.stat().st_mtime, self._place(claim).stat().st_mtime
        except FileNotFoundError:
            return False
        finally:
            clock.unlink(missing_ok=True)
        return now - renewed > self.silent

    def _claimed(self, part: int) -> list[Claim]:
        return [Claim.read(path.name) for path in (self.folder / "claimed").glob(f"{part:06d}.*")]

    def _place(self, claim: Claim) -> Path:
        return self.folder / "claimed" / claim.name

    def _renamed(self, old: Path, claim: Claim) -> bool:
        try:
            os.rename(old, self._place(claim))
        except FileNotFoundError:
            return False
        return True


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
