"""The transcript view in a small app: keys, mouse, marks, sizes."""

import pytest
from textual.app import App
from textual.events import MouseScrollDown

from pqs_coder.model.transcript import Transcript, Turn
from pqs_coder.tui.widgets import transcript_drawing, transcript_view
from pqs_coder.tui.widgets.transcript_view import NO_TRANSCRIPT, TranscriptView

ROLES = {"client": "patient", "therapist": "therapist"}


def transcript_of(texts, times=False):
    return Transcript(
        tuple(
            Turn(
                n,
                "client" if n % 2 else "therapist",
                text,
                f"00:{n // 60:02}:{n % 60:02}" if times else "",
            )
            for n, text in enumerate(texts, 1)
        )
    )


class ViewApp(App[None]):
    def __init__(self, transcript, **set_up):
        super().__init__()
        self.view = TranscriptView(transcript, ROLES)
        for name, value in set_up.items():
            setattr(self.view, name, value)
        self.told = []

    def compose(self):
        yield self.view

    def on_transcript_view_cursor_moved(self, event):
        self.told.append(("moved", event.turn))

    def on_transcript_view_turn_chosen(self, event):
        self.told.append(("chosen", event.turn))

    def on_transcript_view_marks_changed(self, event):
        self.told.append(("marked", sorted(event.marked)))

    @property
    def rows(self):
        return [
            "".join(segment.text for segment in strip).rstrip(" ▁▂▃▄▅▆▇█")
            for strip in self.screen._compositor.render_strips()
        ]


SHORT = [f"turn number {n}" for n in range(1, 61)]
LONG = ["word " * 40 if n % 7 == 0 else f"turn number {n}" for n in range(1, 61)]


async def test_shows_numbers_speakers_and_words_as_they_are():
    texts = ["[pause] I didn't think", "You sound [/] hurt.", "a\x1bb\u202ec 今日 e\u0301"]
    app = ViewApp(transcript_of(texts))
    async with app.run_test(size=(60, 6)):
        assert app.rows[:4] == [
            "> 1 P [pause] I didn't think",
            "  2 T You sound [/] hurt.",
            "  3 P a␛b‹202e›c 今日 e\u0301",
            "",
        ]


async def test_times_show_where_there_is_room():
    app = ViewApp(transcript_of(SHORT, times=True))
    async with app.run_test(size=(80, 6)) as pilot:
        assert app.rows[1] == "   2 00:00:02 T turn number 2"
        await pilot.resize_terminal(40, 6)
        await pilot.pause()
        assert app.rows[1] == "   2 T turn number 2"


async def test_wrapped_lines_hang_and_the_cursor_has_a_sign_on_each():
    app = ViewApp(transcript_of(["one two three four five six seven", "next"]))
    async with app.run_test(size=(25, 6)) as pilot:
        assert app.rows[:4] == [
            "> 1 P one two three four",
            "|     five six seven",
            "  2 T next",
            "",
        ]
        await pilot.press("down")
        assert app.rows[:3] == ["  1 P one two three four", "      five six seven", "> 2 T next"]


async def test_keys_move_mark_and_choose():
    app = ViewApp(transcript_of(SHORT))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("down", "down", "space", "up", "space", "enter", "space")
        assert app.told == [
            ("moved", 2), ("moved", 3), ("marked", [3]), ("moved", 2), ("marked", [2, 3]),
            ("chosen", 2), ("marked", [3]),
        ]  # fmt: skip
        assert app.rows[2] == " + 3 P turn number 3"
        assert app.view.chosen == (3,)
        await pilot.press("end")
        assert app.view.cursor_turn == 60
        assert app.rows[9].startswith("> 60")
        await pilot.press("down")
        assert app.view.cursor_turn == 60
        await pilot.press("home", "up")
        assert app.view.cursor_turn == 1
        assert app.rows[0].startswith(">  1")


async def test_pages_keep_the_cursor_in_sight():
    app = ViewApp(transcript_of(LONG))
    async with app.run_test(size=(60, 10)) as pilot:
        seen = [app.view.cursor_turn]
        while app.view.cursor_turn < 60:
            await pilot.press("pagedown")
            seen.append(app.view.cursor_turn)
            assert any(row[:1] in "|>" for row in app.rows if row)
        assert seen == sorted(set(seen))
        while app.view.cursor_turn > 1:
            await pilot.press("pageup")
            assert any(row[:1] in "|>" for row in app.rows if row)


async def test_a_turn_higher_than_the_view_is_read_to_its_end_before_the_next():
    app = ViewApp(transcript_of(["first", " ".join(f"w{n}" for n in range(60)), "last"]))
    async with app.run_test(size=(30, 5)) as pilot:
        await pilot.press("down")
        seen = list(app.rows)
        while app.view.cursor_turn == 2:
            await pilot.press("down")
            seen += app.rows
        words = " ".join(seen)
        assert all(f"w{n}" in words for n in range(60))
        assert app.view.cursor_turn == 3
        await pilot.press("up")
        assert app.view.cursor_turn == 2
        assert "w59" in " ".join(app.rows)


async def test_a_turn_stays_on_top_when_the_size_changes():
    app = ViewApp(transcript_of(LONG))
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.go_to(33)
        app.view.show_at_top(30)
        await pilot.pause()
        for size in ((30, 14), (90, 10), (40, 10), (60, 10)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.view.top_turn == 30
            assert app.rows[0].startswith("  30 ")


async def test_a_cursor_in_sight_stays_in_sight_when_the_view_gets_small():
    app = ViewApp(transcript_of(SHORT))
    async with app.run_test(size=(60, 20)) as pilot:
        app.view.go_to(18)
        await pilot.resize_terminal(60, 6)
        await pilot.pause()
        assert any(row.startswith("> 18") for row in app.rows)


async def test_where_one_was_can_be_set_before_the_view_is_shown():
    app = ViewApp(transcript_of(SHORT), cursor_turn=41)
    app.view.show_at_top(38)
    async with app.run_test(size=(60, 10)):
        assert app.view.cursor_turn == 41
        assert app.rows[0].startswith("  38")
        assert app.told in ([], [("moved", 41)])


async def test_cursor_stays_on_a_turn():
    app = ViewApp(transcript_of(SHORT))
    async with app.run_test(size=(60, 10)):
        app.view.go_to(999)
        assert app.view.cursor_turn == 60
        app.view.go_to(-3)
        assert app.view.cursor_turn == 1


async def test_margin_shows_what_a_turn_supports_and_gives_the_words_way():
    app = ViewApp(transcript_of(["a b c d e f g h i j k l m n o p", "two"]))
    async with app.run_test(size=(30, 6)) as pilot:
        app.view.set_margin({1: (47, 60), 2: (2,)})
        await pilot.pause()
        assert app.rows[0] == "> 1 P a b c d e f g    * 47 60"[:29].rstrip() or app.rows[
            0
        ].endswith("* 47 60")
        assert app.rows[0].startswith("> 1 P a b c d")
        assert any(row.startswith("  2 T two") and row.endswith("* 2") for row in app.rows)
        app.view.set_margin({})
        await pilot.pause()
        assert not any("*" in row for row in app.rows)


async def test_marks_that_move_from_one_turn_to_another_move_the_lines_between():
    app = ViewApp(transcript_of(["a b c d e f g h i j k l m n o p"] * 3))
    async with app.run_test(size=(40, 8)) as pilot:
        app.view.set_margin({1: (11, 12, 13)})
        await pilot.pause()
        app.view.set_margin({3: (11, 12, 13)})
        await pilot.pause()
        fresh = ViewApp(app.view.transcript)
        moved = app.rows
        async with fresh.run_test(size=(40, 8)) as other:
            fresh.view.set_margin({3: (11, 12, 13)})
            await other.pause()
            assert moved == fresh.rows


async def test_margin_above_the_view_moves_nothing_in_sight():
    app = ViewApp(transcript_of(LONG))
    async with app.run_test(size=(40, 10)) as pilot:
        app.view.go_to(50)
        await pilot.pause()
        before = app.rows
        app.view.set_margin({7: (1, 2, 3), 14: (4,), 21: (5,)})
        await pilot.pause()
        assert app.rows == before


async def test_bookmarks_have_a_sign():
    app = ViewApp(transcript_of(SHORT))
    async with app.run_test(size=(60, 5)) as pilot:
        app.view.bookmarks = frozenset({2})
        await pilot.pause()
        assert app.rows[1] == "   2§T turn number 2"
        app.view.bookmarks = frozenset()
        await pilot.pause()
        assert app.rows[1] == "   2 T turn number 2"


async def test_search_counts_highlights_and_steps():
    app = ViewApp(transcript_of(["Hurt, yes", "no", "so hurt, so HURT", *SHORT, "hurt"]))
    async with app.run_test(size=(60, 8)) as pilot:
        view = app.view
        assert view.search("hurt") == 4
        await pilot.pause()
        assert styled(app, "underline") == ["Hurt", "hurt", "HURT"]
        assert [view.next_match(1) for _ in range(3)] == [1, 2, 3]
        await pilot.pause()
        assert view.cursor_turn == 3
        assert styled(app, "reverse") == ["HURT"]
        assert view.next_match(1) == 4
        await pilot.pause()
        assert view.cursor_turn == 64
        assert styled(app, "reverse") == ["hurt"]
        assert view.next_match(1) == 1
        view.clear_search()
        await pilot.pause()
        assert (styled(app, "underline"), view.match_count, view.next_match(1)) == ([], 0, 0)


def styled(app, what):
    return [
        segment.text
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style and getattr(segment.style, what) and segment.text.isalpha()
    ]


async def test_a_match_deep_in_a_long_turn_comes_in_sight():
    app = ViewApp(transcript_of(["word " * 300 + "needle " + "word " * 300, "end"]))
    async with app.run_test(size=(40, 8)) as pilot:
        assert app.view.search("needle") == 1
        app.view.next_match(1)
        await pilot.pause()
        assert styled(app, "reverse") == ["needle"]


async def test_mouse_chooses_marks_and_scrolls():
    app = ViewApp(transcript_of(SHORT))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.click(app.view, offset=(20, 4))
        assert app.view.cursor_turn == 5
        await pilot.click(app.view, offset=(0, 6))
        assert app.view.marked == {7}
        await pilot.click(app.view, offset=(20, 7), times=2)
        assert ("chosen", 8) in app.told
        await pilot._post_mouse_events([MouseScrollDown], app.view, offset=(5, 5))
        await pilot.pause()
        assert app.view.top_turn > 1
        assert app.view.cursor_turn == 8


@pytest.mark.parametrize("transcript", [None, Transcript(())])
async def test_no_transcript_is_said_calmly(transcript):
    app = ViewApp(transcript)
    async with app.run_test(size=(100, 6)) as pilot:
        assert NO_TRANSCRIPT in " ".join(app.rows)
        await pilot.press("down", "up", "space", "enter", "pagedown", "pageup", "home", "end")
        app.view.go_to(4)
        app.view.set_margin({1: (2,)})
        assert app.view.search("x") == 0
        assert app.view.next_match(1) == 0
        assert (app.view.cursor_turn, app.view.chosen, app.told) == (0, (), [])


async def test_a_cursor_step_draws_only_the_lines_of_two_turns(monkeypatch):
    app = ViewApp(transcript_of(SHORT * 34))
    async with app.run_test(size=(60, 20)) as pilot:
        drawn = []

        def draw_line(scene, layout, line):
            drawn.append(line)
            return transcript_drawing.draw_line(scene, layout, line)

        monkeypatch.setattr(transcript_view, "draw_line", draw_line)
        await pilot.press("down")
        await pilot.pause()
        drawn.clear()
        await pilot.press("down")
        await pilot.pause()
        assert set(drawn) == {1, 2}


async def test_focus_and_theme_are_drawn_anew():
    class Styled(ViewApp):
        CSS = "TranscriptView:blur { background: red; } TranscriptView:focus { background: blue; }"

    app = Styled(transcript_of(SHORT))
    async with app.run_test(size=(60, 5)) as pilot:

        def ground():
            return app.screen._compositor.render_strips()[3]._segments[0].style.bgcolor.name

        focused = ground()
        app.set_focus(None)
        await pilot.pause()
        assert ground() != focused
