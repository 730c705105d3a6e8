from __future__ import annotations

import math

from pytest_agentsim.audio.stt.lattice import Lattice

# Between start and end: "your" or "you're" sounds better, then a pause, then "name" in two pronunciations.
TEXT = """# getcwd: /this/is/bogus
# -logbase 1.000100e+00
#
Frames 100
#
Nodes 7 (NODEID WORD STARTFRAME FIRST-ENDFRAME LAST-ENDFRAME)
0 </s> 90 99 99 ; 0
1 name(2) 50 80 89 ; 0
2 name 50 80 89 ; 0
3 <sil> 40 49 49 ; 0
4 you're 10 39 39 ; 0
5 your 10 39 39 ; 0
6 <s> 0 9 9 ; 0
Initial 6
Final 0
#
BestSegAscr 0 (NODEID ENDFRAME ASCORE)
#
Edges (FROM-NODEID TO-NODEID ASCORE)
6 5 -20000
6 4 -20000
5 3 -31000
4 3 -30000
3 2 -10000
3 1 -9000
2 0 -10000
1 0 -10000
End
"""


def even(_gram) -> float:
    return math.log(0.1)


def test_without_a_preference_the_better_sound_is_taken():
    assert Lattice.parse(TEXT).best(even)[1] == ("you're", "name")


def test_the_language_model_decides_between_similar_sounds():
    def likelihood(gram):
        return math.log(0.001 if gram[-1] == "you're" else 0.1)

    assert Lattice.parse(TEXT).best(likelihood)[1] == ("your", "name")


def test_words_are_judged_by_the_two_words_before_them_across_a_pause():
    asked = []

    def likelihood(gram):
        asked.append(gram)
        return math.log(0.1)

    Lattice.parse(TEXT).best(likelihood)
    assert ("<s>", "your", "name") in asked
    assert ("your", "name", "</s>") in asked


def test_a_lattice_without_a_way_to_its_end_has_no_words():
    assert Lattice.parse(TEXT.replace("1 0 -10000\n", "").replace("2 0 -10000\n", "")).best(even) == (
        -math.inf,
        (),
    )


def test_no_lattice_has_no_words():
    assert Lattice.parse("").best(even) == (-math.inf, ())
