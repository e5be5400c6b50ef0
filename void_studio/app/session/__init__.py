"""The headless studio that a window, a script or a test drives; used by one thread."""

from void_studio.app.session.choosing import Chosen
from void_studio.app.session.compare import OtherSide, open_other_side, side_of_version
from void_studio.app.session.display import (
    DisplayTransform,
    OcioViews,
    PlainDisplay,
    ocio_config,
    plain_name,
)
from void_studio.app.session.exchange import Imported
from void_studio.app.session.frames import FrameServer, ProxyState
from void_studio.app.session.opening import Opened
from void_studio.app.session.painting import Painting
from void_studio.app.session.parts import Closing
from void_studio.app.session.pictures import FrameCache, Picture, default_cache_bytes
from void_studio.app.session.places import Places
from void_studio.app.session.posting import Post, Posted
from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.proxies import ProxyFolder
from void_studio.app.session.session import Session
from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Task, TaskContext, Tasks, TaskState, TaskView
from void_studio.app.session.values import (
    Cut,
    FramingChoice,
    Level,
    Message,
    OpenedKind,
    Recent,
    SaveState,
    ShotRow,
    ShotSettings,
    TrackRow,
)
from void_studio.app.session.view import Compare, Shown, StrokeLives, Tool, ViewState
from void_studio.app.session.viewing import Viewing
from void_studio.app.session.writer import ProjectWriter

__all__ = [
    "Session",
    "OpenShot",
    "Places",
    "Post",
    "Posted",
    "Task",
    "TaskContext",
    "TaskState",
    "TaskView",
    "Tasks",
    "Level",
    "Message",
    "Cut",
    "TrackRow",
    "ShotRow",
    "OpenedKind",
    "Recent",
    "SaveState",
    "ShotSettings",
    "FramingChoice",
    "ViewState",
    "Tool",
    "Shown",
    "Compare",
    "StrokeLives",
    "Painting",
    "LayerProposal",
    "Opened",
    "Chosen",
    "Imported",
    "ProjectWriter",
    "Closing",
    "FrameServer",
    "OtherSide",
    "open_other_side",
    "side_of_version",
    "Viewing",
    "FrameCache",
    "Picture",
    "ProxyFolder",
    "ProxyState",
    "default_cache_bytes",
    "DisplayTransform",
    "PlainDisplay",
    "OcioViews",
    "ocio_config",
    "plain_name",
]
