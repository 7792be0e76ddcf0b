"""run.py's supervisor over mutant workers: `python -m harness.mutants.workers MODULE PROCESSES [CELERY ARGUMENT ...]`.

With MODULE `supervisor` the workers are unchanged, and the supervisor restarts none of them.
"""

import sys

import run


class OnceOnly(run.Supervisor):
    """A supervisor that does not restart."""

    def start_what_is_down(self) -> None:
        if not self.children:
            super().start_what_is_down()


def main(module: str, processes: str, *arguments: str) -> int:
    whole = module == "supervisor"
    product = run.worker_command
    run.worker_command = lambda number, rest: [
        sys.executable
        if word == str(run.PYTHON)
        else word.replace("tasks.celery_app", f"harness.mutants.{_name(module)}")
        for word in product(number, rest)
    ]
    return (OnceOnly if whole else run.Supervisor)(int(processes), list(arguments)).run()


def _name(module: str) -> str:
    return "unchanged" if module == "supervisor" else module


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
