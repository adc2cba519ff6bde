"""The release: the workbench and the builds in the office, downloads and keys for recipients."""
