"""Notifications to people and programs.

- outbox: notifications stored in the transaction of the result;
- delivery: who sends it, and when again;
- letter, words, crops: what it says and shows;
- channels: telegram, webhook, commit_status; a row's channel decides who sends it;
- exchange: one HTTP call whose answer is bounded.
"""
