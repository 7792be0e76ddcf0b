"""Telling people and machines what came out.

- outbox: what is to be told, written with the result;
- delivery: who sends it, and when again;
- letter, words, crops: what it says and shows;
- channels: telegram, webhook, commit_status; a row's channel decides who sends it;
- exchange: one HTTP call whose answer is bounded.
"""
