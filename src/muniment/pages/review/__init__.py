"""The committee's pages: declare, read, review, discuss; and who reviews, for whoever leads."""
