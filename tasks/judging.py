"""Deciding again on what was found: with one more ignored region, say. Nothing is looked at or compared anew."""

from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

from store import comparisons, tables, testcases
from store.errors import NoTestCase
from store.session import read, write
from tasks import builds
from vision.difference.defects import decide
from vision.difference.ignoring import set_aside, still_unexplained
from vision.types import Box, CompareOptions, Comparison, Decision, Defect, IgnoredDefect, Unexplained


@dataclass(frozen=True, slots=True)
class Judged:
    """What a comparison comes to under other options: what still counts, and what no longer does."""

    options: CompareOptions
    before: Decision
    after: Decision
    defects: tuple[Defect, ...]
    ignored: tuple[IgnoredDefect, ...]
    unexplained: tuple[Unexplained, ...]
    newly_ignored: int


def preview(comparison_id: str, region: Box) -> Judged:
    """What the verdict would be if this region of the reference were ignored too. Raises ComparisonNotFound, NotCompared."""
    with read() as session:
        asked = comparisons.options(comparisons.get(session, comparison_id))
        return judge(comparisons.found(session, comparison_id), asked, _with(asked, region))


def ignore_region(comparison_id: str, region: Box, for_testcase: bool = False) -> Judged:
    """The same, and it stays so; `for_testcase` keeps the region for its test case's later comparisons as well.
    Raises ComparisonNotFound, NotCompared, AlreadyApproved, NoTestCase."""
    with write() as session:
        row = comparisons.lock_unapproved(session, comparison_id)
        asked = comparisons.options(row)
        judged = judge(comparisons.found(session, comparison_id), asked, _with(asked, region))
        comparisons.judge_again(
            session, row, judged.options, judged.after, judged.defects, judged.ignored, judged.unexplained
        )
        builds.judged_again(session, comparison_id)
        if for_testcase:
            _keep_for_testcase(session, row, region)
    return judged


def judge(found: Comparison, asked: CompareOptions, wanted: CompareOptions) -> Judged:
    """Regions can only be added: what one of them hid as unexplained was not kept."""
    everything = _in_order(found)
    kept, ignored = set_aside(everything, wanted, found.alignment.scale)
    unexplained = still_unexplained(found.unexplained, wanted, found.alignment.scale)
    gone = len(found.defects) + len(found.unexplained) - len(kept) - len(unexplained)
    return Judged(
        wanted,
        decide(found.defects, found.unexplained, asked),
        decide(kept, unexplained, wanted),
        tuple(kept),
        tuple(ignored),
        tuple(unexplained),
        gone,
    )


def _in_order(found: Comparison) -> list[Defect]:
    """Counted and ignored ones together, in the order of their ids."""
    everything = [*found.defects, *(one.defect for one in found.ignored)]
    return sorted(everything, key=lambda one: int(one.id[1:]) if one.id[1:].isdigit() else 0)


def _keep_for_testcase(session: Session, row: tables.Comparison, region: Box) -> None:
    if row.testcase_id is None:
        raise NoTestCase(row.id)
    testcases.lock(session, row.testcase_id)
    stored = dict(testcases.get(session, row.testcase_id).options or {})
    regions = [*stored.get("ignore_regions", []), asdict(region)]
    testcases.set_options(session, row.testcase_id, {**stored, "ignore_regions": regions})


def _with(asked: CompareOptions, region: Box) -> CompareOptions:
    return replace(asked, ignore_regions=(*asked.ignore_regions, region))
