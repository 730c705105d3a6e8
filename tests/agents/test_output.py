from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.agents.output import Output
from pytest_agentsim.redaction import Redactor


def output(*secrets: str, limit: int = 1000) -> Output:
    return Output(Redactor(secrets), limit=limit)


def test_what_was_written_after_a_mark_is_returned():
    printed = output()
    printed.write("before\n")
    mark = printed.mark()
    printed.write("after\n")
    assert printed.since(mark) == "after\n"
    assert printed.since(0) == "before\nafter\n"


def test_nothing_was_written_after_the_present_mark():
    printed = output()
    printed.write("before")
    assert printed.since(printed.mark()) == ""


@given(st.lists(st.text(max_size=30)), st.data())
def test_the_end_of_everything_after_a_mark_is_kept(pieces, data):
    printed = output(limit=50)
    marks = [0]
    for piece in pieces:
        printed.write(piece)
        marks.append(printed.mark())
    mark = data.draw(st.sampled_from(marks))
    assert printed.since(mark) == "".join(pieces)[mark:][-50:]


def test_memory_is_bounded():
    printed = output(limit=100)
    for _ in range(1000):
        printed.write("0123456789")
    assert sum(map(len, printed._pieces)) <= 125
    assert printed.mark() == 10_000


def test_secrets_are_taken_out():
    printed = output("sesame")
    printed.write("open sesame\n")
    assert printed.since(0) == "open ***\n"
    assert printed.tail(1) == "open ***"


def test_a_secret_that_came_in_pieces_is_taken_out():
    printed = output("sesame")
    printed.write("open ses")
    printed.write("ame\n")
    assert printed.since(0) == "open ***\n"


def test_a_mark_within_a_secret_does_not_show_its_second_half():
    printed = output("sesame")
    printed.write("open ses")
    mark = printed.mark()
    printed.write("ame\n")
    assert printed.since(mark) == "***\n"


def test_what_is_dropped_never_ends_within_a_secret():
    for filling in range(20):
        printed = output("sesame", limit=20)
        printed.write("." * filling + "sesame")
        printed.write("-" * 17)
        assert "ame" not in printed.since(0), f"after {filling} characters"


def test_the_tail_is_the_last_lines():
    printed = output()
    printed.write("one\ntwo\nthree\n\n")
    assert printed.tail(2) == "two\nthree"


def test_output_is_also_told_up_to_a_later_mark():
    printed = output()
    printed.write("before\n")
    first = printed.mark()
    printed.write("within\n")
    last = printed.mark()
    printed.write("after\n")
    assert printed.since(first, last) == "within\n"


def test_a_secret_on_a_later_mark_is_told_by_nothing_of_it():
    printed = output("swordfish")
    printed.write("open sword")
    last = printed.mark()
    printed.write("fish\n")
    assert printed.since(0, last) == "open ***"


def test_a_later_mark_that_is_no_longer_kept_tells_nothing():
    printed = output(limit=10)
    printed.write("early\n")
    last = printed.mark()
    printed.write("much later, and more of it\n")
    assert printed.since(0, last) == ""
