"""`etalon explain`: what changed in each pair that another tool left behind. The user's project is only read."""

from __future__ import annotations

import time
from argparse import Namespace
from collections import Counter
from io import BytesIO
from pathlib import Path

from etalon_client import builds, compare, waiting
from etalon_client.builds import Labels
from etalon_client.errors import NotCompared, UnusableFile
from etalon_client.leftovers import TOOLS, Pair, find_pairs
from etalon_client.output import Output
from etalon_client.reports import write_reports
from etalon_client.results import Result, say_result, status_of
from etalon_client.screenshots import read_picture
from etalon_client.service import Service, labelled
from etalon_client.tasks import options_field, submit
from etalon_client.uploads import send_all


def explain(service: Service, asked: Namespace, labels: Labels, output: Output) -> int:
    """Compares the pairs as one build and prints every defect."""
    started = time.monotonic()
    pairs = _found(asked.folder, output)
    build = builds.join_open(service, labels, (), None, may_rename=not asked.build)
    fields = labelled(
        {"build": build["name"], "project": labels.project, "options": options_field(compare.options(asked))}
    )
    unsent = send_all(pairs, lambda pair: _send(service, pair, fields), asked.jobs, output)
    build = builds.finalize(service, build, [one.name for one in unsent if one.name.isprintable()])
    result = Result(*waiting.for_verdict(service, build, output), unsent)
    say_result(service, result, output, time.monotonic() - started, every_defect=True)
    write_reports(service, result, asked, output)
    return status_of(result)


def _found(folder: Path, output: Output) -> list[Pair]:
    if not folder.is_dir():
        raise NotCompared("there is no folder {path}", path=folder)
    pairs = find_pairs(folder)
    if not pairs:
        raise NotCompared(
            "nothing in {path} looks like a pair that another tool left behind; known are {tools}",
            path=folder, tools=", ".join(TOOLS),
        )  # fmt: skip
    for tool, number in sorted(Counter(pair.tool for pair in pairs).items()):
        output.tell("{tool}: {number} found", tool=tool, number=number)
    return pairs


def _send(service: Service, pair: Pair, fields: dict[str, str]) -> None:
    reference = read_picture(pair.reference)
    actual = _last_third(pair.actual, reference) if pair.in_one else read_picture(pair.actual)
    submit(service, "/api/v1/comparisons", {**fields, "name": pair.name}, {"reference": reference, "actual": actual})


def _last_third(path: Path, reference: bytes) -> bytes:
    """The actual out of jest-image-snapshot's baseline, difference and actual in one picture, beside or below each other."""
    try:
        from PIL import Image
    except ImportError:
        raise UnusableFile(
            "{path} is three pictures in one; cutting them apart needs: pip install 'etalon-client[explain]'", path=path
        ) from None
    try:
        with Image.open(path) as picture, Image.open(BytesIO(reference)) as single:
            beside = picture.width >= 3 * single.width
            width, height = (picture.width // 3, picture.height) if beside else (picture.width, picture.height // 3)
            part = picture.crop((picture.width - width, picture.height - height, picture.width, picture.height))
            cut = BytesIO()
            part.save(cut, "PNG")
    except OSError as error:
        raise UnusableFile("the file {path} cannot be read: {reason}", path=path, reason=error) from None
    return cut.getvalue()
