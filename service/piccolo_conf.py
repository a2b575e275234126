"""Where Piccolo finds the engine and the tables (PICCOLO_CONF, see kit/db.py)."""

from piccolo.conf.apps import AppRegistry

from service.kit import db

DB = db.engine()

APP_REGISTRY = AppRegistry(apps=["service.piccolo_app"])
