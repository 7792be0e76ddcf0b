"""Etalons with a part taken out, so that bench/soak.py can show that it would notice: a module for each part, `nothing` for none.

Each is what `celery -A bench.broken.NAME worker` and `uvicorn bench.broken.NAME:api` start, with scripted eyes. The product knows
nothing of them: they replace one function of it, in their own process.
"""
