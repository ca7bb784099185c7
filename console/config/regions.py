"""The hosts of the Voice API, by region (2.4)."""

from console.config.settings import nearest

GLOBAL_URL = "https://api.nexmo.com"

REGIONS = {
    "global": GLOBAL_URL,
    "us": "https://api-us.vonage.com",
    "eu": "https://api-eu.vonage.com",
    "ap": "https://api-ap.vonage.com",
    "na-east": "https://api-us-3.vonage.com",
    "na-west": "https://api-us-4.vonage.com",
    "eu-east": "https://api-eu-4.vonage.com",
    "eu-west": "https://api-eu-3.vonage.com",
    "apac-sng": "https://api-ap-3.vonage.com",
    "apac-australia": "https://api-ap-4.vonage.com",
    "us-1": "https://api-us-1.nexmo.com",
    "us-2": "https://api-us-2.nexmo.com",
    "eu-1": "https://api-eu-1.nexmo.com",
    "eu-2": "https://api-eu-2.nexmo.com",
    "sg-1": "https://api-sg-1.nexmo.com",
}
"""By the platform's name of the region; the last five are the hosts of 2021."""


def region_url(name: str) -> str:
    """Return the base URL of a region.

    Raises:
        KeyError: There is none of this name; the argument is a sentence that says which are.
    """
    url = REGIONS.get(name.lower())
    if url is None:
        known = ", ".join(REGIONS)
        raise KeyError(f"{name} is no region.{nearest(name, list(REGIONS))} Known: {known}")
    return url
