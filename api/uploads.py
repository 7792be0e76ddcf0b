"""What clients send: forms with pictures, their labels and options. Checked here, at the door, and trusted afterwards.

A picture's header is looked at and nothing is decoded; what only decoding finds becomes the task's FAILURE.
"""

from typing import Annotated, Any, Final, Self

from anyio import to_thread
from fastapi import UploadFile
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


def printable(text: str) -> str:
    if not text.replace("\t", " ").isprintable():
        raise ValueError("This may not hold control characters")
    return text


def _a_file(value: Any) -> Any:
    if not hasattr(value, "read"):
        raise ValueError("This must be a file (curl: -F field=@page.png)")
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(printable)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(printable)]
PictureFile = Annotated[UploadFile, BeforeValidator(_a_file)]


class Strict(BaseModel):
    """A form or document whose fields are all known: a misspelt one is refused, not passed over."""

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
        """An empty field counts as not sent. With a test case, its own project is the one that counts."""
        return requests.Labels(
            project=project,
            branch=self.branch or None,
            variant=self.variant or None,
            build=self.build or None,
            commit=self.commit or None,
        )


OPTIONS_TEXT: Final = (
    'JSON: `{"match_level": "exact"|"strict"|"content"|"layout", "ignore_regions": [{"x", "y", "width", "height"}], '
    '"fail_on": "minor"|"major"|"critical"}`, each optional. Boxes are pixels of the reference.'
)
OptionsText = Annotated[
    str,
    Field(description=OPTIONS_TEXT, examples=['{"match_level": "strict", "ignore_regions": [], "fail_on": "minor"}']),
]


# In a form, fields come in the order of its classes read from the right: the pictures first, then what describes them.
class _Screenshot(Strict):
    screenshot: PictureFile = Field(description="The picture: PNG, JPEG or WebP.")


class _ScreenshotAndOptions(_Screenshot):
    options: OptionsText = ""


class _Named(_Screenshot):
    name: Name = Field(description="What the test case is called; unique with its variant in its project.")


class _Pair(Strict):
    reference: PictureFile = Field(description="How it should look: PNG, JPEG or WebP.")
    actual: PictureFile = Field(description="How it looks now: PNG, JPEG or WebP.")
    options: OptionsText = ""


class ScreenshotForm(Labels, _Screenshot):
    pass


class TestCaseForm(Labels, _Named):
    __test__ = False  # pytest would collect it by its name


class TestCaseComparisonForm(Labels, _ScreenshotAndOptions):
    __test__ = False  # pytest would collect it by its name


class PairForm(Labels, _Pair):
    pass


async def checked(upload: UploadFile, field: str) -> Upload:
    """The upload's bytes and what its header says. Raises PictureRefused (413, 415 or 422), which names `field`."""
    limits = image_limits()
    try:
        if (upload.size or 0) > limits.max_bytes:
            raise ImageTooLarge(f"It has {upload.size} bytes; {limits.max_bytes} are allowed.")
        data = await upload.read()
        return Upload(data, await to_thread.run_sync(inspect, data, limits))
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


class Options(Strict):
    """The field `options`, once it is read."""

    match_level: MatchLevel = MatchLevel.STRICT
    ignore_regions: list[IgnoreRegion] = Field([], max_length=_MAX_IGNORE_REGIONS)
    fail_on: Severity = Severity.MINOR

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            return cls.model_validate_json(text or "{}")
        except ValidationError as error:
            raise InvalidOptions(field_errors(error.errors())) from None


def size(picture: Upload) -> Size:
    return Size(picture.info.width, picture.info.height)


def compare_options(text: str, reference: Size) -> CompareOptions:
    """Raises InvalidOptions where it is not JSON, names what does not exist, or a box leaves the reference."""
    options = Options.parse(text)
    boxes = tuple(region.box() for region in options.ignore_regions)
    outside = [
        {"field": f"ignore_regions.{place}", "message": _outside(box, reference)}
        for place, box in enumerate(boxes)
        if box.right > reference.width or box.bottom > reference.height
    ]
    if outside:
        raise InvalidOptions(outside)
    return CompareOptions(options.match_level, boxes, options.fail_on)


def _outside(box: Box, reference: Size) -> str:
    return (
        f"The box at ({box.x}, {box.y}) of {box.width}x{box.height} pixels leaves the reference, "
        f"which is {reference.width}x{reference.height}."
    )
