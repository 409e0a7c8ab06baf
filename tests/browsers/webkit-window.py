"""A window of WebKitGTK that WebDriver may drive, with storage that lasts: WebKit's own MiniBrowser gives an automated
session no private files. Arguments: a folder for what pages store, one for downloads, and features to switch on."""

import sys

import gi

gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import Gtk, WebKit2

SIZE_PX = (1280, 720)
storage, downloads, *features = sys.argv[1:]

manager = WebKit2.WebsiteDataManager(base_data_directory=storage, base_cache_directory=storage)
context = WebKit2.WebContext.new_with_website_data_manager(manager)
settings = WebKit2.Settings()
known = WebKit2.Settings.get_all_features()
for feature in map(known.get, range(known.get_length())):
    if feature.get_identifier() in features:
        settings.set_feature_enabled(feature, True)


def open_view(*_):
    view = WebKit2.WebView(web_context=context, settings=settings, is_controlled_by_automation=True)
    window = Gtk.Window(default_width=SIZE_PX[0], default_height=SIZE_PX[1])
    window.add(view)
    window.show_all()
    return view


def begin(_context, session):
    # WebDriver asks for the browser's name before it asks for a view
    session.set_application_info(WebKit2.ApplicationInfo())
    session.connect('create-web-view', open_view)


def keep(_context, download):
    download.connect(
        'decide-destination', lambda _, name: download.set_destination(f'file://{downloads}/{name}') or True
    )


context.set_automation_allowed(True)
context.connect('automation-started', begin)
context.connect('download-started', keep)
Gtk.main()
