"""`python -m training.fetch`: fetches the icon sets that training pages use from npm, into an ignored folder.

Without them pages are made with our own icons only. Versions are pinned: the same seed makes the same page.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / ".work" / "npm"
PACKAGES = ("bootstrap-icons@1.13.2", "lucide-static@1.62.0", "feather-icons@4.29.2", "@mdi/svg@7.4.47")


def main() -> int:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed (apt-get install npm): pages are made with our own icons only.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text("{}\n", encoding="utf-8")
    return subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES], cwd=FOLDER
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
