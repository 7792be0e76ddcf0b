"""What the service's image is made of, and whether any of it has a known weakness.

  .venv/bin/python ops/requirements/supply.py bom FILE     a bill of materials, CycloneDX 1.6 as JSON
  .venv/bin/python ops/requirements/supply.py audit        asks PyPI's database of advisories

Both read ops/requirements/service.txt. The tools run from an environment of uv's own, so they add nothing to ours. `audit` fails
for a known weakness. Where the database cannot be reached it says so, and with --strict it fails then too.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "ops" / "requirements" / "service.txt"
BOM_TOOL = ("--from", "cyclonedx-bom==7.5.0", "cyclonedx-py")
AUDIT_TOOL = ("pip-audit==2.10.1",)


class NotReached(Exception):
    """The tool or its database could not be reached."""


@dataclass(frozen=True, slots=True)
class Audit:
    """`weak`: "package version: advisory, ..."; `unknown`: packages that the database said nothing about."""

    asked: int
    weak: tuple[str, ...]
    unknown: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Audit":
        """From pip-audit's JSON."""
        packages: list[dict[str, Any]] = json.loads(text)["dependencies"]
        unknown = tuple(one["name"] for one in packages if "skip_reason" in one)
        weak = tuple(
            f"{one['name']} {one['version']}: {', '.join(found['id'] for found in one['vulns'])}"
            for one in packages
            if one.get("vulns")
        )
        return cls(len(packages), weak, unknown)

    @property
    def is_whole(self) -> bool:
        return self.asked > 0 and not self.unknown


def bom(target: Path, lock: Path = LOCK) -> None:
    """Raises NotReached."""
    _run(BOM_TOOL, ("requirements", str(lock), "--output-format", "JSON", "--output-reproducible", "-o", str(target)))


def audit(lock: Path = LOCK) -> Audit:
    """Raises NotReached."""
    options = ("-r", str(lock), "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json")
    return Audit.read(_run(AUDIT_TOOL, options))


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="part", required=True)
    parts.add_parser("bom").add_argument("file", type=Path)
    parts.add_parser("audit").add_argument("--strict", action="store_true")
    asked = parser.parse_args(words)
    try:
        return _made(asked.file) if asked.part == "bom" else _told(audit(), asked.strict)
    except NotReached as error:
        print(f"Not done: {error}")
        return int(asked.part == "bom" or asked.strict)


def _made(target: Path) -> int:
    bom(target)
    print(f"The bill of materials is {target}.")
    return 0


def _told(found: Audit, strict: bool) -> int:
    for one in found.weak:
        print(f"Known weakness: {one}.")
    if not found.is_whole:
        print(f"The database of advisories said nothing about {len(found.unknown)} of {found.asked} packages.")
    elif not found.weak:
        print(f"No known weakness in {found.asked} packages.")
    return int(bool(found.weak) or (strict and not found.is_whole))


def _run(tool: Sequence[str], options: Sequence[str]) -> str:
    """pip-audit exits with 1 for a weakness, and its answer is whole; without an answer it was not reached."""
    uv = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")
    done = subprocess.run([str(uv), "tool", "run", *tool, *options], capture_output=True, text=True, check=False)
    if done.returncode and not done.stdout.startswith("{"):
        raise NotReached((done.stderr.strip().splitlines() or ["no reason was given"])[-1])
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
