"""The ledger of the platform's own moderation: files come in, rows are counted by day, codes are given a meaning.

No row is kept: what stays is how many rows say what on which day, and the hash of each row's key (models/ledger.py).
"""
