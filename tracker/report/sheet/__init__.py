"""記載事項シート: what a paper for the minister states, filled in from the records; what nobody recorded stays blank.

It is not the form (様式) and does not imitate it: whoever files copies from it.
"""

from tracker.report.sheet.filled import sheet
from tracker.report.sheet.paper import pdf
from tracker.report.sheet.stated import Field, Grid, Part, Sheet

__all__ = ["Field", "Grid", "Part", "Sheet", "pdf", "sheet"]
