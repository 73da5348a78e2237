"""The page on which a visitor logs in: plain HTML in the colours of the reading room, nothing fetched, no framework.

All that comes from outside is escaped. The one line of script keeps what stands after # in the address, so that a
link to a provision still leads there after the login; without scripts everything else works.
"""

from __future__ import annotations

import json
from html import escape

from assistant.web.theme import ICON

_STYLE = """
:root { color-scheme: light dark; --room: #fbf9f5; --sheet: #ffffff; --line: #ddd5c7; --edge: #8c8374; --text: #2b2824;
  --soft: #5c544a; --solid: #2f5d6d; --ink: #274c5a; --warn: #7a3b12; --warn-ground: #fdf3e7; }
@media (prefers-color-scheme: dark) { :root { --room: #171513; --sheet: #1f1d1a; --line: #443e37; --edge: #82796b;
  --text: #f1ece3; --soft: #c4bbae; --ink: #a9cbd7; --warn: #f2bf94; --warn-ground: #2d2118; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 24px 16px;
  background: var(--room); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif; }
main { width: 100%; max-width: 25rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
  padding: 30px 32px 32px; }
h1 { margin: 0 0 4px; font: 600 1.45rem/1.2 "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4",
  "Noto Serif", "Liberation Serif", Georgia, serif; }
p { margin: 0; color: var(--soft); font-size: .95rem; }
form { margin: 22px 0 0; display: grid; gap: 16px; }
label { display: grid; gap: 5px; color: var(--soft); font-size: .88rem; }
input { font: inherit; color: var(--text); background: var(--room); border: 1px solid var(--edge); border-radius: 6px;
  padding: 9px 11px; width: 100%; }
button { font: inherit; font-weight: 500; color: #ffffff; background: var(--solid); border: 0; border-radius: 6px;
  padding: 10px 18px; cursor: pointer; }
button:hover { background: #274c5a; }
:is(input, button, a):focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
a { color: var(--ink); text-underline-offset: 2px; }
.trouble { margin: 18px 0 0; padding: 9px 13px; color: var(--warn); background: var(--warn-ground);
  border-left: 3px solid var(--warn); }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="{icon}">
<style>{style}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
{body}
</main>
</body>
</html>
"""

_FORM = """<p>{said}</p>
{trouble}
<form method="post" action="{action}">
<input type="hidden" name="form" value="{form}">
<input type="hidden" name="next" value="{onward}">
<label>Name <input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required
 autofocus value="{name}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" maxlength="1000" required>
</label>
<button>Log in</button>
</form>
<script>
document.forms[0].addEventListener('submit', (event) => {{ event.target.action += location.hash; }});
</script>"""

_LEAVE = """<p>You are logged in as <bdi>{name}</bdi>.</p>
<form method="post" action="{action}">
<input type="hidden" name="form" value="{form}">
<button>Log out</button>
</form>
<p style="margin-top: 16px"><a href="{back}">Back to the questions</a></p>"""


def login_page(title: str, action: str, form: str, onward: str, *, name: str = "", trouble: str = "") -> str:
    """Return the page with the form.

    Args:
        title: The program's name.
        action: Where the form is sent.
        form: The token that shows that the form is ours.
        onward: Where the visitor wanted to go.
        name: What was typed as the name before.
        trouble: What went wrong before.
    """
    told = f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    body = _FORM.format(
        said="Log in to ask questions.",
        trouble=told,
        action=escape(action),
        form=escape(form),
        onward=escape(onward),
        name=escape(name),
    )
    return _page(f"Log in · {title}", title, body)


def leave_page(title: str, action: str, form: str, back: str, name: str) -> str:
    """Return the page that asks whether to log out."""
    body = _LEAVE.format(action=escape(action), form=escape(form), back=escape(back), name=escape(name))
    return _page(f"Log out · {title}", title, body)


def _page(title: str, heading: str, body: str) -> str:
    return _PAGE.format(
        title=escape(title), icon=escape(ICON), style=_STYLE, heading=escape(heading), body=body
    )


# Gradio builds the page after this ran, so it waits for the masthead.
_LINK = """<style>
#masthead {{ position: relative; }}
#log-out {{ position: absolute; right: 0; top: 2px; padding: 3px 10px; border-radius: 6px; color: #274c5a;
  font: 500 .85rem/1.4 system-ui, sans-serif; background: #ffffff; border: 1px solid #ddd5c7; text-decoration: none; }}
.dark #log-out {{ color: #a9cbd7; background: #1f1d1a; border-color: #443e37; }}
#log-out:hover {{ border-color: currentColor; }}
#log-out:focus-visible {{ outline: 2px solid currentColor; outline-offset: 2px; }}
</style>
<script>
(() => {{
  const link = Object.assign(document.createElement('a'), {{ id: 'log-out', href: {href}, textContent: 'Log out' }});
  const place = () => {{
    const masthead = document.getElementById('masthead');
    if (!masthead) setTimeout(place, 100);
    else if (!document.getElementById('log-out')) masthead.append(link);
  }};
  place();
}})();
</script>"""


def logout_link(root: str) -> str:
    """Return what the page's head needs to show a link to log out.

    Args:
        root: Path prefix of the proxy, without a slash at its end.
    """
    return _LINK.format(href=json.dumps(f"{root}/logout"))
