"""What can be wrong with a cluster, in words."""

from __future__ import annotations

from pathlib import Path

from desktop import __version__
from desktop.errors import ClusterProblem, FileProblem, FileProblemKind
from desktop.model.fingerprints import FoundFile

_SHARE_ADVICE = (
    "Mount the folder under the same path on every machine of the cluster, readable for its user."
)


def no_dask() -> ClusterProblem:
    """Return the problem that Dask is not installed on this computer."""
    return ClusterProblem(
        "A scan on a cluster needs Dask, which is not installed here.",
        advice="Install it with: pip install 'residuals[cluster]'",
    )


def no_machine() -> ClusterProblem:
    """Return the problem that there is a scheduler, but nobody to work."""
    return ClusterProblem(
        "The cluster has no machine that works.",
        advice="Start some with: dask worker ADDRESS. What was read is kept.",
    )


def nothing_shared() -> ClusterProblem:
    """Return the problem that the cluster sees none of the files."""
    return ClusterProblem("The cluster's machines do not see these files.", advice=_SHARE_ADVICE)


def broken_machine(error: BaseException) -> ClusterProblem:
    """Return the problem that a machine failed in a way that no file is to blame for."""
    return ClusterProblem(
        "A machine of the cluster could not do its part.",
        advice=f"See its log; it says: {type(error).__name__}: {error}",
    )


def judge(what: str, answer: object) -> None:
    """Raise ClusterProblem unless a part of the cluster answered with this very version."""
    if isinstance(answer, ImportError | AttributeError):
        raise ClusterProblem(
            f"The cluster's {what} does not have Residuals installed.",
            advice=f"Install residuals[cluster] {__version__} on every machine and the scheduler.",
        )
    if isinstance(answer, str) and answer != __version__:
        raise ClusterProblem(
            f"The cluster's {what} has Residuals {answer}, and this computer {__version__}.",
            advice="Install the same version everywhere, so that the codes are the same.",
        )


def unreachable(address: str) -> ClusterProblem:
    """Return the problem that nobody answers at an address."""
    return ClusterProblem(
        f"The cluster's scheduler at {address} cannot be reached.",
        advice="Check the address, and that the scheduler runs: dask scheduler. "
        "Nothing was read; your library is as it was.",
    )


def lost(address: str) -> ClusterProblem:
    """Return the problem that the scheduler went away in the middle."""
    return ClusterProblem(
        f"The connection to the cluster's scheduler at {address} was lost.",
        advice="What was read is kept. Scan again when the scheduler runs; it goes on from there.",
    )


def not_shared(path: Path) -> FileProblem:
    """Return the problem that this computer can read a file, and the cluster cannot."""
    return FileProblem(
        "The cluster's machines do not see this file.",
        path=path,
        reason=FileProblemKind.NOT_READABLE,
        advice=f"{_SHARE_ADVICE} Or scan it on this computer alone.",
    )


def deadly(found: FoundFile) -> FileProblem:
    """Return the problem of a file over which machine after machine went down."""
    return FileProblem(
        "Each machine of the cluster that read this file went down over it.",
        path=found.path,
        reason=FileProblemKind.CRASHED,
        advice="The file is probably damaged. Open it in its own program and save it anew.",
    )
