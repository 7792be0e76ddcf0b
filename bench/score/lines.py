"""Scores the reading of real screenshots (Windows, 1C, Qt, Swing, web, phones) against lines that a person read.

  python -m bench.score.lines FOLDER --url http://127.0.0.1:PORT [--json FILE]

FOLDER holds NAME.png and NAME.lines.json: {"lines": [{"box", "text"}], "groups", "window"}. The boxes are approximate. Of
the elements that overlap a line by at least 30 % of the smaller one, the best reading counts; if there is none, the whole
line is wrong. Counted: wrong characters by script (edit distance), and lines without an error. Lines that the person did
not correct were taken as an earlier Etalon read them, so the figures are slightly too good.
"""

import argparse
import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from bench.score import service
from bench.score.boxes import area, overlap, rect
from bench.score.texts import one_line, script_of_char, wrong_chars

LIMIT_SECONDS = 300


def main() -> None:
    arguments = _arguments()
    total, wrong, rows = Counter[str](), Counter[str](), []
    with service.client(arguments.url) as http:
        for path in sorted(Path(arguments.folder).glob("*.lines.json")):
            picture = path.with_name(path.name.replace(".lines.json", ".png"))
            if picture.exists():
                truth = json.loads(path.read_text(encoding="utf-8"))
                elements = service.analyze(http, picture, LIMIT_SECONDS)["elements"]
                rows.append(_row(truth, elements, total, wrong))
    right, lines = sum(row["right"] for row in rows), sum(row["lines"] for row in rows)
    share = {script: wrong[script] / total[script] for script in total}
    together = wrong.total() / total.total()
    by_script = ", ".join(f"{script} {100 * value:.1f} %" for script, value in share.items())
    print(f"all: {right} of {lines} lines right; wrong characters: {by_script}, together {100 * together:.1f} %")
    if arguments.json:
        result = {"right": right, "lines": lines, "wrong": share, "all": together, "pages": rows}
        Path(arguments.json).write_text(json.dumps(result), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--url", required=True)
    parser.add_argument("--json")
    return parser.parse_args()


def _row(truth: Any, elements: list[Any], total: Counter[str], wrong: Counter[str]) -> dict[str, Any]:
    """One page's figures; its characters are added to `total` and `wrong`."""
    page_total, page_wrong, right = Counter[str](), Counter[str](), 0
    for line in truth["lines"]:
        errors = line_errors(line, elements)
        page_wrong.update(errors)
        page_total.update(script_of_char(char) for char in _norm(line["text"]))
        right += not errors.total()
    total.update(page_total)
    wrong.update(page_wrong)
    share, count = page_wrong.total() / max(1, page_total.total()), len(truth["lines"])
    figures = f"{count:4d} lines, {right:4d} right, {100 * share:5.1f} % of characters wrong"
    print(f"{truth['page']:22s} {figures}   {truth['groups']}")
    return {"page": truth["page"], "lines": count, "right": right, "wrong": share}


def line_errors(line: Any, elements: list[Any]) -> Counter[str]:
    """The wrong characters of the best reading, by script."""
    text, place = _norm(line["text"]), rect(line["box"])
    near = [one for one in elements if _overlaps(rect(one["box"]), place)]
    readings = [wrong_chars(text, _norm(one["text"])) for one in near]
    return min(readings, key=Counter.total, default=Counter(script_of_char(char) for char in text))


def _overlaps(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    return overlap(first, second) > 0.3 * min(area(first), area(second))


def _norm(text: str) -> str:
    return one_line(unicodedata.normalize("NFC", text))


if __name__ == "__main__":
    main()
