"""`python3 run.py demo`: starts the service with embedded defaults, posts two shipped pairs, says what it found.

Sync mode, SQLite and a local folder: nothing but this machine is needed. All of it lands in data/demo, made anew each time.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
READY_WITHIN_SECONDS = 60.0
PICTURES = ("diff", "heatmap", "side_by_side")


@dataclass(frozen=True, slots=True)
class Pair:
    name: str
    story: str


PAIRS = (
    Pair("unchanged", "the same page, its picture saved with other noise"),
    Pair("changed", "the same page after a release"),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="run.py demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "demo", help="where everything lands (made anew)")
    folder: Path = parser.parse_args().out.resolve()
    shutil.rmtree(folder / "store", ignore_errors=True)
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    port = free_port()
    started = time.monotonic()
    with (folder / "service.log").open("w", encoding="utf-8") as log:
        service = start_service(port, folder / "store", log)
        try:
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300)
            wait_until_ready(client, service, folder / "service.log")
            print(f"Etalon is at work after {time.monotonic() - started:.1f} s (sync mode, SQLite, a local folder).")
            for pair in PAIRS:
                report(client, pair, folder / "pictures")
        finally:
            service.terminate()
            service.wait()
    print("\nYour own: python3 run.py serve, then open http://127.0.0.1:8000")
    return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_service(port: int, store: Path, log: Any) -> subprocess.Popen[bytes]:
    """The service as `run.py serve` starts it, deaf to what .env and the environment say of queues and databases."""
    embedded = {
        "TASKS_FORCE_SYNC": "1",
        "DATA_DIR": str(store),
        "DATABASE_URL": f"sqlite:///{(store / 'etalon.db').as_posix()}",
        "ARTIFACT_URL": (store / "artifacts").as_uri(),
        "CELERY_RESULT_BACKEND": f"db+sqlite:///{(store / 'etalon.db').as_posix()}",
        "TELEGRAM_BOT_TOKEN": "",
        "OCR_ENGINE": "etalon",
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-m", "uvicorn", "main:app", "--host", "127.0.0.1", "--port", str(port)]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | embedded, stdout=log, stderr=subprocess.STDOUT)


def wait_until_ready(client: httpx.Client, service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        try:
            if client.get("/health/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    sys.exit(f"The service did not start; its log ({log}) ends with:\n" + log.read_text(encoding="utf-8")[-2000:])


def report(client: httpx.Client, pair: Pair, pictures: Path) -> None:
    comparison = compare(client, pair)
    print(f"\n{pair.name}: {pair.story}")
    print(f"  verdict    {comparison['verdict']}   ({comparison['timings_ms'].get('total', 0) / 1000:.1f} s)")
    if not comparison["defects"]:
        print("  defects    none")
    for number, defect in enumerate(comparison["defects"], 1):
        print(f"  {number:>2}. {defect['severity']:<9}{defect['message']}{because(defect)}")
    if comparison["unexplained"]:
        print(f"  unexplained: {len(comparison['unexplained'])} changed areas that no defect names")
    if reasons := sorted({item["reason"] for item in comparison["noise"]}):
        print(f"  noise      differences no person would see: {', '.join(reasons)}")
    coverage = comparison["coverage"]
    print(
        f"  coverage   {coverage['matched']} of {coverage['reference_elements']} elements matched "
        f"({coverage['element_coverage']:.0%}), {coverage['area_coverage']:.0%} of the reference's area compared"
    )
    for path in save_pictures(client, comparison, pair, pictures):
        print(f"  picture    {path}")


def because(defect: dict[str, Any]) -> str:
    return f" (follows from {defect['cause_id']})" if defect["cause_id"] else ""


def compare(client: httpx.Client, pair: Pair) -> dict[str, Any]:
    with (
        (HERE / f"{pair.name}.reference.png").open("rb") as reference,
        (HERE / f"{pair.name}.actual.png").open("rb") as actual,
    ):
        answer = client.post("/api/v1/comparisons", files={"reference": reference, "actual": actual})
    answer.raise_for_status()
    task = client.get(answer.json()["status_url"], params={"wait": 60}).raise_for_status().json()
    if task["state"] != "SUCCESS":
        sys.exit(f"{pair.name}: the comparison ended as {task['state']}: {task['error']}")
    result: dict[str, Any] = task["result"]
    return result


def save_pictures(client: httpx.Client, comparison: dict[str, Any], pair: Pair, pictures: Path) -> list[Path]:
    saved = []
    for kind in PICTURES:
        if url := comparison["artifacts"].get(kind):
            path = pictures / f"{pair.name}.{kind}.png"
            path.write_bytes(client.get(url).raise_for_status().content)
            saved.append(path)
    return saved


if __name__ == "__main__":
    sys.exit(main())
