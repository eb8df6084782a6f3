// What an answer brought, read as what was asked for.

/// The content of a usable answer.
package enum LaneAnswer: Sendable {
    case records([SeenRecord], withoutID: Gaps)
    /// Of a page that was asked for its ids only.
    case ids([RecordID], withoutID: Gaps)
    case verdict(LookupVerdict)
}

extension LaneAnswer {
    /// The places in the page of records that have no id, ascending. They are left out, and have their places all the same.
    package typealias Gaps = [Int]

    /// The places of a page with what stands in them: all that paging goes by.
    static func places(_ entries: [PageWindow.Entry], withoutID gaps: Gaps) -> [PageWindow.Entry] {
        gaps.reduce(into: entries) { places, gap in places.insert(PageWindow.Entry(RecordID("")), at: gap) }
    }

    /// Reads an answer to this work, or says why it cannot be used.
    init(_ result: APIResult, of lane: ResourceLane, _ fingerprints: FingerprintKey?) throws(PageProblem) {
        if let id = lane.recordInFlight {
            self = .verdict(try Self.verdict(on: id, result, of: lane, fingerprints))
            return
        }
        let response = try Self.usable(result, of: lane)
        let page: RecordPage
        do {
            // No content: nothing changed, or nothing is there.
            page =
                response.status == 204
                ? RecordPage.empty : try RecordPage.read(response.body, noting: lane.plan.membersRead)
        } catch {
            throw PageProblem(
                .retry, "\(lane.target.path): the answer is not a page of records: \(error); asking again")
        }
        if lane.asksForIDs {
            let (ids, gaps) = Self.withIDs(page) { $0.id(at: lane.plan.idField) }
            try Self.check(gaps, ofRecords: page.records.count, lane)
            self = .ids(ids, withoutID: gaps)
        } else {
            let (records, gaps) = Self.withIDs(page) { SeenRecord($0, idField: lane.plan.idField, fingerprints) }
            try Self.check(gaps, ofRecords: page.records.count, lane)
            self = .records(records, withoutID: gaps)
        }
    }

    private static func usable(_ result: APIResult, of lane: ResourceLane) throws(PageProblem) -> APIResponse {
        if let problem = PageProblem(result, of: lane.plan, target: lane.target) { throw problem }
        return try result.mapError { PageProblem(.retry, "\(lane.target.path): \($0)") }.get()
    }

    private static func withIDs<Read>(_ page: RecordPage, _ read: (RawRecord) -> Read?) -> (read: [Read], gaps: Gaps) {
        var (all, gaps): ([Read], Gaps) = ([], [])
        all.reserveCapacity(page.records.count)
        for (index, record) in page.records.enumerated() {
            if let read = read(record) { all.append(read) } else { gaps.append(index) }
        }
        return (all, gaps)
    }

    /// A record without an id is left out. Where none has one, and none had before, it is the configuration that is wrong.
    private static func check(_ gaps: Gaps, ofRecords count: Int, _ lane: ResourceLane) throws(PageProblem) {
        guard gaps.count == count, count > (lane.recordsKnown > 0 ? 1 : 0), !lane.hasReadIDs else { return }
        throw PageProblem(
            .needsAttention,
            "\(lane.target.path): record 1 of the page has no \(lane.plan.idField), and no other has. Check the idField "
                + "of \"\(lane.plan.name)\" in event.poller.configuration")
    }

    /// 404 and 403 are answers here; anything that is neither these nor the record itself says nothing.
    private static func verdict(
        on id: RecordID, _ result: APIResult, of lane: ResourceLane, _ fingerprints: FingerprintKey?
    ) throws(PageProblem) -> LookupVerdict {
        if case .success(let response) = result {
            if response.status == 404 { return .gone }
            if response.status == 403 { return .hidden }
        }
        let response = try usable(result, of: lane)
        guard let record = try? RawRecord.read(response.body),
            let seen = SeenRecord(record, idField: lane.plan.idField, fingerprints), seen.id == id
        else {
            throw PageProblem(.retry, "\(lane.target.path): the answer is not the record asked for; asking again")
        }
        return .present(seen)
    }
}
