"""`python3 run.py explain ID` and `explain REFERENCE ACTUAL`: which step of the comparison said what."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from store import comparisons
from store.errors import StoreError
from store.session import read
from tasks.engines import engines
from tasks.stored_pictures import limits
from vision.difference.comparison import compare
from vision.difference.defects import decide
from vision.elements.analysis import analyze
from vision.image import UnreadableImage, decode_on_one_background
from vision.messages import Language, defect_message
from vision.types import Box, CompareOptions, Comparison, Defect, MatchLevel


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run.py explain", description=__doc__)
    parser.add_argument(
        "what", nargs="+", metavar="ID, or REFERENCE ACTUAL", help="a stored comparison, or two pictures"
    )
    parser.add_argument("--match-level", default="strict", choices=[level.value for level in MatchLevel])
    parser.add_argument("--background", metavar="#rrggbb", type=_colour, help="what transparent pictures are laid on")
    parser.add_argument("--language", default="en", choices=["en", "ru"])
    asked = parser.parse_args(arguments)
    if len(asked.what) > 2:
        parser.error(f"expected one id or two pictures, got {len(asked.what)} words")
    options = CompareOptions(MatchLevel(asked.match_level), background=asked.background)
    try:
        found = (
            _stored(asked.what[0])
            if len(asked.what) == 1
            else _compared(Path(asked.what[0]), Path(asked.what[1]), options)
        )
    except (StoreError, UnreadableImage, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(account(found, options, asked.language)))
    return 0


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise argparse.ArgumentTypeError(f"expected #rrggbb, got {text!r}")
    return text.lower()


def account(found: Comparison, options: CompareOptions, language: Language = "en") -> list[str]:
    """Lines of text: the verdict, each entry with the step that made it and its boxes, and what stayed over."""
    decision = decide(found.defects, found.unexplained, options)
    lines = [
        f"verdict {decision.verdict.value} ({decision.rule}), alignment {found.alignment.kind}, {len(found.defects)} entries"
    ]
    for defect in found.defects:
        lines += _entry(defect, language)
    lines += [f"unexplained {_box(one.actual_box or one.reference_box)}: {one.area_px} px" for one in found.unexplained]
    reasons = sorted({noise.reason for noise in found.noise})
    for reason in reasons:
        spots = [noise for noise in found.noise if noise.reason == reason]
        lines.append(f"noise {reason}: {sum(noise.area_px for noise in spots)} px in {len(spots)} spots")
    return lines


def _entry(defect: Defect, language: Language) -> list[str]:
    boxes = defect.reference_box, defect.actual_box
    sentence = defect_message(defect.type, defect.kind, defect.text, *boxes, defect.detail, language)
    cause = f", follows from {defect.cause_id}" if defect.cause_id else ""
    step = defect.detail.get("found_by", "an older version")
    return [
        f"{defect.id} {defect.type.value}, {defect.severity.value}{cause}: {sentence}",
        f"   by {step}; reference {_box(boxes[0])}, actual {_box(boxes[1])}",
    ]


def _box(box: Box | None) -> str:
    return f"{box.width} x {box.height} at {box.x}, {box.y}" if box else "none"


def _stored(comparison_id: str) -> Comparison:
    with read() as session:
        return comparisons.found(session, comparison_id)


def _compared(reference: Path, actual: Path, options: CompareOptions) -> Comparison:
    files = reference.read_bytes(), actual.read_bytes()
    exactly = options.match_level is MatchLevel.EXACT
    one, two, _ = decode_on_one_background(*files, limits(), options.background, exactly)
    return compare(one, two, analyze(one, engines()), engines(), options)


if __name__ == "__main__":
    sys.exit(main())
