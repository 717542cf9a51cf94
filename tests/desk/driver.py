"""A rater without a screen: random moves at a desk, each one said on stdout once it is told.

Run as ``python -m tests.desk.driver STUDY SEED MOVES [submit]``. Says ``ack LINES CARDS`` after
every move that was acknowledged (how many lines the draft has, and a digest of its cards),
``failed`` for one that was refused by the disk, ``submitted`` at the end.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
from pathlib import Path

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import StudyError, UsageError, WriteError
from pqs_coder.model.draft import Draft
from pqs_coder.store.study import open_study


def cards_digest(draft: Draft) -> str:
    """A short digest of all cards, to compare drafts across processes."""
    return hashlib.sha256(repr(sorted(draft.cards.items())).encode()).hexdigest()[:12]


def any_move(desk: Desk, rng: random.Random) -> None:
    """One act that makes sense now."""
    items, piles = desk.item_set.numbers, desk.item_set.values
    item, other = rng.sample(items, 2)
    act = rng.randrange(10)
    if act == 0 and desk.draft.past is not None:
        desk.undo()
    elif act == 1 and desk.draft.future is not None:
        desk.redo()
    elif act == 2:
        desk.note(item, rng.choice(("", "why\nnot", "x" * rng.randrange(1, 9000), "\u2028\ud83d")))
    elif act == 3:
        desk.toggle_evidence(item, (rng.randint(1, 20),))
    elif act == 4:
        desk.swap(item, other)
    elif act == 5:
        desk.look(turn=rng.randint(2, 9_000_000))
    elif act == 6:
        desk.heap(item, rng.choice((-1, 0, 1)))
    else:
        desk.place(item, rng.choice(piles))


def finish(desk: Desk) -> None:
    """Place every card so that the sort is whole."""
    piles = [pile.value for pile in desk.item_set.piles for _ in range(pile.size)]
    for item, pile in zip(desk.item_set.numbers, piles, strict=True):
        desk.place(item, pile)


def say(text: str) -> None:
    """On stdout at once."""
    os.write(1, f"{text}\n".encode())


def drive(desk: Desk, seed: int, moves: int) -> None:
    """So many random moves; those that fail are tried no second time."""
    desk.listen(lambda change: say(f"ack {change.after.lines} {cards_digest(change.after)}"))
    rng = random.Random(seed)
    for _ in range(moves):
        try:
            any_move(desk, rng)
        except WriteError:
            say("failed")
        except UsageError:
            say("refused")


def main(folder: str, seed: str, moves: str, then: str = "") -> None:
    """See the module."""
    try:
        desk = open_desk(open_study(Path(folder)), "S1", "anna")
    except (WriteError, StudyError):
        say("failed")
        return
    with desk:
        drive(desk, int(seed), int(moves))
        try:
            if then == "submit":
                finish(desk)
        except WriteError:
            say("failed")
            return
        for _ in range(2 if then == "submit" else 0):
            try:
                desk.submit()
                say("submitted")
                break
            except (WriteError, StudyError):
                say("failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
