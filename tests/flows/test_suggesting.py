"""What a file says is offered, and taken over only where the user said nothing."""

from __future__ import annotations

import pytest

from desktop.errors import UsageProblem
from desktop.flows.checking import verify_library
from desktop.flows.claiming import prepare
from desktop.flows.describing import WorkChanges, edit_work, set_terms
from desktop.flows.suggesting import accept_suggestions, said_by_file
from desktop.flows.syncing import add_registry
from desktop.model.suggestions import AiStatement, Credit, Suggestions, Vocabulary
from desktop.model.terms import Answer, Preset, Use
from desktop.model.works import Creator, Identifier, Work
from desktop.services import Services
from desktop.store import suggestions, works
from desktop.terms.presets import PRESETS
from tests.studio import add_works

SAID = Suggestions(
    title="Low Tide",
    creators=(Credit(name="Ivo Lindqvist", role="composer"), Credit(name="The Five")),
    created="2024-05",
    rights="© 2024",
    identifiers=(("isrc", "USS1Z9900001"), ("iswc", "T0345246801"), ("isrc", "USS1Z9900002")),
    ai_use=(
        AiStatement(
            vocabulary=Vocabulary.IPTC,
            property="plus:DataMining",
            value="v",
            meaning=((Use.TRAIN, Answer.DENY),),
        ),
    ),
)


def say(services: Services, work_id: int, said: Suggestions = SAID) -> None:
    """Let a work's file say this."""
    with services.store.write() as tx:
        tx.execute(
            "UPDATE fingerprints SET suggestions = ? WHERE work_id = ?",
            (suggestions.to_json(said), work_id),
        )


def work(services: Services, work_id: int) -> Work:
    with services.store.read() as connection:
        return works.get(connection, work_id)


def offered(services: Services, work_id: int) -> dict[str, bool]:
    return {offer.key: offer.usable for offer in said_by_file(work_id, services).offers}


def changes(services: Services) -> list[str]:
    with services.store.read() as connection:
        rows = connection.execute(
            "SELECT detail FROM journal WHERE action = 'work.edited' ORDER BY seq"
        )
        return [row["detail"] for row in rows]


@pytest.fixture
def work_id(studio: Services) -> int:
    """A work about which only its file has said anything."""
    (made,) = add_works(studio, 1)
    say(studio, made)
    return made


def test_everything_is_offered_and_nothing_is_taken(studio: Services, work_id: int) -> None:
    assert offered(studio, work_id) == dict.fromkeys(
        ("title", "creators", "created", "isrc", "iswc"), True
    )
    found = work(studio, work_id)
    assert (found.title, found.creators, found.created) == ("picture 0", (), "")


def test_all_of_it_is_taken(studio: Services, work_id: int) -> None:
    assert accept_suggestions([work_id], studio) == 1
    found = work(studio, work_id)
    assert (found.title, found.created) == ("Low Tide", "2024-05")
    assert found.creators == (
        Creator(name="Ivo Lindqvist", role="composer"),
        Creator(name="The Five", role="author"),
    )
    assert found.identifiers == (
        Identifier(scheme="isrc", value="USS1Z9900001"),
        Identifier(scheme="isrc", value="USS1Z9900002"),
        Identifier(scheme="iswc", value="T0345246801"),
    )
    assert offered(studio, work_id) == {}
    assert accept_suggestions([work_id], studio) == 0
    assert len(changes(studio)) == 1
    assert '"from":"file"' in changes(studio)[0].replace(" ", "")
    assert all(check.ok for check in verify_library(studio))


def test_one_field_is_taken(studio: Services, work_id: int) -> None:
    assert accept_suggestions([work_id], studio, {"isrc"}) == 1
    found = work(studio, work_id)
    assert (found.title, found.creators, found.created) == ("picture 0", (), "")
    assert {one.scheme for one in found.identifiers} == {"isrc"}
    assert accept_suggestions([work_id], studio, {"doi"}) == 0


def test_what_the_user_said_stays(studio: Services, work_id: int) -> None:
    edit_work(
        work_id,
        studio,
        WorkChanges(
            title="My own title",
            creators=[Creator(name="Me")],
            identifiers=[Identifier(scheme="isrc", value="USS1Z9900009")],
        ),
    )
    with studio.store.write() as tx:
        works.set_created(tx, work_id, "1999")
    assert offered(studio, work_id) == {
        "title": False,
        "creators": False,
        "created": False,
        "isrc": False,
        "iswc": True,
    }
    assert accept_suggestions([work_id], studio) == 1
    found = work(studio, work_id)
    assert (found.title, found.created) == ("My own title", "1999")
    assert found.creators == (Creator(name="Me"),)
    assert {one.value for one in found.identifiers} == {"USS1Z9900009", "T0345246801"}


def test_a_title_that_was_taken_is_the_users_word(studio: Services, work_id: int) -> None:
    accept_suggestions([work_id], studio, {"title"})
    say(studio, work_id, Suggestions(title="Another export"))
    assert offered(studio, work_id) == {"title": False}


def test_a_day_to_come_is_no_offer(studio: Services, work_id: int) -> None:
    """A camera whose clock is wrong."""
    say(studio, work_id, Suggestions(created="2199-07"))
    assert offered(studio, work_id) == {}
    assert accept_suggestions([work_id], studio) == 0


def test_many_works_at_once(studio: Services) -> None:
    made = add_works(studio, 210)
    for work_id in made[:209]:
        say(studio, work_id, Suggestions(created="2020"))
    assert accept_suggestions(made, studio) == 209
    assert [work(studio, one).created for one in (made[0], made[208], made[209])] == [
        "2020",
        "2020",
        "",
    ]


def test_a_work_that_is_not_there(studio: Services, work_id: int) -> None:
    with pytest.raises(UsageProblem):
        said_by_file(99, studio)
    with pytest.raises(UsageProblem):
        accept_suggestions([work_id, 99], studio)
    assert work(studio, work_id).created == ""


def test_contradictions_follow_the_terms(studio: Services, work_id: int) -> None:
    assert said_by_file(work_id, studio).contradictions == ()
    set_terms(PRESETS[Preset.OPEN], [work_id], studio)
    (found,) = said_by_file(work_id, studio).contradictions
    assert (found.use, found.file_says, found.terms_say) == (Use.TRAIN, Answer.DENY, Answer.ALLOW)
    set_terms(PRESETS[Preset.NO_AI], [work_id], studio)
    assert said_by_file(work_id, studio).contradictions == ()


def test_a_claim_takes_what_was_taken_over(studio: Services, work_id: int) -> None:
    add_registry("Practice", "http://127.0.0.1:9", studio)
    accept_suggestions([work_id], studio)
    (prepared,) = prepare([work_id], "Practice", studio)
    assert prepared.problem is None
    assert prepared.document is not None
    sent = prepared.document["work"]
    assert (sent["title"], sent["created"]) == ("Low Tide", "2024-05")
    assert [one["role"] for one in sent["creators"]] == ["composer", "author"]
    assert len(sent["identifiers"]) == 3
