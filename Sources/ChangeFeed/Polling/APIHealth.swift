// What the API has been like lately, for whoever asks; kept beside the quota's numbers.

/// Only shown: no decision of the next process comes from it.
package struct APIHealth: Sendable, Equatable, Codable {
    /// At the last answer that told the server's time.
    package var clocks: ClockComparison?

    package init() {}
}
