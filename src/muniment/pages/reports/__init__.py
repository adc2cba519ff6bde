"""What the programme did, in figures: for those who run it and those who look after them."""
