"""The coverage of a plan's touchpoints over REST."""

from typing import Any

from rest_framework import serializers


class BlindSpotsColumnSerializer(serializers.Serializer[Any]):
    """One thing a touchpoint should have, and how many of the rows told have it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    filled = serializers.IntegerField()


class BlindSpotsRowSerializer(serializers.Serializer[Any]):
    """A touchpoint: how many it has of each column, by its slug, and how many it has none of."""

    touchpoint = serializers.IntegerField(source="touchpoint.pk")
    name = serializers.CharField(source="touchpoint.name")
    stage = serializers.CharField(source="touchpoint.stage")
    channel = serializers.CharField(source="touchpoint.channel")
    has = serializers.SerializerMethodField()
    blanks = serializers.IntegerField()

    def get_has(self, row: Any) -> dict[str, int]:
        """Return the count of each column."""
        return {cell.column.slug: cell.count for cell in row.cells}


class BlindSpotsSerializer(serializers.Serializer[Any]):
    """What each living touchpoint of a plan has and lacks, all of them at once, in their order."""

    plan = serializers.IntegerField()
    columns = BlindSpotsColumnSerializer(many=True)
    results = BlindSpotsRowSerializer(many=True)
