"""A name that a study has never seen: a new rater, or a slip of the keys."""

from __future__ import annotations

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
