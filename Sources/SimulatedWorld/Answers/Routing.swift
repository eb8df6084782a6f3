// Which path leads where, and what the wrong ones answer.

import ChangeFeed

extension SimulatedInstance {
    /// The object that a request lists or searches, for the request log.
    static func polledObject(of request: SimulatedRequest) -> SimulatedObject? {
        let segments = request.segments
        guard let object = segments.first.flatMap(SimulatedObject.init(named:)) else { return nil }
        return segments.count == 1 || (segments.count == 2 && segments[1].lowercased() == "search") ? object : nil
    }

    mutating func route(_ request: SimulatedRequest) -> SimulatedAnswer {
        let segments = request.segments
        guard request.method == "GET" else {
            return .message(405, "The requested resource does not support http method '\(request.method)'.")
        }
        switch segments.map({ $0.lowercased() }) {
        case ["instance"]: return .json(Array(FixedDocuments.instance(quirks.subdomain).utf8))
        case ["users", "me"]: return .json(Array(FixedDocuments.user.utf8))
        default: break
        }
        guard let object = segments.first.flatMap(SimulatedObject.init(named:)) else {
            return segments.first.map(Self.unknownObject) ?? Self.unknownPath(request.path)
        }
        switch quirks.hiddenObjects[object] {
        case 403?: return .message(403, "user doesn't have access")
        case .some: return Self.unknownPath(request.path)
        case nil: return answer(for: object, segments: segments, request: request)
        }
    }

    private mutating func answer(
        for object: SimulatedObject, segments: [String], request: SimulatedRequest
    ) -> SimulatedAnswer {
        let isSearch = segments.count == 2 && segments[1].lowercased() == "search"
        if segments.count == 1 || isSearch {
            do throws(BadRequest) {
                return try page(of: object, ListQuery(request.query, isSearch: isSearch), isSearch: isSearch)
            } catch {
                return error.answer
            }
        }
        guard segments.count == 2 else { return Self.unknownPath(request.path) }
        guard let id = Int64(segments[1]) else { return BadRequest(parameter: "id").answer }
        return one(object, id)
    }

    /// A record by its id: 403 where it is hidden from the key's user, 404 where it never was or is in the recycle
    /// bin. A converted lead is always found. `brief` makes no difference here.
    private func one(_ object: SimulatedObject, _ id: Int64) -> SimulatedAnswer {
        guard let record = tables[object].published[id] else { return .message(404, "Record not found.") }
        if record.isDeleted {
            switch quirks.recycledStatus {
            case 200: return .json(record.document.byID)
            case 403: return .message(403, "API User does not have access to Record.")
            case let status: return .message(status, "Record not found.")
            }
        }
        if record.content.isHidden { return .message(403, "API User does not have access to Record.") }
        return .json(record.document.byID)
    }

    /// The wrong number of a name the service knows, `/Contact`, answers 405; any other name 404.
    private static func unknownObject(_ name: String) -> SimulatedAnswer {
        let lowered = name.lowercased()
        let isWrongNumber = SimulatedObject.allCases.contains {
            $0.singular.lowercased() == lowered || $0.path.lowercased() + "s" == lowered
        }
        guard isWrongNumber else { return unknownPath("/" + name) }
        return .message(405, "The requested resource does not support http method 'GET'.")
    }

    private static func unknownPath(_ path: String) -> SimulatedAnswer {
        .message(404, "No HTTP resource was found that matches the request URI '\(path)'.")
    }
}
