"""Who comes is settled by the seed: exactly the stated shares."""

from __future__ import annotations

from participants.simulation.people import Crowd, Trait, people

STATED = Crowd(300, seed=18, drop_out=0.3, slow=0.1, impatient=0.2, doubling=0.05, network_loss=0.5)


def test_exactly_the_stated_shares_come() -> None:
    those = people(STATED)

    counts = {trait: sum(trait in person.traits for person in those) for trait in Trait}
    assert counts == {Trait.SLOW: 30, Trait.IMPATIENT: 60, Trait.DOUBLING: 15, Trait.NETWORK_LOSING: 150}
    assert sum(person.leaves_at is not None for person in those) == 90


def test_the_same_seed_sends_the_same_people_and_another_seed_others() -> None:
    assert people(STATED) == people(STATED)
    assert people(STATED) != people(Crowd(300, seed=19, drop_out=0.3))


def test_drop_outs_are_spread_over_the_arrivals() -> None:
    leaving = [person.number for person in people(STATED) if person.leaves_at is not None]

    assert 30 <= sum(number < 150 for number in leaving) <= 60


def test_what_a_person_does_by_chance_is_their_own() -> None:
    one, two, *_ = people(STATED)

    assert one.chance("page", 1).word() == one.chance("page", 1).word()
    assert one.chance("page", 1).word() != two.chance("page", 1).word()
