"""What a judge is shown of a sign."""

import numpy as np

from tests.vision.drawn import Page
from vision.elements.glyph_views import CLASSES, MEASURES, VIEW_PX, VIEWS, looks_of, measures_of, views_of
from vision.types import Box


class Says:
    """A judge with one opinion of everything; it keeps what it was shown."""

    digest = "scripted"

    def __init__(self, **likely: float) -> None:
        self._look = look(**likely)
        self.shown = 0

    def judge(self, views: np.ndarray, measures: np.ndarray) -> np.ndarray:
        assert views.shape == (len(measures), VIEW_PX, VIEWS * VIEW_PX, 3)
        assert measures.shape == (len(views), MEASURES)
        self.shown += len(views)
        return np.stack([self._look] * len(views))


def look(**likely: float) -> np.ndarray:
    return np.array([likely.get(name, 0.0) for name in CLASSES], np.float32)


def test_as_many_looks_as_boxes() -> None:
    judge = Says(icon=1.0)
    assert looks_of(Page().picture, [Box(40, 40, 30, 30)] * 3, judge).shape == (3, len(CLASSES))
    assert looks_of(Page().picture, [], judge).shape == (0, len(CLASSES))
    assert judge.shown == 3


def test_a_view_shows_what_lies_beyond_the_picture_as_its_edge() -> None:
    page = Page(200, 100)
    page.block(Box(0, 0, 10, 10))
    view = views_of(page.picture, Box(0, 0, 10, 10))
    assert view.shape == (VIEW_PX, VIEWS * VIEW_PX, 3)
    assert (view[0, 0] == page.picture[0, 0]).all()
    measures = measures_of([Box(0, 0, 32, 16), Box(5, 5, 64, 32)])
    assert measures[:, 2].tolist() == [1, 1]
    assert measures[0].tolist() != measures[1].tolist()
