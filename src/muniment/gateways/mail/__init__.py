"""Where mail goes: an SMTP server when one is declared, else files that the browser can show."""
