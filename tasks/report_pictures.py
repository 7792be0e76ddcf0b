"""Pictures for a report that is one file: whole and lossless while there is room and time for it, then small copies."""

import threading
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from store.errors import ArtifactNotFound, ArtifactStoreUnavailable, BlobMissing
from tasks.drawing import draw
from tasks.stored_pictures import limits
from vision.image import UnreadableImage, decode
from vision.thumbnails import encode_webp, smaller
from vision.types import Picture

MOST_BYTES: Final = 20 * 1024 * 1024  # of the report: mail servers and GitLab's artifact viewer take no more
_RESERVED_BYTES: Final = 2 * 1024 * 1024  # for the text of 2,000 shots
_SMALL_BYTES: Final = 6 * 1024 * 1024  # kept free for small copies
# Lossless WebP takes 0.2 to 0.4 s a megapixel: a client waits for the report.
_MOST_LOSSLESS_PX: Final = 60_000_000
_SMALL_WIDTH: Final = 240
_WEBP_SIDE: Final = 16_383
_LOSSLESS: Final = 101  # OpenCV: above 100 is lossless


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture as a `data:` URL, and the size of the screenshot it shows, in pixels."""

    url: str
    width: int
    height: int


@dataclass(slots=True)
class Pictures:
    """The pictures of one report. Each artifact is encoded once however often it is shown."""

    _bytes_left: int = MOST_BYTES - _RESERVED_BYTES
    _pixels_left: int = _MOST_LOSSLESS_PX
    _whole: dict[str, Embedded | None] = field(default_factory=dict)
    _small: dict[str, Embedded | None] = field(default_factory=dict)

    def whole(self, artifact_id: str) -> Embedded | None:
        """Every pixel as it is; None if it is gone, or where there is no room any more."""
        if artifact_id not in self._whole:
            self._whole[artifact_id] = self._encoded(artifact_id, lossless=True)
        return self._whole[artifact_id]

    def small(self, artifact_id: str) -> Embedded | None:
        """A copy 240 pixels wide; None if it is gone, or where there is no room any more."""
        if artifact_id not in self._small:
            self._small[artifact_id] = self._encoded(artifact_id, lossless=False)
        return self._small[artifact_id]

    def _encoded(self, artifact_id: str, lossless: bool) -> Embedded | None:
        if self._bytes_left <= (_SMALL_BYTES if lossless else 0) or (lossless and self._pixels_left <= 0):
            return None
        try:
            picture = decode(draw(artifact_id).data, limits())
        except (ArtifactNotFound, BlobMissing, ArtifactStoreUnavailable, UnreadableImage):
            return None
        height, width = picture.shape[:2]
        if lossless and max(height, width) > _WEBP_SIDE:
            return None
        data = _lossless(picture) if lossless else encode_webp(smaller(picture, _SMALL_WIDTH))
        self._pixels_left -= width * height if lossless else 0
        url = f"data:image/webp;base64,{b64encode(data).decode()}"
        if len(url) > self._bytes_left:
            return None
        self._bytes_left -= len(url)
        return Embedded(url, width, height)


# One report at a time in a process: each decodes pictures for seconds, and two would only take the processor from each other.
one_at_a_time = threading.Lock()


def _lossless(picture: Picture) -> bytes:
    done, data = cv2.imencode(".webp", np.ascontiguousarray(picture), [cv2.IMWRITE_WEBP_QUALITY, _LOSSLESS])
    assert done
    return data.tobytes()
