"""The shelf counts the same whether it is asked of all works or of a collection that has them."""

from __future__ import annotations

from desktop.flows.collecting import make_collection
from desktop.services import Services
from desktop.store import shelf
from desktop.store.shelf import Filter
from tests.studio import add_works, queue


def test_a_collection_counts_its_own_works(joined: Services) -> None:
    works = add_works(joined, 5)
    queue(joined, works[:2])
    with joined.store.write() as tx:
        tx.execute("UPDATE files SET state = 'missing' WHERE work_id IN (?, ?, ?)", works[1:4])
        tx.execute("UPDATE works SET kind = 'text' WHERE work_id = ?", (works[4],))
    every = make_collection("Every", works, joined).change.choice.collection_id
    some = make_collection("Some", works[1:3], joined).change.choice.collection_id
    empty = make_collection("Empty", (), joined).change.choice.collection_id
    with joined.store.read() as connection:
        counted = {one: shelf.counts(connection, collection=one) for one in (every, some, empty)}
        assert counted[every] == shelf.counts(connection)
        assert (counted[some].all, counted[some].not_claimed, counted[some].missing) == (2, 1, 2)
        assert (counted[empty].all, counted[empty].not_claimed, counted[empty].missing) == (0, 0, 0)
        for one in Filter:
            inside = set(shelf.ids(connection, narrowed=one)) & set(works[1:3])
            assert set(shelf.ids(connection, narrowed=one, collection=some)) == inside
        assert not shelf.is_empty(connection)
