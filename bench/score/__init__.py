"""Scorers: Etalon's answers against a known truth. Each is a command and prints its rules with `--help`.

python -m bench.score.screens   elements and texts of annotated screenshots
python -m bench.score.lines     text of real screenshots, against lines that a person read
python -m bench.score.pairs     comparisons of pairs, against what changed
python -m bench.score.everyday  explanations of everyday changes: theme, dialog, swapped rows, another tab
python -m bench.score.cases     single cases, each right or wrong

The first four take a folder of pictures and truth files (doc/contract.md). All ask a running service at `--url`.
"""
