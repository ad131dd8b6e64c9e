"""The content of a log is told by its plainest sign: an address of the internet protocol."""

import pytest

from tracker.casework.holding.unlogged import has_log_content


@pytest.mark.parametrize(
    "text",
    [
        "203.0.113.9",
        "IPは203.0.113.9から",
        "203.0.113.9:443",
        "２０３．０．１１３．９",
        "http://203.0.113.9/p",
        "2001:db8::1",
        "http://[2001:db8::1]:80/x",
        "::ffff:203.0.113.9",
        "fe80::1%eth0",
        "送信元 203.0.113.9。",
    ],
)
def test_an_address_is_found_however_it_stands_in_the_text(text):
    assert has_log_content(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "10:30 〜 11:45",
        "10:30:20",
        "2026.11.20",
        "令和8年(発チ)第12号",
        "https://tsumugi.example/p/1",
        "@kaze",
    ],
)
def test_times_days_and_urls_are_no_addresses(text):
    assert not has_log_content(text)
