// The `store.*` and `log.*` keys: the daemon as a process.

import ChangeFeed

extension SettingsReader {
    mutating func store() -> StoreSettings {
        StoreSettings(
            path: optional(.storePath) { value throws(ValueFault) in try value.asText() },
            retention: value(.storeRetention) { value throws(ValueFault) in try value.asDuration(zeroAllowed: false) })
    }

    mutating func log() -> LogSettings {
        LogSettings(
            level: value(.logLevel) { value throws(ValueFault) in try value.asChoice(of: LogLevel.self) },
            format: value(.logFormat) { value throws(ValueFault) in try value.asChoice(of: LogFormat.self) })
    }
}
