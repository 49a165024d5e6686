"""What a reader of the web pages asks for: their language."""

from starlette.requests import Request

from config.language import LANGUAGES


def is_known(language: str) -> bool:
    """Say whether the pages speak a language."""
    return language in LANGUAGES


def asked_language(request: Request, default: str) -> str:
    """Return the language a reader asked for: by ?lang=, else by what their browser prefers, else the default."""
    chosen = request.query_params.get("lang", "")
    return chosen if is_known(chosen) else preferred(request.headers.get("accept-language", ""), default)


def preferred(header: str, default: str) -> str:
    """Return the language of ours that an Accept-Language header (RFC 9110 12.5.4) wants most."""
    wanted = [(-_weight(part), place, _language(part)) for place, part in enumerate(header[:500].split(","))]
    return next((language for weight, _, language in sorted(wanted) if weight and is_known(language)), default)


def _language(part: str) -> str:
    return part.partition(";")[0].strip().partition("-")[0].lower()


def _weight(part: str) -> float:
    _, _, written = part.partition("q=")
    try:
        return min(1.0, max(0.0, float(written))) if written else 1.0
    except ValueError:
        return 0.0
