"""`python -m training.faces`: the typefaces of screens, from Debian's packages, for our own Chromium alone.

Nothing is installed: the packages are unpacked into an ignored folder, and one fontconfig file for each way of smoothing
names that folder and says how FreeType fits outlines to pixels. `training.browser` uses these files where they exist.
Needs Debian's or Ubuntu's `apt-get`; without it Chromium draws with the system's faces.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WORK = Path(__file__).resolve().parent / ".work"
FACES = WORK / "fonts"
FONTCONFIG = WORK / "fontconfig"
# Look-alikes of what desktops ship: Tahoma (Wine), Segoe UI (Open Sans, Selawik's relatives), Verdana (Bitstream Vera), Arial
# (Arimo), Calibri (Carlito), Courier (Cousine); what the web uses; other scripts and emoji.
PACKAGES = (
    "fonts-roboto", "fonts-open-sans", "fonts-lato", "fonts-firacode", "fonts-jetbrains-mono", "fonts-hack", "fonts-cantarell",
    "fonts-croscore", "fonts-crosextra-carlito", "fonts-inter", "fonts-paratype", "fonts-freefont-ttf", "fonts-linuxlibertine",
    "fonts-wine", "fonts-oxygen", "ttf-bitstream-vera", "fonts-b612", "fonts-go", "fonts-noto-color-emoji", "fonts-symbola",
    "fonts-fantasque-sans", "fonts-noto-cjk",
)  # fmt: skip
# Smoothing: is it on, how outlines are fitted to pixels, in which order a pixel's colours stand.
SMOOTHING = {
    "grey": (True, "hintslight", "none"),
    "none": (False, "hintslight", "none"),
    "subpixel": (True, "hintslight", "rgb"),
    "unhinted": (True, "hintnone", "none"),
    "hinted": (True, "hintfull", "none"),
    "cleartype": (True, "hintfull", "rgb"),
    "bitmap": (False, "hintfull", "none"),
}


def main() -> int:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        sys.exit("apt-get and dpkg-deb are needed (Debian, Ubuntu): pages are drawn with the system's typefaces.")
    with tempfile.TemporaryDirectory() as folder:
        unpack(Path(folder))
    FONTCONFIG.mkdir(parents=True, exist_ok=True)
    for name, settings in SMOOTHING.items():
        (FONTCONFIG / f"{name}.conf").write_text(fontconfig(*settings), encoding="utf-8")
    print(f"{len(PACKAGES)} packages of typefaces are in {FACES}")
    return 0


def unpack(folder: Path) -> None:
    subprocess.run(["apt-get", "download", "-q", *PACKAGES], cwd=folder, check=True)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder / "unpacked"], check=True)
    for place in ("fonts", "wine/fonts"):
        shutil.copytree(folder / "unpacked" / "usr" / "share" / place, FACES / place, dirs_exist_ok=True)


def fontconfig(is_smooth: bool, hinting: str, order: str) -> str:
    """The system's settings and faces, ours beside them, drawn as asked."""
    smooth = str(is_smooth).lower()
    edits = "".join(
        f'<edit name="{name}" mode="assign"><{kind}>{value}</{kind}></edit>'
        for name, kind, value in (
            ("antialias", "bool", smooth),
            ("hinting", "bool", str(hinting != "hintnone").lower()),
            ("hintstyle", "const", hinting),
            ("rgba", "const", order),
            ("lcdfilter", "const", "lcddefault"),
        )
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{FACES}</dir><cachedir>{WORK / 'fontcache'}</cachedir>"
        f'<match target="pattern">{edits}</match><match target="font">{edits}</match></fontconfig>'
    )


if __name__ == "__main__":
    sys.exit(main())
