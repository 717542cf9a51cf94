"""Draw all pictures of the guides anew: ``make pictures``."""

from __future__ import annotations

from docs import pictures_lead, pictures_room


def main() -> None:
    """The rater's guide, then the lead's."""
    pictures_room.main()
    pictures_lead.main()


if __name__ == "__main__":
    main()
