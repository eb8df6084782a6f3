// The `log.*` keys: the daemon as a process.

extension SettingsReader {
    mutating func log() -> LogSettings {
        LogSettings(
            level: value(.logLevel) { value throws(ValueFault) in try value.asChoice(of: LogLevel.self) },
            format: value(.logFormat) { value throws(ValueFault) in try value.asChoice(of: LogFormat.self) })
    }
}
