"""The agreement: the page where it is signed, its files, and the office's tab."""
