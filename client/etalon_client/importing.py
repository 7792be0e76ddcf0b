"""`etalon import`: another tool's baselines, or a folder of pictures, become references of test cases."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from etalon_client.builds import Labels
from etalon_client.errors import NotCompared, Refused
from etalon_client.language import count, told
from etalon_client.leftovers import Baseline, find_baselines
from etalon_client.output import Output
from etalon_client.screenshots import find_pictures, read_picture
from etalon_client.service import Service, labelled
from etalon_client.statuses import NOT_COMPARED, PASSED
from etalon_client.tasks import submit, wait_for
from etalon_client.uploads import send_all


def import_baselines(service: Service, asked: Namespace, labels: Labels, output: Output) -> int:
    """Makes a test case of each baseline. One that exists stays as it is, unless `--replace` is given."""
    baselines = _found(asked.folder, labels.variant)
    if asked.dry_run:
        for one in baselines:
            output.say(f"{_title(one)}: {one.path}")
        return PASSED
    importer = _Importer(service, asked, labels, output)
    unsent = send_all(baselines, importer.send, asked.jobs, output)
    for failed in unsent:
        output.say(f"{failed.name}: {told(output.language, 'not imported: {reason}', reason=failed.reason)}")
    output.say("")
    output.tell("imported: {shots}", shots=count(output.language, len(baselines) - len(unsent), "shot"))
    return NOT_COMPARED if unsent else PASSED


def _found(folder: Path, variant: str) -> list[Baseline]:
    if not folder.is_dir():
        raise NotCompared("there is no folder {path}", path=folder)
    found = find_baselines(folder) or [Baseline(one.name, "", one.path) for one in find_pictures([folder])]
    named = [replace(one, variant=variant or one.variant) for one in found]
    _refuse_namesakes(named)
    return named


def _refuse_namesakes(baselines: Sequence[Baseline]) -> None:
    taken: dict[str, Path] = {}
    for one in baselines:
        if (first := taken.setdefault(_title(one), one.path)) is not one.path:
            raise NotCompared(
                "{first} and {second} would both be called {name!r}; a name stands for one picture",
                first=first, second=one.path, name=_title(one),
            )  # fmt: skip


def _title(one: Baseline) -> str:
    return f"{one.name} [{one.variant}]" if one.variant else one.name


class _Importer:
    def __init__(self, service: Service, asked: Namespace, labels: Labels, output: Output) -> None:
        self.service, self.asked, self.labels, self.output = service, asked, labels, output

    def send(self, one: Baseline) -> None:
        """Makes the test case, or with `--replace` gives an existing one this reference."""
        picture = {"screenshot": read_picture(one.path)}
        fields = labelled({"name": one.name, "variant": one.variant, "project": self.labels.project})
        try:
            ticket = submit(self.service, "/api/v1/testcases", fields, picture)
        except Refused as error:
            if error.status != 409 or not self.asked.replace:
                raise
            ticket = self._replaced(one, picture)
        wait_for(self.service, ticket)
        self.output.say(f"{_title(one)}: {told(self.output.language, 'imported')}")

    def _replaced(self, one: Baseline, picture: dict[str, bytes]) -> dict[str, object]:
        wanted = labelled({"name": one.name, "project": self.labels.project})
        found = self.service.ask("GET", "/api/v1/testcases", params=wanted)["items"]
        [testcase_id] = [row["testcase_id"] for row in found if (row["variant"] or "") == one.variant]
        path = f"/api/v1/testcases/{quote(testcase_id)}/reference"
        return submit(self.service, path, {}, picture, method="PUT")
