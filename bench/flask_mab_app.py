"""The other system: flask_mab 3.0.4 with its JSON file, as its documentation says. Runs in a venv of its own."""

import os

from flask import Flask
from flask_mab import BanditMiddleware, choose_arm, reward_endpt  # type: ignore[import-not-found]  # in that venv
from flask_mab.bandits import ThompsonBandit  # type: ignore[import-not-found]  # in that venv

application = Flask(__name__)
application.config["MAB_STORAGE_ENGINE"] = "JSONBanditStorage"
application.config["MAB_STORAGE_OPTS"] = (os.environ["MAB_FILE"],)
mab = BanditMiddleware(application)
bandit = ThompsonBandit()
bandit.add_arm("plain", "plain")
bandit.add_arm("vivid", "vivid")
application.extensions["mab"].bandits["colour"] = bandit


@application.route("/decide/")
@choose_arm("colour")  # type: ignore[untyped-decorator]  # theirs
def decide(colour: str) -> str:
    """A visitor without a cookie."""
    return colour


@application.route("/reward/")
@reward_endpt("colour", 1.0)  # type: ignore[untyped-decorator]  # theirs
def reward() -> str:
    """A visitor with one."""
    return "ok"


@application.route("/nothing/")
def nothing() -> str:
    """Up."""
    return "ok"
