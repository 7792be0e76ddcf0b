"""A build's result in lines: a line for each shot, what changed in several, the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from etalon_client import builds
from etalon_client.builds import Build, Shot, title
from etalon_client.language import count, told
from etalon_client.output import Output
from etalon_client.sentences import defect_lines, verdict_line
from etalon_client.service import Service
from etalon_client.statuses import FAILED, NOT_COMPARED, PASSED, of_verdict, worst

# In a log the end is what is read, so what needs a person comes last.
SECTIONS: Final = ("passed", "approved", "running", "new", "rejected", "failed", "error")
_STATUSES: Final = {"passed": PASSED, "approved": PASSED, "new": FAILED, "rejected": FAILED, "failed": FAILED}
_TALLY: Final = {"error": "not compared"}
_GROUPS_SAID: Final = 10
SIGNATURE_LETTERS: Final = 12  # enough to tell the changes of a build apart


@dataclass(frozen=True)
class Unsent:
    """A picture that never became a shot, and why in a sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class Result:
    """A build, the shots to report, and the pictures that could not be sent."""

    build: Build
    shots: Sequence[Shot]
    unsent: Sequence[Unsent] = field(default=())

    def missing(self) -> list[str]:
        """Expected names that were not sent; unknown while the build is open."""
        tried = {one.name for one in self.unsent}
        return [name for name in self.build["missing"] if name not in tried] if self.build["verdict"] else []

    def in_order(self) -> list[Shot]:
        places = {section: place for place, section in enumerate(SECTIONS)}
        return sorted(self.shots, key=lambda shot: (places.get(shot["section"], len(places)), title(shot)))


def status_of(result: Result) -> int:
    """The build's exit status; where other jobs still send shots, that of these shots."""
    if result.unsent:
        return NOT_COMPARED
    if result.build["verdict"] is not None:
        return of_verdict(result.build["verdict"])
    return worst(_STATUSES.get(shot["section"], NOT_COMPARED) for shot in result.shots)


def say_result(
    service: Service, result: Result, output: Output, seconds: float | None = None, every_defect: bool = False
) -> None:
    """A line for each shot, and with `every_defect` one for each of its defects; groups; the total."""
    for shot in result.in_order():
        if not (output.quiet and shot["section"] in ("passed", "approved")):
            _say_shot(service, shot, output, every_defect)
    for one in result.unsent:
        output.say(f"{one.name}: {told(output.language, 'not compared: {reason}', reason=one.reason)}")
    for name in result.missing():
        output.say(f"{name}: {told(output.language, 'expected but not sent')}")
    _say_groups(service, result, output)
    _say_total(service, result, output, seconds)


def _say_shot(service: Service, shot: Shot, output: Output, every_defect: bool) -> None:
    if not (every_defect and shot["section"] == "failed"):
        output.say(shot_line(output.language, shot))
        return
    comparison = service.ask("GET", f"/api/v1/comparisons/{shot['comparison_id']}")
    output.say(f"{title(shot)}: {verdict_line(output.language, comparison)}")
    for line in defect_lines(output.language, comparison):
        output.say("  " + line)


def shot_line(language: str, shot: Mapping[str, Any]) -> str:
    """`checkout/cart [mobile]: failed, 2 defects: Button 'Export' now reads 'Download'`"""
    section = shot["section"]
    if section == "error":
        return f"{title(shot)}: {told(language, 'not compared: {reason}', reason=shot['error'])}"
    if section == "new":
        return f"{title(shot)}: {told(language, 'new, there is no reference yet')}"
    line = f"{title(shot)}: {told(language, section)}"
    if section in ("passed", "running"):
        return line
    if shot["defect_count"]:
        line += f", {count(language, shot['defect_count'], 'defect')}"
    return f"{line}: {shot['sentence']}" if shot["sentence"] else line


def total_line(language: str, result: Result) -> str:
    """`failed: 30 shots: 24 passed, 2 new, 4 failed`"""
    verdict = result.build["verdict"]
    head = told(language, verdict or "not concluded yet")
    tally = [(section, sum(shot["section"] == section for shot in result.shots)) for section in SECTIONS]
    tally[-1] = ("error", tally[-1][1] + len(result.unsent))
    tally.append(("missing", len(result.missing())))
    counts = [f"{number} {told(language, _TALLY.get(section, section))}" for section, number in tally if number]
    shots = count(language, len(result.shots) + len(result.unsent), "shot")
    return ": ".join([head, shots, ", ".join(counts)] if counts else [head, shots])


def _say_groups(service: Service, result: Result, output: Output) -> None:
    """What changed in several shots alike: one line instead of many."""
    failed = sum(shot["section"] == "failed" for shot in result.shots)
    if failed < 2:
        return
    groups = [group for group in builds.groups(service, result.build) if group["count"] > 1]
    if groups:
        output.say("")
        output.tell("the same in several shots:")
    for group in groups[:_GROUPS_SAID]:
        shots = count(output.language, group["count"], "shot")
        output.say(f"  {shots}: {group['sentence']} (--signature {group['signature'][:SIGNATURE_LETTERS]})")
    if len(groups) > _GROUPS_SAID:
        output.tell("  and {number} more", number=len(groups) - _GROUPS_SAID)


def _say_total(service: Service, result: Result, output: Output, seconds: float | None) -> None:
    language, build = output.language, result.build
    output.say("")
    took = told(language, " ({seconds:.0f} s)", seconds=seconds) if seconds is not None else ""
    output.say(total_line(language, result) + took)
    if build["shards"] and build["verdict"] is None:
        done = len(build["shards_done"])
        output.tell("{done} of {all} shards have ended; the build waits for the others", done=done, all=build["shards"])
    output.say(service.url + build["page"])
    if any(shot["section"] in ("new", "failed") and shot["testcase_id"] for shot in result.shots):
        name = build["name"] if build["name"].isalnum() else repr(build["name"])
        output.tell("to approve changes: etalon approve --build {name} NAME ... (or --all)", name=name)
