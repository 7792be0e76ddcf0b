"""Etalon's own reader: a small convolutional network that reads one line of screen text, run by onnxruntime.

The picture it sees is not the screenshot but its ink: how far each pixel is from the line's background, whatever the colours,
so that light on dark, grey on white and coloured text all look alike. How it is trained: `training/reader`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.colours import ground_of, quantile_of
from vision.engines.look_alikes import resolved, script_of
from vision.engines.types import ReaderUnavailable, Reading
from vision.types import Box, Picture

HEIGHT_PX: Final = 32
# Columns for one step of the network's output.
STEP_PX: Final = 4
# Widths are padded to a multiple of this. With 4 to 32 the network reads best: 0.60 and 0.97 % of the characters of the
# development screens and held-out pages wrong; padded to the widest of many 0.76 and 1.08 %.
_WIDTH_STEP_PX: Final = 16
# Lines longer than this are squeezed: no screen has them at a readable size.
_WIDEST_PX: Final = 2048
# Room around the content area (share of its height), and on either side (network's pixels, blank).
_MARGIN: Final = 0.06
_SIDE_PX: Final = 8
# Batches hold at most this many columns: larger ones are no faster on a CPU (measured) and need more memory.
_BATCH_COLUMNS: Final = 4096
# Less contrast than this (levels of 255) is an empty line.
_FAINTEST: Final = 8


def ink(cut: Picture) -> NDArray[np.uint8]:
    """How far each pixel is from the background (the median colour), 0..255 of the line's own contrast; all 0 when empty."""
    background = ground_of(cut).astype(np.uint8)
    apart = cv2.absdiff(cut, np.broadcast_to(background, cut.shape)).astype(np.uint16)
    distance = apart[:, :, 0] + apart[:, :, 1] + apart[:, :, 2]
    strongest = quantile_of(distance, 0.99)
    strongest = max(strongest, float(distance.max()) * 0.5)
    if strongest < _FAINTEST * 3:
        return np.zeros(cut.shape[:2], np.uint8)
    scaled: NDArray[np.uint8] = np.minimum(distance * (255.0 / strongest), 255).astype(np.uint8)
    return scaled


def as_input(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An ink picture at the network's height, blank at its sides."""
    width = min(max(STEP_PX, round(line.shape[1] * HEIGHT_PX / line.shape[0])), _WIDEST_PX)
    smaller = line.shape[0] > HEIGHT_PX
    scaled = cv2.resize(line, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.asarray(cv2.copyMakeBorder(scaled, 0, 0, _SIDE_PX, _SIDE_PX, cv2.BORDER_CONSTANT), np.uint8)


WEIGHTS: Final = Path(__file__).resolve().parents[2] / "models" / "reader.onnx"
# Letters less sure than this on average are no text: icons read as "C", "O" or "1" otherwise.
_LEAST_SURE: Final = 0.5
# Of lines whose least sure letter is surer than this 98 % were right, of the others 84 % (1,798 lines of 58 screens).
_DOUBTFUL: Final = 0.8
# A page has fewer of them; what is more is a texture, and read once.
_MOST_DOUBTFUL: Final = 200
_LONG_ASPECT: Final = 40


class CtcReader:
    """Reads lines with Etalon's own network; one reader may serve several threads."""

    name = "etalon"

    def __init__(self, threads: int, weights: Path = WEIGHTS) -> None:
        self._session = _session(weights, threads)
        held = self._session.get_modelmeta().custom_metadata_map
        outputs = [output.name for output in self._session.get_outputs()]
        if "symbols" not in held or outputs != ["scores", "extents"]:
            raise ReaderUnavailable(f"{weights} are not a reader's weights. {_REPAIR}")
        self._symbols = np.array(["", *held["symbols"]])
        short_hash = hashlib.sha256(weights.read_bytes()).hexdigest()[:8]
        self.version = f"etalon {held.get('version', '?')} {short_hash}"

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        """One text for each box, "" where nothing can be read or the box lies outside the picture."""
        return [reading.text for reading in self.read_and_fit(picture, boxes)]

    def read_and_fit(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        """Text, certainty and content area of the line in each box: its rows are corrected, its columns kept."""
        found = self._read(picture, boxes)
        # A doubtful line is read again where it was found to stand: its reading must not depend on how well it was cut out.
        doubtful = [place for place, one in enumerate(found) if _is_doubtful(one)][:_MOST_DOUBTFUL]
        again = self._read(picture, [found[place].box for place in doubtful])
        for place, reading in zip(doubtful, again, strict=True):
            found[place] = reading if reading.text else found[place]
        page_script = script_of("".join(reading.text for reading in found))
        return [replace(reading, text=resolved(reading.text, page_script).strip()) for reading in found]

    def _read(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        found = [Reading("", box, 0.0) for box in boxes]
        cuts = [(index, cut) for index, box in enumerate(boxes) if (cut := _cut(picture, box)) is not None]
        for batch in _batches(cuts):
            stacked = _stacked([cut.line for _, cut in batch])
            scores, extents = self._session.run(["scores", "extents"], {"picture": stacked})
            for (index, cut), line_scores, extent in zip(batch, scores, extents, strict=True):
                text, confidence, steps = self._spelled(line_scores)
                if text:
                    box, letters = _fitted(boxes[index], cut, extent), (cut.column(steps[0]), cut.column(steps[-1]))
                    found[index] = Reading(text, box, confidence, letters)
        return found

    def _spelled(self, scores: NDArray[np.float32]) -> tuple[str, float, list[int]]:
        """CTC's greedy reading of (steps, classes) log-probabilities: repeats are one letter, blanks none. With it the
        probability of the least sure letter, and each letter's step."""
        best = scores.argmax(axis=1)
        letters = (best != 0) & (best != np.concatenate([[0], best[:-1]]))
        sureness = np.exp(scores[letters, best[letters]])
        if not letters.any() or sureness.mean() < _LEAST_SURE:
            return "", 0.0, []
        return "".join(self._symbols[best[letters]]), float(sureness.min()), np.flatnonzero(letters).tolist()


def _is_doubtful(reading: Reading) -> bool:
    """Whether to read once more; long lines cost too much."""
    is_short = reading.box.width <= _LONG_ASPECT * reading.box.height
    return is_short and bool(reading.text) and (reading.confidence or 0.0) < _DOUBTFUL


_REPAIR: Final = "Restore models/reader.onnx from the repository, or set OCR_ENGINE=rapidocr."


def _session(weights: Path, threads: int) -> Any:
    import onnxruntime

    if not weights.is_file():
        raise ReaderUnavailable(f"The reader's weights {weights} are missing. {_REPAIR}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes differ between its versions
        raise ReaderUnavailable(f"The reader's weights {weights} cannot be read. {_REPAIR}") from error


@dataclass(frozen=True, slots=True)
class _Cut:
    """What the network sees of a box, and where in the picture this is."""

    line: NDArray[np.uint8]
    left: int
    top: int
    height: int
    scale: float
    """Pixels of the picture for one of the line."""

    def column(self, step: int) -> int:
        """The picture's column in the middle of an output step."""
        return round(self.left + (step * STEP_PX + STEP_PX / 2 - _SIDE_PX) * self.scale)


def _cut(picture: Picture, box: Box) -> _Cut | None:
    margin = round(_MARGIN * box.height)
    top, left = max(box.y - margin, 0), max(box.x - 1, 0)
    cut = picture[top : max(box.bottom + margin, 0), left : max(box.right + 1, 0)]
    if min(cut.shape[:2]) < 3:
        return None
    line = ink(cut)
    if not line.any():
        return None
    shown = as_input(line)
    return _Cut(shown, left, top, cut.shape[0], cut.shape[1] / (shown.shape[1] - 2 * _SIDE_PX))


def _fitted(box: Box, cut: _Cut, extent: NDArray[np.float32]) -> Box:
    """The network's rows: they meet the truth's with IoU 0.9 for 0.665 of the labels on the development screens and 0.688 on
    held-out pages (columns set aside), the finder's for 0.689 and 0.557, their means for 0.642 and 0.622."""
    top = max(round(cut.top + float(extent[0]) * cut.height), 0)
    bottom = round(cut.top + (1 - float(extent[1])) * cut.height)
    return Box(box.x, top, box.width, bottom - top) if bottom - top > 3 else box


def _batches(cuts: list[tuple[int, _Cut]]) -> list[list[tuple[int, _Cut]]]:
    """Lines of one width together: what a line is padded to, and so what is read in it, must not depend on its neighbours."""
    by_width: dict[int, list[tuple[int, _Cut]]] = {}
    for index, cut in cuts:
        by_width.setdefault(_padded(cut.line), []).append((index, cut))
    batches = []
    for width, alike in sorted(by_width.items()):
        most = max(1, _BATCH_COLUMNS // width)
        batches += [alike[start : start + most] for start in range(0, len(alike), most)]
    return batches


def _stacked(lines: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    stacked = np.zeros((len(lines), 1, HEIGHT_PX, _padded(lines[0])), np.float32)
    for place, line in enumerate(lines):
        stacked[place, 0, :, : line.shape[1]] = line * np.float32(1 / 255)
    return stacked


def _padded(line: NDArray[np.uint8]) -> int:
    width: int = line.shape[1]
    return -(-width // _WIDTH_STEP_PX) * _WIDTH_STEP_PX
