"""Colours: how they are written, how far apart they are, and which one is commonest."""

import cv2
import numpy as np
from numpy.typing import NDArray


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


def common_colours(pixels: NDArray[np.uint8], least_px: int, most: int) -> list[NDArray[np.uint8]]:
    """The exact colours that at least so many of the pixels ((n, 3) uint8) have, at most `most` of them, the commonest first."""
    codes = pixels.astype(np.int32) @ np.array([1, 256, 65536], np.int32)
    values, counts = np.unique(codes, return_counts=True)
    chosen = values[np.argsort(-counts)[:most]][np.sort(counts)[::-1][:most] >= least_px]
    return [np.array([code & 255, code >> 8 & 255, code >> 16], np.uint8) for code in chosen.tolist()]
