"""Forms from end to end: queued, put into a folder, recorded as handed in, answered, reminded."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from desktop.errors import Cancelled, FormProblem, UsageProblem
from desktop.flows import filling
from desktop.flows.claiming import claim
from desktop.flows.describing import (
    ShareSaid,
    WorkChanges,
    add_evidence,
    edit_party,
    edit_work,
)
from desktop.flows.filling import make_folder
from desktop.flows.form_desk import desk_of
from desktop.flows.form_packs import add_form, form_of
from desktop.flows.recording import Answer, record_answer, record_sent
from desktop.flows.reminding import Due, next_steps, reminders
from desktop.flows.responding import withdraw
from desktop.flows.syncing import add_registry, check_registry, sync
from desktop.forms.folder import write_folder
from desktop.model.claims import ClaimState
from desktop.model.forms import Submission, SubmissionState
from desktop.model.registries import RegistryKind, RegistryState
from desktop.model.works import Known, Publication, Right
from desktop.services import Services
from desktop.store import dossier, forms, registries, shelf
from desktop.store.engine import sqlite3
from tests.dying import Die
from tests.studio import (
    PASSWORD,
    REGISTRY,
    add_works,
    assert_all_verify,
    open_studio,
    queue,
    rows,
    settle,
)

FORM = """
form = 1
id = "small"
title = "Small form"
purpose = "To test with."
kinds = ["image"]
deadline = "asked"
silence_days = 30
[sheet]
formats = ["csv"]
works = 2
batches = "{batches}"
[folder]
copies = {copies}
[[columns]]
heading = "No."
holds = "row_number"
[[columns]]
heading = "Title"
holds = "title"
required = true
[[columns]]
heading = "Published"
holds = "publication_date"
date_format = "YYYY-MM"
required = {published}
"""
NAME = "Small"


def small(batches: str = "files", *, published: bool = False, copies: bool = False) -> bytes:
    text = FORM.replace("{batches}", batches)
    text = text.replace("{published}", str(published).lower())
    return text.replace("{copies}", str(copies).lower()).encode()


@pytest.fixture
def form_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_bytes(small())
    return path


def added(services: Services, tmp_path: Path, data: bytes, **options: str) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(data)
    add_form(NAME, str(path), services, options)


def at(services: Services, day: str) -> None:
    services.now = lambda: datetime.fromisoformat(f"{day}T12:00:00+00:00")


def submissions(services: Services) -> list[Submission]:
    with services.store.read() as connection:
        return forms.submissions(connection)


def read_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_a_form_is_a_registry_that_is_ready_at_once(studio: Services, form_file: Path) -> None:
    registry = add_registry(NAME, str(form_file), studio, kind=RegistryKind.FORM_PACK)
    form_file.unlink()
    assert (registry.state, registry.by_hand) == (RegistryState.READY, True)
    assert registry.abilities == frozenset()
    assert form_of(registry).title == "Small form"
    checked, description = check_registry(NAME, studio)
    assert (checked.state, description.name) == (RegistryState.READY, "Small form")
    assert checked.did == ""
    assert sync(studio).problems == []


def test_a_shipped_form_is_read_anew_when_it_is_checked(studio: Services) -> None:
    add_form("Photos", "photographs-group", studio)
    with studio.store.write() as tx:
        tx.execute("UPDATE registries SET description = ?", (small(),))
    checked, _ = check_registry("Photos", studio)
    assert form_of(checked).form_id == "photographs-group"


def test_what_is_no_form(studio: Services, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"There is no form called 'nowhere'.*works-list"):
        add_form(NAME, "nowhere", studio)
    (tmp_path / "bad.toml").write_text("form = 1\nid = 7")
    with pytest.raises(FormProblem, match=r"^bad\.toml: id = 7 is not right"):
        add_form(NAME, str(tmp_path / "bad.toml"), studio)
    with pytest.raises(UsageProblem, match=r"'soon' is no day.*2026-12-31"):
        add_form(NAME, "works-list", studio, {"deadline": "soon"})
    with studio.store.read() as connection:
        assert registries.everyone(connection) == []


def test_claims_wait_for_a_form_and_sync_leaves_them(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small())
    queue(studio, add_works(studio, 2), NAME)
    done = sync(studio)
    assert (done.sent, done.waiting, done.problems) == (0, 0, [])
    assert [row.state for row in rows(studio)] == [ClaimState.QUEUED] * 2
    assert set(next_steps(studio).values()) == {"Make the folder: `form make Small --out FOLDER`."}


def test_a_work_of_another_kind_is_refused_when_it_is_claimed(
    studio: Services, tmp_path: Path
) -> None:
    added(studio, tmp_path, small().replace(b'kinds = ["image"]', b'kinds = ["sound", "text"]'))
    (queued,) = claim(add_works(studio, 1), NAME, studio)
    assert "It takes sounds, texts." in str(queued.problem)
    assert rows(studio) == []


def test_the_whole_way(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small(), deadline="2027-01-31")
    works = add_works(studio, 1)
    add_evidence(works[0], b"contract", studio, kind="contract", name="a/b.pdf", dated="", note="")
    queue(studio, works, NAME)
    at(studio, "2026-12-01")
    made = make_folder(NAME, tmp_path / "out", studio)
    (submission,) = made.submissions
    assert (submission.state, submission.works) == (SubmissionState.MADE, 1)
    out = tmp_path / "out"
    assert read_csv(out / "works.csv") == [["No.", "Title", "Published"], ["1", "picture 0", ""]]
    (claim_file,) = (out / "evidence" / "claims").iterdir()
    assert json.loads(claim_file.read_bytes())["work"]["title"] == "picture 0"
    assert [path.read_bytes() for path in (out / "evidence/files").iterdir()] == [b"contract"]
    page = (out / "checklist.txt").read_text("utf-8")
    assert "Deadline: 31 January 2027" in page
    assert f"form sent {submission.submission_id} --number NUMBER" in page
    assert "<script" not in (out / "checklist.html").read_text("utf-8")
    leaves = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    for secret in (str(tmp_path), "/works/", PASSWORD):
        assert secret.encode() not in leaves
    assert [row.state for row in rows(studio)] == [ClaimState.QUEUED]

    sent = record_sent(submission.submission_id, studio, number="C-77", on=date(2026, 12, 2))
    assert (sent.state, sent.number, sent.waiting) == (SubmissionState.SENT, "C-77", 1)
    (row,) = rows(studio)
    assert (row.state, row.number, row.by_hand) == (ClaimState.ACKNOWLEDGED, "C-77", True)
    assert not row.receipt_verified
    done = record_answer(submission.submission_id, Answer.ACCEPTED, studio, reason="Listed")
    assert (done.state, done.accepted) == (SubmissionState.ANSWERED, 1)
    (row,) = rows(studio)
    assert (row.state, row.number) == (ClaimState.ACCEPTED, "C-77")
    assert row.reason == "You recorded: accepted. Listed"
    with studio.store.read() as connection:
        shown = shelf.row_of(connection, works[0])
        events = [it.event.value for it in forms.happenings(connection, done.submission_id)]
        assert forms.files(connection, done.submission_id) == {
            "works.csv": (out / "works.csv").read_bytes()
        }
    assert shown is not None
    assert shown.claim_state == "acknowledged", "the user's own word is never shown as confirmed"
    assert events == ["begun", "made", "sent", "answered"]
    assert_all_verify(studio)
    with studio.store.read() as connection:
        said = [what for _, _, what in dossier.timeline(connection, works[0])]
    assert f"Recorded for the form of Small, claim {row.claim_id}: sent, number C-77" in said
    assert f"Recorded for the form of Small, claim {row.claim_id}: answered, accepted" in said


def test_what_lacks_is_left_out_stays_and_says_the_next_step(
    studio: Services, tmp_path: Path
) -> None:
    added(studio, tmp_path, small(published=True))
    bare, full = add_works(studio, 2)
    published = Publication(answer=Known.YES, on="2025-03", country="PT")
    edit_work(full, studio, WorkChanges(publication=published))
    queue(studio, [bare, full], NAME)
    made = make_folder(NAME, tmp_path / "one", studio)
    assert [row[1] for row in read_csv(tmp_path / "one/works.csv")[1:]] == ["picture 1"]
    (left,) = made.left_out
    assert left.reason == (
        "“Published” is missing for ‘picture 0’: say when it was published (Describe…)."
    )
    assert left.reason in (tmp_path / "one/checklist.txt").read_text("utf-8")
    waiting = rows(studio)[0]
    assert (waiting.work_id, waiting.state, waiting.last_problem) == (
        bare,
        ClaimState.QUEUED,
        left.reason,
    )
    edit_work(bare, studio, WorkChanges(publication=published))
    with pytest.raises(FormProblem, match="There is something called one already"):
        make_folder(NAME, tmp_path / "one", studio)
    again = make_folder(NAME, tmp_path / "two", studio)
    assert again.submissions == ()
    assert not (tmp_path / "two").exists()
    assert "claim it at Small again" in again.left_out[0].reason

    (newer,) = queue(studio, [bare], NAME)
    (submission,) = make_folder(NAME, tmp_path / "two", studio).submissions
    assert submission.works == 1
    states = {row.claim_id: row.state for row in rows(studio)}
    assert states[waiting.claim_id] is ClaimState.SUPERSEDED
    assert states[newer] is ClaimState.QUEUED
    assert [row.last_problem for row in rows(studio)] == [""] * 3


def test_how_to_reach_co_owners_needs_no_new_signature(studio: Services, tmp_path: Path) -> None:
    """It is no part of the claim, so the same claim goes into the next folder."""
    text = small() + b'[[columns]]\nheading="Reach"\nholds="co_owner_contacts"\nrequired=true\n'
    added(studio, tmp_path, text)
    (work,) = add_works(studio, 1)
    half = [
        ShareSaid(who=who, right=Right.TRAINING, fraction=Fraction(1, 2))
        for who in ("me", "Ben Okri")
    ]
    edit_work(work, studio, WorkChanges(shares=tuple(half)))
    queue(studio, [work], NAME)
    (left,) = make_folder(NAME, tmp_path / "out", studio).left_out
    assert "“Reach” of Ben Okri is missing" in left.reason
    with studio.store.read() as connection:
        registry = registries.by_name(connection, NAME)
    assert [one.work_id for one in desk_of(registry, studio).lacking] == [work]
    edit_party("Ben Okri", studio, contact="+351 1")
    make_folder(NAME, tmp_path / "out", studio)
    assert read_csv(tmp_path / "out/works.csv")[1][3] == "Ben Okri: +351 1"
    assert desk_of(registry, studio).lacking == ()


def test_the_same_works_do_not_go_into_a_second_folder_by_mistake(
    studio: Services, tmp_path: Path
) -> None:
    added(studio, tmp_path, small())
    first, second = add_works(studio, 2)
    queue(studio, [first], NAME)
    (one,) = make_folder(NAME, tmp_path / "one", studio).submissions
    with pytest.raises(UsageProblem, match=r"All 1 works .* in the folder .*one already"):
        make_folder(NAME, tmp_path / "two", studio)
    queue(studio, [second], NAME)
    made = make_folder(NAME, tmp_path / "two", studio)
    assert (made.held, made.submissions[0].works) == (1, 1)
    anew = make_folder(NAME, tmp_path / "three", studio, again=True)
    assert (anew.held, anew.submissions[0].works) == (0, 2)
    with studio.store.read() as connection:
        states = [it.state for it in forms.submissions(connection)]
    assert states == [SubmissionState.MADE, SubmissionState.REPLACED, SubmissionState.REPLACED]
    with pytest.raises(UsageProblem, match="replaced by a folder that was made later"):
        record_sent(one.submission_id, studio)


def test_more_works_than_a_sheet_takes(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small("files"))
    queue(studio, add_works(studio, 3), NAME)
    (submission,) = make_folder(NAME, tmp_path / "out", studio).submissions
    sheets = sorted(path.name for path in (tmp_path / "out").glob("*.csv"))
    assert (submission.works, sheets) == (3, ["works 1 of 2.csv", "works 2 of 2.csv"])
    assert read_csv(tmp_path / "out/works 2 of 2.csv")[1][:2] == ["1", "picture 2"]


def test_parts_that_are_handed_in_each_for_itself(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small("folders"))
    queue(studio, add_works(studio, 3), NAME)
    one, two = make_folder(NAME, tmp_path / "out", studio).submissions
    assert (one.works, two.works, two.part, two.parts) == (2, 1, 2, 2)
    assert two.folder == tmp_path / "out" / "part 2 of 2"
    assert read_csv(two.folder / "works.csv")[1][:2] == ["1", "picture 2"]
    record_sent(two.submission_id, studio, number="B")
    assert [row.number for row in rows(studio)] == ["", "", "B"]


def test_751_photographs_are_two_groups(studio: Services, tmp_path: Path) -> None:
    add_form("Photos", "photographs-group", studio)
    works = add_works(studio, 751)
    with studio.store.write() as tx:
        tx.execute("UPDATE works SET published = 'yes', published_on = '2026-02-03'")
    queue(studio, works, "Photos")
    made = make_folder("Photos", tmp_path / "out", studio)
    assert [submission.works for submission in made.submissions] == [750, 1]
    book = CalamineWorkbook.from_path(str(made.submissions[0].folder / "photographs.xlsx"))
    cells = book.get_sheet_by_index(0).to_python()
    assert len(cells) == 751
    assert cells[750][:4] == ["750", "picture 749", "picture-749.png", "02/2026"]


def test_copies_only_where_the_form_wants_them_and_the_user_says_so(
    studio: Services, tmp_path: Path
) -> None:
    added(studio, tmp_path, small(copies=True))
    work = tmp_path / "picture-0.png"
    queue(studio, add_works(studio, 1), NAME)
    with studio.store.write() as tx:
        tx.execute("UPDATE files SET path = ?", (bytes(work),))
    make_folder(NAME, tmp_path / "without", studio)
    assert not (tmp_path / "without/copies").exists()
    assert "you did not ask" in (tmp_path / "without/checklist.txt").read_text("utf-8")
    with pytest.raises(FormProblem, match=r"‘picture 0’ is not there, so it cannot be copied"):
        make_folder(NAME, tmp_path / "with", studio, again=True, copies=True)
    work.write_bytes(b"picture 0")
    make_folder(NAME, tmp_path / "with", studio, again=True, copies=True)
    assert (tmp_path / "with/copies/picture-0.png").read_bytes() == b"picture 0"
    assert work.read_bytes() == b"picture 0"


def test_a_folder_that_could_not_be_made_counts_for_nothing(
    studio: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(studio, tmp_path, small())
    queue(studio, add_works(studio, 1), NAME)
    with pytest.raises(Cancelled):
        make_folder(NAME, tmp_path / "out", studio, cancelled=lambda: True)
    with studio.store.read() as connection:
        assert forms.submissions(connection) == [], "stopped before anything was begun"
    asked = iter((False, True))
    with pytest.raises(Cancelled):
        make_folder(NAME, tmp_path / "out", studio, cancelled=lambda: next(asked))
    assert not (tmp_path / "out").exists()
    with studio.store.read() as connection:
        (given_up,) = forms.submissions(connection)
    assert given_up.state is SubmissionState.ABANDONED
    (submission,) = make_folder(NAME, tmp_path / "out", studio).submissions
    assert submission.state is SubmissionState.MADE


def test_two_photographs_of_one_name(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small(copies=True) + b'[[columns]]\nheading="F"\nholds="file_name"\n')
    queue(studio, add_works(studio, 2), NAME)
    with studio.store.write() as tx:
        for number in (0, 1):
            path = tmp_path / f"roll {number}" / "IMG_1.png"
            path.parent.mkdir()
            path.write_bytes(b"picture %d" % number)
            tx.execute("UPDATE files SET path = ? WHERE file_id = ?", (bytes(path), number + 1))
    make_folder(NAME, tmp_path / "out", studio, copies=True)
    names = [row[3] for row in read_csv(tmp_path / "out/works.csv")[1:]]
    assert names == ["IMG_1.png", "IMG_1 (2).png"]
    copies = [(tmp_path / "out/copies" / name).read_bytes() for name in names]
    assert copies == [b"picture 0", b"picture 1"]
    page = (tmp_path / "out/checklist.txt").read_text("utf-8")
    assert "IMG_1.png is called IMG_1 (2).png there" in page


@pytest.mark.parametrize("written", [False, True])
def test_an_end_in_the_middle_is_settled_by_what_is_there(
    studio: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    """Killed before the folder was renamed: it counts for nothing. After: it counts as made."""
    added(studio, tmp_path, small())
    queue(studio, add_works(studio, 1), NAME)
    real = write_folder

    def end(folder: Path, entries: Any, cancelled: Any) -> None:
        if written:
            real(folder, entries, cancelled)
        raise KeyboardInterrupt

    monkeypatch.setattr(filling, "write_folder", end)
    with pytest.raises(KeyboardInterrupt):
        make_folder(NAME, tmp_path / "out", studio)
    monkeypatch.setattr(filling, "write_folder", real)
    studio.close()
    with open_studio(studio.library) as opened, opened.store.read() as connection:
        (settled,) = forms.submissions(connection)
    assert settled.state is (SubmissionState.MADE if written else SubmissionState.ABANDONED)


def test_killed_at_every_step_of_making_a_folder(
    tmp_path: Path, dying: Die, cheap_keys: None
) -> None:
    """The folder is there whole and counts as made, or is not there and counts for nothing."""
    template = tmp_path / "template"
    with open_studio(template) as services:
        settle(services)
        (tmp_path / "own.toml").write_bytes(small())
        add_form(REGISTRY, str(tmp_path / "own.toml"), services)
        queue(services, add_works(services, 1))
    shutil.copytree(template, tmp_path / "dry" / "library")
    steps = dying.never("form", tmp_path / "dry" / "library")
    assert steps.count("after fsync") >= 6
    assert steps.count("after rename") == 1
    outcomes = set()
    for number, name in enumerate(steps, start=1):
        folder = tmp_path / str(number)
        library = shutil.copytree(template, folder / "library")
        dying.at(number, "form", library)
        there = (folder / "out").exists()
        if there:
            assert len(read_csv(folder / "out/works.csv")) == 2, name
        with open_studio(library) as services:
            with services.store.read() as connection:
                states = [one.state for one in forms.submissions(connection)]
            assert states.count(SubmissionState.MADE) == int(there), name
            assert SubmissionState.BEGUN not in states, name
            assert [row.state for row in rows(services)] == [ClaimState.QUEUED], name
            if there:
                with pytest.raises(UsageProblem, match="are in the folder"):
                    make_folder(REGISTRY, folder / "two", services)
            else:
                assert make_folder(REGISTRY, folder / "out", services).submissions, name
                assert [path.name for path in folder.iterdir()].count("out") == 1
                assert not list(folder.glob(".*")), name
        outcomes.add(there)
    assert outcomes == {True, False}


def test_what_an_earlier_try_of_this_run_left_is_settled_by_the_next(
    studio: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(studio, tmp_path, small())
    queue(studio, add_works(studio, 1), NAME)
    real = write_folder

    def end(folder: Path, entries: Any, cancelled: Any) -> None:
        real(folder, entries, cancelled)
        raise KeyboardInterrupt

    monkeypatch.setattr(filling, "write_folder", end)
    with pytest.raises(KeyboardInterrupt):
        make_folder(NAME, tmp_path / "out", studio)
    monkeypatch.setattr(filling, "write_folder", real)
    with pytest.raises(UsageProblem, match="are in the folder"):
        make_folder(NAME, tmp_path / "two", studio)


def test_recording_again_corrects_and_refuses_nonsense(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small())
    one, two = add_works(studio, 2)
    queue(studio, [one, two], NAME)
    (submission,) = make_folder(NAME, tmp_path / "out", studio).submissions
    number = submission.submission_id
    with pytest.raises(UsageProblem, match="not recorded as sent yet"):
        record_answer(number, Answer.ACCEPTED, studio)
    with pytest.raises(UsageProblem, match="has not come yet"):
        record_sent(number, studio, on=date(2999, 1, 1))
    with pytest.raises(UsageProblem, match="There is no submission 99"):
        record_sent(99, studio)
    record_sent(number, studio)
    record_sent(number, studio, number="N-1")
    assert {row.number for row in rows(studio)} == {"N-1"}
    record_answer(number, Answer.REJECTED, studio, work_ids=[two], reason="Too late")
    done = record_answer(number, Answer.ACCEPTED, studio)
    assert (done.accepted, done.rejected, done.waiting) == (1, 1, 0)
    with pytest.raises(UsageProblem, match="has its answer"):
        record_answer(number, Answer.ACCEPTED, studio)
    with pytest.raises(UsageProblem, match="Work 99 was not handed in"):
        record_answer(number, Answer.ACCEPTED, studio, work_ids=[99])
    record_sent(number, studio, number="N-2")
    assert record_sent(number, studio, on=date(2026, 1, 2)).number == "N-2"
    states = {row.work_id: (row.state, row.number) for row in rows(studio)}
    assert states == {one: (ClaimState.ACCEPTED, "N-2"), two: (ClaimState.REJECTED, "N-2")}


def test_taking_back_before_and_after(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small())
    one, two = queue(studio, add_works(studio, 2), NAME)
    (submission,) = make_folder(NAME, tmp_path / "out", studio).submissions
    withdraw(one, NAME, studio)
    record_sent(submission.submission_id, studio, number="N")
    states = {row.claim_id: row.state for row in rows(studio)}
    assert states == {one: ClaimState.WITHDRAWN, two: ClaimState.ACKNOWLEDGED}
    assert {row.claim_id: row.number for row in rows(studio)} == {one: "", two: "N"}
    with pytest.raises(UsageProblem, match="Nothing can be withdrawn"):
        withdraw(two, NAME, studio)


def test_reminders_from_the_deadline_to_silence(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small(), deadline="2027-01-31")
    at(studio, "2026-11-01")
    queue(studio, add_works(studio, 1), NAME)

    def due(day: str) -> list[tuple[Due, int | None]]:
        at(studio, day)
        return [(one.due, one.days) for one in reminders(studio)]

    assert due("2026-12-31") == []
    assert due("2027-01-01") == [(Due.NEAR, 30)]
    assert due("2027-01-31") == [(Due.NEAR, 0)]
    assert due("2027-02-01") == [(Due.PASSED, -1)]
    at(studio, "2026-12-01")
    (submission,) = make_folder(NAME, tmp_path / "out", studio).submissions
    assert due("2026-12-03") == []
    assert due("2026-12-04") == [(Due.UNSENT, 58)]
    at(studio, "2027-01-24")
    make_folder(NAME, tmp_path / "late", studio, again=True)
    assert due("2027-01-24") == [(Due.UNSENT, 7)], "near the deadline, three days are too long"
    (submission,) = [one for one in submissions(studio) if one.state is SubmissionState.MADE]
    assert due("2027-02-01") == [(Due.PASSED, -1)], "a late claim is never blocked"
    at(studio, "2027-02-02")
    record_sent(submission.submission_id, studio, number="N-1", on=date(2027, 2, 2))
    assert due("2027-03-03") == []
    assert due("2027-03-04") == [(Due.SILENT, 30)]
    (silent,) = reminders(studio)
    assert "said nothing for 30 days about what you handed in on 2 February 2027" in silent.sentence
    record_answer(submission.submission_id, Answer.ACCEPTED, studio)
    assert due("2027-12-31") == []


def test_a_deadline_that_nobody_said_is_asked_for(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small())
    assert reminders(studio) == []
    queue(studio, add_works(studio, 1), NAME)
    (asked,) = reminders(studio)
    assert asked.due is Due.UNKNOWN
    assert "registries options Small --option deadline=" in asked.next_step


def test_what_was_recorded_cannot_be_changed(studio: Services, tmp_path: Path) -> None:
    added(studio, tmp_path, small())
    queue(studio, add_works(studio, 1), NAME)
    make_folder(NAME, tmp_path / "out", studio)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), studio.store.write() as tx:
        tx.execute("UPDATE form_events SET detail = '{}'")
