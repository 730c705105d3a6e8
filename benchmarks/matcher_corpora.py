"""Turn public dialogue corpora into cases for the matcher, of other kinds than those that it is fitted to.

    python benchmarks/matcher_corpora.py multiwoz val.json test.json --into DIRECTORY

The files are those that the corpus is published as; `corpora/NAME.py` says which, where they are and under which
licence. Two files come out, NAME_fit.jsonl.xz and NAME_test.jsonl.xz, that share no dialogue. The same files give the
same cases. A label of the corpus counts where the words bear it out; where words and labels disagree, no trigger is
made that hangs on it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING

from corpora.cases import cases_of, drawn
from matcher_dialogues import fold_of

if TYPE_CHECKING:
    from matcher_dialogues import Case

CORPORA = ("hr_multiwoz", "m2m", "multiwoz", "taskmaster")
EMPTY = 0.33
FOLDS = 5
FOLDS_FOR_FIT = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", choices=CORPORA)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, default=Path())
    parser.add_argument("--fit", type=int, default=1500, help="how many cases to fit to")
    parser.add_argument("--test", type=int, default=1000, help="how many cases to measure on")
    arguments = parser.parse_args()
    corpus = importlib.import_module(f"corpora.{arguments.corpus}").read(arguments.files)
    cases = cases_of(corpus)
    halves = {
        "fit": drawn([case for case in cases if is_for_fit(case)], arguments.fit, EMPTY, "fit"),
        "test": drawn([case for case in cases if not is_for_fit(case)], arguments.test, EMPTY, "test"),
    }
    arguments.into.mkdir(parents=True, exist_ok=True)
    for half, chosen in halves.items():
        path = arguments.into / f"{corpus.name}_{half}.jsonl.xz"
        save(path, chosen)
        empty = sum(not case["gold"] for case in chosen)
        print(f"{path}: {len(chosen)} of {len(cases)} cases, none holds in {empty}")


def is_for_fit(case: Case) -> bool:
    return fold_of(case, FOLDS) < FOLDS_FOR_FIT


def save(path: Path, cases: list[Case]) -> None:
    path.write_bytes(lzma.compress("".join(f"{json.dumps(case)}\n" for case in cases).encode()))


if __name__ == "__main__":
    main()
