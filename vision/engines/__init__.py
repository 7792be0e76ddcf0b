"""Outside engines, a module for each; nothing else imports them."""

import os

# onnxruntime 1.31 keeps a device id in the user's cache folder and reports to mobile.events.data.microsoft.com unless this is
# set before it is imported (seen with strace); its disable_telemetry_events() comes too late. Screenshots' networks are closed.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
