"""What clients send: forms with pictures, labels and options. Checked here and trusted afterwards.

Only a picture's header is read. What only decoding finds becomes the task's FAILURE.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Self

from anyio import to_thread
from fastapi import Body, UploadFile
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from api.errors import InvalidOptions, PictureRefused, field_errors
from config import settings
from store.projects import DEFAULT
from tasks import requests
from tasks.requests import Upload
from vision.image import ImageLimits, ImageTooLarge, UnreadableImage, inspect
from vision.types import Box, CompareOptions, MatchLevel, Severity, Size

_MAX_IGNORE_REGIONS = 1000


# Joiners of emoji and of Persian, and the marks that say which way a name is written: people type them. (What turns the order of
# what follows round, U+202A to U+202E and U+2066 to U+2069, stays out: a page or a log would show something else than was sent.)
_INVISIBLE = str.maketrans("", "", "\t\u200c\u200d\u200e\u200f\u061c")


def printable(text: str) -> str:
    if not text.translate(_INVISIBLE).isprintable():
        raise ValueError("This may not hold control characters")
    return text


def printable_text(text: str) -> str:
    """The same for text of more than one line."""
    return printable(text.replace("\r", "").replace("\n", " ")) and text


def _a_file(value: Any) -> Any:
    if not hasattr(value, "read"):
        raise ValueError("This must be a file (curl: -F field=@page.png)")
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(printable)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(printable)]
PictureFile = Annotated[UploadFile, BeforeValidator(_a_file)]


class Strict(BaseModel):
    """A form or document that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_fields(cls, sent: Any) -> Any:
        unknown = sorted(set(sent) - set(cls.model_fields)) if isinstance(sent, dict) else []
        if unknown:
            shown = ", ".join(ascii(name[:40]) for name in unknown[:5])
            raise ValueError(f"Unknown field {shown}; allowed are {', '.join(cls.model_fields)}")
        return sent


class Labels(Strict):
    project: Label = Field(
        "",
        description="The project it belongs to; a new name makes a new project. Empty: the key's only one, or `default`.",
    )
    branch: Label = Field("", description="The branch it was built from; empty is the main line.")
    variant: Label = Field("", description="Browser, viewport, theme: what tells two pictures of one page apart.")
    build: Label = Field("", description="Your CI's name for the build.")
    commit: Label = Field("", description="The commit it was built from.")

    def labels(self, project: str = DEFAULT) -> requests.Labels:
        """An empty field counts as absent. With a test case, its project counts."""
        return requests.Labels(
            project=project,
            branch=self.branch or None,
            variant=self.variant or None,
            build=self.build or None,
            commit=self.commit or None,
        )


OPTIONS_TEXT: Final = (
    'JSON: `{"match_level": "exact"|"strict"|"content"|"layout", "ignore_regions": [{"x", "y", "width", "height"}], '
    '"fail_on": "minor"|"major"|"critical", "background": "#rrggbb"}`, each optional. Boxes are pixels of the reference.'
)
OptionsText = Annotated[
    str,
    Field(description=OPTIONS_TEXT, examples=['{"match_level": "strict", "ignore_regions": [], "fail_on": "minor"}']),
]


# A form's fields come in the order of its base classes, from right to left: the pictures first, then their labels.
class _Screenshot(Strict):
    screenshot: PictureFile = Field(description="The picture: PNG, JPEG or WebP.")


class _ScreenshotAndOptions(_Screenshot):
    options: OptionsText = ""


class _Named(_Screenshot):
    name: Name = Field(description="What the test case is called; unique with its variant in its project.")


class _Shot(_ScreenshotAndOptions):
    name: Name = Field(description="What the shot is called; unique with its variant in its build.")
    variant: Label = Field("", description="Browser, viewport, theme: what tells two pictures of one page apart.")
    retry: bool = Field(False, description="true: it takes the place of the shot of that name and variant.")


class _Pair(Strict):
    reference: PictureFile = Field(description="How it should look: PNG, JPEG or WebP.")
    actual: PictureFile = Field(description="How it looks now: PNG, JPEG or WebP.")
    options: OptionsText = ""
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(printable)] = Field(
        "", description="What the pair is called in the build that the label `build` names."
    )


class ShotForm(_Shot):
    pass


class ScreenshotForm(Labels, _Screenshot):
    pass


class TestCaseForm(Labels, _Named):
    __test__ = False  # pytest would collect it by its name


class TestCaseComparisonForm(Labels, _ScreenshotAndOptions):
    __test__ = False  # pytest would collect it by its name


class PairForm(Labels, _Pair):
    pass


async def checked(upload: UploadFile, field: str) -> Upload:
    """The upload's bytes and what its header says. Raises PictureRefused (413, 415 or 422) with the name `field`."""
    limits = image_limits()
    try:
        if (upload.size or 0) > limits.max_bytes:
            raise ImageTooLarge(f"It has {upload.size} bytes; {limits.max_bytes} are allowed.")
        data = await upload.read()
        return Upload(data, await to_thread.run_sync(inspect, data, limits))
    except UnreadableImage as error:
        raise PictureRefused(field, error) from None


async def checked_bytes(data: bytes, field: str) -> Upload:
    """The same for bytes. Raises PictureRefused."""
    try:
        return Upload(data, await to_thread.run_sync(inspect, data, image_limits()))
    except UnreadableImage as error:
        raise PictureRefused(field, error) from None


def image_limits() -> ImageLimits:
    return ImageLimits(
        max_bytes=settings().max_upload_mb * 1024 * 1024,
        max_pixels=settings().max_megapixels * 1_000_000,
        max_side=settings().max_side_px,
    )


Pixels = Annotated[int, Field(strict=True, ge=0, le=65_535)]


class IgnoreRegion(Strict):
    x: Pixels
    y: Pixels
    width: Annotated[Pixels, Field(ge=1)]
    height: Annotated[Pixels, Field(ge=1)]

    def box(self) -> Box:
        return Box(self.x, self.y, self.width, self.height)


class Said(Strict):
    """The body of an approval or a rejection."""

    comment: Annotated[str, StringConstraints(max_length=2000), AfterValidator(printable_text)] = ""


Comment = Annotated[Said | None, Body()]


class Options(Strict):
    """The parsed field `options`."""

    match_level: MatchLevel = MatchLevel.STRICT
    ignore_regions: list[IgnoreRegion] = Field([], max_length=_MAX_IGNORE_REGIONS)
    fail_on: Severity = Severity.MINOR
    background: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)] | None = None
    """What transparent pictures are laid on. Null: white, unless only another ground shows what changed."""

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            return cls.model_validate_json(text or "{}")
        except ValidationError as error:
            raise InvalidOptions(field_errors(error.errors())) from None


def size(picture: Upload) -> Size:
    return Size(picture.info.width, picture.info.height)


def compare_options(text: str, reference: Size, stored: Mapping[str, Any] | None = None) -> CompareOptions:
    """The requested options, with those `stored` with the test case as defaults. Raises InvalidOptions if it is
    not JSON, has an unknown name, or a box leaves the reference."""
    options = Options.parse(text)
    check_inside(options, reference)
    kept = Options.model_validate(stored or {})
    said = {name: getattr(options if name in options.model_fields_set else kept, name) for name in Options.model_fields}
    boxes = within([region.box() for region in said["ignore_regions"]], reference)
    return CompareOptions(said["match_level"], boxes, said["fail_on"], said["background"])


def check_inside(options: Options, reference: Size) -> None:
    """Raises InvalidOptions if a box leaves the reference."""
    boxes = tuple(region.box() for region in options.ignore_regions)
    outside = [
        {"field": f"ignore_regions.{place}", "message": _outside(box, reference)}
        for place, box in enumerate(boxes)
        if box.right > reference.width or box.bottom > reference.height
    ]
    if outside:
        raise InvalidOptions(outside)


def within(boxes: Sequence[Box], reference: Size) -> tuple[Box, ...]:
    """The boxes, cut to a picture of that size."""
    return tuple(clipped for box in boxes if (clipped := _clipped(box, reference)))


def _clipped(box: Box, reference: Size) -> Box | None:
    """A stored region may have been drawn on a larger reference than today's."""
    width = min(box.right, reference.width) - box.x
    height = min(box.bottom, reference.height) - box.y
    return Box(box.x, box.y, width, height) if width > 0 and height > 0 else None


def _outside(box: Box, reference: Size) -> str:
    return (
        f"The box at ({box.x}, {box.y}) of {box.width}x{box.height} pixels leaves the reference, "
        f"which is {reference.width}x{reference.height}."
    )
