"""Addresses of the own profile, of people, notices and the audit trail."""

from django.urls import path

from people.views import events, invitations, notices, persons, profile, tokens

app_name = "people"
urlpatterns = [
    path("profile/", profile.detail, name="profile_detail"),
    path("profile/edit/", profile.edit, name="profile_edit"),
    path("profile/log-out-everywhere/", profile.end_sessions, name="profile_end_sessions"),
    path("profile/tokens/new/", tokens.create, name="token_create"),
    path("profile/tokens/<int:pk>/", tokens.created, name="token_created"),
    path("profile/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("accounts/email/", profile.address, name="account_email"),
    path("people/", persons.index, name="person_list"),
    path("people/export/", persons.export, name="person_export"),
    path("people/invite/", invitations.create, name="invitation_create"),
    path("people/<int:pk>/", persons.detail, name="person_detail"),
    path("people/<int:pk>/edit/", persons.edit, name="person_edit"),
    path("people/<int:pk>/invite/", invitations.repeat, name="invitation_repeat"),
    path("people/<int:pk>/deactivate/", persons.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", persons.reactivate, name="person_reactivate"),
    path("people/<int:pk>/second-factor/remove/", persons.remove_second_factor, name="person_second_factor_remove"),
    path("notices/", notices.index, name="notice_list"),
    path("notices/read/", notices.read_all, name="notice_read_all"),
    path("notices/<int:pk>/", notices.open_notice, name="notice_open"),
    path("audit/", events.index, name="event_list"),
    path("audit/export/", events.export, name="event_export"),
]
