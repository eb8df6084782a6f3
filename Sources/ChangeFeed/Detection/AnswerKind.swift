// Which kind of answer a record was read in, and what may be compared across the two kinds.

/// A GET by id may hold more of a record than lists and searches do: the body of an e-mail, collections that lists show
/// as null or empty. What only one of the two kinds holds is no change.
package enum AnswerKind: Sendable, Hashable {
    /// A page of a list or a search.
    case page
    case byID
}

/// A record as a page shows it and as a GET by its id does, neither of them known to be of the same moment.
package struct TwoAnswers {
    private let page: JSONMembers
    private let byID: JSONMembers

    package init(page: RawRecord, byID: RawRecord) {
        self.page = JSONMembers(of: page.json)
        self.byID = JSONMembers(of: byID.json)
    }

    /// What the GET tells and the page does not, in the order of the GET. Of one moment, these are the members that only
    /// GETs tell.
    package var toldByIDAlone: [String] {
        byID.inOrder.filter { !$0.value.isEmpty && (page.value(of: $0.name, near: 0) ?? .null).isEmpty }
            .map { String(decoding: $0.name.bytes, as: UTF8.self) }
    }

    /// The members that cannot be compared: one that the page has not and pages never tell, and one that the GET leaves out.
    ///
    /// - Parameters:
    ///   - mayBeNew: the GET is the later one, and the record was saved in between: a value of its own that the page has
    ///     as null or empty came with that, as the contact of a converted lead does.
    ///   - onlyByID: members that a GET was seen to tell while a page of the same moment did not; nil: never were two
    ///     such answers compared.
    ///   - pagesTell: whether any page tells a member.
    func incomparable(
        mayBeNew: Bool, onlyByID: Set<String>?, pagesTell: (String) throws -> Bool
    ) rethrows -> Set<JSONName> {
        var names = Set(page.inOrder.map(\.name).filter { byID.value(of: $0, near: 0) == nil })
        for name in toldByIDAlone where try !pagesTell(name) {
            let json = JSONName(name)
            let kind = byID.value(of: json, near: 0)?.kind
            let isOneValue = kind != .array && kind != .object && page.value(of: json, near: 0) != nil
            let isKnownOtherwise = onlyByID.map { !$0.contains(name) } ?? false
            if !(mayBeNew && isOneValue && isKnownOtherwise) { names.insert(json) }
        }
        return names
    }
}
