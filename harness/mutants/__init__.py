"""Services with one part removed, to show that bench/soak.py notices; `unchanged` has all parts.

Each module serves `celery -A harness.mutants.NAME worker` and `uvicorn harness.mutants.NAME:api`, with a scripted engine.
It replaces one function of the service in its own process; the service knows nothing of it.
"""
