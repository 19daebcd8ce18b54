import ArgumentParser
import Settings

extension SettingsDocument: ExpressibleByArgument {}
