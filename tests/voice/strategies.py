"""What the tests of this room feed to parsers: any JSON, and valid NCCOs."""

from hypothesis import strategies as st

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)

_WEBHOOK_FIELDS = """
status type uuid call_uuid conversation_uuid conversation_uuid_to conversation_uuid_from
to from from_user timestamp headers detail sip_code start_time end_time duration rate
price network recording_url recording_uuid size transcription_url reason original_request
payload dtmf speech timed_out custom_data SipHeader_X-Id region_url sub_state
"""
WEBHOOK_FIELDS = _WEBHOOK_FIELDS.split()
_NCCO_FIELDS = """
action text loop level bargeIn language style premium voiceName provider providerOptions
streamUrl endpoint from randomFromNumber eventType timeout limit machineDetection
advancedMachineDetection eventUrl eventMethod ringbackTone name musicOnHoldUrl
startOnEnter endOnExit record canSpeak canHear mute transcription type dtmf speech mode
timeOut maxDigits submitOnHash format split channels endOnSilence endOnKey beepStart
payload conversationId number uri content-type user extension headers authorization
dtmfAnswer onAnswer standardHeaders uuid context
"""
NCCO_FIELDS = _NCCO_FIELDS.split()
_NCCO_WORDS = """
talk stream connect conversation input record notify wait transfer phone sip websocket app
vbc synchronous asynchronous true false 45 -1 0 447700900000 https://a.example/x dtmf mp3
GET
"""
NCCO_WORDS = _NCCO_WORDS.split()


def objects(
    fields: list[str], words: list[str] | None = None
) -> st.SearchStrategy[dict[str, object]]:
    values = json_values
    if words:
        word = st.sampled_from(words)
        values = values | word | st.lists(word, max_size=2)
    return st.dictionaries(st.sampled_from(fields), values, max_size=10)
