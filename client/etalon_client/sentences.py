"""A comparison in words, as its reader wants it: the verdict, then every defect in a sentence, worst first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etalon_client.language import count, told

SEVERITIES = ("critical", "major", "minor")


def verdict_line(language: str, comparison: Mapping[str, Any]) -> str:
    """`failed: 2 defects`"""
    defects = count(language, len(comparison["defects"]), "defect")
    return f"{told(language, str(comparison['verdict']))}: {defects}"


def defect_lines(language: str, comparison: Mapping[str, Any]) -> list[str]:
    """A numbered line for each defect, as the pictures number them, then what no defect explains."""
    width = max(len(told(language, severity)) for severity in SEVERITIES) + 1
    lines = []
    for number, defect in enumerate(comparison["defects"], 1):
        because = told(language, " (follows from {cause})", cause=defect["cause_id"]) if defect["cause_id"] else ""
        lines.append(f"{number:>2}. {told(language, defect['severity']):<{width}}{defect['message']}{because}")
    if areas := len(comparison["unexplained"]):
        lines.append(told(language, "{areas} that no defect explains", areas=count(language, areas, "changed area")))
    return lines


def coverage_line(language: str, comparison: Mapping[str, Any]) -> str:
    """How much of the reference was found again; empty if nothing was compared."""
    if not (coverage := comparison.get("coverage")):
        return ""
    matched, everything, share = (coverage[key] for key in ("matched", "reference_elements", "area_coverage"))
    line = "{matched} of {all} elements matched, {share:.0%} of the area compared"
    return told(language, line, matched=matched, all=everything, share=share)
