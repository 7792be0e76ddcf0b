"""`python -m training.analysis_pictures PAGE.png ... --out doc/pictures`: pages with what Etalon finds on them drawn in."""

import argparse
import sys
from pathlib import Path

import cv2

from vision.drawing import draw_annotated
from vision.elements.analysis import analyze, load_engines
from vision.image import ImageLimits, decode

ROOT = Path(__file__).resolve().parent.parent
LIMITS = ImageLimits(max_bytes=20_000_000, max_pixels=50_000_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=ROOT / "doc" / "pictures")
    parser.add_argument("--height", type=int, default=1000, help="rows of the page that are shown")
    asked = parser.parse_args()
    engines = load_engines(ROOT / "models" / "detector.onnx", 2, "etalon", ("en", "ru"))
    asked.out.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(asked.pages, 1):
        picture = decode(page.read_bytes(), LIMITS)[: asked.height]
        drawn = draw_annotated(picture, analyze(picture, engines).elements)
        cv2.imwrite(str(asked.out / f"analysis-{number}.png"), drawn, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return 0


if __name__ == "__main__":
    sys.exit(main())
