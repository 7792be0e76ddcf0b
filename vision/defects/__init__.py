"""What changed, as a list a tester would write; and the verdict on it.

`classify_defects` finds everything; `decide` judges. Every rule here is told in doc/defects.md. Start with `classify`.
"""

from vision.defects.classify import classify_defects
from vision.defects.scene import GEOMETRY, MOVED_PX, Found, Scene
from vision.defects.verdict import decide, severity_of

__all__ = ["GEOMETRY", "MOVED_PX", "Found", "Scene", "classify_defects", "decide", "severity_of"]
