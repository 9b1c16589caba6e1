"""Parts of a folder: each has one owner at a time, whoever comes and goes."""

import os
import subprocess
import sys
import threading

import pytest

from jaxsnn.results import Claim, Claims
from jaxsnn.results._claims import HOST


@pytest.fixture
def claims(tmp_path):
    Claims.create(tmp_path / "parts", 3)
    return Claims(tmp_path / "parts", silent=60.0)


def dead_process() -> int:
    """Return the number of a process that has ended."""
    return subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True
    ).stdout


def owned_by(claims, part, pid, host=HOST):
    """Claim a part as another process would."""
    claim = Claim(part, 1, host, int(pid))
    os.rename(claims.folder / "free" / f"{part:06d}", claims.folder / "claimed" / claim.name)
    return claims.folder / "claimed" / claim.name


def test_a_part_has_one_owner(claims):
    """Oracle: of twenty threads that ask for a part at once, one gets it."""
    won, ready = [], threading.Barrier(20)

    def ask():
        ready.wait()
        won.append(claims.take(1))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [claim for claim in won if claim is not None] == [Claim(1, 1, HOST, os.getpid())]


def test_what_is_done_stays_done(claims):
    claim = claims.take(0)
    claims.finish(claim, {"sha256": "a"})
    assert (claims.done(), claims.take(0)) == ({0}, None)
    assert claims.record(0) == {"sha256": "a", "attempt": 1, "host": HOST, "pid": os.getpid()}
    assert list((claims.folder / "claimed").iterdir()) == []


def test_a_released_part_is_free_again(claims):
    claims.release(claims.take(2))
    assert claims.take(2) is not None


def test_the_part_of_a_dead_process_is_taken_over(claims):
    """Oracle: the number of the attempt; the part of a process that lives is left alone."""
    owned_by(claims, 0, dead_process())
    owned_by(claims, 1, os.getppid())
    assert claims.take(0) == Claim(0, 2, HOST, os.getpid())
    assert claims.take(1) is None


def test_the_part_of_a_silent_machine_is_taken_over(claims):
    """Oracle: the age of the claim, by the clock of the file system."""
    place = owned_by(claims, 0, 1, host="elsewhere")
    assert claims.take(0) is None
    os.utime(place, (1.0, place.stat().st_mtime - 61.0))
    assert claims.take(0).attempt == 2


def test_a_claim_is_renewed_while_its_part_is_computed(claims):
    """Oracle: the time of its file, which was set back."""
    quick = Claims(claims.folder, silent=0.04)
    claim = quick.take(0)
    place = quick.folder / "claimed" / claim.name
    os.utime(place, (1.0, 1.0))
    with quick.kept(claim):
        for _ in range(500):
            if place.stat().st_mtime > 1.0:
                break
            threading.Event().wait(0.01)
    assert place.stat().st_mtime > 1.0


def test_a_part_that_was_wrong_can_be_computed_again(claims):
    claims.finish(claims.take(0), {})
    claims.reopen(0)
    assert claims.done() == set() and claims.take(0) is not None


def test_a_part_without_a_file_is_lost(claims):
    """Oracle: the part whose file was removed; those that are free, claimed and done are not."""
    claims.take(0)
    claims.finish(claims.take(1), {})
    assert claims.lost(3) == set()
    (claims.folder / "free" / "000002").unlink()
    assert claims.lost(3) == {2}
    claims.reopen(2)
    assert claims.lost(3) == set() and claims.take(2) is not None
