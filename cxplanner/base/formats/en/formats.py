"""Days in English: 23 Nov 2026, which everybody who reads English reads the same way."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
