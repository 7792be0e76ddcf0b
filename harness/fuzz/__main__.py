"""Mutated pictures, options and forms against the code that reads them, for as long as you like.

  python -m harness.fuzz [--minutes 10] [--targets picture options form] [--seed 1]

Each target runs in its own process, with at most 300 MB more than at its start and 5 s of one core for each input. Linux
only (atheris, in ops/requirements/dev.txt). The corpus stays in harness/fuzz/.work for the next run. An input that broke a
rule is in harness/fuzz/.work/found: once it is fixed, put it into tests/data/fuzz/TARGET, which every test run tries.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from harness.fuzz import seeds
from harness.fuzz.targets import NAMES

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "harness" / "fuzz" / ".work"
SPARE_MB = 300
HUNG_SECONDS = 60
LONGEST_INPUT = 65_536
DICTIONARY = (
    *("IHDR", "IDAT", "IEND", "PLTE", "tRNS", "eXIf", "iCCP", "acTL", "fcTL", "fdAT", "gAMA", "sBIT", "bKGD", "Exif"),
    *("RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH", "EXIF"),
    *(r"\xff\xd8\xff", r"\xff\xda", r"\xff\xc0", r"\xff\xc2", r"\xff\xdc", r"\xff\xd9", r"\xff\xe1", r"\xff\xff"),
    *("\\x0d\\x0a--b", "--b--", "Content-Disposition: form-data; name=", "filename=", "filename*=utf-8''", "boundary="),
    *("screenshot", "reference", "actual", "options", "project", "charset=", "Content-Transfer-Encoding: base64"),
    *("match_level", "ignore_regions", "fail_on", "width", "height", "1e999", "NaN", r"\\ud800", r"\\u0000"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """`found`: the files of the inputs that broke a promise; `end` is what the process said when it stopped early."""

    target: str
    inputs: int
    seconds: int
    most_mb: int
    found: tuple[Path, ...]
    end: str


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="for all targets together")
    parser.add_argument("--targets", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--seed", type=int, default=0, help="of the mutations; 0 takes another one each time")
    parser.add_argument("--work", type=Path, default=WORK, help="where corpus and findings are kept")
    arguments = parser.parse_args(words)
    if sys.platform != "linux":
        print("Fuzzing needs Linux: atheris has no packages for other systems.", file=sys.stderr)
        return 2
    seconds = max(1, round(60 * arguments.minutes / len(arguments.targets)))
    print("| target | inputs | seconds | most memory, MB | findings |\n|---|---|---|---|---|")
    runs = []
    for target in arguments.targets:
        run = fuzzed(target, seconds, arguments.seed, arguments.work)
        runs.append(run)
        print(f"| {run.target} | {run.inputs:,} | {run.seconds} | {run.most_mb} | {len(run.found)} |", flush=True)
    for run in runs:
        for file in run.found:
            print(f"\n{run.target}: {file}\n{run.end}", file=sys.stderr)
        if run.end and not run.found:
            print(f"\n{run.target} ended early:\n{run.end}", file=sys.stderr)
    return 1 if any(run.found or run.end for run in runs) else 0


def fuzzed(target: str, seconds: int, seed: int = 0, work: Path = WORK) -> Run:
    """Runs a target for so long, or until an input breaks a promise."""
    corpus, found = work / "corpus" / target, work / "found" / target
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    known = set(found.iterdir())
    dictionary = work / "words"
    dictionary.write_text("".join(f'"{word}"\n' for word in DICTIONARY), encoding="ascii")
    for data in (*seeds.all_of(target), *replayed(target)):
        if len(data) <= LONGEST_INPUT:
            (corpus / sha256(data).hexdigest()).write_bytes(data)
    limits = [
        f"-max_total_time={seconds}",
        f"-timeout={HUNG_SECONDS}",
        f"-max_len={LONGEST_INPUT}",
        "-rss_limit_mb=0",
    ]
    kept = [f"-artifact_prefix={found}{os.sep}", f"-dict={dictionary}", f"-seed={seed}", "-print_final_stats=1"]
    child = [sys.executable, "-m", "harness.fuzz.child", target, str(SPARE_MB), *limits, *kept, str(corpus)]
    log = work / f"{target}.log"
    with log.open("wb") as output:
        ended = subprocess.run(child, cwd=ROOT, stdout=output, stderr=output, env=_environment()).returncode
    said = log.read_text(encoding="utf-8", errors="replace")
    return Run(
        target,
        _stat(said, "number_of_executed_units"),
        int((re.findall(r"Done \d+ runs in (\d+) second", said) or [seconds])[-1]),
        _stat(said, "peak_rss_mb"),
        tuple(sorted(set(found.iterdir()) - known)),
        _reason(said) if ended else "",
    )


def replayed(target: str) -> list[bytes]:
    """Inputs that once broke the target."""
    return [path.read_bytes() for path in sorted((ROOT / "tests" / "data" / "fuzz" / target).glob("*"))]


def _environment() -> dict[str, str]:
    # One thread each: a pool of them takes address space, which is what is bounded.
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LOG_LEVEL": "ERROR"}


def _stat(said: str, name: str) -> int:
    found = re.findall(rf"stat::{name}:\s+(\d+)", said)
    return int(found[-1]) if found else 0


def _reason(said: str) -> str:
    """The end of what the process wrote, without the decoders' own lines."""
    lines = [line for line in said.splitlines() if not line.startswith(("libpng", "Corrupt JPEG", "stat::", "#"))]
    return "\n".join(lines[-40:])


if __name__ == "__main__":
    sys.exit(main())
