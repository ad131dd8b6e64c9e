"""年次公表 (法28条): the yearly publication from the records that staff work with, and a package that proves itself."""
