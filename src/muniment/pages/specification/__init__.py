"""The data specification: datasets and variables, who is in, counts, and the applicant's word."""
