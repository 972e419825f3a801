"""Dialogs about who you are: a name, a password, a new key, a key's end, a domain of your own."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.errors import UsageProblem
from desktop.identity.did_web import did_of, url_of
from desktop.identity.keystore import MIN_PASSWORD_CHARACTERS
from desktop.model.identities import IdentityKind
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import button, label

KINDS = {
    IdentityKind.PERSON: "Myself",
    IdentityKind.BAND: "A band or group",
    IdentityKind.COMPANY: "A company",
}


class WithPassword(Dialog):
    """Asks for a new password, twice, where the key goes into a file."""

    def __init__(
        self, title: str, sentence: str, yes: str, parent: QWidget | None, *, needs_password: bool
    ) -> None:
        super().__init__(title, sentence, yes, parent)
        self.setMinimumWidth(440)
        self.password = typed_line("At least 8 characters", "Password", secret=True)
        self.again = typed_line("The same once more", "Password again", secret=True)
        self._needs_password = needs_password

    def ask_password(self, caption: str, sentence: str) -> None:
        """Add the two lines, if a password is needed."""
        if self._needs_password:
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(self.password)
            self.body.addWidget(self.again)
            self.body.addWidget(label(sentence, "small", wrap=True))

    def password_problem(self) -> str:
        """Return what is wrong with the password, or nothing."""
        if not self._needs_password:
            return ""
        if len(self.password.text()) < MIN_PASSWORD_CHARACTERS:
            return f"The password needs at least {MIN_PASSWORD_CHARACTERS} characters."
        if self.password.text() != self.again.text():
            return "The two passwords are not the same."
        return ""

    def accept(self) -> None:
        """Close only if the password will do."""
        problem = self.password_problem()
        if problem:
            self.say(problem)
        else:
            super().accept()


KEY_FILE = (
    "This computer has no keyring, so the key is kept in a file that only this password opens. "
    "Nobody can reset it: write it down."
)


class IdentityDialog(WithPassword):
    """Asks for the name that registries will see, and for a password where one is needed."""

    def __init__(self, *, needs_password: bool, parent: QWidget | None = None) -> None:
        super().__init__(
            "Who are you?",
            "Claims are signed with a key that is made now and stays on this computer. "
            "Registries see your name and the public half of the key.",
            "Make my key",
            parent,
            needs_password=needs_password,
        )
        self.name = typed_line("Your name, or your band's", "Name")
        self.body.addWidget(label("Name", "caption"))
        self.body.addWidget(self.name)
        self._kind = kind_choice()
        self.body.addWidget(label("Who is that?", "caption"))
        self.body.addWidget(self._kind)
        self.ask_password("Password for your key file", KEY_FILE)
        self.end()

    @property
    def kind(self) -> IdentityKind:
        """What stands behind the name."""
        return chosen_kind(self._kind)

    def accept(self) -> None:
        """Close only if something sensible was typed."""
        if not self.name.text().strip():
            self.say("Type your name first.")
        else:
            super().accept()


class NewKeyDialog(WithPassword):
    """Asks before an identity gets a new key, and why."""

    def __init__(self, name: str, *, needs_password: bool, parent: QWidget | None = None) -> None:
        super().__init__(
            "A new key",
            f"{name} gets a new key. The old key signs that the new one follows, and signs nothing "
            "else from then on. Claims that were signed stay valid. The new key needs a safe place "
            "of its own.",
            "Make the new key",
            parent,
            needs_password=needs_password,
        )
        self.reason = typed_line("Such as: a new computer (may stay empty)", "Reason")
        self.body.addWidget(label("Why (registries read this)", "caption"))
        self.body.addWidget(self.reason)
        self.ask_password("Password for the new key file", KEY_FILE)
        self.end()


class FilePasswordDialog(WithPassword):
    """Asks for the password of an encrypted copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "An encrypted copy",
            "Only this password will open the file, here or on another computer.",
            "Choose where…",
            parent,
            needs_password=True,
        )
        self.ask_password("Password of the file", "Nobody can reset it: write it down.")
        self.end()


class PasswordDialog(Dialog):
    """Asks for the password of a key file."""

    def __init__(
        self,
        problem: str = "",
        parent: QWidget | None = None,
        *,
        sentence: str = "Signing needs the password of your key file.",
    ) -> None:
        super().__init__("Open your key", sentence, "Open", parent)
        self.setMinimumWidth(400)
        self.password = typed_line("Password", "Password", secret=True)
        self.body.addWidget(self.password)
        self.end()
        self.say(problem)


class RevokeDialog(Dialog):
    """Asks before a key ends for good; the word has to be typed."""

    WORD = "revoke"

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "Revoke this key?",
            f"The key of {name} never signs again, and this cannot be taken back. Do it if "
            "somebody else may have the key. Claims that were signed before stay as they are.",
            "Revoke for good",
            parent,
        )
        self.setMinimumWidth(440)
        self.reason = typed_line("Such as: the laptop was stolen (may stay empty)", "Reason")
        self.word = typed_line(self.WORD, "Type revoke")
        why, sure = "Why (registries read this)", f"Type “{self.WORD}” to go on"
        for caption, line in ((why, self.reason), (sure, self.word)):
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(line)
        self.end()

    def accept(self) -> None:
        """Close only if the word was typed."""
        if self.word.text().strip().casefold() != self.WORD:
            self.say(f"Type “{self.WORD}” first, or choose Not now.")
        else:
            super().accept()


class WebDialog(Dialog):
    """Asks for a domain of the user's own. Ends with CHECK if it is to be looked at now."""

    CHECK = 2

    def __init__(self, name: str, domain: str = "", parent: QWidget | None = None) -> None:
        super().__init__(
            "A web address of your own",
            f"If {name} has a domain, a small file there tells everybody that this key is yours. "
            "You publish it; this app only reads it when you ask.",
            "Write the file…",
            parent,
        )
        self.setMinimumWidth(460)
        self.domain = typed_line("example.org", "Domain")
        self.domain.setText(domain)
        self.where = label("", "small", wrap=True, selectable=True)
        self.body.addWidget(label("Domain", "caption"))
        self.body.addWidget(self.domain)
        self.body.addWidget(self.where)
        self.check = button("Check what is published", self._check)
        self.body.addWidget(self.check)
        self.domain.textChanged.connect(self._tell_where)
        self._tell_where()
        self.end()

    def accept(self) -> None:
        """Close only with a domain."""
        if self._sound():
            super().accept()

    def _check(self) -> None:
        if self._sound():
            self.done(self.CHECK)

    def _sound(self) -> bool:
        try:
            did_of(self.domain.text())
        except UsageProblem as problem:
            self.say(str(problem))
            return False
        return True

    def _tell_where(self) -> None:
        try:
            self.where.setText(f"It belongs at {url_of(did_of(self.domain.text()))}")
        except UsageProblem:
            self.where.setText("")


def kind_choice() -> QComboBox:
    """Return the choice of what stands behind a name."""
    result = QComboBox()
    result.setAccessibleName("Who is that?")
    for kind, words in KINDS.items():
        result.addItem(words, kind.value)
    return result


def chosen_kind(choice: QComboBox) -> IdentityKind:
    """Return what was chosen in a kind_choice."""
    return IdentityKind(str(choice.currentData()))
