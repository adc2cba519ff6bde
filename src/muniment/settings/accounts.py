"""Signing in: one-time codes by e-mail, passkeys, and a second factor for every office.

Credentials and e-mail rows are allauth's; `pages/people` is where it touches our code.
"""

INSTALLED = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

ALLAUTH = {
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "request_list",
    "ACCOUNT_LOGOUT_REDIRECT_URL": "data_list",
    "ACCOUNT_ADAPTER": "muniment.pages.people.adapter.Accounts",
    "ACCOUNT_SIGNUP_FORM_CLASS": "muniment.pages.people.sign_up.SignUp",
    "ACCOUNT_FORMS": {
        "signup": "muniment.pages.people.forms.SignUp",
        "request_login_code": "muniment.pages.people.forms.SignIn",
        "confirm_login_code": "muniment.pages.people.forms.SignInCode",
        "confirm_email_verification_code": "muniment.pages.people.forms.AddressCode",
    },
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*"],
    "ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD": "website",
    "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
    "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": True,
    "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
    "ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND": True,
    "ACCOUNT_PREVENT_ENUMERATION": True,
    "ACCOUNT_CHANGE_EMAIL": True,
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,
    "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,
    "MFA_SUPPORTED_TYPES": ["webauthn", "totp", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    "MFA_ADAPTER": "muniment.pages.people.adapter.SecondFactors",
    "USERSESSIONS_ADAPTER": "allauth.usersessions.adapter.DefaultUserSessionsAdapter",
    # Codes are asked for and tried a few times, not often; all processes count together.
    "ACCOUNT_RATE_LIMITS": {
        "login": "30/m/ip",
        "login_failed": "10/m/ip,5/5m/key",
        "signup": "20/m/ip",
        "request_login_code": "20/m/ip,3/m/key,10/h/key",
        "confirm_email": "1/30s/key",
        "reauthenticate": "10/m/user",
        "manage_email": "10/m/user",
    },
}
