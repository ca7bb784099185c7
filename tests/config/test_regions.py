import pytest

from console.config.regions import GLOBAL_URL, REGIONS, region_url


@pytest.mark.conforms("2.4", "the global host and each region of both generations are known")
@pytest.mark.conforms("B", "both generations of regional hosts are known")
@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("global", "api.nexmo.com"),
        ("us", "api-us.vonage.com"),
        ("eu", "api-eu.vonage.com"),
        ("ap", "api-ap.vonage.com"),
        ("na-east", "api-us-3.vonage.com"),
        ("na-west", "api-us-4.vonage.com"),
        ("eu-east", "api-eu-4.vonage.com"),
        ("eu-west", "api-eu-3.vonage.com"),
        ("apac-sng", "api-ap-3.vonage.com"),
        ("APAC-Australia", "api-ap-4.vonage.com"),
        ("us-1", "api-us-1.nexmo.com"),
        ("us-2", "api-us-2.nexmo.com"),
        ("eu-1", "api-eu-1.nexmo.com"),
        ("eu-2", "api-eu-2.nexmo.com"),
        ("sg-1", "api-sg-1.nexmo.com"),
    ],
)
def test_hosts_of_the_regions(region: str, host: str) -> None:
    assert region_url(region) == f"https://{host}"


@pytest.mark.conforms("2.4", "every host of the platform is reached by HTTPS")
def test_every_host_is_reached_by_https() -> None:
    assert GLOBAL_URL in REGIONS.values()
    assert all(url.startswith("https://") for url in REGIONS.values())


def test_another_name_is_no_region() -> None:
    with pytest.raises(KeyError, match="eu-west"):
        region_url("eu-wst")
