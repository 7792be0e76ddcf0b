"""Colours: how they are written, how far apart they are, and which one is commonest."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Picture

Codes = NDArray[np.uint32]
"""One number for each exact colour of a picture, (height, width)."""


def commonest(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    coarse = (colours >> 4).astype(np.int64) @ np.array([1, 16, 256])
    return np.asarray(np.median(colours[coarse == np.bincount(coarse).argmax()], axis=0), dtype=np.uint8)


def hex_of(colour: NDArray[np.uint8]) -> str:
    blue, green, red = (int(value) for value in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


def delta_e(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    pixels = np.array([[one, two]], np.float32) / 255
    lab = cv2.cvtColor(pixels, cv2.COLOR_BGR2LAB)[0]
    return float(np.linalg.norm(lab[0] - lab[1]))


def colour_codes(picture: Picture) -> Codes:
    return cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA).view(np.uint32)[..., 0]


def common_codes(codes: Codes, least_px: int, most: int) -> list[int]:
    """The codes that at least `least_px` pixels have, at most `most` of them, the commonest first.

    Pixels are counted by runs: on a screen these are far fewer, and sorting is what takes long.
    """
    flat = codes.ravel()
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    values, places = np.unique(flat[starts], return_inverse=True)
    counts = np.bincount(places, weights=np.diff(np.append(starts, flat.size)))
    order = np.argsort(-counts)[:most]
    return [int(values[at]) for at in order if counts[at] >= least_px]
