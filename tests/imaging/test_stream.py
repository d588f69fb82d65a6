import io
import os
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from imaging.formats.stream import stream_of

CONTENT = bytes(range(256)) * 4
SEEKS = st.one_of(
    st.tuples(st.just("seek"), st.integers(0, 2000), st.just(os.SEEK_SET)),
    st.tuples(st.just("seek"), st.integers(-50, 200), st.just(os.SEEK_CUR)),
    st.tuples(st.just("seek"), st.integers(-1024, 50), st.just(os.SEEK_END)),
)
CALLS = st.one_of(
    SEEKS, st.tuples(st.just("read"), st.integers(-1, 600)), st.tuples(st.just("readinto"), st.integers(0, 99))
)


@given(calls=st.lists(CALLS, max_size=20), start=st.integers(0, 1100))
def test_a_view_reads_as_bytes_do(calls, start):
    ours, theirs = stream_of(memoryview(CONTENT), start), io.BytesIO(CONTENT)
    theirs.seek(start)
    for name, *arguments in calls:
        if name == "readinto":
            rooms = bytearray(arguments[0]), bytearray(arguments[0])
            assert ours.readinto(rooms[0]) == theirs.readinto(rooms[1])
            assert rooms[0] == rooms[1]
        elif name == "seek" and arguments[1] == os.SEEK_CUR and theirs.tell() + arguments[0] < 0:
            continue  # the two refuse it in different ways
        else:
            assert getattr(ours, name)(*arguments) == getattr(theirs, name)(*arguments)
        assert ours.tell() == theirs.tell()
    assert ours.read() == theirs.read()
    assert ours.readable()
    assert ours.seekable()


def test_memory_is_taken_for_what_is_there():
    stream = stream_of(memoryview(CONTENT), 1000)
    tracemalloc.start()
    try:
        assert stream.read(1 << 32) == CONTENT[1000:]
        assert tracemalloc.get_traced_memory()[1] < 10_000
    finally:
        tracemalloc.stop()
