"""Filters over legs, made at random from the language itself."""

from hypothesis import strategies as st

_TERMS = st.one_of(
    st.sampled_from(
        [
            *("busy", "4477*", "support", "no", "yes", '"447700900001"'),
            *("status:ringing", "status:answered,completed", "status:c*", "live:yes", "live:no"),
            *("from:4477*", "to:447700900000", "direction:inbound", "name:support*", "name:*"),
            *("muted:yes", "earmuffed:yes", "waiting:yes", "recorded:yes", "endpoint:phone"),
            *("leg:9001", "conversation:CON-1", "detail:x", "network:gb", "price>0.01", "price:0"),
            *("events>2", "events:3", "note:hi", "noted:no"),
        ]
    ),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["age", "dur"]),
        st.sampled_from(["<", "<=", ">", ">=", ":"]),
        st.integers(0, 400),
        st.sampled_from(["", "s", "ms"]),
    ),
)
FILTERS = st.recursive(
    _TERMS,
    lambda inner: st.one_of(
        st.builds("!{}".format, inner.map("({})".format)),
        st.builds("({} | {})".format, inner, inner),
        st.builds("{} {}".format, inner, inner),
        st.builds("({}) & ({})".format, inner, inner),
    ),
    max_leaves=5,
)
"""Texts of filters over legs, times among them."""
