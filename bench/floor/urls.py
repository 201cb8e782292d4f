from django.urls import path

from bench.floor import grid, views

urlpatterns = [
    path("login/", views.login),
    path("cells/<int:customer_id>/<int:dimension_id>/", views.edit),
    path("grid/", grid.grid),
    path("nothing/", views.nothing),
]
