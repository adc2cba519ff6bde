"""Reads of the ledger: the tree over all chains, and the receipts of a request."""
