"""How people log in."""

from refprogram import sign_in
from refprogram.settings.ground import HTTPS, env

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "people.adapters.LogIn",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.forms.LoginForm",
    "reauthenticate": "people.forms.ReauthenticateForm",
    "reset_password": "people.forms.ResetPasswordForm",
    "reset_password_from_key": "people.forms.ResetPasswordKeyForm",
    "change_password": "people.forms.ChangePasswordForm",
    "set_password": "people.forms.SetPasswordForm",
}
# Failures of one address are those of an office behind it: dozens of people, each of whom may mistype. Five at one name
# are one person's. Whoever guesses has fewer an hour than the library's own limit of ten in a minute would allow.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/5m/ip,5/5m/key", "login": "60/m/ip"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Administrators enter the addresses and the invitation reaches them, so nobody confirms an address again.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "RefProgram: "
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "people.forms.SecondFactorForm",
    "reauthenticate": "people.forms.SecondFactorAgainForm",
    "activate_totp": "people.forms.ActivateAppForm",
    "add_webauthn": "people.forms.AddKeyForm",
    "edit_webauthn": "people.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "RefProgram"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "people.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = sign_in.providers(
    env.str("SSO_PROVIDERS", default=""), file=env.str("SSO_PROVIDERS_FILE", default="")
)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A form that redirects to another site is refused by the content security policy, so the way to it is a link.
SOCIALACCOUNT_LOGIN_ON_GET = True
# Networks inside the company that the program may call a sign-in service in; without one, none.
SSO_PRIVATE_NETWORKS = sign_in.networks(env.list("SSO_PRIVATE_NETWORKS", default=[]))
SSO_SIGN_UP = env.bool("SSO_SIGN_UP", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0
