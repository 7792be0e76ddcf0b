from hashlib import sha256
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor"


def test_each_shipped_script_is_the_one_its_list_names() -> None:
    listed = (VENDOR / "README.md").read_text("utf-8")
    scripts = sorted(VENDOR.glob("*.js"))

    assert scripts
    for script in scripts:
        assert f"`{script.name}`" in listed
        assert sha256(script.read_bytes()).hexdigest() in listed
