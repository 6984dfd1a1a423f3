"""``manage.py seed_demo``: the demo study, running."""

from django.core.management.base import BaseCommand

from machina_site import demo


class Command(BaseCommand):
    """Makes the demo study unless it is there."""

    help = "Import the demo study (examples/trust_in_explanations) and start it. What is there already stays as it is."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Seed."""
        experiment = demo.seed()
        self.stdout.write(f"“{experiment.title}” is {experiment.standing}: /s/{experiment.slug}/")
