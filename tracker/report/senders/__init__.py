"""発信者数 (法20条・規則8条・9条): the figures of each month, the means of a year, and whether they are reported."""

from tracker.report.senders.methods import Method, method, methods, set_method
from tracker.report.senders.months import (
    FIRST,
    Figures,
    Version,
    check_month,
    enter,
    enter_all,
    figures,
    first_month,
    history,
    last_ended,
    month_rows,
)
from tracker.report.senders.pasted import COLUMNS, Fault, Pasted, changed, figure, read, written
from tracker.report.senders.yearly import Due, Odd, Total, Yearly, due, fewer_times, obliging, odd, times_of, yearly

__all__ = [
    "COLUMNS",
    "FIRST",
    "Due",
    "Fault",
    "Figures",
    "Method",
    "Odd",
    "Pasted",
    "Total",
    "Version",
    "Yearly",
    "changed",
    "check_month",
    "due",
    "enter",
    "enter_all",
    "fewer_times",
    "figure",
    "figures",
    "first_month",
    "history",
    "last_ended",
    "method",
    "methods",
    "month_rows",
    "obliging",
    "odd",
    "read",
    "set_method",
    "times_of",
    "written",
    "yearly",
]
