// Every key that a resource's block, and its dates, may have.

/// A key of a block in `event.poller.configuration`.
package enum ResourceBlockKey: String, CaseIterable, Sendable {
    case url
    case idField
    case datesConfiguration
    case filterByUpdatedDate
    case filterByCurrentDate
    case createdCheckTolerance
    case pageSize
    case pollDelay
    case refreshInterval = "refresh_interval"
    case ignoreFields

    /// A misspelling in the platform's own documentation.
    case filterByUpdateDate
    /// Keys of the platform and its successor that have no meaning here.
    case name, xPath, batchSize, postHooks, postHookPipelines, useLastPollDate, useHydrationBeforePostHooks
    case objectName, parameters

    /// Accepted, with a warning.
    package var isIgnored: Bool {
        switch self {
        case .name, .xPath, .batchSize, .postHooks, .postHookPipelines, .useLastPollDate,
            .useHydrationBeforePostHooks, .objectName, .parameters:
            true
        default: false
        }
    }
}

/// A key of `datesConfiguration`.
package enum DatesKey: String, CaseIterable, Sendable {
    case updatedDateField, updatedDateFormat, updatedDateTimezone
    case createdDateField, createdDateFormat, createdDateTimezone
}
