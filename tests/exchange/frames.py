"""What the frames of well-known Q-sets are: items and piles by number and size, no wording."""

from __future__ import annotations

from dataclasses import dataclass

from pqs_coder.model.item_set import Item, ItemSet, Pile

_NINE = (
    "extremely uncharacteristic",
    "quite uncharacteristic",
    "fairly uncharacteristic",
    "somewhat uncharacteristic",
    "neutral or unimportant",
    "somewhat characteristic",
    "fairly characteristic",
    "quite characteristic",
    "extremely characteristic",
)
_EIGHT = ("not descriptive or irrelevant", "", "", "", "", "", "", "most descriptive")


@dataclass(frozen=True, slots=True)
class Frame:
    """A Q-set without its wording: piles from the lowest value up, their sizes and labels."""

    id: str
    title: str
    sizes: tuple[int, ...]
    lowest: int = 1
    labels: tuple[str, ...] = _NINE

    def item_set(self, identifier: str | None = None) -> ItemSet:
        """The frame as an item set whose items have numbers only."""
        piles = zip(self.sizes, self.labels, strict=True)
        return ItemSet(
            id=identifier or self.id,
            title=self.title,
            version="frame",
            language="en",
            rights="Numbers and pile sizes only; the wording belongs to its owners.",
            kind="sort",
            piles=tuple(Pile(v, s, w) for v, (s, w) in enumerate(piles, self.lowest)),
            items=tuple(Item(n, "", f"Item {n}", "", "") for n in range(1, sum(self.sizes) + 1)),
        )


_HUNDRED = (5, 8, 12, 16, 18, 16, 12, 8, 5)
FRAMES: dict[str, Frame] = {
    one.id: one
    for one in (
        Frame("cpq", "Child Psychotherapy Q-set", _HUNDRED),
        Frame("apq", "Adolescent Psychotherapy Q-set", _HUNDRED),
        Frame("caq", "California Adult Q-set", _HUNDRED),
        Frame("rbq-2", "Riverside Behavioral Q-sort 2 to 3", (3, 5, 7, 11, 15, 11, 7, 5, 3)),
        Frame("rbq-3", "Riverside Behavioral Q-sort 3.11", (3, 5, 7, 11, 16, 11, 7, 5, 3)),
        Frame("rsq", "Riverside Situational Q-sort 3.15", (3, 6, 11, 15, 19, 15, 11, 6, 3)),
        Frame("aqs", "Attachment Q-set", (10,) * 9),
        Frame("mbqs", "Maternal Behavior Q-set", (10,) * 9),
        Frame("preschool", "Preschool Q-set", (8,) * 9),
        Frame(
            "swap-200",
            "Shedler-Westen Assessment Procedure",
            (100, 22, 18, 16, 14, 12, 10, 8),
            lowest=0,
            labels=_EIGHT,
        ),
    )
}
