"""One family of errors: what happened, where, and what to do about it.

Every error that a person may meet derives from :class:`PqsError` and carries a title, a message, a
cure and the exit code of the command line. Anything else that escapes is a bug (exit code 70).
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of ``pqs``; scripts rely on them."""

    DONE = 0
    NO = 1
    USAGE = 2
    BAD_DATA = 3
    LOCKED = 4
    BUG = 70
    INTERRUPTED = 130


class PqsError(Exception):
    """Base of all expected errors.

    ``message`` says what is wrong (with file and line where there are any), ``cure`` what to do.
    """

    title = "Something is wrong"
    exit_code = Exit.BAD_DATA

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}\n{self.cure}" if self.cure else self.message


class UsageError(PqsError):
    """The command or call was put wrongly."""

    title = "Not understood"
    exit_code = Exit.USAGE


class DataError(PqsError):
    """A file or table does not hold what it should."""

    title = "Bad data"


class StudyError(PqsError):
    """The study folder is missing, damaged or does not allow this."""

    title = "Study problem"


class LockedError(PqsError):
    """Somebody else holds the draft."""

    title = "In use elsewhere"
    exit_code = Exit.LOCKED


class IncompleteError(PqsError):
    """The answer is no: a sort is not complete, a check found damage."""

    title = "Not complete"
    exit_code = Exit.NO


class WriteError(PqsError):
    """A file could not be written; nothing that was acknowledged before is lost."""

    title = "Not saved"


class StatisticsError(PqsError, ValueError):
    """A coefficient does not exist for these data."""

    title = "No such coefficient"


class TooFewRatersError(StatisticsError):
    """Agreement needs two raters or more."""


class TooFewItemsError(StatisticsError):
    """There are too few items (or units) for this coefficient."""


class TooFewSessionsError(StatisticsError):
    """There are too few sessions to tell what is one session's own from what all share."""


class ConstantRatingsError(StatisticsError):
    """Ratings without variance correlate with nothing."""


class NoOverlapError(StatisticsError):
    """No unit was rated by two raters."""
