// The `event.notification.*` keys: where events are sent, signed by what, and how patiently.

import ChangeFeed

extension SettingsReader {
    /// - Parameter resources: that are polled, for the endpoints that want only some of them.
    mutating func notification(of resources: [ResourcePlan]) -> NotificationSettings? {
        let networks = allowedNetworks()
        var endpoints: [EndpointSettings?] = []
        let problemsBefore = findings.problems.count
        let list = endpointBlocks()
        let listIsRight = findings.problems.count == problemsBefore
        var reader = EndpointReader(settings: self, block: nil, networks: networks, resources: resources)
        let hasCallback = reader.given(.url) != nil
        reader.isUsed = hasCallback || list.isEmpty
        let endpoint = reader.endpoint()
        take(reader.settings)
        if reader.isUsed {
            if !hasCallback, listIsRight {
                missing(.callbackURL, "write the https URL that events are to be POSTed to")
            }
            endpoints.append(endpoint)
        }
        for (index, block) in list.enumerated() {
            let place = "\(ConfigurationKey.endpoints.rawValue)[\(index)]"
            let object = findings.convert(block, at: place) { value throws(ValueFault) in
                try value.asObject("an endpoint's block")
            }
            guard let object else {
                if block.isNull { findings.problem(place, "is null", "write an endpoint, or take it out") }
                endpoints.append(nil)
                continue
            }
            var reader = EndpointReader(
                settings: self, block: .init(place: place, object: object), networks: networks, resources: resources)
            endpoints.append(reader.endpoint())
            take(reader.settings)
        }
        let sound = endpoints.compactMap(\.self)
        reportRepeatedNames(sound.map(\.name))
        guard sound.count == endpoints.count else { return nil }
        return NotificationSettings(endpoints: sound, allowedNetworks: networks, instance: document.instance)
    }

    private mutating func endpointBlocks() -> [JSONValue] {
        value(.endpoints) { value throws(ValueFault) -> [JSONValue] in
            guard case .list(let list) = value else {
                throw ValueFault(
                    wrong: "\(value.shown) is not a list of endpoints",
                    right: "write a list such as [{\"name\": \"crm\", \"url\": \"https://…\"}]")
            }
            return list
        }
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

    private mutating func allowedNetworks() -> [IPNetwork] {
        let right = "write a list such as [\"10.0.0.0/8\", \"fd00::/8\"]"
        let list = value(.allowedNetworks) { value throws(ValueFault) -> [JSONValue] in
            guard case .list(let list) = value else {
                throw ValueFault(wrong: "\(value.shown) is not a list of networks", right: right)
            }
            return list
        }
        return findings.convertEach(list, at: ConfigurationKey.allowedNetworks.rawValue) { element throws(ValueFault) in
            guard case .string(let text) = element, let range = IPNetwork(text.trimmed) else {
                throw ValueFault(wrong: "\(element.shown) is not a network", right: right)
            }
            return range
        }
    }
}
