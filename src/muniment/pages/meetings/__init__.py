"""Meetings of the committee: the calendar, one meeting, one item of its agenda, the papers."""
