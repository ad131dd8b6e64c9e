"""Kigen (期限): notice-and-takedown deadlines under 情報流通プラットフォーム対処法."""
