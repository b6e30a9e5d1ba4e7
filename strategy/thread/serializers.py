"""The golden thread over REST."""

from typing import Any

from rest_framework import serializers


class StitchSerializer(serializers.Serializer[Any]):
    """One thing on the thread, in the words a page shows it with."""

    ref = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    figure = serializers.CharField()
    status = serializers.CharField()
    words = serializers.CharField()
    quote = serializers.CharField()


class GroupSerializer(serializers.Serializer[Any]):
    """Things of one kind: how many there are, and the first of them."""

    kind = serializers.CharField()
    count = serializers.IntegerField()
    url = serializers.CharField()
    stitches = StitchSerializer(many=True)


class HeardSerializer(serializers.Serializer[Any]):
    """The newest answers of customers, how many there are, and where all of them are read."""

    n = serializers.IntegerField()
    hidden = serializers.IntegerField()
    url = serializers.CharField()
    newest = StitchSerializer(many=True)


class ThreadSerializer(serializers.Serializer[Any]):
    """What a thing serves above and rests on below."""

    here = StitchSerializer()
    up = GroupSerializer(many=True)
    down = GroupSerializer(many=True)
    heard = HeardSerializer(allow_null=True)
