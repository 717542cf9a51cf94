"""The transcript: one widget drawn line by line, at home in a session of thousands of turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from pqs_coder.model.transcript import Transcript
from pqs_coder.tui.text import pad, visible, width, wrap
from pqs_coder.tui.widgets.kept_rows import KeptRows
from pqs_coder.tui.widgets.transcript_drawing import COMPONENTS, CSS, Scene, draw_line
from pqs_coder.tui.widgets.transcript_layout import (
    SIGNS,
    TranscriptLayout,
    choose_columns,
    role_of,
    shown_text,
    speaker_labels,
)
from pqs_coder.tui.widgets.transcript_search import Matches, TranscriptIndex

NO_TRANSCRIPT = "No transcript in this session. Watch or listen; evidence can be a time code."


class TranscriptView(KeptRows, can_focus=True, inherit_bindings=False):
    """Turns with number, speaker and words; a cursor, marks, bookmarks, evidence, search.

    Signs say what colours repeat: ``>`` and ``|`` beside the turn under the cursor, ``+`` a marked
    turn, ``§`` a bookmark, ``* 47 60`` at the right the items that a turn supports.
    """

    ALLOW_SELECT = False

    DEFAULT_CSS = CSS
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{name}" for name in COMPONENTS}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "turn before", show=False, id="transcript.up"),
        Binding("down", "move(1)", "next turn", show=False, id="transcript.down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="transcript.page_up"),
        Binding("pagedown", "page(1)", "page down", show=False, id="transcript.page_down"),
        Binding("home", "first", "first turn", show=False, id="transcript.first"),
        Binding("end", "last", "last turn", show=False, id="transcript.last"),
        Binding("space", "mark", "mark the turn", show=False, id="transcript.mark"),
        Binding("enter", "choose", "choose the turn", show=False, id="transcript.choose"),
    ]

    cursor_turn: reactive[int] = reactive(1, repaint=False)
    """Number of the turn under the cursor; 0 where there is no turn."""
    marked: reactive[frozenset[int]] = reactive(frozenset[int](), repaint=False)
    """Turns marked to be tied to a card together."""
    bookmarks: reactive[frozenset[int]] = reactive(frozenset[int](), repaint=False)
    """Turns to come back to."""

    class Told(Message):
        """Something that the view tells."""

        def __init__(self, view: TranscriptView) -> None:
            super().__init__()
            self.view = view
            self.turn = view.cursor_turn
            self.marked = view.marked

        @property
        def control(self) -> TranscriptView:
            """The view that sent it."""
            return self.view

    class CursorMoved(Told):
        """The cursor stands on another ``turn``."""

    class TurnChosen(Told):
        """A ``turn`` was chosen with enter or two clicks."""

    class MarksChanged(Told):
        """Other turns are ``marked`` now."""

    def __init__(
        self, transcript: Transcript | None, roles: Mapping[str, str], *, id: str | None = None
    ) -> None:
        """``roles`` says who is ``patient`` and who ``therapist``, by the speakers' names."""
        super().__init__(id=id)
        self.transcript = transcript if transcript is not None and len(transcript) else None
        if self.transcript is None:
            self.styles.overflow_y = "hidden"
        turns = self.transcript.turns if self.transcript else ()
        speakers = self.transcript.speakers if self.transcript else ()
        self.labels = speaker_labels(speakers, roles)
        self._speakers = [(self.labels[one.speaker], role_of(one.speaker, roles)) for one in turns]
        self._shown = [shown_text(turn) for turn in turns]
        self._times = {turn.number: visible(turn.time.strip()) for turn in turns if turn.time}
        self._margin: Mapping[int, tuple[int, ...]] = {}
        self._layout: TranscriptLayout | None = None
        self._laid_out_for = Size(0, 0)
        self._anchor = (1, 0)
        self._scene: Scene | None = None
        self._styled: dict[str, Style] = {}
        self._index: TranscriptIndex | None = None
        self._matches = Matches()
        self.set_reactive(TranscriptView.cursor_turn, 1 if turns else 0)

    # What others read

    @property
    def turns(self) -> int:
        """Number of turns."""
        return len(self.transcript) if self.transcript else 0

    @property
    def top_turn(self) -> int:
        """The turn on the first line in sight."""
        return self._anchor[0] if self.turns else 0

    @property
    def chosen(self) -> tuple[int, ...]:
        """The marked turns, or the turn under the cursor where none is marked."""
        if self.marked:
            return tuple(sorted(self.marked))
        return (self.cursor_turn,) if self.turns else ()

    @property
    def match_count(self) -> int:
        """How many places the last search found."""
        return len(self._matches.found)

    @property
    def match_number(self) -> int:
        """Which of them `next_match` came to, from 1; 0 before the first step."""
        return self._matches.here + 1

    # What others call

    def go_to(self, turn: int) -> None:
        """Put the cursor on a turn (the nearest there is) and bring it in sight."""
        self.cursor_turn = turn
        self._bring_in_sight(self.cursor_turn)

    def show_at_top(self, turn: int) -> None:
        """Scroll so that a turn stands on the first line."""
        if self.turns:
            self._anchor = (min(max(turn, 1), self.turns), 0)
            if self._layout is not None:
                self._scroll_to_line(self._layout.start(self._anchor[0]))

    def set_margin(self, marks: Mapping[int, tuple[int, ...]]) -> None:
        """Say which items each turn supports."""
        self._margin = {turn: tuple(items) for turn, items in marks.items() if items}
        if self._layout is not None and self._layout.set_margin(self._margin):
            self._set_height()
            self._scroll_to_line(self._line_of_anchor())

    def search(self, words: str) -> int:
        """Highlight all places of ``words`` (without case) and count them; the cursor stays."""
        if self._index is None:
            self._index = TranscriptIndex(self._shown)
        self._set_matches(Matches(self._index.search(words)))
        return self.match_count

    def clear_search(self) -> None:
        """Take all highlights away."""
        self._set_matches(Matches())

    def next_match(self, step: int) -> int:
        """Go ``step`` places on, round at the ends; the number of the place, 0 for none.

        The first step goes to the nearest place from the cursor on (or back from it).
        """
        before = self._matches.now
        match = self._matches.step(step, self.cursor_turn)
        if match is None:
            return 0
        self._repaint_turns([match.turn, *([before.turn] if before else [])])
        self.go_to(match.turn)
        if self._layout is not None:
            line = self._layout.line_of(match.turn, match.start)
            if not 0 <= line - self.scroll_offset.y < self.size.height:
                self._scroll_to_line(max(0, line - self.size.height // 3))
        return self.match_number

    # Keys and mouse

    def action_move(self, step: int) -> None:
        """To the next turn, or through the rest of a turn that is higher than the view."""
        if self._layout is None:
            return
        start = self._layout.start(self.cursor_turn)
        end = start + self._layout.lines_of(self.cursor_turn)
        top, height = self.scroll_offset.y, self.size.height
        inside = self._layout.in_sight(self.cursor_turn, top, height)
        if step > 0 and inside and end > top + height:
            self._scroll_to_line(min(end - height, top + max(1, height - 1)))
        elif step < 0 and inside and start < top:
            self._scroll_to_line(max(start, top - max(1, height - 1)))
        else:
            self.cursor_turn += step
            self._bring_in_sight(self.cursor_turn, last_line=step < 0)

    def action_page(self, step: int) -> None:
        """A page on, the cursor with it."""
        if self._layout is None:
            return
        by = step * max(1, self.size.height - 1)
        line = self._layout.start(self.cursor_turn) + by
        turn = self._layout.at(min(max(line, 0), self._layout.height - 1))[0]
        if turn == self.cursor_turn:
            turn += step
        self._scroll_to_line(self.scroll_offset.y + by)
        self.cursor_turn = turn
        self._bring_in_sight(self.cursor_turn)

    def action_first(self) -> None:
        """To the first turn."""
        self.go_to(1)

    def action_last(self) -> None:
        """To the last turn."""
        self.go_to(self.turns)

    def action_mark(self) -> None:
        """Mark the turn under the cursor, or take the mark off."""
        if self.turns:
            self.marked = self.marked ^ {self.cursor_turn}

    def action_choose(self) -> None:
        """Choose the turn under the cursor."""
        if self.turns:
            self.post_message(self.TurnChosen(self))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a turn, beside the number it marks, two clicks choose."""
        if self._layout is None:
            return
        line = self.scroll_offset.y + event.y
        if line >= self._layout.height:
            return
        self.cursor_turn = self._layout.at(line)[0]
        if event.x < SIGNS:
            self.action_mark()
        elif event.chain == 2:
            self.action_choose()

    # Changes

    def validate_cursor_turn(self, turn: int) -> int:
        """Keep the cursor on a turn."""
        return min(max(turn, 1), self.turns) if self.turns else 0

    def watch_cursor_turn(self, before: int, turn: int) -> None:
        """Repaint the two turns and tell."""
        self._repaint_turns([before, turn])
        if before != turn:
            self.post_message(self.CursorMoved(self))

    def watch_marked(self, before: frozenset[int], marked: frozenset[int]) -> None:
        """Repaint what changed and tell."""
        self._repaint_turns(before ^ marked)
        if before != marked:
            self.post_message(self.MarksChanged(self))

    def watch_bookmarks(self, before: frozenset[int], bookmarks: frozenset[int]) -> None:
        """Repaint what changed."""
        self._repaint_turns(before ^ bookmarks)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember which turn is on top, unless a new size moved it."""
        super().watch_scroll_y(old_value, new_value)
        if self._layout is not None and self._laid_out_for == self.size:
            self._anchor = self._layout.at(round(new_value))

    def on_resize(self) -> None:
        """Wrap for the new width; the turn on top stays on top, a cursor in sight in sight."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Draw all lines anew in other styles."""
        super().notify_style_update()
        self._styled.clear()

    # Layout and scrolling

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _lay_out(self) -> None:
        if self.transcript is None or self._width < 1 or self._laid_out_for == self.size:
            return
        was_in_sight = self._layout is None or self._layout.in_sight(
            self.cursor_turn, self._line_of_anchor(), self._laid_out_for.height
        )
        if self._layout is None or self._layout.columns.total != self._width:
            columns = choose_columns(
                self._width,
                len(str(self.turns)),
                max(map(width, self._times.values()), default=0),
                max(map(width, self.labels.values())),
            )
            self._layout = TranscriptLayout(self.transcript, self._shown, columns, self._margin)
            self._set_height()
        line = self._line_of_anchor()
        self._laid_out_for = self.size
        self._scroll_to_line(line)
        if was_in_sight:
            self._bring_in_sight(self.cursor_turn)
        self.refresh()

    def _line_of_anchor(self) -> int:
        assert self._layout is not None
        turn, inside = self._anchor
        return self._layout.start(turn) + min(inside, self._layout.lines_of(turn) - 1)

    def _set_height(self) -> None:
        assert self._layout is not None
        self.virtual_size = Size(self._width, self._layout.height)
        self.forget_all()

    def _scroll_to_line(self, line: int) -> None:
        self.scroll_to(y=line, animate=False, force=True)

    def _bring_in_sight(self, turn: int, last_line: bool = False) -> None:
        if self._layout is not None and turn:
            line = self._layout.top_for(turn, self.scroll_offset.y, self.size.height, last_line)
            if line is not None:
                self._scroll_to_line(line)

    def _repaint_turns(self, turns: frozenset[int] | list[int]) -> None:
        if self._layout is None:
            return
        for turn in turns:
            if 1 <= turn <= self.turns:
                start, lines = self._layout.start(turn), self._layout.lines_of(turn)
                self.forget(start, lines)

    def _set_matches(self, matches: Matches) -> None:
        touched = [*self._matches.by_turn, *matches.by_turn]
        self._matches = matches
        if touched:
            self.forget_all()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        if self._layout is None:
            return self._quiet_line(y)
        self._scene = self._scene or self._set_scene()
        return draw_line(self._scene, self._layout, self.scroll_offset.y + y)

    def begin_rows(self) -> None:
        """All rows are drawn in the same scene."""
        self._scene = None

    def _style(self, name: str) -> Style:
        # A repaint empties Textual's own store of component styles; ours lasts as long as a theme.
        if name not in self._styled:
            component = f"transcript--{name}"
            self._styled[name] = self.get_component_rich_style(component, partial=True)
        return self._styled[name]

    def _set_scene(self) -> Scene:
        return Scene(
            self._width,
            self.visual_style.rich_style,
            self._style,
            self.cursor_turn,
            self.marked,
            self.bookmarks,
            self._speakers,
            self._times,
            self._matches,
        )

    def _quiet_line(self, y: int) -> Strip:
        cells = self._width
        said = [] if self.transcript else ["", *wrap(NO_TRANSCRIPT, max(2, cells - 2))]
        words = f" {said[y]}" if y < len(said) else ""
        style = self.visual_style.rich_style + self._style("quiet")
        return Strip([Segment(pad(words, cells), style)], cells)
