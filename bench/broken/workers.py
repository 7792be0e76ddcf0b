"""run.py's supervisor over the workers of bench.broken: `python -m bench.broken.workers MODULE PROCESSES [CELERY ARGUMENT ...]`.

With the module `supervisor` the workers are whole, and the supervisor starts none of them a second time.
"""

import sys

import run


class OnceOnly(run.Supervisor):
    """Without the supervisor's only task."""

    def start_what_is_down(self) -> None:
        if not self.children:
            super().start_what_is_down()


def main(module: str, processes: str, *arguments: str) -> int:
    whole = module == "supervisor"
    product = run.worker_command
    run.worker_command = lambda number, rest: [
        sys.executable if word == str(run.PYTHON) else word.replace("tasks.celery_app", f"bench.broken.{_name(module)}")
        for word in product(number, rest)
    ]
    return (OnceOnly if whole else run.Supervisor)(int(processes), list(arguments)).run()


def _name(module: str) -> str:
    return "nothing" if module == "supervisor" else module


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
