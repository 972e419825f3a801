"""Chooses a form when a registry is added: the shipped ones with what each is for, or one's own."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from desktop.flows.form_packs import shipped_forms
from desktop.forms.reading import read_form
from desktop.ui.parts import column, label

TEMPLATE, FILE = "template", "file"
_OWN = (
    (
        "A spreadsheet that an office gave you…",
        TEMPLATE,
        "You choose the empty spreadsheet next, and say what goes under each of its headings.",
    ),
    (
        "A form that somebody described for you…",
        FILE,
        "You choose the file next (TOML). The library keeps a copy of it.",
    ),
)


class FormChoice(QWidget):
    """A list of forms, and below it what the chosen one is for."""

    def __init__(self) -> None:
        super().__init__()
        self.forms = QComboBox()
        self.forms.setAccessibleName("Form")
        self.forms.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._purposes: list[str] = []
        for form_id, data in shipped_forms().items():
            form = read_form(data, form_id)
            self._put(form.title, form_id, form.purpose)
        for title, key, purpose in _OWN:
            self._put(title, key, purpose)
        self._purpose = label("", "small", wrap=True)
        self.forms.currentIndexChanged.connect(lambda _index: self._show())
        self.setLayout(column(label("Form", "caption"), self.forms, self._purpose, spacing=6))
        self._show()

    @property
    def key(self) -> str:
        """The id of a shipped form, or TEMPLATE or FILE."""
        return str(self.forms.currentData())

    def choose(self, key: str) -> None:
        """Choose as if it had been picked from the list."""
        self.forms.setCurrentIndex(self.forms.findData(key))

    def _put(self, title: str, key: str, purpose: str) -> None:
        self.forms.addItem(title, key)
        self._purposes.append(purpose)

    def _show(self) -> None:
        self._purpose.setText(self._purposes[self.forms.currentIndex()])
