"""Writes requirements.txt and ops/requirements/*.txt from pyproject.toml.

  .venv/bin/python ops/requirements/lock.py [--upgrade]


pyproject.toml is the only place to edit: it has each direct dependency, its version and what it is for. All extras are
resolved together by uv, for Python 3.11 and newer on Linux, macOS and Windows. A file for each extra has what that
extra adds, with the hashes of every package:

  service.txt    demo, serve, worker
  dev.txt        the tests and the checks; needs service.txt
  engines.txt    torch, ultralytics, EasyOCR, RapidOCR; needs service.txt
  training.txt   training/; needs service.txt and engines.txt
  bench.txt      bench/; needs service.txt
  openvino.txt   DETECTOR_ENGINE=openvino; needs service.txt

requirements.txt at the top level is for readers: the direct dependencies without hashes.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Each extra and those it needs.
EXTRAS: dict[str, tuple[str, ...]] = {
    "service": (),
    "dev": ("service",),
    "engines": ("service",),
    "training": ("service", "engines"),
    "bench": ("service",),
    "openvino": ("service",),
}
# What requirements.txt lists of the extra `dev`.
OF_DEV = ("pytest", "scikit-image")
MADE = "# Made by ops/requirements/lock.py from pyproject.toml: edit that file, then run the script."


def main(options: list[str]) -> None:
    everything = _resolve(EXTRAS, "" if "--upgrade" in options else _present())
    for extra, needed in EXTRAS.items():
        there = set(_blocks(_resolve(needed, everything))) if needed else set()
        own = [block for block in _blocks(_resolve([*needed, extra], everything)) if block not in there]
        (HERE / f"{extra}.txt").write_text("\n".join([MADE, *own]) + "\n", encoding="utf-8")
    (ROOT / "requirements.txt").write_text(readable(), encoding="utf-8")


def readable() -> str:
    """The text of requirements.txt."""
    picked = [entry for entry in purposes("dev") if _name(entry[0]) in OF_DEV]
    parts = [
        ("The service", purposes("service")),
        ("Other engines, and training", purposes("engines")),
        ("Tests", picked),
    ]
    lines = [MADE, "# With hashes: ops/requirements/*.txt. The service alone needs ops/requirements/service.txt."]
    for title, entries in parts:
        lines += ["", f"# {title}", *(f"{pin:<42} # {purpose}" for pin, purpose in entries)]
    return "\n".join(lines) + "\n"


def purposes(extra: str) -> list[tuple[str, str]]:
    """Each direct dependency of an extra and what it is for, as pyproject.toml has them."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = re.search(rf"^{extra} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert section, f"pyproject.toml has no extra {extra}"
    return [(pin, purpose) for pin, purpose in re.findall(r"""^    ["'](.+)["'], *# (.+)$""", section[1], re.MULTILINE)]


def _resolve(extras: Iterable[str], constraints: str) -> str:
    """The extras' packages with hashes, in versions that `constraints` has, if it has the package."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--constraints", "-", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    command += [f"--extra={extra}" for extra in extras]
    return subprocess.run(command, cwd=ROOT, input=constraints, check=True, stdout=subprocess.PIPE, text=True).stdout


def _present() -> str:
    """The present lock, without the direct dependencies: their versions are pyproject.toml's to say."""
    direct = {_name(pin) for extra in EXTRAS for pin, _ in purposes(extra)}
    blocks = [block for extra in EXTRAS for block in _blocks(_text(HERE / f"{extra}.txt"))]
    return "\n".join(block for block in blocks if _name(block) not in direct)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _name(pin: str) -> str:
    return re.split(r"[\[=]", pin.lower().replace("_", "-"))[0]


def _blocks(lock: str) -> list[str]:
    """A package each: its line and those of its hashes."""
    return [block.rstrip() for block in re.split(r"^(?=[A-Za-z])", lock, flags=re.MULTILINE) if "==" in block]


if __name__ == "__main__":
    main(sys.argv[1:])
