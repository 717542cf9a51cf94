"""A study: its settings and people, what a rater may know of a session, and its facts for leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pqs_coder.errors import DataError, PqsError
from pqs_coder.model.names import check_name, fold

ALL = "all"
"""What ``opened`` holds where every session is open."""
VAULT_KINDS = ("passphrase", "key file")
ROLES = ("rater", "lead", "trainee")
FORMAT = 1
FACT_COLUMNS = ("session", "case", "number", "date", "treatment", "phase", "outcome")


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody of the study; ``logins`` are the names under which the system knows them."""

    name: str
    title: str = ""
    role: str = "rater"
    logins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """``[vault]``: how the key of sealed texts is made, and the word by which it is checked."""

    kind: str
    check: str
    salt: str = ""


@dataclass(frozen=True, slots=True)
class TrainingRule:
    """``[training]``: certified is who reaches ``r`` with the criterion ``in_a_row`` times."""

    r: float = 0.70
    in_a_row: int = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """What study.toml says."""

    title: str
    item_set: str
    raters: tuple[Rater, ...] = ()
    raters_per_session: int = 2
    threshold: float = 0.50
    roster: str = "open"
    order: str = "number"
    others: str = "lead"
    show_time: bool = False
    raters_group: str = ""
    leads_group: str = ""
    opened: tuple[str, ...] = ()
    vault: VaultSettings | None = None
    training: TrainingRule = TrainingRule()

    def is_opened(self, session: str) -> bool:
        """Whether a lead has opened the submitted sorts of that session to its raters."""
        return self.is_opened_whole or fold(session) in map(fold, self.opened)

    @property
    def is_opened_whole(self) -> bool:
        """Whether a lead has opened every session."""
        return ALL in self.opened

    def rater(self, name: str) -> Rater | None:
        """The person of that name (without case), or None."""
        return next((one for one in self.raters if fold(one.name) == fold(name)), None)

    def by_login(self, login: str) -> Rater | None:
        """The person whom the system knows under that login, or None."""
        return next((one for one in self.raters if login in one.logins), None)


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a rater may know of a session (session.toml)."""

    code: str
    title: str = ""
    media: str = ""
    speakers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """A row of facts.csv: for leads only. ``more`` holds any further column."""

    session: str
    case: str = ""
    number: str = ""
    date: str = ""
    treatment: str = ""
    phase: str = ""
    outcome: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking, and as what. A lead sees everything, a rater own work only."""

    name: str | None
    role: str = "lead"

    @property
    def leads(self) -> bool:
        """Whether this viewer may see other raters' work and the facts of sessions."""
        return self.role == "lead"


KNOWN_KEYS = (
    "format",
    "title",
    "item_set",
    "raters_per_session",
    "threshold",
    "roster",
    "order",
    "others",
    "opened",
    "show_time",
    "groups",
    "raters",
    "training",
    "vault",
)
"""Keys of study.toml; `pqs verify` names others, which a slip of the pen may have meant."""

LineOf = Callable[[str], int]

_CHOICES = {
    "roster": ("open", "closed"),
    "order": ("number", "shuffled"),
    "others": ("lead", "submitted"),
}


def build_settings(table: Mapping[str, Any], file: str, line_of: LineOf) -> Settings:
    """Check a parsed study.toml; `DataError` names file, line and cure."""

    def wrong(key: str, message: str, cure: str) -> DataError:
        return DataError(f"{file}, line {line_of(key)}: {message}", cure)

    version = table.get("format", FORMAT)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise wrong("format", f"format is {version!r}.", f"Write format = {FORMAT}.")
    if version > FORMAT:
        raise wrong(
            "format", f"format {version!r} is newer than this program knows.", "Update pqs."
        )
    title, item_set = table.get("title", ""), table.get("item_set", "pqs")
    for key, text in (("title", title), ("item_set", item_set)):
        if not isinstance(text, str):
            raise wrong(key, f"{key} is no text.", f'Write {key} = "...".')
    number = table.get("raters_per_session", 2)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise wrong("raters_per_session", f"{number!r} raters per session.", "Use 1, 2, 3 ...")
    threshold = table.get("threshold", 0.50)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        raise wrong("threshold", f"threshold is {threshold!r}.", "Write threshold = 0.50.")
    if not -1 <= threshold <= 1:
        raise wrong("threshold", f"threshold is {threshold}.", "Give an r, such as 0.50.")
    policies = {}
    for key, choices in _CHOICES.items():
        policies[key] = table.get(key, choices[0])
        if policies[key] not in choices:
            raise wrong(key, f"{key} is {policies[key]!r}.", f"Use one of: {', '.join(choices)}.")
    show_time = table.get("show_time", False)
    if not isinstance(show_time, bool):
        raise wrong("show_time", f"show_time is {show_time!r}.", "Write true or false.")
    groups = _table(table, "groups", wrong)
    for key in ("raters", "leads"):
        if not isinstance(groups.get(key, ""), str):
            raise wrong("groups", f"{key} is no text.", f'Write {key} = "GROUP".')
    if bool(groups.get("raters")) != bool(groups.get("leads")):
        raise wrong("groups", "only one of the two groups is named.", "Name raters and leads.")
    return Settings(
        title=title,
        item_set=item_set,
        raters=_raters(_table(table, "raters", wrong), wrong),
        raters_per_session=number,
        threshold=float(threshold),
        show_time=show_time,
        raters_group=groups.get("raters", ""),
        leads_group=groups.get("leads", ""),
        opened=_opened(table.get("opened", []), wrong),
        vault=_vault(_table(table, "vault", wrong), wrong),
        training=_training(_table(table, "training", wrong), wrong),
        **policies,
    )


def _vault(
    table: Mapping[str, Any], wrong: Callable[[str, str, str], DataError]
) -> VaultSettings | None:
    if not table:
        return None
    kind, check, salt = (table.get(key, "") for key in ("kind", "check", "salt"))
    told = isinstance(check, str) and check and isinstance(salt, str)
    if kind not in VAULT_KINDS or not told or (kind == "passphrase" and not salt):
        raise wrong("vault", "the table vault is not whole.", "Put study.toml back from a copy.")
    return VaultSettings(kind, check, salt)


def _training(
    table: Mapping[str, Any], wrong: Callable[[str, str, str], DataError]
) -> TrainingRule:
    usual = TrainingRule()
    r, in_a_row = table.get("r", usual.r), table.get("in_a_row", usual.in_a_row)
    if isinstance(r, bool) or not isinstance(r, int | float) or not -1 <= r <= 1:
        raise wrong("training", f"r of training is {r!r}.", f"Write r = {usual.r:.2f}.")
    if isinstance(in_a_row, bool) or not isinstance(in_a_row, int) or in_a_row < 1:
        raise wrong("training", f"in_a_row of training is {in_a_row!r}.", "Use 1, 2, 3 ...")
    strange = sorted(set(table) - {"r", "in_a_row"})
    if strange:
        raise wrong("training", f"training has no key {strange[0]!r}.", "Use r and in_a_row.")
    return TrainingRule(float(r), in_a_row)


def _opened(given: object, wrong: Callable[[str, str, str], DataError]) -> tuple[str, ...]:
    if given == ALL:
        return (ALL,)
    if not isinstance(given, list) or not all(isinstance(code, str) for code in given):
        raise wrong("opened", f"opened is {given!r}.", 'Write opened = ["A36"] or opened = "all".')
    return tuple(code for code in given if code != ALL)


def _table(
    table: Mapping[str, Any], key: str, wrong: Callable[[str, str, str], DataError]
) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, Mapping):
        raise wrong(key, f"{key} is no table.", f"Write [{key}] and its keys below it.")
    return found


def _raters(
    table: Mapping[str, Any], wrong: Callable[[str, str, str], DataError]
) -> tuple[Rater, ...]:
    raters: dict[str, Rater] = {}
    for name, given in table.items():
        key = f"raters.{name}"
        try:
            composed = check_name(name, "rater")
        except PqsError as error:
            raise wrong(key, error.message, error.cure) from error
        if fold(composed) in raters:
            raise wrong(key, f"the rater '{name}' stands there twice.", "Names ignore case.")
        if not isinstance(given, Mapping):
            raise wrong(key, f"{key} is no table.", f"Write [{key}] and its keys below it.")
        role = given.get("role", "rater")
        if role not in ROLES:
            raise wrong(key, f"{key} has the role {role!r}.", f"Use one of: {', '.join(ROLES)}.")
        logins = _logins(given.get("login", []), key, wrong)
        doubled = {one for rater in raters.values() for one in rater.logins} & set(logins)
        if doubled:
            raise wrong(key, f"the login {doubled.pop()!r} is somebody else's too.", "Keep one.")
        title = given.get("name", "")
        if not isinstance(title, str):
            raise wrong(key, f"the name of {key} is no text.", 'Write name = "...".')
        raters[fold(composed)] = Rater(composed, title, role, logins)
    return tuple(raters.values())


def _logins(
    given: object, key: str, wrong: Callable[[str, str, str], DataError]
) -> tuple[str, ...]:
    logins = [given] if isinstance(given, str) else given
    if not isinstance(logins, list) or not all(isinstance(one, str) and one for one in logins):
        raise wrong(key, f"the login of {key} is {given!r}.", 'Write login = "..." or a list.')
    return tuple(logins)
