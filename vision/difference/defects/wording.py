"""What is written on a part of the page that came or went, and that no element is: a tag, a chip, a notice."""

from collections.abc import Sequence
from dataclasses import replace

from vision.difference.defects.drafts import place_of
from vision.difference.defects.frames import inner_text
from vision.difference.defects.readings import read_line
from vision.difference.defects.scene import LARGEST_LINE_PX, MAX_LINE_GROWTH, MIN_WORD, Scene
from vision.difference.defects.texts import is_written
from vision.types import Defect, DefectType, Kind

# Reading takes time: at most this many parts are read.
MOST_READ = 20


def with_words(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """The drafts, nameless ones with the line that is written on them."""
    nameless = [d for d in drafts if _is_nameless(d)][:MOST_READ]
    read = {id(draft): _worded(scene, draft) for draft in nameless}
    return [read.get(id(draft), draft) for draft in drafts]


def _is_nameless(draft: Defect) -> bool:
    is_new = draft.type in (DefectType.ADDED, DefectType.MISSING) and draft.kind is None and not draft.text
    return is_new and not draft.detail.get("parts") and not draft.detail.get("part")


def _worded(scene: Scene, draft: Defect) -> Defect:
    picture = scene.actual if draft.type is DefectType.ADDED else scene.reference
    box = place_of(draft)
    line = inner_text(picture, box)
    if line is None or line.height > LARGEST_LINE_PX or line.width <= line.height or not is_written(picture, line):
        return draft
    text = read_line(scene, picture, line, "")
    if sum(letter.isalnum() for letter in text) < MIN_WORD:
        return draft
    return replace(draft, text=text, kind=Kind.LABEL if box.height <= MAX_LINE_GROWTH * line.height else None)
