"""The demonstration's own time: real zones and business days, as many as the story takes."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Begins so long ago that the story ends about today; moves only when told to."""

    def __init__(self, *, days_ago: int, today: datetime | None = None) -> None:
        end = today or datetime.now(UTC)
        self.ends_on = end.date()
        start = end - timedelta(days=days_ago)
        self.now = start.replace(hour=15, minute=0, second=0, microsecond=0)

    def pass_minutes(self, minutes: int) -> datetime:
        """A little later the same day."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def pass_days(self, days: int) -> datetime:
        """Some days later, at the same hour."""
        self.now += timedelta(days=days)
        return self.now
