"""Faults at the file layer: count the steps of an action, and let any one of them fail."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pqs_coder.store import files

ERRORS = (errno.ENOSPC, errno.EROFS, errno.EIO)


@dataclass
class Steps:
    """What was done at the file layer, and at which step it is to fail."""

    fail_at: int | None = None
    error: Callable[[], BaseException] = lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    lasting: bool = False
    done: list[tuple[str, Path]] = field(default_factory=list)

    def __call__(self, operation: str, path: Path) -> None:
        number = len(self.done)
        self.done.append((operation, path))
        if self.fail_at is None:
            return
        if number == self.fail_at or (self.lasting and number > self.fail_at):
            raise self.error()

    @property
    def operations(self) -> list[str]:
        """Only what was done."""
        return [operation for operation, _ in self.done]


@contextmanager
def stepping(steps: Steps) -> Iterator[Steps]:
    """Let every step of the file layer go through ``steps``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "step", steps)
        yield steps


def os_error(number: int) -> Callable[[], OSError]:
    """What the system raises with that number."""
    return lambda: OSError(number, os.strerror(number))


def cut_in_child(action: Callable[[], None], at: int) -> bool:
    """Do ``action`` in a child that is gone at step ``at`` without any clean-up.

    Whether the child was cut off (False: it had finished before).
    """
    child = os.fork()
    if child == 0:
        status = 3
        try:
            steps = Steps()

            def step(operation: str, path: Path) -> None:
                if len(steps.done) == at:
                    os._exit(9)
                steps(operation, path)

            files.step = step  # type: ignore[assignment]
            action()
            status = 0
        finally:
            os._exit(status)
    _, waited = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(waited)
    assert code in (0, 9), f"the child ended with {code}"
    return code == 9
