"""Who should hear whom, said in the plainest way; legs have numbers."""

from dataclasses import dataclass, field


@dataclass
class Leg:
    room: str | None = None
    muted: bool = False
    earmuffed: bool = False
    can_hear: set[int] | None = None
    can_speak: set[int] | None = None
    """Who may hear it."""

    def move(self, room: str | None) -> None:
        """Into a room, by way of another one: what was set before ends (3.5)."""
        self.muted = self.earmuffed = False
        self.room, self.can_hear, self.can_speak = room, None, None


@dataclass
class Floor:
    legs: list[Leg] = field(default_factory=list)

    def hears(self, listener: int, speaker: int) -> bool:
        ear, mouth = self.legs[listener], self.legs[speaker]
        return (
            listener != speaker
            and ear.room is not None
            and ear.room == mouth.room
            and not ear.earmuffed
            and not mouth.muted
            and (ear.can_hear is None or speaker in ear.can_hear)
            and (mouth.can_speak is None or listener in mouth.can_speak)
        )

    def heard_by(self, listener: int) -> set[int]:
        return {one for one in range(len(self.legs)) if self.hears(listener, one)}

    def recorded(self, room: str) -> set[int]:
        return {n for n, leg in enumerate(self.legs) if leg.room == room and not leg.muted}
