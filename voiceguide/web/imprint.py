"""Who made a site."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who made a site, and how to reach them, as far as they say so.

    Attributes:
        author: a name.
        contact: an e-mail address or a URL.
    """

    author: str | None = None
    contact: str | None = None

    @property
    def email(self) -> str | None:
        """The contact, if it is an e-mail address."""
        return self.contact if self.contact and "://" not in self.contact else None

    @property
    def address(self) -> str | None:
        """The contact as the address of a link."""
        return f"mailto:{self.email}" if self.email else self.contact
