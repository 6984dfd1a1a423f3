"""Pages of this room."""

from django.urls import path

from analysis.runs.views import batches, board, card, charts, compare, files, folds, influence, run, throughput

app_name = "runs"
OF_EXPERIMENT = "console/experiments/<slug:slug>/runs/"
OF_RUN = "console/runs/<uuid:run>/"
urlpatterns = [
    path("console/runs/", batches.batches, name="batches"),
    path(OF_EXPERIMENT, board.board, name="board"),
    path(f"{OF_EXPERIMENT}live/", board.board_live, name="board_live"),
    path(f"{OF_EXPERIMENT}charts/", charts.charts, name="charts"),
    path(f"{OF_EXPERIMENT}charts/live/", charts.charts_live, name="charts_live"),
    path(f"{OF_EXPERIMENT}parameters/", influence.influence, name="influence"),
    path(f"{OF_EXPERIMENT}folds/", folds.folds, name="folds"),
    path(f"{OF_EXPERIMENT}compare/", compare.compare, name="compare"),
    path(f"{OF_EXPERIMENT}throughput/", throughput.throughput, name="throughput"),
    path(f"{OF_EXPERIMENT}throughput/live/", throughput.throughput_live, name="throughput_live"),
    path(OF_RUN, run.run_page, name="run"),
    path(f"{OF_RUN}live/", run.run_live, name="run_live"),
    path(f"{OF_RUN}card/", card.card, name="card"),
    path(f"{OF_RUN}card.html", card.card_html, name="card_html"),
    path(f"{OF_RUN}card.md", card.card_markdown, name="card_markdown"),
    path(f"{OF_RUN}checkpoints/<uuid:checkpoint>/", files.checkpoint, name="checkpoint"),
    path(f"{OF_RUN}files/<uuid:artifact>/", files.artifact, name="artifact"),
]
