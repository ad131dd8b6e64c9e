"""保管者のシステムへの依頼と回答: what an order says to a custodian's own system, how it gets there, what comes back.

The contract is docs/custodian/openapi.yaml. Names of classes, counts, handles and addresses of posts; never a log.
"""
