from django.urls import path

from bench.floor import views

urlpatterns = [
    path("login/", views.login),
    path("cells/<int:customer_id>/<int:dimension_id>/", views.edit),
    path("nothing/", views.nothing),
]
