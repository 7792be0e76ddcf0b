"""What is fuzzed. Each target takes any bytes and raises where a promise is broken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

Target = Callable[[bytes], None]
NAMES = ("picture", "options", "form")


@contextmanager
def target(name: str) -> Iterator[Target]:
    """The target of that name, with whatever it needs running."""
    if name == "form":
        from harness.fuzz.service import service

        with TemporaryDirectory() as folder, service(Path(folder)) as running:
            yield form_target(running)
    else:
        yield {"picture": picture_target, "options": options_target}[name]


def picture_target(data: bytes) -> None:
    """A picture within the limits, or a sentence on why not; and what the header said is what comes out."""
    from vision.image import ImageLimits, UnreadableImage, decode, inspect

    limits = ImageLimits(max_bytes=1_000_000, max_pixels=1_000_000, max_side=5_000)
    try:
        info = inspect(data, limits)
        picture = decode(data, limits)
    except UnreadableImage as error:
        assert str(error).endswith((".", "picture.")), error
        # OpenCV's "out of memory": the limits are there so that it never needs more than there is.
        assert getattr(error.__cause__, "code", None) != -4, error
        return
    assert picture.shape == (info.height, info.width, 3)
    assert info.width * info.height <= limits.max_pixels


def options_target(data: bytes) -> None:
    """Options that can be used, or a sentence on why not."""
    from api.errors import InvalidOptions
    from api.uploads import compare_options
    from vision.types import Size

    size = Size(100, 50)
    try:
        options = compare_options(data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace"), size)
    except (InvalidOptions, UnicodeDecodeError) as error:
        assert not isinstance(error, InvalidOptions) or error.detail.endswith("."), error
        return
    assert all(box.right <= size.width and box.bottom <= size.height for box in options.ignore_regions)


def form_target(service: object) -> Target:
    """An answer that a client can work with; what is refused leaves nothing behind."""
    from harness.fuzz.service import Service

    assert isinstance(service, Service)

    def posted(data: bytes) -> None:
        head, _, body = data.partition(b"\n")
        path, _, kind = head.partition(b" ")
        if not path.startswith(b"/api/v1/") or b"?" in path:
            path = b"/api/v1/analyses"
        before = service.kept()
        answer = service.ask(
            "POST", path.decode("utf-8", "replace"), body, headers={b"content-type": bytes(c for c in kind if c > 31)}
        )
        assert answer.status < 400 or service.kept() == before

    return posted
