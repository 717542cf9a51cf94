"""A name that a study has never seen: a new rater, or a slip of the keys."""

from __future__ import annotations

from pqs_coder.model.names import find_name
from pqs_coder.store import files
from pqs_coder.store.study import Study


def newcomer_words(study: Study, session: str, rater: str) -> str:
    """What to say where a roster is kept and this rater is neither in it nor has begun to sort.

    '' for everybody else. Other people's names are told to leads only.
    """
    people = study.settings.raters
    code = study.session_folder(session).name
    name = study.known_rater(code, rater)
    if not people or study.settings.rater(name) or name in study.raters_of(code):
        return ""
    roster = f" In the roster: {', '.join(one.name for one in people)}."
    return f"'{name}' is new to this study.{roster if study.viewer.leads else ''}"


def stranger_words(study: Study) -> str:
    """What to say to somebody who asks by a name that the study has never seen; '' to the rest."""
    name = study.viewer.name
    if name is None or study.settings.rater(name) is not None or _has_begun(study, name):
        return ""
    if study.settings.roster == "closed":
        return f"'{name}' is not in the roster of this study, and the roster is closed."
    return (
        f"'{name}' is not in the roster of this study and has begun nothing here. "
        "Is it spelt right?"
    )


def _has_begun(study: Study, name: str) -> bool:
    if study.assignments():  # a viewer who is no lead gets own pairs only
        return True
    for code in study.session_codes():
        if find_name(name, study.raters_of(code)) is not None:
            return True
        for form in files.list_folder(study.sessions_folder / code / "ratings"):
            names = files.list_names(form) if files.is_folder(form) else []
            rated = [one.partition(".")[0] for one in names]
            if find_name(name, rated) is not None:
                return True
    return False
