"""Errors of the evaluation, under the one tree of ``corpus.errors``.

TreatyError
└── EvaluationError
    ├── CaseError       a case file says something that no case can be
    ├── RunError        a saved run cannot be read, or two of them cannot be compared
    └── BelowBaseline   a run fell below its baseline
"""

from corpus.errors import TreatyError


class EvaluationError(TreatyError):
    """The evaluation could not be carried out."""


class CaseError(EvaluationError):
    """A line of a case file is no case; the message names file and line."""


class RunError(EvaluationError):
    """A file is no saved run or one of another format, or two runs have no cases to compare."""


class BelowBaseline(EvaluationError):
    """A figure fell by more than its tolerance; the message names each."""
