"""`make screens`: a picture of every page at four widths, and what is wrong with it. The pages are in table.py."""
