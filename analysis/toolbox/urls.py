"""Pages of this room."""

app_name = "toolbox"
urlpatterns: list[object] = []
