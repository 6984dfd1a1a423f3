"""The designer's addresses, for the staff."""

from django.contrib import admin
from django.urls import path

from analysis.runs.designer import views

view = admin.site.admin_view
urlpatterns = [
    path("console/batches/design/", view(views.design), name="design_batch"),
    path("console/batches/design/check/", view(views.check), name="check_document"),
    path("console/batches/design/component/", view(views.component), name="edit_component"),
    path("console/batches/design/put/", view(views.put), name="put_component"),
    path("console/batches/design/drop/", view(views.drop), name="drop_component"),
    path("console/batches/design/queue/", view(views.queue), name="queue_document"),
    path("console/batches/design/plan/", view(views.plan), name="plan_document"),
    path("console/batches/design/picture/", view(views.picture), name="draw_document"),
]
