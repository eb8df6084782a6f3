// The daemon as a process: store and log.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The settings of the process")
struct ProcessSectionTests {
    @Test("have the defaults of the documentation")
    func defaults() throws {
        let settings = try Sample.settings()
        #expect(settings.fleet == nil)
        #expect(settings.store == StoreSettings(path: nil, url: nil, retention: .days(30)))
        #expect(settings.log == LogSettings(level: .info, format: .auto))
    }
}
