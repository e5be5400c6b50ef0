"""Fetching ahead keeps order, passes errors on, and stops when nobody asks any more."""

import threading

import pytest

from void_studio.core import read_ahead


def test_items_come_in_order():
    assert list(read_ahead(range(100), 3)) == list(range(100))
    assert list(read_ahead([], 3)) == []
    assert list(read_ahead([None, False], 1)) == [None, False]


def test_an_error_comes_in_its_place():
    def items():
        yield 1
        raise ValueError("after one")

    ahead = read_ahead(items(), 5)
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="after one"):
        next(ahead)


def test_no_more_is_fetched_than_asked_for_ahead():
    fetched = []
    third = threading.Event()

    def items():
        for number in range(100):
            fetched.append(number)
            if number == 2:
                third.set()
            yield number

    ahead = read_ahead(items(), 2)
    assert next(ahead) == 0
    assert third.wait(60)
    ahead.close()
    assert fetched == [0, 1, 2]
