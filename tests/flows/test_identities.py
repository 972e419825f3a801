"""Several identities, keys that are brought back, replaced and revoked; nothing signed is lost."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from desktop.errors import ClaimProblem, KeyProblem, UsageProblem
from desktop.flows.checking import verify_library
from desktop.flows.claiming import claim, prepare, sign_and_queue
from desktop.flows.identifying import (
    create_identity,
    find_identity,
    my_identities,
    my_key,
    request_key,
    signing_key,
    use_identity,
    who_am_i,
)
from desktop.flows.proving import (
    answer_challenge,
    challenge_to_sign,
    check_web_identity,
    write_web_identity,
)
from desktop.flows.renewing import (
    prepared_revocation,
    revoke,
    revoke_with,
    rotate,
    write_revocation,
)
from desktop.flows.safekeeping import (
    export_key,
    import_key_file,
    import_phrase,
    phrase_was_kept,
    recovery_phrase,
)
from desktop.flows.syncing import add_registry
from desktop.identity.key_notices import revocation_notice
from desktop.identity.keys import SigningKey
from desktop.model.identities import Identity, IdentityKind, KeyOrigin, KeyState, WebResult
from desktop.model.times import from_seconds
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import events, feeds, identities, journal
from desktop.store.engine import sqlite3
from tests.dying import Die
from tests.identity.test_keystore import MemoryKeyring
from tests.registries.stub import Answer, Stub
from tests.studio import PASSWORD, REGISTRY, add_works, assert_all_verify, open_studio, settle

NOWHERE = "http://127.0.0.1:9"
FILE_PASSWORD = "another password"


def me(services: Services) -> Identity:
    known = who_am_i(services)
    assert known is not None
    return known


def type_password(_sentence: str) -> str:
    return FILE_PASSWORD


@pytest.fixture
def elsewhere(tmp_path: Path, cheap_keys: None) -> Iterator[Services]:
    """Another computer: a library with works and no identity."""
    with open_studio(tmp_path / "elsewhere") as services:
        add_works(services, 2)
        yield services


def claimants(services: Services) -> list[str]:
    with services.store.read() as connection:
        documents = [row[2] for row in claims_store.documents(connection)]
    return [json.loads(document)["claimant"]["did"] for document in documents]


# Several identities.


def test_the_first_signs_until_another_is_chosen(studio: Services) -> None:
    add_registry(REGISTRY, NOWHERE, studio)
    works = add_works(studio, 2)
    first = me(studio)
    band = create_identity("The Tides", studio, IdentityKind.BAND)
    assert (first.current, band.current, band.kind) == (True, False, IdentityKind.BAND)
    claim(works[:1], REGISTRY, studio)
    assert use_identity("the tides", studio).current
    claim(works[1:], REGISTRY, studio)
    assert claimants(studio) == [first.party.did, band.party.did]
    assert [known.current for known in my_identities(studio)] == [False, True]
    assert use_identity(first.party.did, studio).party.name == "Ana Sousa"
    assert me(studio).party == first.party
    assert_all_verify(studio)


def test_what_was_shown_is_signed_by_who_was_shown(studio: Services) -> None:
    add_registry(REGISTRY, NOWHERE, studio)
    first = me(studio)
    prepared = prepare(add_works(studio, 1), REGISTRY, studio)
    create_identity("The Tides", studio)
    use_identity("The Tides", studio)
    sign_and_queue(prepared, REGISTRY, studio)
    assert claimants(studio) == [first.party.did]


def test_names_that_are_not_there(studio: Services) -> None:
    with pytest.raises(UsageProblem, match="no identity of yours called Ben"):
        use_identity("Ben", studio)
    with pytest.raises(KeyProblem, match="not one of yours"):
        signing_key(SigningKey.generate().did, studio)


def test_a_name_that_two_have_asks_for_the_key(studio: Services, elsewhere: Services) -> None:
    settle(elsewhere)
    brought = import_phrase(
        " ".join(recovery_phrase(me(elsewhere).party.did, elsewhere)), studio, name="Ana Sousa"
    )
    assert not brought.identity.current
    with pytest.raises(UsageProblem, match="More than one"):
        use_identity("Ana Sousa", studio)
    assert use_identity(brought.identity.party.did, studio).current


def test_an_older_library_keeps_its_identity(tmp_path: Path, cheap_keys: None) -> None:
    """As the second schema had it: a party that is self, and nothing else."""
    key = SigningKey.generate()
    with open_studio(tmp_path / "library") as services:
        services.keys.keep(key)
    connection = sqlite3.connect(str(tmp_path / "library" / "library.sqlite"))
    connection.execute("DROP INDEX claims_by_did")
    connection.execute("ALTER TABLE fetches DROP COLUMN did")
    for table in ("feeds", "web_checks", "key_backups", "key_notices", "own_keys", "identities"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = '0005_identities'")
    connection.execute(
        "INSERT INTO parties (name, did, is_self, created_s) VALUES ('Ana', ?, 1, 7)", (key.did,)
    )
    connection.execute("INSERT INTO parties (name, is_self, created_s) VALUES ('Ben', 0, 8)")
    connection.execute(
        "INSERT INTO registries (registry_id, name, kind, url, cursor) "
        "VALUES (3, 'Practice', 'open_claims', 'http://127.0.0.1:9', '000007')"
    )
    connection.execute(
        "INSERT INTO fetches (registry_id, kind, number) VALUES (3, 'statement', 'S')"
    )
    connection.commit()
    connection.close()
    with open_studio(tmp_path / "library") as services:
        (known,) = my_identities(services)
        assert (known.party.name, known.current, known.created) == ("Ana", True, from_seconds(7))
        assert (known.key.origin, known.kind) == (KeyOrigin.MADE, IdentityKind.PERSON)
        assert my_key(services) == key
        with services.store.write() as tx:
            assert feeds.open_feed(tx, 3, key.did) == ("000007", "")
            assert [fetch.number for fetch in events.to_fetch(tx, 3, key.did)] == ["S"]
            assert events.to_fetch(tx, 3, "did:key:another") == []


# Kept elsewhere, and brought back.


def test_words_bring_the_key_to_another_computer(studio: Services, elsewhere: Services) -> None:
    did = me(studio).party.did
    assert not me(studio).key.backed_up
    words = recovery_phrase(did, studio)
    assert not me(studio).key.backed_up
    phrase_was_kept(did, studio)
    assert me(studio).key.backed_up
    brought = import_phrase("  ".join(words).upper(), elsewhere, name="Ana Sousa")
    assert (brought.identity.party.did, brought.already) == (did, False)
    assert brought.identity.current
    assert brought.identity.key.backed_up
    assert my_key(elsewhere) == my_key(studio)
    again = import_phrase(" ".join(words), elsewhere)
    assert again.already
    assert len(my_identities(elsewhere)) == 1
    assert_all_verify(elsewhere)


def test_words_without_a_name_change_nothing(studio: Services, elsewhere: Services) -> None:
    words = recovery_phrase(me(studio).party.did, studio)
    with pytest.raises(UsageProblem, match="whose it is"):
        import_phrase(" ".join(words), elsewhere)
    assert my_identities(elsewhere) == []
    assert not list((elsewhere.library).glob("keys/*"))


def test_a_file_brings_the_key_with_its_name(
    studio: Services, elsewhere: Services, tmp_path: Path
) -> None:
    target = tmp_path / "ana.key.json"
    did = me(studio).party.did
    export_key(did, target, FILE_PASSWORD, studio)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert me(studio).key.backed_up
    brought = import_key_file(target, type_password, elsewhere)
    assert (brought.identity.party.name, brought.already) == ("Ana Sousa", False)
    assert my_key(elsewhere).did == did
    assert import_key_file(target, type_password, elsewhere).already
    (kept,) = (elsewhere.library / "keys").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with pytest.raises(UsageProblem, match="exists already"):
        export_key(did, target, FILE_PASSWORD, studio)


def test_a_restored_library_gets_its_key_back(studio: Services, tmp_path: Path) -> None:
    target = tmp_path / "ana.key.json"
    key = my_key(studio)
    export_key(key.did, target, FILE_PASSWORD, studio)
    studio.close()
    for path in (tmp_path / "library" / "keys").iterdir():
        path.unlink()
    with open_studio(tmp_path / "library") as services:
        with pytest.raises(KeyProblem, match="not on this computer"):
            my_key(services)
        brought = import_key_file(target, type_password, services)
        assert not brought.already
        assert brought.identity.kept_in
        assert my_key(services) == key


def test_a_collaborator_can_become_me(studio: Services, elsewhere: Services) -> None:
    did = me(studio).party.did
    with elsewhere.store.write() as tx:
        tx.execute("INSERT INTO parties (name, did, created_s) VALUES ('Ana', ?, 1)", (did,))
    words = recovery_phrase(did, studio)
    brought = import_phrase(" ".join(words), elsewhere, name="Ana Sousa")
    assert brought.identity.party.is_self
    assert brought.identity.party.name == "Ana"


def _no_json(_document: dict[str, Any]) -> bytes:
    return b"\x89PNG"


def _no_did(document: dict[str, Any]) -> bytes:
    del document["did"]
    return json.dumps(document).encode()


def _other_did(document: dict[str, Any]) -> bytes:
    document["did"] = SigningKey.generate().did
    return json.dumps(document).encode()


def _cut(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()[:-40]


def _false_notice(document: dict[str, Any]) -> bytes:
    document["identity"]["notices"] = ["bm90aGluZw=="]
    return json.dumps(document).encode()


def _damaged_seal(document: dict[str, Any]) -> bytes:
    document["cipher"]["nonce"] = "?"
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "damage", [_no_json, _no_did, _other_did, _cut, _false_notice, _damaged_seal]
)
def test_a_damaged_file_changes_nothing(
    studio: Services,
    elsewhere: Services,
    tmp_path: Path,
    damage: Callable[[dict[str, Any]], bytes],
) -> None:
    target = tmp_path / "ana.key.json"
    export_key(me(studio).party.did, target, FILE_PASSWORD, studio)
    target.write_bytes(damage(json.loads(target.read_text())))
    with pytest.raises(KeyProblem):
        import_key_file(target, type_password, elsewhere)
    assert my_identities(elsewhere) == []
    assert not list(elsewhere.library.glob("keys/*"))


def test_wrong_password_missing_file_short_password(
    studio: Services, elsewhere: Services, tmp_path: Path
) -> None:
    target, did = tmp_path / "ana.key.json", me(studio).party.did
    with pytest.raises(KeyProblem, match="shorter"):
        export_key(did, target, "short", studio)
    assert not target.exists()
    assert not me(studio).key.backed_up
    export_key(did, target, FILE_PASSWORD, studio)
    with pytest.raises(KeyProblem, match="password does not open"):
        import_key_file(target, lambda _sentence: "not that one", elsewhere)
    with pytest.raises(KeyProblem, match="cannot be read"):
        import_key_file(tmp_path / "nothing", type_password, elsewhere)
    big = tmp_path / "big"
    big.write_bytes(b" " * 1_048_577)
    with pytest.raises(KeyProblem, match="too large"):
        import_key_file(big, type_password, elsewhere)
    assert my_identities(elsewhere) == []


def test_with_a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_keys: None) -> None:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    with open_studio(tmp_path / "library") as services:
        settle(services)
        first = me(services).party.did
        renewed = rotate("", "", services)
        assert renewed.kept_in == "the system keyring"
        assert set(backend.kept) == {("residuals", first), ("residuals", renewed.party.did)}
        words = " ".join(recovery_phrase(first, services))
        del backend.kept["residuals", first]
        services.keys._open.clear()
        assert not import_phrase(words, services).already
        assert import_phrase(words, services).already
    assert not (tmp_path / "library" / "keys").exists()


# A new key for the same name.


def test_rotation(studio: Services) -> None:
    add_registry(REGISTRY, NOWHERE, studio)
    works = add_works(studio, 2)
    before = me(studio)
    claim(works[:1], REGISTRY, studio)
    after = rotate("", "New computer", studio)
    assert after.party.party_id == before.party.party_id
    assert after.party.did != before.party.did
    (former,) = after.former
    assert (former.did, former.state) == (before.party.did, KeyState.REPLACED)
    assert (former.successor, former.reason) == (after.party.did, "New computer")
    assert not after.key.backed_up
    claim(works[1:], REGISTRY, studio)
    assert claimants(studio) == [before.party.did, after.party.did]
    with pytest.raises(KeyProblem, match="replaced by a newer one"):
        signing_key(before.party.did, studio)
    assert request_key(before.party.did, studio).did == before.party.did
    assert find_identity(before.party.did, studio).party == after.party
    assert_all_verify(studio)


def test_what_was_prepared_with_the_old_key_is_not_signed(studio: Services) -> None:
    add_registry(REGISTRY, NOWHERE, studio)
    prepared = prepare(add_works(studio, 1), REGISTRY, studio)
    rotate("", "", studio)
    with pytest.raises(KeyProblem, match="replaced"):
        sign_and_queue(prepared, REGISTRY, studio)
    assert claimants(studio) == []


def test_rotations_travel_with_the_key(
    studio: Services, elsewhere: Services, tmp_path: Path
) -> None:
    first = me(studio).party.did
    rotate("", "one", studio)
    revoke(first, "found a copy", studio)
    last = rotate("", "two", studio)
    target = tmp_path / "ana.key.json"
    export_key(last.party.did, target, FILE_PASSWORD, studio)
    brought = import_key_file(target, type_password, elsewhere).identity
    assert len(brought.former) == 2
    assert {key.did: key.state for key in brought.former} == {
        key.did: key.state for key in last.former
    }
    assert import_key_file(target, type_password, elsewhere).already
    assert_all_verify(elsewhere)


def test_a_key_replaced_on_one_computer_is_replaced_on_the_other(
    studio: Services, elsewhere: Services, tmp_path: Path
) -> None:
    first = me(studio).party.did
    import_phrase(" ".join(recovery_phrase(first, studio)), elsewhere, name="Ana Sousa")
    last = rotate("", "two computers", studio)
    target = tmp_path / "ana.key.json"
    export_key(last.party.did, target, FILE_PASSWORD, studio)
    brought = import_key_file(target, type_password, elsewhere).identity
    assert len(my_identities(elsewhere)) == 1
    assert (brought.party.did, brought.current) == (last.party.did, True)
    assert [(key.did, key.state) for key in brought.former] == [(first, KeyState.REPLACED)]
    assert my_key(elsewhere) == my_key(studio)


def test_a_newer_key_that_is_a_collaborators_here_is_refused(
    studio: Services, elsewhere: Services, tmp_path: Path
) -> None:
    first = me(studio).party.did
    import_phrase(" ".join(recovery_phrase(first, studio)), elsewhere, name="Ana Sousa")
    last = rotate("", "", studio).party.did
    target = tmp_path / "ana.key.json"
    export_key(last, target, FILE_PASSWORD, studio)
    with elsewhere.store.write() as tx:
        tx.execute("INSERT INTO parties (name, did, created_s) VALUES ('Ben', ?, 1)", (last,))
    with pytest.raises(UsageProblem, match="knows that key as Ben's"):
        import_key_file(target, type_password, elsewhere)
    assert me(elsewhere).party.did == first


def test_a_strangers_notice_in_a_file_is_left_out(
    studio: Services, elsewhere: Services, tmp_path: Path
) -> None:
    import base64

    target = tmp_path / "ana.key.json"
    export_key(me(studio).party.did, target, FILE_PASSWORD, studio)
    said = json.loads(target.read_text())
    notice = revocation_notice(SigningKey.generate(), reason="", created=studio.now())
    said["identity"]["notices"] = [base64.b64encode(notice.document).decode()]
    target.write_text(json.dumps(said))
    assert not import_key_file(target, type_password, elsewhere).identity.revoked
    with elsewhere.store.read() as connection:
        assert identities.notices(connection) == []


# The end of a key.


def test_a_revoked_key_signs_nothing_and_what_it_signed_stays(studio: Services) -> None:
    add_registry(REGISTRY, NOWHERE, studio)
    works = add_works(studio, 2)
    did = me(studio).party.did
    claim(works[:1], REGISTRY, studio)
    ended = revoke("", "Laptop stolen", studio)
    assert ended.revoked
    assert (ended.key.reason, ended.key.ended) != ("", None)
    for refused in (
        lambda: claim(works[1:], REGISTRY, studio),
        lambda: my_key(studio),
        lambda: rotate("", "", studio),
        lambda: answer_challenge(challenge_to_sign("8f3c", "Painters", studio), studio),
        lambda: write_web_identity("ana.example", studio.library, studio),
        lambda: use_identity(did, studio),
    ):
        with pytest.raises(KeyProblem, match="was revoked on"):
            refused()
    with pytest.raises(UsageProblem, match="already"):
        revoke("", "", studio)
    assert claimants(studio) == [did]
    assert request_key(did, studio).did == did
    assert_all_verify(studio)
    assert create_identity("Ana Sousa", studio).current
    assert len(claim(works[1:], REGISTRY, studio)) == 1


def test_a_stored_revocation_needs_neither_key_nor_password(
    studio: Services, tmp_path: Path
) -> None:
    did = me(studio).party.did
    stored = write_revocation("", tmp_path / "revocation.json", studio)
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert prepared_revocation(did, studio).exists()
    studio.close()
    with open_studio(tmp_path / "library", password="forgotten") as services:
        with pytest.raises(KeyProblem):
            revoke("", "", services)
        assert not me(services).revoked
        assert revoke_with(stored, services).revoked
        with pytest.raises(UsageProblem, match="already"):
            revoke_with(stored, services)
        with pytest.raises(UsageProblem, match="exists already"):
            write_revocation("", stored, services)
        assert_all_verify(services)


def test_a_revocation_that_is_none_or_anothers(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "notice.json"
    path.write_text("{}")
    with pytest.raises(KeyProblem, match="cannot be used"):
        revoke_with(path, studio)
    stranger = revocation_notice(SigningKey.generate(), reason="", created=studio.now())
    path.write_bytes(stranger.document)
    with pytest.raises(UsageProblem, match="no identity of yours"):
        revoke_with(path, studio)
    rotate("", "", studio)
    with studio.store.read() as connection:
        path.write_bytes(identities.notices(connection)[0][3])
    with pytest.raises(KeyProblem, match="revokes nothing"):
        revoke_with(path, studio)
    assert not me(studio).revoked


def test_a_tampered_notice_is_found_by_verify(studio: Services) -> None:
    rotate("", "New computer", studio)
    revoke("", "Stolen", studio)
    studio.close()
    path = studio.library / "library.sqlite"
    connection = sqlite3.connect(str(path))
    connection.execute("DROP TRIGGER key_notices_no_update")
    connection.execute(
        "UPDATE key_notices SET document = CAST(replace(document, 'New computer', "
        "'Old computer') AS BLOB) "
        "WHERE kind = 'rotation'"
    )
    connection.commit()
    connection.close()
    with open_studio(studio.library) as services:
        bad = [check for check in verify_library(services) if not check.ok]
    assert [check.check for check in bad] == ["key rotations and revocations"]
    assert bad[0].detail.startswith("1 of 2 do not verify")


def test_notices_cannot_be_deleted(studio: Services) -> None:
    revoke("", "", studio)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), studio.store.write() as tx:
        tx.execute("DELETE FROM key_notices")
    assert me(studio).revoked


# One's own domain, and challenges.


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Stub, Path]]:
    """A web site that serves a folder."""
    root = tmp_path / "site"

    def answer(_method: str, path: str, _body: bytes) -> Answer:
        file = root / path.lstrip("/")
        return Answer(body=file.read_bytes()) if file.is_file() else Answer(status=404, body=b"")

    with Stub(answer) as stub:
        yield stub, root


def test_a_domain_confirms_the_key(studio: Services, site: tuple[Stub, Path]) -> None:
    stub, root = site
    domain = stub.url.removeprefix("http://")
    missing = check_web_identity(domain, studio)
    assert (missing.result, "status 404" in missing.problem) == (WebResult.WRONG, True)
    web_did, written = write_web_identity(domain, root, studio)
    assert written == root / ".well-known" / "did.json"
    assert len(stub.calls) == 1
    found = check_web_identity(domain, studio)
    assert (found.result, found.web_did, found.did) == (
        WebResult.CONFIRMED,
        web_did,
        me(studio).party.did,
    )
    assert me(studio).web == found
    rotate("", "", studio)
    assert check_web_identity(web_did, studio).result is WebResult.WRONG
    _, below = write_web_identity(f"{domain}/of/ana", root, studio)
    assert below == root / "of" / "ana" / "did.json"
    assert check_web_identity(f"{domain}/of/ana", studio).result is WebResult.CONFIRMED
    with studio.store.read() as connection:
        assert journal.first_break(connection) is None


def test_a_domain_that_is_away_decides_nothing(studio: Services) -> None:
    found = check_web_identity("127.0.0.1:9", studio)
    assert found.result is WebResult.UNREACHABLE
    assert me(studio).web == found


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        Answer(body=b"x" * (8 * 1024 * 1024 + 1)),
        Answer(body=b"<html>"),
        Answer(status=500),
    ],
    ids=["redirect", "huge", "page", "broken"],
)
def test_a_hostile_domain_is_contained(studio: Services, answer: Answer) -> None:
    with Stub(lambda _method, _path, _body: answer) as stub:
        found = check_web_identity(stub.url.removeprefix("http://"), studio)
    assert found.result is WebResult.WRONG
    assert "registry" not in found.problem.lower()


def test_a_challenge_is_journaled_and_not_kept(studio: Services) -> None:
    signed = answer_challenge(challenge_to_sign("8f3c", "Painters", studio), studio)
    assert signed["did"] == me(studio).party.did
    with studio.store.read() as connection:
        row = connection.execute("SELECT * FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert (row["action"], row["subject"]) == ("challenge.signed", "Painters")
    assert "8f3c" not in row["detail"]


def test_a_challenge_of_a_known_registry_is_bound_to_its_address(studio: Services) -> None:
    add_registry("Painters", "https://painters.example", studio)
    assert challenge_to_sign("8f3c", "Painters", studio)["registry"] == "https://painters.example"
    assert challenge_to_sign("8f3c", "Sculptors", studio)["registry"] == "Sculptors"


def test_claims_name_who_signed(studio: Services) -> None:
    from desktop.claims.sign import sign_claim

    with pytest.raises(ClaimProblem, match="own key"):
        sign_claim(
            {"claimant": {"did": me(studio).party.did}},
            SigningKey.generate(),
            created=studio.now(),
        )


def test_killed_while_a_key_is_replaced(tmp_path: Path, dying: Die, cheap_keys: None) -> None:
    """At every step: the old key, or the new one with its secret; never a name without a key."""
    with open_studio(tmp_path / "dry") as services:
        settle(services)
    steps = dying.never("rotate", tmp_path / "dry")
    seen = set()
    for number in range(1, len(steps) + 1):
        folder = tmp_path / str(number)
        with open_studio(folder) as services:
            settle(services)
        dying.at(number, "rotate", folder)
        with open_studio(folder, password=PASSWORD) as services:
            known = me(services)
            assert my_key(services).did == known.party.did
            assert_all_verify(services)
            seen.add(len(known.former))
    assert seen == {0, 1}
