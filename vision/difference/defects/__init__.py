"""What changed, as a list a tester would write; and the verdict on it.

`classify_defects` finds everything; `decide` judges. doc/defects.md has every rule. Start with `classify`.
"""

from vision.difference.defects.classify import classify_defects
from vision.difference.defects.scene import GEOMETRY, MOVED_PX, Found, Scene
from vision.difference.defects.verdict import decide, severity_of

__all__ = ["GEOMETRY", "MOVED_PX", "Found", "Scene", "classify_defects", "decide", "severity_of"]
