// How one resource is read: everything the configuration says of it, resolved, so that nothing below asks again.

/// One resource of an account, ready to be polled.
package struct ResourcePlan: Sendable, Equatable {
    /// The key in `event.poller.configuration`.
    package var name: ResourceName
    /// The singular object name that opens an event's type: `contact` in `contact.updated`.
    package var typeName: String
    /// What finds the records changed since a time: `/Contacts/Search?updated_after_utc=${gmtDate:…}`.
    package var search: URLTemplate
    /// What lists every record, for learning what is there: `/Contacts`.
    package var listing: RequestTarget
    /// Where a record is found by its id: `/Contacts` for `/Contacts/366638973`.
    package var recordPath: String
    package var idField: FieldPath
    /// Where a record says when it last changed; nil where the resource has no such field (emails).
    package var updatedDate: DateField?
    package var createdDate: DateField?
    /// An unknown record whose created and updated dates are no further apart than this is new.
    package var createdCheckTolerance: Duration = .seconds(10)
    /// Records asked for in one request; the API serves 500 at most.
    package var pageSize: Int = Limits.pageSize
    /// The same where only ids are asked for, which weigh little.
    package var idPageSize: Int = Limits.pageSize
    /// Taken off the time asked for, besides the overlap.
    package var pollDelay: Duration = .zero
    /// The time between two polls.
    package var interval: PollInterval
    /// Fields whose change alone is no event.
    package var ignoredFields: [IgnoredField] = []

    package init(
        name: ResourceName, typeName: String, search: URLTemplate, listing: RequestTarget, idField: FieldPath,
        updatedDate: DateField?, createdDate: DateField?, interval: PollInterval
    ) {
        self.name = name
        self.typeName = typeName
        self.search = search
        self.listing = listing
        // Filters stand in a search; the record itself does not.
        let members = listing.path.split(separator: "/", omittingEmptySubsequences: false)
        let isSearch = members.count > 2 && members.last?.lowercased().hasPrefix("search") == true
        recordPath = (isSearch ? members.dropLast() : members[...]).joined(separator: "/")
        self.idField = idField
        self.updatedDate = updatedDate
        self.createdDate = createdDate
        self.interval = interval
    }

    /// The members that records are asked for when they are read: in which their id and their dates stand.
    var membersRead: [String] {
        [idField, updatedDate?.path, createdDate?.path].compactMap { $0?.members[0] }
    }
}

/// A date of a record: where it stands, and how it is written.
package struct DateField: Sendable, Equatable {
    package var path: FieldPath
    package var pattern: DatePattern

    package init(path: FieldPath, pattern: DatePattern) {
        self.path = path
        self.pattern = pattern
    }
}
