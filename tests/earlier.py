"""Databases as earlier versions left them: rows of today, written into the tables of before."""

from sqlalchemy import MetaData, column, insert, literal, table as bare
from sqlmodel import SQLModel, select

from tracker.db import Database


def copy_what_fits(today: Database, earlier: Database) -> None:
    """Write the rows of today's database into an earlier one: as much of them as there is room for there.

    Today's models cannot write there: they name columns that came later. A table that the migrations filled stays.
    """
    with earlier.writer.begin() as to:
        there = MetaData()
        there.reflect(to)
        with today.reader.connect() as source:
            for table in SQLModel.metadata.sorted_tables:
                if table.name in there.tables:
                    columns = [c for c in table.columns if c.name in there.tables[table.name].columns]
                    rows = [dict(row) for row in source.execute(select(*columns)).mappings()]
                    filled = to.execute(select(literal(1)).select_from(bare(table.name)).limit(1)).first()
                    if rows and not filled:  # a bare table: the models fill in what they know a default for
                        to.execute(insert(bare(table.name, *(column(c.name, c.type) for c in columns))), rows)
