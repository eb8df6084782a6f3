// Where the time of an attempt goes.

/// How long each part of an attempt took, as far as it came.
package struct AttemptPhases: Sendable, Equatable {
    package enum Phase: String, Sendable, CaseIterable {
        /// Finding the addresses of the receiver's name.
        case lookup
        /// Opening a connection, TLS included; next to nothing where one was open.
        case connect
        /// Sending the request, and until the head of the answer.
        case wait
        /// Reading the answer's body.
        case read
    }

    private var microseconds: [Phase: Int64] = [:]

    package init() {}

    package subscript(phase: Phase) -> Duration? {
        get { microseconds[phase].map { .microseconds($0) } }
        set { microseconds[phase] = newValue?.microseconds }
    }
}
