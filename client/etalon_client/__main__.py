"""`python -m etalon_client` is `etalon`."""

from etalon_client.main import run

if __name__ == "__main__":
    run()
