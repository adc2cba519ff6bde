"""What anyone can check about the ledger without us: trees, checkpoints, receipts.

Pure: it knows no table, no file and no other ring, so that a receipt can be checked off line.
"""
