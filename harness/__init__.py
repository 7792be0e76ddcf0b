"""Real processes and misbehaving stand-ins, shared by `tests/` and `bench/`.

Real: Redis, PostgreSQL, the API, workers. Stand-ins over real HTTP: Telegram, S3. Scripted: the engines, so that a test
knows what they find. The service never imports this folder; this folder imports neither `tests` nor `bench`.
"""
