"""The severity of a defect, and the verdict on all of them."""

from collections.abc import Sequence
from typing import Any

from vision.difference.defects.scene import ACTION_KINDS, TOGGLES
from vision.types import CompareOptions, Decision, Defect, DefectType, Kind, MatchLevel, Severity, Unexplained, Verdict


def decide(defects: Sequence[Defect], unexplained: Sequence[Unexplained], policy: CompareOptions) -> Decision:
    """The verdict, and the rule that decided it."""
    order = list(Severity)
    if any(order.index(defect.severity) >= order.index(policy.fail_on) for defect in defects):
        return Decision(Verdict.FAILED, "severity")
    if unexplained and policy.match_level in (MatchLevel.EXACT, MatchLevel.STRICT):
        return Decision(Verdict.FAILED, "unexplained")
    return Decision(Verdict.PASSED, "below_fail_on" if defects else "no_defects")


def severity_of(type_: DefectType, kind: Kind | None, detail: dict[str, Any]) -> Severity:
    """The severity: critical if a user can no longer do something, major if something reads or works differently, else
    minor.
    """
    match type_:
        case DefectType.MISSING:
            if kind in ACTION_KINDS:
                return Severity.CRITICAL
            return Severity.MINOR if kind is Kind.ICON else Severity.MAJOR
        case DefectType.ADDED | DefectType.TEXT_CHANGED | DefectType.IMAGE_CHANGED:
            return Severity.MINOR if kind is Kind.ICON else Severity.MAJOR
        case DefectType.MOVED | DefectType.LAYOUT_SHIFT:
            return Severity.MAJOR if max(abs(detail["dx"]), abs(detail["dy"])) > 16 else Severity.MINOR
        case DefectType.RESIZED:
            return Severity.MAJOR if max(abs(detail["dw"]), abs(detail["dh"])) > 16 else Severity.MINOR
        case _:
            return Severity.MAJOR if kind in TOGGLES or detail.get("delta_e", 0) > 20 else Severity.MINOR
