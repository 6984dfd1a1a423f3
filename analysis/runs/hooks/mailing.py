"""A hook that is a mail address."""

from __future__ import annotations

import json
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from analysis.runs.hooks.errors import Undeliverable
from experiments.types import JsonObject


class Mailing:
    """``email: amara@example.org``. Sent by EMAIL_HOST; without one, mails are written to var/mail."""

    def fault(self, target: str) -> str:
        """Not an address."""
        try:
            validate_email(target)
        except ValidationError:
            return f"“{target}” is no mail address."
        return ""

    def tell(self, target: str, news: JsonObject) -> None:
        """One mail. The id in its header is the same if it has to be sent again."""
        message = EmailMessage(
            subject=" ".join(str(news["sentence"]).split())[:150],
            body=_text(news),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[target],
            headers={"Message-ID": f"<{news['id']}@machina>", "Auto-Submitted": "auto-generated"},
        )
        try:
            message.send()
        except SMTPRecipientsRefused as error:
            raise Undeliverable(f"The mail server refuses {target}.", heals=False) from error
        except (SMTPException, OSError) as error:
            raise Undeliverable(f"{type(error).__name__}: {error}", heals=True) from error


def _text(news: JsonObject) -> str:
    lines = [str(news["sentence"]), ""]
    if news.get("url"):
        lines += [str(news["url"]), ""]
    left_out = ("sentence", "url", "id")
    lines += [json.dumps({k: v for k, v in news.items() if k not in left_out}, indent=2, ensure_ascii=False)]
    return "\n".join(lines)
