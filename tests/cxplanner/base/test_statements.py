"""What the hot statements write by hand comes back from PostgreSQL as it was."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cxplanner.base.statements import array, copied

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
quick = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(st.lists(words))
@example(["NULL", "null", "", " ", '"', "\\", "{", "}", ",", "a\tb\nc"])
@pytest.mark.django_db
def test_an_array_of_texts_comes_back(texts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [array(texts)])
        assert cursor.fetchone() == (texts,)


@quick
@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
@pytest.mark.django_db
def test_an_array_of_numbers_comes_back(numbers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::bigint[]", [array(numbers)])
        assert cursor.fetchone() == (numbers,)


@quick
@given(st.lists(words, min_size=1))
@example(["\\N", "\\.", "\\", "a\tb", "a\r\nb", "\v\f\b", ""])
@pytest.mark.django_db
def test_texts_come_back_from_copy(texts):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kept (id serial, word text, words text[])")
        with cursor.copy("COPY kept (word, words) FROM STDIN") as copy:
            copy.write("".join(f"{copied(one)}\t{copied(array([one]))}\n" for one in texts))
        cursor.execute("SELECT word, words FROM kept ORDER BY id")
        assert cursor.fetchall() == [(one, [one]) for one in texts]
        cursor.execute("DROP TABLE kept")
