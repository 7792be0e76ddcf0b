"""run.py's supervisor over mutant workers: `python -m harness.mutants.workers MODULE PROCESSES [CELERY ARGUMENT ...]`.

With MODULE `supervisor` the workers are unchanged, and the supervisor restarts none of them. CLOCKS, in the environment, is by
how many seconds the workers' clocks are wrong, in turns: `-300 +0.3`.
"""

import os
import sys

import run
from harness.clocks import wrong_by


class OnceOnly(run.Supervisor):
    """A supervisor that does not restart."""

    def start_what_is_down(self) -> None:
        if not self.children:
            super().start_what_is_down()


def main(module: str, processes: str, *arguments: str) -> int:
    whole = module == "supervisor"
    product = run.worker_command
    run.worker_command = lambda number, rest: (
        _clock(number)
        + [
            sys.executable
            if word == str(run.PYTHON)
            else word.replace("tasks.celery_app", f"harness.mutants.{_name(module)}")
            for word in product(number, rest)
        ]
    )
    return (OnceOnly if whole else run.Supervisor)(int(processes), list(arguments)).run()


def _clock(number: int) -> list[str]:
    """What comes before the worker's command, so that its clock is wrong."""
    clocks = os.environ.get("CLOCKS", "").split()
    if not clocks:
        return []
    return ["env", *(f"{name}={value}" for name, value in wrong_by(float(clocks[number % len(clocks)])).items())]


def _name(module: str) -> str:
    return "unchanged" if module == "supervisor" else module


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
