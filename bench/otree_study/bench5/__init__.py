"""Consent, instructions, a task with two fields, a survey with two fields, debrief."""

from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, Page, models, widgets


class C(BaseConstants):
    NAME_IN_URL = "bench5"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1


class Subsession(BaseSubsession):
    pass


class Group(BaseGroup):
    pass


class Player(BasePlayer):
    agree = models.BooleanField(label="I agree")
    trust = models.IntegerField(label="How much do you trust it?", choices=[1, 2, 3, 4, 5], widget=widgets.RadioSelect)
    why = models.LongStringField(label="Why?")
    age = models.IntegerField(label="Your age", min=18, max=120)
    gender = models.StringField(label="Your gender", choices=["f", "m", "x"])


class Consent(Page):
    form_model = "player"
    form_fields = ["agree"]


class Instructions(Page):
    pass


class Task(Page):
    form_model = "player"
    form_fields = ["trust", "why"]


class Survey(Page):
    form_model = "player"
    form_fields = ["age", "gender"]


class Debrief(Page):
    pass


page_sequence = [Consent, Instructions, Task, Survey, Debrief]
