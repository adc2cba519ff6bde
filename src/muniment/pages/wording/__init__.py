"""How what a query found is said to a person, through gettext."""
