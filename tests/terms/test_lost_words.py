"""Losses to read: each vocabulary once, each sentence once, and nothing of them left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from desktop.model.terms import Answer, Licensee, Price, PriceModel, Terms, Use
from desktop.model.use_words import SPOKEN
from desktop.terms.lost_words import in_few_lines
from desktop.terms.spoken import TITLES, say_everywhere

ALL_OF_IT = Terms(
    uses={**dict.fromkeys(Use, Answer.CONSTRAINED), Use.SEARCH: Answer.ALLOW},
    price=Price(model=PriceModel.PER_USE, amount=Decimal(5), currency="EUR"),
    licensees=(Licensee(name="Acme", uses={Use.TRAIN: Answer.ALLOW}),),
    expires=date(2999, 1, 31),
    note="Name me.",
)


def test_a_wall_of_losses_becomes_few_lines_that_name_every_use_of_every_vocabulary() -> None:
    losses = [loss for one in say_everywhere(ALL_OF_IT) for loss in one.losses]
    blocks = in_few_lines(losses)
    assert blocks[0] == (
        "robots.txt, Content Signals",
        [
            "It knows no conditions: training, training generative AI and use as input are "
            "written as a no, to be asked for.",
            "It has no word for use in output and text and data mining: your “only on "
            "conditions” to them is not in it.",
            "Search is written as a no: it cannot say that your yes ends on 31 January 2999.",
            "It does not tell your price or your note.",
            "It names no licensees: your own answers to Acme are not in it.",
            "It cannot say that your yes ends on 31 January 2999; no yes of yours is written.",
        ],
    )
    for loss in losses:
        name = TITLES[loss.target].casefold()
        lines = " ".join(
            line for names, found in blocks if name in names.casefold().split(", ")
            for line in found
        ).casefold()  # fmt: skip
        assert lines
        assert loss.use is None or SPOKEN[loss.use].casefold() in lines
    assert sum(len(lines) for _, lines in blocks) < len({one.sentence for one in losses}) * 2 / 3


def test_what_nobody_said_is_told_of_several_uses_in_one_sentence() -> None:
    losses = [
        loss
        for one in say_everywhere(Terms(uses={Use.TRAIN: Answer.DENY}))
        for loss in one.losses
    ]  # fmt: skip
    told = dict(in_few_lines(losses))
    assert told["The HTTP header, the page's head"] == [
        "You have said nothing of training generative AI and text and data mining; it says no to "
        "them, because it cannot leave them open."
    ]
