"""Changes, renewals, appeals and new tries: begun on the page of the request that they hang on."""
