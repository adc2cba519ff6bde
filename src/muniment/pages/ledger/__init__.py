"""What leaves the ledger: its newest checkpoint, and the receipts of a request."""
