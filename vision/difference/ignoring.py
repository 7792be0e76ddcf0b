"""Sets aside what does not count, by ignored regions or by the match level, and keeps it with the reason."""

from collections.abc import Sequence

from vision.boxes import share_inside
from vision.difference.defects import GEOMETRY
from vision.types import Box, CompareOptions, Defect, DefectType, IgnoredDefect, MatchLevel, Unexplained

# A defect is ignored if this share of it lies in an ignored region.
IGNORED_SHARE = 0.5


def set_aside(
    defects: Sequence[Defect], options: CompareOptions, scale: float = 1.0
) -> tuple[list[Defect], list[IgnoredDefect]]:
    """The defects that count, and those that do not. Regions are pixels of the reference; `scale` is the alignment's:
    boxes that only the actual has are measured in its pixels.
    """
    kept, ignored = [], []
    for defect in defects:
        reason = _why_ignored(defect, options, scale)
        if reason is None:
            kept.append(defect)
        else:
            ignored.append(IgnoredDefect(defect, reason))
    return kept, ignored


def still_unexplained(
    unexplained: Sequence[Unexplained], options: CompareOptions, scale: float = 1.0
) -> list[Unexplained]:
    """The unexplained areas outside all ignored regions."""
    return [one for one in unexplained if not _in_region(one.reference_box, one.actual_box, options, scale)]


def _why_ignored(defect: Defect, options: CompareOptions, scale: float) -> str | None:
    if _in_region(defect.reference_box, defect.actual_box, options, scale):
        return "ignore_region"
    if options.match_level is MatchLevel.LAYOUT and defect.type not in GEOMETRY:
        return "match_level"
    colours_only = defect.type is DefectType.STYLE_CHANGED and defect.detail.get("aspect") == "colour"
    return "match_level" if options.match_level is MatchLevel.CONTENT and colours_only else None


def _in_region(reference_box: Box | None, actual_box: Box | None, options: CompareOptions, scale: float) -> bool:
    box = reference_box or (_at_reference_scale(actual_box, scale) if actual_box else None)
    return box is not None and any(share_inside(box, region) >= IGNORED_SHARE for region in options.ignore_regions)


def _at_reference_scale(box: Box, scale: float) -> Box:
    if scale == 1.0:
        return box
    return Box(round(box.x / scale), round(box.y / scale), round(box.width / scale), round(box.height / scale))
