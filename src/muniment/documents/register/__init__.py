"""Registers of earlier requests: a table that an office kept, read by a mapping of its columns.

    with open(…) as …:      tables.read(content, name=…, of=mapping)     cells as text
    mapping.parse(data)     which column is which field                  Mapping, or Faulty
    rows.read(table, …)     every request of the table, or every fault   Found

Pure: bytes and data in, requests out. Nothing here knows the database.
"""
