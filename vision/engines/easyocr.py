"""EasyOCR as a text reader: its recogniser only, on the lines we found. Opens no connection.

EasyOCR's weights are not in its wheel and are never downloaded here. Where they are missing, it runs our own network
(`models/easyocr`), which reads English and Russian. A network of one's own (`NAME.py`, `NAME.yaml` and `NAME.pth` beside each
other) is read in the same way: see EasyOCR's "custom model".
"""

import hashlib
import importlib.util
import os
import warnings
from collections.abc import Sequence
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any, Final

import cv2

from vision.engines.types import ReaderUnavailable
from vision.types import Box, Picture

STANDARD: Final = "standard"
OUR_NETWORK: Final = "etalon_reader"
OUR_FOLDER: Final = Path(__file__).resolve().parents[2] / "models" / "easyocr"
_OUR_LANGUAGES: Final = {"en", "ru"}


def load(threads: int, languages: Sequence[str]) -> "EasyOcrReader":
    """EasyOCR with its own weights where they are, otherwise with ours for the languages that ours reads."""
    try:
        return EasyOcrReader(threads, languages)
    except ReaderUnavailable:
        ours = set(languages) <= _OUR_LANGUAGES and (OUR_FOLDER / f"{OUR_NETWORK}.pth").is_file()
        if not ours or not _installed():
            raise
    return EasyOcrReader(threads, languages, OUR_NETWORK, OUR_FOLDER)


def _installed() -> bool:
    return importlib.util.find_spec("easyocr") is not None


class EasyOcrReader:
    """Reads lines with EasyOCR's recogniser, on the CPU.

    `network` is EasyOCR's `recog_network`; `folder` holds the weights (and a network of one's own), by default EasyOCR's own:
    `EASYOCR_MODULE_PATH` or `~/.EasyOCR`, `model` in it.
    """

    name = "easyocr"

    def __init__(
        self, threads: int, languages: Sequence[str], network: str = STANDARD, folder: Path | None = None
    ) -> None:
        self._reader = _load(threads, list(languages), network, folder)
        self.version = f"easyocr {package_version('easyocr')} {network} {_weights_hash(self._reader, network)}"

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        """One text for each box, "" where nothing can be read or the box lies outside the picture."""
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        return [self._read_line(grey, box) for box in boxes]

    def _read_line(self, grey: Any, box: Box) -> str:
        left, right = max(box.x - 2, 0), min(box.right + 2, grey.shape[1])
        top, bottom = max(box.y - 1, 0), min(box.bottom + 1, grey.shape[0])
        if right - left < 2 or bottom - top < 2:
            return ""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its loader asks for pinned memory, which a CPU has not
            texts = self._reader.recognize(grey, [[left, right, top, bottom]], [], detail=0, reformat=False)
        return " ".join(texts).strip()


def _load(threads: int, languages: list[str], network: str, folder: Path | None) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch announces the end of its quantisation on import
            import easyocr
            import torch
    except ImportError as error:
        raise ReaderUnavailable("easyocr is not installed: pip install -r ops/requirements/engines.txt.") from error
    torch.set_num_threads(threads)
    # Looked for here first: EasyOCR would make its folders before it finds out.
    if network == STANDARD and not any((folder or _default_folder()).glob("*.pth")):
        raise ReaderUnavailable(_how_to_get_weights(languages, folder))
    home = str(folder) if folder else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return easyocr.Reader(
                languages,
                gpu=False,
                model_storage_directory=home,
                user_network_directory=home,
                recog_network=network,
                download_enabled=False,
                detector=False,
                verbose=False,
            )
    except FileNotFoundError as error:
        raise ReaderUnavailable(_how_to_get_weights(languages, folder)) from error
    except ValueError as error:
        raise ReaderUnavailable(f"EasyOCR does not read these languages together: {', '.join(languages)}.") from error


def _how_to_get_weights(languages: list[str], folder: Path | None) -> str:
    wanted = "english_g2.pth" if languages == ["en"] else "cyrillic_g2.pth" if "ru" in languages else "latin_g2.pth"
    return (
        f"EasyOCR's weights {wanted} are not in {folder or _default_folder()}, or damaged, and this service downloads nothing: "
        "put the file there (the model hub at https://www.jaided.ai/easyocr/modelhub has it), or set OCR_ENGINE=etalon."
    )


def _default_folder() -> Path:
    home = os.environ.get("EASYOCR_MODULE_PATH") or os.environ.get("MODULE_PATH")
    return (Path(home) if home else Path.home() / ".EasyOCR") / "model"


def _weights_hash(reader: Any, network: str) -> str:
    folder = Path(reader.model_storage_directory)
    files = [folder / f"{network}.pth"] if network != STANDARD else sorted(folder.glob(f"{reader.model_lang}_g*.pth"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
