"""A log custodian to learn from: keeps made-up logs, takes signed orders, and never sends a row of a log.

It shares no code with Kigen; docs/custodian/openapi.yaml is all that both know.
"""
