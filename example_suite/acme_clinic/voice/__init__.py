"""Acme Clinic on the phone: the same bots over CHIRP, with ears and a voice.

::

    line        the WebSocket, real time              chirp       the protocol's frames
    phone_call  one call: who speaks when, no I/O     listening   the caller's utterances and keys (`tones`)
    speaking    what the clinic says, frame by frame  prompts     sentences put together from recordings
    recognition workers that understand speech        recognizer  pocketsphinx with `clinic.jsgf`
    words       the recogniser's words as a bot reads them

Needs numpy, pocketsphinx, soundfile and webrtcvad, which are imported only when somebody calls `/voice`.
"""
