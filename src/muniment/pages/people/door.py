"""The addresses of signing in: those of allauth's that people without passwords need."""

import functools

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as elsewhere
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path

from muniment.pages.people import fresh, profile

_whole = functools.partial(fresh.only, methods=fresh.EVERYTHING)
"""Where a secret is made, it is asked before the page: between two pages nothing may come."""

urlpatterns: list[URLPattern] = [
    path("sign-in/", account.request_login_code, name="account_login"),
    path("sign-in/mail/", account.request_login_code, name="account_request_login_code"),
    path("sign-in/code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/second/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-up/", account.signup, name="account_signup"),
    path("sign-up/code/", account.email_verification_sent, name="account_email_verification_sent"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/second/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("again/code/", fresh.code, name="account_fresh_code"),
    path("address/", fresh.only(account.email), name="account_email"),
    path("security/", mfa.index, name="mfa_index"),
    path("security/app/", _whole(totp.activate_totp), name="mfa_activate_totp"),
    path("security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new/", recovery.generate_recovery_codes,
         name="mfa_generate_recovery_codes"),
    path("security/codes/file/", recovery.download_recovery_codes,
         name="mfa_download_recovery_codes"),
    path("security/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("security/passkeys/new/", _whole(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", passkeys.remove_webauthn,
         name="mfa_remove_webauthn"),
    path("oidc/<str:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
    path("elsewhere/", fresh.only(elsewhere.connections), name="socialaccount_connections"),
    path("elsewhere/sign-up/", elsewhere.signup, name="socialaccount_signup"),
    path("elsewhere/cancelled/", elsewhere.login_cancelled, name="socialaccount_login_cancelled"),
    path("elsewhere/error/", elsewhere.login_error, name="socialaccount_login_error"),
    path("profile/", profile.profile, name="profile"),
    path("profile/trainings/", profile.add_training, name="profile_training"),
    path("profile/trainings/<int:pk>/end/", profile.end_training, name="profile_training_end"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]  # fmt: skip
