"""Figures drawn before they are asked for."""

from concurrent.futures import ThreadPoolExecutor

from ceasefire.figures import MarginRow, draw_ahead, margins, render_svg
from ceasefire.figures.render import _finished


class Counting(ThreadPoolExecutor):
    """An executor that counts what is begun on it."""

    begun = 0

    def submit(self, *arguments):
        self.begun += 1
        return super().submit(*arguments)


def test_a_figure_drawn_ahead_is_the_same_and_drawn_finished():
    spec, other = margins([MarginRow("Green", 2.5)]), margins([MarginRow("Violet", 2.5)])
    with Counting(1) as drawers:
        draw_ahead([spec, other, spec], drawers)
        ahead = render_svg(spec, name="one")
    assert drawers.begun == 2
    _finished.cache_clear()
    assert ahead == render_svg(spec, name="one")
