"""Notifications to people and programs.

- outbox: notifications stored in the transaction of the result;
- delivery: who sends it, and when again;
- letter, words, crops: what it says and shows;
- channel: what a channel is; channels: telegram, webhook, commit_status. A row names its channel;
- exchange: one HTTP call whose answer is bounded.
"""
