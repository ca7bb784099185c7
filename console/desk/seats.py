"""What the floor knows of a leg, for the client: is it up, and in which region (2.4)."""

from console.client.regions import Seat
from console.floor.fold import Floor


def seat_of(floor: Floor, uuid: str) -> Seat | None:
    """Return what is known of a leg; None: the floor does not know it.

    A leg without an answer webhook of its own is in the region of its conversation.
    """
    leg = floor.leg(uuid)
    if leg is None:
        return None
    region = leg.region_url
    room = floor.conversation(leg.conversation) if leg.conversation and region is None else None
    for one in room.legs if room is not None else ():
        other = floor.leg(one)
        region = region or (other.region_url if other is not None else None)
    return Seat(live=leg.live, conversation=leg.conversation, region_url=region)
