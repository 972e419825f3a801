"""The three plain answers a creator is offered first (TERMS.md)."""

from __future__ import annotations

from desktop.model.terms import Answer, Preset, Price, PriceModel, Terms, Use

_AI_USES = (Use.TRAIN, Use.TRAIN_GENERATIVE, Use.INPUT, Use.OUTPUT, Use.MINING)


def _all_ai(answer: Answer) -> dict[Use, Answer]:
    return {**dict.fromkeys(_AI_USES, answer), Use.SEARCH: Answer.ALLOW}


PRESETS: dict[Preset, Terms] = {
    Preset.OPEN: Terms(uses=_all_ai(Answer.ALLOW)),
    Preset.ASK_ME: Terms(
        uses=_all_ai(Answer.CONSTRAINED), price=Price(model=PriceModel.PER_TRAINING)
    ),
    Preset.NO_AI: Terms(uses=_all_ai(Answer.DENY)),
}

TITLES: dict[Preset, str] = {
    Preset.OPEN: "Open",
    Preset.ASK_ME: "Ask me",
    Preset.NO_AI: "No AI",
    Preset.UNSET: "Not said",
    Preset.CUSTOM: "Own terms",
}

SENTENCES: dict[Preset, str] = {
    Preset.OPEN: "AI may learn from it and use it. Your share of what it earns is due to you.",
    Preset.ASK_ME: "AI may use it only after asking, and for a price. Search engines may find it.",
    Preset.NO_AI: "AI may not learn from it or use it. Search engines may find it.",
    Preset.UNSET: "You have not said anything about AI yet. Nobody may read that as a yes.",
    Preset.CUSTOM: "Answers of your own, use by use.",
}


def preset_of(terms: Terms) -> Preset:
    """Tell which plain answer terms amount to; CUSTOM for anything else."""
    for preset, candidate in PRESETS.items():
        if candidate.same_answers(terms):
            return preset
    if all(answer is Answer.UNSET for answer in terms.uses.values()):
        return Preset.UNSET
    return Preset.CUSTOM
