"""Money on pages: the fees of a request, invoices for finance, an invoice for who pays it."""
