"""The data types of `vision`: boxes, elements, analyses, defects, comparisons.

Every box is whole pixels of the screenshot it was found in, origin top left. Pictures are `numpy.uint8` arrays of shape
(height, width, 3), channel order BGR (OpenCV's own), as `vision.image.decode` makes them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


class Kind(StrEnum):
    """What an element is (doc/contract.md, section 1)."""

    BUTTON = "button"
    INPUT = "input"
    SELECT = "select"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    SWITCH = "switch"
    IMAGE = "image"
    ICON = "icon"
    LABEL = "label"


# Kinds with a frame and text of their own.
FRAMED_KINDS: Final = (Kind.BUTTON, Kind.INPUT, Kind.SELECT)


class DefectType(StrEnum):
    """What happened to an element (doc/contract.md, section 2)."""

    MISSING = "missing"
    ADDED = "added"
    MOVED = "moved"
    RESIZED = "resized"
    TEXT_CHANGED = "text_changed"
    STYLE_CHANGED = "style_changed"
    IMAGE_CHANGED = "image_changed"
    LAYOUT_SHIFT = "layout_shift"


class Severity(StrEnum):
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class MatchLevel(StrEnum):
    EXACT = "exact"
    STRICT = "strict"
    CONTENT = "content"
    LAYOUT = "layout"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


class AlignmentKind(StrEnum):
    """How the actual lies on the reference; see `Alignment`."""

    IDENTITY = "identity"
    TRANSLATION = "translation"
    SCALE = "scale"
    SHIFTED_ROWS = "shifted_rows"


class NoiseReason(StrEnum):
    """Why a person would not see that pixels differ (doc/contract.md, section 2)."""

    FAINT = "faint"
    CARET = "caret"
    ANTIALIASING = "antialiasing"
    RESAMPLING = "resampling"
    COMPRESSION = "compression"
    LCD_TEXT = "lcd_text"
    FONT_RENDERING = "font_rendering"
    OFFSET = "offset"
    JITTER = "jitter"


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: `x`, `y` its top left pixel, `width` and `height` in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.height

    @property
    def area_px(self) -> int:
        return self.width * self.height

    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index a picture with."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def shifted(self, dx: int, dy: int) -> "Box":
        return Box(self.x + dx, self.y + dy, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of an interface: `confidence` is 0..1, `text` what is written in it ("" where the kind has none).

    `text_confidence` is the probability of the letter that the reader is least sure of (0..1); None if there is no text or
    the reader does not say.
    """

    id: str
    kind: Kind
    box: Box
    text: str
    confidence: float
    text_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """What a detector says before anything is read: `confidence` is 0..1."""

    kind: Kind
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """One picture's elements, in reading order, and the time of each stage (milliseconds). `limits` are sentences about
    what was left out of a picture with more than an interface shows.
    """

    size: Size
    elements: tuple[Element, ...]
    detector: str
    ocr_engine: str
    timings_ms: dict[str, float] = field(default_factory=dict)
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that changed. `id` is unique within its comparison ("d1", "d2", ...), `cause_id` the id of the defect it
    follows from. `detail` holds numbers and texts by the names `doc/defects.md` lists; the sentence is made of them."""

    id: str
    type: DefectType
    severity: Severity
    reference_box: Box | None
    actual_box: Box | None
    kind: Kind | None = None
    text: str = ""
    cause_id: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IgnoredDefect:
    """A defect that does not count, and why: `ignore_region` or `match_level`."""

    defect: Defect
    reason: str


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Changed pixels that no defect and no noise explains."""

    reference_box: Box | None
    actual_box: Box | None
    area_px: int


@dataclass(frozen=True, slots=True)
class Noise:
    """Differing pixels a person would not see, and why: `box` lies in the actual."""

    reason: NoiseReason
    box: Box
    area_px: int


@dataclass(frozen=True, slots=True)
class Band:
    """Rows (and columns) of the reference that are at another place in the actual: actual = reference + (dx, dy)."""

    reference_box: Box
    dx: int
    dy: int


@dataclass(frozen=True)
class Alignment:
    """How the actual lies on the reference.

    `scale` is actual size / reference size (1.0 but for `scale`); `dx`, `dy` the whole picture's own offset in pixels;
    `bands` cover every aligned part of the reference; what they leave out was removed (reference) or inserted (actual).
    """

    kind: AlignmentKind
    bands: tuple[Band, ...]
    dx: int = 0
    dy: int = 0
    scale: float = 1.0
    removed: tuple[Box, ...] = ()
    inserted: tuple[Box, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Does any part of the reference lie elsewhere in the actual?"""
        return any(band.dx or band.dy for band in self.bands)

    @cached_property
    def band_edges(self) -> NDArray[np.int64]:
        """The bands in the reference and in the actual, (2, n, 4): left, top, right, bottom in pixels."""
        boxes = [(band.reference_box, band.reference_box.shifted(band.dx, band.dy)) for band in self.bands]
        edges = [[(box.x, box.y, box.right, box.bottom) for box in pair] for pair in boxes]
        return np.array(edges, np.int64).reshape(-1, 2, 4).transpose(1, 0, 2)


@dataclass(frozen=True, slots=True)
class KindCoverage:
    reference_elements: int
    actual_elements: int
    matched: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the reference was compared. Both ratios are 0..1; 1.0 where there was nothing to cover."""

    reference_elements: int
    actual_elements: int
    matched: int
    element_coverage: float
    area_coverage: float
    by_kind: dict[Kind, KindCoverage] = field(default_factory=dict)
    text_lines: dict[str, int] = field(default_factory=dict)
    matched_reference_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """Options of a comparison (doc/contract.md, section 2). `ignore_regions` are boxes of the reference, `background`
    (`#rrggbb`) is the colour behind transparent pictures; None: see `vision.image.decode_on_one_background`.
    """

    match_level: MatchLevel = MatchLevel.STRICT
    ignore_regions: tuple[Box, ...] = ()
    fail_on: Severity = Severity.MINOR
    background: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything found between two pictures; `vision.difference.defects.decide` judges it.

    `ssim` is -1..1, None below 7 px a side; `changed_ratio` and `unexplained_ratio` are 0..1 of the actual's pixels.
    """

    reference_size: Size
    actual_size: Size
    match_level: MatchLevel
    alignment: Alignment
    ssim: float | None
    changed_ratio: float
    unexplained_ratio: float
    defects: tuple[Defect, ...]
    unexplained: tuple[Unexplained, ...]
    noise: tuple[Noise, ...]
    ignored: tuple[IgnoredDefect, ...]
    coverage: Coverage
    actual_analysis: Analysis
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict and the rule that decided it, as a word: `no_defects`, `severity`, `unexplained`, `below_fail_on`."""

    verdict: Verdict
    rule: str
