// What an answer brought, read as what was asked for.

/// The content of a usable answer.
package enum LaneAnswer: Sendable {
    case records([SeenRecord])
    /// Of a page that was asked for its ids only.
    case ids([RecordID])
    case verdict(LookupVerdict)
}

extension LaneAnswer {
    /// Reads an answer to this work, or says why it cannot be used.
    init(_ result: APIResult, of lane: ResourceLane) throws(PageProblem) {
        if let id = lane.recordInFlight {
            self = .verdict(try Self.verdict(on: id, result, of: lane))
            return
        }
        let response = try Self.usable(result, of: lane)
        let page: RecordPage
        do {
            page = try RecordPage.read(response.body)
        } catch {
            throw PageProblem(
                .retry, "\(lane.target.path): the answer is not a page of records: \(error); asking again")
        }
        if lane.asksForIDs {
            self = .ids(try Self.ids(of: page, lane))
        } else {
            self = .records(try Self.records(of: page, lane))
        }
    }

    private static func usable(_ result: APIResult, of lane: ResourceLane) throws(PageProblem) -> APIResponse {
        if let problem = PageProblem(result, of: lane.plan, target: lane.target) { throw problem }
        return try result.mapError { PageProblem(.retry, "\(lane.target.path): \($0)") }.get()
    }

    private static func records(of page: RecordPage, _ lane: ResourceLane) throws(PageProblem) -> [SeenRecord] {
        var records: [SeenRecord] = []
        records.reserveCapacity(page.records.count)
        for (index, record) in page.records.enumerated() {
            guard let seen = SeenRecord(record, idField: lane.plan.idField) else { throw noID(index, lane) }
            records.append(seen)
        }
        return records
    }

    private static func ids(of page: RecordPage, _ lane: ResourceLane) throws(PageProblem) -> [RecordID] {
        var ids: [RecordID] = []
        ids.reserveCapacity(page.records.count)
        for (index, record) in page.records.enumerated() {
            guard let id = record.id(at: lane.plan.idField) else { throw noID(index, lane) }
            ids.append(id)
        }
        return ids
    }

    private static func noID(_ index: Int, _ lane: ResourceLane) -> PageProblem {
        PageProblem(
            .needsAttention,
            "\(lane.target.path): record \(index + 1) of the page has no \(lane.plan.idField). Check the idField "
                + "of \"\(lane.plan.name)\" in event.poller.configuration")
    }

    /// 404 and 403 are answers here; anything that is neither these nor the record itself says nothing.
    private static func verdict(
        on id: RecordID, _ result: APIResult, of lane: ResourceLane
    ) throws(PageProblem) -> LookupVerdict {
        if case .success(let response) = result {
            if response.status == 404 { return .gone }
            if response.status == 403 { return .hidden }
        }
        let response = try usable(result, of: lane)
        guard let record = try? RawRecord.read(response.body),
            let seen = SeenRecord(record, idField: lane.plan.idField), seen.id == id
        else {
            throw PageProblem(.retry, "\(lane.target.path): the answer is not the record asked for; asking again")
        }
        return .present(seen)
    }
}
