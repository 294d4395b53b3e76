def pytest_configure(config):
    config.addinivalue_line("markers", "screens: opens pages in Chromium and looks at them with axe-core")
