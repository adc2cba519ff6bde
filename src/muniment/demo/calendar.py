"""The demonstration's own time: real zones and business days, as many as the story takes."""

from datetime import UTC, datetime, timedelta

OPENS_UTC = 14


class Clock:
    """Begins so long ago that the story ends about today; moves only when told to."""

    def __init__(self, *, days_ago: int, today: datetime | None = None) -> None:
        end = today or datetime.now(UTC)
        self.ends_on = end.date()
        start = end - timedelta(days=days_ago)
        self.now = start.replace(hour=OPENS_UTC, minute=0, second=0, microsecond=0)

    def pass_minutes(self, minutes: int) -> datetime:
        """A little later the same day."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def pass_days(self, days: int) -> datetime:
        """Some days later, when the office opens."""
        self.now = (self.now + timedelta(days=days)).replace(hour=OPENS_UTC, minute=0)
        return self.now
