// The `event.notification.*` keys: where events are sent, signed by what, and how patiently.

import ChangeFeed

extension SettingsReader {
    /// - Parameters:
    ///   - resources: all that are polled, for the endpoints that want only some of them; nil where that is not known.
    ///   - others: that other accounts poll, for endpoints of all accounts.
    mutating func notification(of resources: [ResourcePlan]?, others: [ResourcePlan]) -> NotificationSettings? {
        var endpoints: [EndpointSettings?] = []
        var names: [String] = []
        let problemsBefore = findings.problems.count
        let list = endpointBlocks()
        let listIsRight = findings.problems.count == problemsBefore
        var reader = EndpointReader(settings: self, block: nil, resources: resources)
        let hasCallback = reader.given(.url) != nil
        reader.isUsed = hasCallback || list.isEmpty
        let endpoint = reader.endpoint()
        take(reader.settings)
        if reader.isUsed {
            if !hasCallback, listIsRight {
                missing(.callbackURL, "write the https URL that events are to be POSTed to")
            }
            endpoints.append(endpoint)
            names.append(EndpointSettings.nameOfCallback)
        }
        let ofAll = resources.map { $0 + others }
        for (place, block, isShared) in list {
            let object = findings.convert(block, at: place) { value throws(ValueFault) in
                try value.asObject("an endpoint's block")
            }
            guard let object else {
                if block.isNull { findings.problem(place, "is null", "write an endpoint, or take it out") }
                endpoints.append(nil)
                continue
            }
            var reader = EndpointReader(
                settings: self, block: .init(place: place, object: object), resources: isShared ? ofAll : resources)
            endpoints.append(reader.endpoint())
            if let name = reader.endpointName { names.append(name) }
            take(reader.settings)
        }
        let sound = endpoints.compactMap(\.self)
        reportRepeatedNames(names)
        guard sound.count == endpoints.count else { return nil }
        return NotificationSettings(endpoints: sound, instance: document.instance)
    }

    /// With where each of them stands.
    private mutating func endpointBlocks() -> [(place: String, block: JSONValue, isShared: Bool)] {
        let list = value(.endpoints) { value throws(ValueFault) -> [JSONValue] in
            guard case .list(let list) = value else {
                throw ValueFault(
                    wrong: "\(value.shown) is not a list of endpoints",
                    right: "write a list such as [{\"name\": \"crm\", \"url\": \"https://…\"}]")
            }
            return list
        }
        let place = document.placeOfEndpoints
        return list.enumerated().map { ("\(place)[\($0)]", $1, false) }
            + document.sharedEndpoints.map { ($0.place, $0.block, true) }
    }

    private mutating func reportRepeatedNames(_ names: [String]) {
        let repeated = Dictionary(grouping: names, by: \.self).filter { $0.value.count > 1 }.keys
        for name in repeated.sorted() {
            problem(
                .endpoints, "two endpoints are called \"\(name)\"",
                name == EndpointSettings.nameOfCallback
                    ? "that is the name of event.notification.callback.url; choose another" : "give one another name")
        }
    }
}
