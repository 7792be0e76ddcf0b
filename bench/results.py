"""Tables in Markdown, and their places in bench/RESULTS.md.

Each bench owns the lines between `<!-- NAME -->` and `<!-- /NAME -->`; what stands around them is written by hand.
"""

import os
import platform
import sys
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "RESULTS.md"
WIDTH = 100
# With more load per core than this, times mean little; RESULTS.md says so beside them.
BUSY_LOAD_PER_CORE = 1.3


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(line)} |" for line in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def write(name: str, text: str, results: Path = RESULTS) -> None:
    """Puts `text` between the markers of `name`; without markers, adds both at the end."""
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    whole = results.read_text(encoding="utf-8") if results.exists() else ""
    if opening not in whole:
        whole = f"{whole.rstrip()}\n\n{opening}\n{closing}\n".lstrip()
    before, rest = whole.split(opening, 1)
    after = rest.split(closing, 1)[1]
    results.write_text(f"{before}{opening}\n{wrapped(text.strip())}\n{closing}{after}", encoding="utf-8")


def wrapped(text: str) -> str:
    """Prose in lines of at most `WIDTH` letters; tables stay as they are."""
    return "\n".join(line if line.startswith("|") else _fill(line) for line in text.split("\n"))


def _fill(line: str) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def without_places(text: str) -> str:
    """A reason without the folders of the machine it was found on."""
    return text.replace(f"{ROOT}{os.sep}", "").replace(str(Path.home()), "~")


def circumstances(command: Sequence[str]) -> str:
    """The line above a table: when, on what, by which command, and whether the machine had other work."""
    module = Path(command[0]).stem
    words = [word for word in command[1:] if word != "--write"]
    called = " ".join(["python -m", f"bench.{module}", *words])
    cores = os.cpu_count() or 1
    machine = f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"`{called}`, {datetime.now(UTC):%Y-%m-%d}, {machine}{_busy(cores)}."


def _busy(cores: int) -> str:
    if sys.platform == "win32":
        return ""
    load = os.getloadavg()[0]
    return f"; MACHINE BUSY (load {load:.1f}), times are inflated" if load > BUSY_LOAD_PER_CORE * cores else ""
